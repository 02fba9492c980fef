"""Where the time comes from: the system, or a small file that a demo or a test moves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ketensluis.errors import KetensluisError

__all__ = ["Clock", "FileClock", "SystemClock", "milliseconds"]


class Clock(Protocol):
    """Tells the time of logging; what is decided follows from the time of a record."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        ...


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)


class FileClock:
    """Reads an RFC 3339 instant from a file, anew whenever the file was replaced.

    Whoever moves the time writes a new file and renames it over the old one, so that no reader
    sees half an instant.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._instant = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The instant in the file, in UTC.

        Raises:
            KetensluisError: `clock_unreadable`, the file is not there or holds no instant.
        """
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_ino)
            if seen != self._seen:
                self._instant = _instant(self._path.read_text(encoding="ascii").strip())
                self._seen = seen
        except (OSError, ValueError) as error:
            raise KetensluisError(
                "clock_unreadable",
                f"{self._path} does not hold an RFC 3339 time with its offset",
                "write a time such as 2026-01-31T12:00:00Z into it, or unset clock_file",
            ) from error
        return self._instant


def milliseconds(instant: datetime) -> int:
    """Kafka's form of a time: milliseconds since the epoch (UTC)."""
    return int(instant.timestamp() * 1000)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant.astimezone(UTC)
