"""The keys of the log as they are now: a program that runs on learns of a change from the files."""

from __future__ import annotations

from pathlib import Path

from ketensluis.errors import KetensluisError
from ketensluis.journal.keys import JournalKeys, load_announcements, load_log_keys
from ketensluis.journal.notes import Note, SigningKey

__all__ = ["CurrentKeys"]


class CurrentKeys:
    """The keys in a PKI folder, read again when `journal.json` is another."""

    def __init__(self, folder: Path) -> None:
        """Read them.

        Raises:
            KetensluisError: as `JournalKeys.load`.
        """
        self._folder = folder
        self._stamp = _stamp(folder)
        self._keys = JournalKeys.load(folder)
        self._signing: tuple[SigningKey, ...] | None = None

    def public(self) -> JournalKeys:
        """Everyone's.

        Raises:
            KetensluisError: as `JournalKeys.load`.
        """
        stamp = _stamp(self._folder)
        if stamp != self._stamp:
            self._keys, self._signing = JournalKeys.load(self._folder), None
            self._stamp = stamp
        return self._keys

    def signing(self, size: int) -> tuple[SigningKey, ...]:
        """The log's own, with which a state of that size is signed.

        Raises:
            KetensluisError: `no_journal_keys`, there is none; or as `load_log_keys`.
        """
        log = self.public().log
        if self._signing is None:
            self._signing = load_log_keys(self._folder)
        counting = log.at(size)
        found = tuple(each for each in self._signing if each.public in counting)
        if not found:
            raise KetensluisError(
                "no_journal_keys",
                f"no private key of the log that counts at {size} entries is here",
                "put it back where `sluis pki rotate-log` wrote it, in parties/hub",
            )
        return found

    def announcements(self) -> tuple[Note, ...]:
        """How the log's keys followed one another, to be shown to its witnesses."""
        return load_announcements(self._folder)


def _stamp(folder: Path) -> tuple[int, int, int]:
    try:
        found = (folder / "public" / "journal.json").stat()
    except OSError:  # what is missing is said by whoever reads it
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_ino, found.st_size
