"""Births of which the day, the month or the year is said in words: `geb. op de derde maart 80`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark, Span
from ketensluis.redaction.masking.spoken import is_date_word
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["BETWEEN", "LONG_AGO", "REACH", "SINCE", "births_in_words"]

_BIRTH, _ORDINARY = Trait.BIRTH, Trait.ORDINARY
_DATED = Trait.MONTH | Trait.ORDINAL
_SHORT_YEAR = re.compile(r"[3-9]\d|0\d|(?:19[2-9]|20[012])\d")
# Of a year in words without its century: `elf mei tachtig`.
_TENS = ("dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_CENTURIES = ("negentien", "tweeduizend")
_YEAR = re.compile(r"(?:19|20)\d\d")
BETWEEN = frozenset(
    (
        *("op", "de", "in", "te", "is", ":", ".", ",", "(", "-", "van", "den", "het", "en", "jaar"),
        *("helft", "begin", "eind", "medio", "rond", "circa", "ca", "ergens", "zomer", "winter"),
        *("najaar", "voorjaar", "omstreeks", "ongeveer", "tweede", "eerste"),
        *("zijn", "haar", "datum", "wordt", "werd", "dd", "d.d.", "*"),
    )
)
_APOSTROPHES = frozenset("'\u2019`")
_JOINING = frozenset(("van", "en", "'", "\u2019", "-", "/", "in", "het", "jaar", "de"))
# How many tokens may stand between "geboren" and the date.
REACH = 6
# A full date so long ago, without a word such as "sinds", is of a birth.
LONG_AGO = 2004
SINCE = frozenset(
    (*("sinds", "vanaf", "sedert", "getrouwd", "gehuwd", "gescheiden", "in", "op", "d.d.", "dd"),)
)


@call
def _birth(word: Written) -> bool:
    return bool(word.traits & _BIRTH)


@call
def _dated(word: Written) -> bool:
    return bool(word.traits & _DATED) or word.lower == "van"


def births_in_words(tokens: Tokens, calls: Calls) -> list[Span]:
    """The spans of such births: after a word of birth, or with their year in words."""
    return [*_in_words(tokens, calls[_birth]), *_whole_in_words(tokens, calls[_dated])]


def _whole_in_words(tokens: Tokens, dated: list[int]) -> list[Span]:
    """`zeven mei tweeduizendtwee`, `is van 84`: with its year in words, or after "is van"."""
    found = []
    for at in dated:
        token, after = tokens[at], tokens[at + 1]
        if (
            token.traits & Trait.MONTH
            and is_date_word(tokens[at - 1])
            and after.lower.endswith(_TENS)
        ):
            found.append(Span(tokens[at - 1].start, after.end, Mark.BIRTH_DATE))
        if token.traits & Trait.MONTH and _day_and_year(tokens, at):
            found.append(Span(tokens[at - 1].start, after.end, Mark.BIRTH_DATE))
        twice = token.traits & Trait.ORDINAL and [t.lower for t in tokens[at + 1 : at + 3]]
        if twice == ["van", "de"] and tokens[at + 3].traits & Trait.ORDINAL:
            digits = bool(_YEAR.fullmatch(tokens[at + 4].word))
            if digits or tokens[at + 4].lower.startswith(_CENTURIES):
                found.append(Span(token.start, tokens[at + 4].end, Mark.BIRTH_DATE))
        if (
            token.traits & Trait.MONTH
            and after.lower.startswith(_CENTURIES)
            and after.word.isalpha()
        ):
            start = at - 1 if is_date_word(tokens[at - 1]) else at
            found.append(Span(tokens[start].start, after.end, Mark.BIRTH_DATE))
        elif token.lower == "van" and tokens[at - 1].lower in {"is", "ben"}:
            year = at + 2 if after.word in _APOSTROPHES else at + 1
            unit = tokens[year + 1].traits & Trait.UNIT and tokens[year + 1].lower != "en"
            if _SHORT_YEAR.fullmatch(tokens[year].word) and not unit:
                found.append(Span(after.start, tokens[year].end, Mark.BIRTH_DATE))
    return found


def _day_and_year(tokens: Tokens, at: int) -> bool:
    """`elf november 1997`: the day in words, the year in digits, and long ago."""
    day, year = tokens[at - 1], tokens[at + 1].word
    if day.numeric or not is_date_word(day) or not _YEAR.fullmatch(year):
        return False
    said = any(token.lower in {"geboren", "geb", "jarig"} for token in tokens[at + 2 : at + 5])
    since = any(token.lower in SINCE for token in tokens[at - 3 : at - 1])
    return said or (int(year) <= LONG_AGO and not since)


def _in_words(tokens: Tokens, births: list[int]) -> list[Span]:
    """`geboren op de derde maart negentientachtig`, `geb. 85`, `jarig op twaalf mei`."""
    found = []
    for at in births:
        start = at + 1
        while start - at < REACH and _between(tokens[start]):
            start += 1
        end = start
        while is_date_word(tokens[end]) or (end > start and _leads_on(tokens, end)):
            end += 1
        if end > start:
            found.append(Span(tokens[start].start, tokens[end - 1].end, Mark.BIRTH_DATE))
    return found


def _leads_on(tokens: Tokens, at: int) -> bool:
    """Whether `van de` or `in het jaar` leads on to a further word of a date."""
    ahead = at
    while ahead - at < len(("in", "het", "jaar")) and tokens[ahead].lower in _JOINING:
        ahead += 1
    return ahead > at and is_date_word(tokens[ahead])


def _between(token: Token) -> bool:
    """A small word, or a place of birth."""
    if is_date_word(token):
        return False
    place = token.capital or bool(token.word[:1].isalpha() and not token.traits & _ORDINARY)
    return token.word in _APOSTROPHES or token.lower in BETWEEN or place
