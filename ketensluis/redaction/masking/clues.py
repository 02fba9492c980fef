"""What can be seen of a word and of its neighbours: named clues, which are weighed together."""

from __future__ import annotations

import math
from typing import NamedTuple

from ketensluis.redaction.masking.styles import CARELESS, DICTATED, SHOUTED, base
from ketensluis.redaction.masking.telling import sort_of
from ketensluis.redaction.masking.tokens import Token
from ketensluis.redaction.masking.traits import NAMES, Trait
from ketensluis.redaction.masking.written import Written

__all__ = [
    "Candidate",
    "around",
    "beyond",
    "far",
    "form",
    "forms",
    "itself",
    "left",
    "may_be_name",
    "often",
    "right",
    "situation",
    "stands",
]

_FUNCTION, _DUAL, _PREFIX = Trait.FUNCTION, Trait.DUAL, Trait.PREFIX
_CALLING = Trait.ROLE | Trait.TITLE
_KEPT = Trait.CAPITAL | Trait.NAMESAKE | Trait.MONTH | Trait.DUAL | Trait.COMPOUND | _CALLING
_SELDOM_LOWER = Trait.NAMESAKE | Trait.NO_VOWEL | Trait.NUMERAL | _CALLING
_LONGEST, _END = 9, 3
_MOST_FREQUENT = 12


class Candidate(NamedTuple):
    """A word that may be a name, and what the text around it says."""

    at: int
    written: str
    determined: bool
    beside: bool
    """Whether the article stands right before it."""
    near: bool
    announced: bool
    again: bool


def form(token: Token, *, style: str) -> str:
    """How a word is written in a text of that style."""
    if style == SHOUTED:
        return SHOUTED
    if not token.capital:
        return style or "lower"
    if token.word.isupper() and len(token.word) > 1:
        return "upper"
    return "opening" if token.opens else "capital"


def forms(word: Written) -> tuple[str, ...]:
    """How a word may be written, wherever it stands, but in a text of capitals."""
    if not word.capital:
        return ("lower", CARELESS, DICTATED)
    upper = word.word.isupper() and len(word.word) > 1
    return ("upper",) if upper else ("opening", "capital")


def may_be_name(traits: int) -> int:
    """Whether a word can be a name: never (0), with a capital (1), always (2), or beside one (3).

    Never: small words of names, and what is not recognised but stays. Only as a part of a longer
    name: institutions, countries and brands, as their lists were made with names in mind. With a
    capital: small words, ordinary spots, roles, languages, numbers, misspellings, abbreviations
    without a vowel.
    """
    if traits & _PREFIX or not traits & Trait.ORDINARY:
        return 0
    if traits & _KEPT == Trait.CAPITAL:
        return 3
    small = traits & (_FUNCTION | _DUAL) == _FUNCTION
    spot = traits & Trait.SPOT and (traits & Trait.FREQUENT or not traits & _DUAL)
    misspelt = traits & (Trait.GUESSED | Trait.NAME) == Trait.GUESSED
    if small or spot or misspelt or traits & _SELDOM_LOWER:
        return 1
    return 2


def stands(token: Token) -> str:
    """What stands beside the word that is weighed: its sort, or that it is marked; its capital."""
    if token.mark is not None:
        return "marked C" if token.capital else "marked"
    return token.stands[token.capital]


def often(share: float) -> int:
    """How frequent a word is, in steps of which two are a tenfold; 0 if it is in no list."""
    return max(1, min(_MOST_FREQUENT, int((math.log10(share) + 9.5) * 2))) if share else 0


def itself(token: Token | Written, written: str, share: float) -> list[str]:
    """The word by itself; `share` is how frequent it is."""
    sort, style, written = sort_of(token.traits), written, base(written)
    found = [
        f"written {written}",
        f"{written} {sort}",
        f"often {often(share)} {written}",
        f"long {min(len(token.lower), _LONGEST)}",
        f"ends {token.lower[-_END:]}",
    ]
    for name in NAMES[token.traits]:
        found += [f"is {name}", f"is {name} {written}"]
    if style != written:
        found += [f"written {style}", f"{style} {sort}", f"often {often(share)} {style}"]
    return found


def left(written: str, sort: str, before: Token, standing: str) -> list[str]:
    """What stands right before it."""
    said, style, written = before.said, written, base(written)
    found = [
        f"after [{standing}]",
        f"after [{standing}] {written}",
        f"after {said}",
        f"after {said} {written}",
        f"after {said} {sort}",
    ]
    if style != written:
        found += [f"after [{standing}] {style}", f"after {said} {style}"]
    return found


def right(written: str, sort: str, after: Token, standing: str) -> list[str]:
    """What stands right after it."""
    said, style, written = after.said, written, base(written)
    found = [
        f"before [{standing}]",
        f"before [{standing}] {written}",
        f"before {said}",
        f"before {said} {sort}",
    ]
    if style != written:
        found += [f"before [{standing}] {style}", f"before {said} {style}"]
    return found


def far(before: Token, other: Token) -> list[str]:
    """The words one further to the left (with the one between) or to the right."""
    return [f"left {before.said}", f"left {before.said} {other.said}"]


def beyond(after: Token) -> list[str]:
    """The word one further to the right."""
    return [f"right {after.said}"]


def around(sort: str, before: str, after: str) -> list[str]:
    """Both neighbours together."""
    before, after = before.removesuffix(" C"), after.removesuffix(" C")
    return [f"between [{before}] [{after}]", f"{sort} between [{before}] [{after}]"]


def situation(written: str, sort: str, one: Candidate) -> list[str]:
    """Articles, words of belonging and nouns of organisations before it; the same word masked."""
    written = base(written)
    found = [f"{'with' if one.determined else 'without'} article {written} {sort}"]
    if one.beside:
        found += [f"article beside {written}", f"article beside {sort}"]
    if one.near:
        found += [f"belonging {written}", f"belonging {sort}"]
    if one.announced:
        found += [f"organisation {written}", f"organisation {sort}"]
    if one.again:
        found += ["again", f"again {written}"]
    return found
