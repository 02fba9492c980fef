"""Decides what of an incident goes to whom, and sends it signed."""
