"""The journal's log: Merkle tree, proofs, tiles, checkpoints and witnesses, as pure functions."""
