"""The date in the Netherlands at an instant: what the law and the region map count by."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["AMSTERDAM", "local_date"]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@lru_cache(maxsize=64)  # while a record is decided it is asked of the same few times
def local_date(instant: datetime) -> date:
    """The date in the Netherlands at an instant."""
    return instant.astimezone(AMSTERDAM).date()
