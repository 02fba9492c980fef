"""The keys of a log over time: one after another, each for the states up to a size.

A state of the log bears no time, but its size only ever grows: so a key counts from one size to
another. Where two keys count, both sign (the overlap); what an old key signed then is good for
ever; what it signs of a larger log is not the log's word any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ketensluis.errors import KetensluisError
from ketensluis.journal.notes import Line, Note, VerifyingKey

__all__ = ["LogKey", "LogKeys"]

_FIRST: Final = "ketensluis.journal.keys/v1"
_STILL: Final = "-"
_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class LogKey:
    """One key, and the sizes of the states that it may sign, both included.

    `until_size` is None for as long as it is in use.
    """

    key: VerifyingKey
    from_size: int = 0
    until_size: int | None = None

    def counts(self, size: int) -> bool:
        """Whether its signature under a state of that size is the log's word."""
        return self.from_size <= size and (self.until_size is None or size <= self.until_size)


@dataclass(frozen=True, slots=True)
class LogKeys:
    """All keys that a log ever had, the oldest first; they sign by one name, the log's own."""

    keys: tuple[LogKey, ...]

    def __post_init__(self) -> None:
        """Check that they are one log's, each once, and that a key counts at each size.

        Raises:
            KetensluisError: `bad_log_keys`.
        """
        reach: int | None = -1  # up to which size some key counts; None for ever
        for each in self.keys:
            if reach is not None and each.from_size > reach + 1:
                raise _bad("there is a size at which no key counts")
            if each.until_size is not None and not 0 < each.until_size >= each.from_size:
                raise _bad("a key ends before it counts")
            if reach is not None:
                reach = None if each.until_size is None else max(reach, each.until_size)
        names = {each.key.name for each in self.keys}
        ids = {each.key.key_id for each in self.keys}
        if len(names) != 1 or len(ids) != len(self.keys) or reach is not None:
            raise _bad("they are of several logs, a key is there twice, or none is in use")

    @classmethod
    def only(cls, key: VerifyingKey) -> LogKeys:
        """Those of a log that had one key from its beginning."""
        return cls((LogKey(key),))

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.keys[0].key.name

    def __iter__(self) -> Iterator[LogKey]:
        return iter(self.keys)

    def of(self, key: VerifyingKey) -> LogKey | None:
        """What is known of a key; None for a stranger's."""
        return next((each for each in self.keys if each.key == key), None)

    def in_use(self) -> tuple[LogKey, ...]:
        """Those that have no end."""
        return tuple(each for each in self.keys if each.until_size is None)

    def lines(self, note: Note) -> tuple[Line, ...]:
        """The lines of any of them under a note; not yet verified."""
        found = (note.signed_by(each.key) for each in self.keys)
        return tuple(each for each in found if each is not None)

    def text(self) -> str:
        """The list in writing, line by line: what an announcement signs, a witness remembers."""
        listed = (f"{k.key} {k.from_size} {_end(k.until_size)}\n" for k in self.keys)
        return f"{_FIRST}\n{self.origin}\n{''.join(listed)}"

    @classmethod
    def parse(cls, text: str) -> LogKeys:
        """The list as it is written.

        Raises:
            KetensluisError: `bad_log_keys`, `bad_key`.
        """
        first, origin, *listed = text.rstrip("\n").split("\n")
        keys = cls(tuple(_parsed(each) for each in listed))
        if first != _FIRST or keys.origin != origin:
            raise _bad("it is not a list of a log's keys")
        return keys


def _parsed(written: str) -> LogKey:
    key, *sizes = written.split(" ")
    if len(sizes) != 2 or not _SIZE.fullmatch(sizes[0]):  # noqa: PLR2004 - from and until
        raise _bad("a line of it is not a key with its sizes")
    if sizes[1] != _STILL and not _SIZE.fullmatch(sizes[1]):
        raise _bad("a line of it is not a key with its sizes")
    until = None if sizes[1] == _STILL else int(sizes[1])
    return LogKey(VerifyingKey.parse(key), int(sizes[0]), until)


def _end(size: int | None) -> str:
    return _STILL if size is None else str(size)


def _bad(sentence: str) -> KetensluisError:
    return KetensluisError(
        "bad_log_keys",
        f"the keys of the log do not fit together: {sentence}",
        "put back journal.json as `sluis pki rotate-log` wrote it",
    )
