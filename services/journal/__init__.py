"""Keeps the log that proves that nothing was changed or left out."""
