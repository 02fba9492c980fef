"""Keeps one case per obligation, and makes silence an event."""
