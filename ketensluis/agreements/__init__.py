"""Sharing agreements as executable rule sets: read, checked, in force or not."""
