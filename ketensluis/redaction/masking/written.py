"""A word as it is written, and which judges begin at it: told once for each word of the language.

A judge that begins at few words would else ask every word of every text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import msgspec

__all__ = ["CALLS", "Call", "Calls", "Written", "call"]


class Written(msgspec.Struct, gc=False):
    """A word as it is written.

    A structure of msgspec, as each word of a text is read from one: it is taken apart the fastest.
    """

    word: str
    lower: str
    traits: int
    capital: bool
    numeric: bool
    """Whether it begins with a digit."""
    look: int
    """The `Look` bits of how it is written."""
    said: str
    """The word itself where it is telling."""
    stands: tuple[str, str]
    """How it stands beside another word without a capital, and with it."""
    calls: tuple[Call, ...] = ()
    """Which judges begin at it, told when all else is known."""


Call = Callable[[Written], bool]
"""Whether a judge may begin at such a word, by what is known of the word alone."""

CALLS: list[Call] = []
"""Those that do not depend on the word lists."""


class Calls(defaultdict[Call, list[int]]):
    """The places in a text at which a judge may begin, in order."""

    def __init__(self) -> None:
        super().__init__(list)


def call(asked: Call) -> Call:
    """Have `asked` told of every word that is met from now on."""
    CALLS.append(asked)
    return asked
