"""The police side: publishes incidents and control totals from BVI."""
