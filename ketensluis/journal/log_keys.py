"""The keys of a log over time: at each size it has one, and where it has two, both sign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ketensluis.journal.key_terms import KeyTerm, KeyTerms, bad_terms
from ketensluis.journal.notes import Line, Note, VerifyingKey

__all__ = ["LogKeys"]

_FIRST: Final = "ketensluis.journal.keys/v1"
_STILL: Final = "-"
_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class LogKeys(KeyTerms):
    """All keys that a log ever had, the oldest first; they sign by its own name."""

    def __post_init__(self) -> None:
        """Check moreover that a key counts at each size, for ever.

        Raises:
            KetensluisError: `bad_log_keys`.
        """
        super().__post_init__()
        reach: int | None = -1  # up to which size some key counts; None for ever
        for each in self.keys:
            if reach is not None:
                if each.from_size > reach + 1:
                    raise bad_terms("there is a size at which no key counts")
                reach = None if each.until_size is None else max(reach, each.until_size)
        if reach is not None:
            raise bad_terms("none is in use")

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.name

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
        first, _, rest = text.rstrip("\n").partition("\n")
        origin, *listed = rest.split("\n")
        keys = cls(tuple(_parsed(each) for each in listed))
        if first != _FIRST or keys.origin != origin:
            raise bad_terms("it is not a list of a log's keys")
        return keys


def _parsed(written: str) -> KeyTerm:
    key, *sizes = written.split(" ")
    if len(sizes) != 2 or not _SIZE.fullmatch(sizes[0]):  # noqa: PLR2004 - from and until
        raise bad_terms("a line of it is not a key with its sizes")
    if sizes[1] != _STILL and not _SIZE.fullmatch(sizes[1]):
        raise bad_terms("a line of it is not a key with its sizes")
    until = None if sizes[1] == _STILL else int(sizes[1])
    return KeyTerm(VerifyingKey.parse(key), int(sizes[0]), until)


def _end(size: int | None) -> str:
    return _STILL if size is None else str(size)
