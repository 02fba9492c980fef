"""The demo that Prometheus watched."""

from watched_demo import watched

__all__ = ["watched"]
