"""Whether work moves: what *healthy* means."""

from __future__ import annotations

import time

from aiokafka.errors import KafkaError
from structlog.typing import FilteringBoundLogger

from ketensluis.errors import KetensluisError
from ketensluis.runtime.trouble import code_of

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

    def hindered(self, error: BaseException, log: FilteringBoundLogger, event: str) -> None:
        """Tell what holds the work up: a change of state, not every retry."""
        code = code_of(error)
        if code == self.trouble:
            return
        self.trouble = code
        ours = error if isinstance(error, KetensluisError) else None
        known = isinstance(error, KetensluisError | KafkaError | OSError)  # TimeoutError is one too
        log.warning(
            event,
            code=code,
            sentence=ours and ours.sentence,
            remedy=ours and ours.remedy,
            error=type(error).__name__,
            exc_info=None if known else error,
        )

    def freed(self, log: FilteringBoundLogger, event: str) -> None:
        """Tell that nothing holds it up any more, if something did."""
        if self.trouble is not None:
            log.info(event, code=self.trouble)
            self.trouble = None
