"""The fixtures of `tests/connector_ground.py`, for the tests beside this file."""

from connector_ground import ground, laid, prefix

__all__ = ["ground", "laid", "prefix"]
