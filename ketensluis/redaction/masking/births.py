"""Dates of birth that are said in words or by their year only: `zeven maart acht en tachtig`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.numerals import NUMERALS
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_births"]

_SHORT_YEAR = re.compile(r"[2-9]\d")
_APOSTROPHES = frozenset("'\u2019`\u2018")
_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
# Of a year that is more likely of a birth than of the case.
_BORN_TENS = _TENS[1:]
_BEING = frozenset(("is", "ben", "zijn", "bent", "was", "waren"))
_COMING = _BEING | {"komt", "kom", "kwam"}
_PERSONAL = frozenset(("hij", "zij", "ze", "ik", "wij", "jij", "beiden", "allebei", "beide"))
_LISTING = frozenset(("en", ",", "/", "resp", "respectievelijk"))
_BORN = frozenset(("geboren", "geb", "gebjr", "bouwjaar", "lichting"))
_UNITS = frozenset(("een", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"))


@call
def _dated(word: Written) -> bool:
    return bool(word.traits & (Trait.MONTH | Trait.NUMERAL))


@call
def _apostrophe(word: Written) -> bool:
    return word.word in _APOSTROPHES


def judge_births(tokens: Tokens, calls: Calls) -> None:
    """Settle the dates and years of birth that no other form knows."""
    for at in calls[_dated]:
        if tokens[at].traits & Trait.MONTH:
            _after_month(tokens, at)
        else:
            _all_words(tokens, at)
    for at in calls[_apostrophe]:
        _short_year(tokens, at)


def _short_year(tokens: Tokens, at: int) -> None:
    """`Ze zijn '55 en '53`, `'85 geboren`, `Anna ('85)`, `Piet, '83`."""
    year, before = tokens[at + 1], tokens[at - 1]
    if year.settled or year.start != tokens[at].end or not _SHORT_YEAR.fullmatch(year.word):
        return
    after = tokens[at + 2]
    someone = tokens[at - 2]
    if before.lower in {"uit", "van"} and someone.lower in _COMING:
        before, someone = someone, tokens[at - 3]
    being = before.lower in _COMING and (someone.lower in _PERSONAL or _person(someone))
    beside = before.word in {"(", ","} and _person(someone)
    listed = before.lower in _LISTING and tokens[at - 2].mark is Mark.BIRTH_DATE
    born = before.lower in _BORN or after.lower in _BORN
    if being or beside or listed or born:
        settle(tokens, at, at + 2, Mark.BIRTH_DATE)


def _person(token: Token) -> bool:
    named = token.capital and (not token.traits & Trait.ORDINARY or bool(token.traits & Trait.DUAL))
    return named or bool(token.traits & (Trait.ROLE | Trait.TITLE))


def _year_end(tokens: Tokens, at: int) -> int:
    """Where a year in words ends, `tachtig`, `acht en tachtig`, `vijfentachtig`; else `at`."""
    if tokens[at].lower in {"in", "van"} and tokens[at + 1].lower == "het":
        at += 3 if tokens[at + 2].lower == "jaar" else 2
    first = tokens[at].lower
    if first.startswith(("negentien", "tweeduizend")) and tokens[at].word.isalpha():
        return _year_end(tokens, at + 1) if _tens(tokens, at + 1) else at + 1
    return at + _tens(tokens, at)


def _tens(tokens: Tokens, at: int) -> int:
    """How many tokens a number from thirty on has here."""
    first = tokens[at].lower
    if first in _UNITS and tokens[at + 1].lower in {"en", "-en-"}:
        return 3 if tokens[at + 2].lower in _BORN_TENS else 0
    return 1 if first in NUMERALS and first.endswith(_BORN_TENS) else 0


def _day_start(tokens: Tokens, at: int) -> int:
    """Where the day before a month or a number of a month at `at` begins; else `at`."""
    if tokens[at - 1].lower == "van" or (
        tokens[at - 1].lower == "de" and tokens[at - 2].lower == "van"
    ):
        at -= 1 if tokens[at - 1].lower == "van" else 2
    day = tokens[at - 1]
    if day.lower in _BORN_TENS:
        return at
    said = day.lower in NUMERALS or day.traits & Trait.ORDINAL or day.lower[:2].isdigit()
    if day.lower in {"twintig", "dertig"} and tokens[at - 2].lower == "en":
        return at - 3
    return at - 1 if said or (day.word.isdigit() and len(day.word) <= len("31")) else at


def _after_month(tokens: Tokens, at: int) -> None:
    """`zeven maart acht en tachtig`, `7 maart vijfentachtig`, `3 mei, van het jaar '85`."""
    start, year = _day_start(tokens, at), at + 1
    if tokens[year].word == ",":
        year += 1
    end = _year_end(tokens, year)
    counted = tokens[end].traits & Trait.UNIT and tokens[end].lower != "en"
    if end - year > 0 and _tens(tokens, end - 1) and start < at and not counted:
        settle(tokens, start, end, Mark.BIRTH_DATE)


def _all_words(tokens: Tokens, at: int) -> None:
    """`twaalf drie vijfentachtig`: a day, a month and a year, each in words."""
    month = tokens[at + 1]
    if tokens[at].mark is not None or month.lower not in NUMERALS:
        return
    size = _tens(tokens, at + 2)
    after = tokens[at + 2 + size]
    alone = not after.wordlike or not (after.traits & Trait.NUMERAL or after.word.isdigit())
    lone_before = not tokens[at - 1].traits & Trait.NUMERAL and not tokens[at - 1].word.isdigit()
    if size and alone and lone_before and not after.traits & Trait.UNIT:
        settle(tokens, at, at + 2 + size, Mark.BIRTH_DATE)
