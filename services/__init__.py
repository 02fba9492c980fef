"""The stages of the hub, one folder each."""
