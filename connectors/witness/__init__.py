"""Watches the hub's log for parties: what continues what they saw before, they cosign."""
