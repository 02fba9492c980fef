"""Towns by their names: one may have two, and a police unit or team may be named after it."""

from __future__ import annotations

import re

from ketensluis.redaction.spelling import key, plain

__all__ = ["names_of", "names_town", "town"]

# (choice) The two of which registers and people use different names.
_TWO_NAMES = (("Den Haag", "'s-Gravenhage"), ("Den Bosch", "'s-Hertogenbosch"))
_BY_KEY = {key(name): names for names in _TWO_NAMES for name in names}
_ONE = {key(name): key(names[0]) for names in _TWO_NAMES for name in names}
_WORD = re.compile(r"[^\W_]+")


def town(name: str | None) -> str:
    """The town in comparable form, the same under each of its names; empty if there is none."""
    found = key(name)
    return _ONE.get(found, found)


def names_of(name: str) -> tuple[str, ...]:
    """Every name of the town that goes by this one."""
    return _BY_KEY.get(key(name), (name,))


def names_town(text: str, name: str) -> bool:
    """Whether a text names the town, under any of its names, as a word or words of its own."""
    wanted = {key(each) for each in names_of(name)} - {""}
    shown = key(text)
    if not any(each in shown for each in wanted):  # nearly always: words take ten times as long
        return False
    words = [key(word) for word in _WORD.findall(plain(text))]
    return any(_begins(words[at:], each) for at in range(len(words)) for each in wanted)


def _begins(words: list[str], wanted: str) -> bool:
    """Whether the first of the words, put together, are the one that is wanted."""
    together = ""
    for word in words:
        together += word
        if len(together) >= len(wanted):
            break
    return together == wanted
