"""Completeness: whether everything that should be there is there, and nothing else; pure."""
