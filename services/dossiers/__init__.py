"""Sees when an unlabelled incident has a history of domestic violence, and asks to decide anew."""
