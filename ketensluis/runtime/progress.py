"""Whether work moves: what *healthy* means."""

from __future__ import annotations

import time

__all__ = ["Progress"]


class Progress:
    """Remembers when work last moved, or when there was last none to do.

    `time.monotonic` rather than the hub's clock: simulated time must not hide a standstill.
    """

    def __init__(self) -> None:
        self._at = time.monotonic()
        self.trouble: str | None = None
        """The code of what holds the work up, while it does."""

    def moved(self) -> None:
        """Offsets moved, or there is no work."""
        self._at = time.monotonic()

    def still_for(self) -> float:
        """Seconds since it last moved."""
        return time.monotonic() - self._at
