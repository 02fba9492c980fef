"""The largest record that travels the chain; brokers, topics and producers agree on it."""

from __future__ import annotations

__all__ = ["LARGEST_BATCH_BYTES"]

# A value of 2 MiB with its key, headers and framing.
LARGEST_BATCH_BYTES = 2 * 2**20 + 256 * 2**10
