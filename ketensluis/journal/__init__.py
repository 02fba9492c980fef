"""The Merkle log of everything that was sent (see docs/explanation for its state)."""
