"""Births that are said loosely: by a year alone, a feast, or with the word of birth after them."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_loose_births"]

# Of someone who was born later the age is told; such a year is of the case, unless it stands in
# brackets after a person.
_YEAR = re.compile(r"19[1-9]\d|200[0-9]")
_YEAR_IN_BRACKETS = re.compile(r"(?:19|20)\d\d")
# After a word of birth any year counts, of other calendars too.
_ANY_YEAR = re.compile(r"1[234]\d\d|(?:19|20)\d\d")
_SHORT_YEAR = re.compile(r"[3-9]\d|0\d")
# `hij is '92er`.
_DECADE = re.compile(r"(?:[3-9]\d|0\d)er")
_APOSTROPHES = frozenset("'\u2019`\u2018")
_BEING = frozenset(("is", "ben", "zijn", "bent", "was", "waren"))
_PERSONAL = frozenset(("hij", "zij", "ze", "ik", "wij", "jij", "beiden", "allebei", "beide", "die"))
_YEAR_WORDS = frozenset(
    ("bouwjaar", "lichting", "jaargang", "geboortejaar", "gebj", "bj", "generatie")
)
_PASSED = frozenset({None, Mark.BIRTH_DATE})
_LONG_AGO = 2004
_REACH = 5


@call
def _dated(word: Written) -> bool:
    return word.numeric or bool(word.traits & (Trait.BIRTH | Trait.MONTH))


def judge_loose_births(tokens: Tokens, calls: Calls) -> None:
    """Settle years of birth and what stands before them; to be called when dates are settled."""
    for at in calls[_dated]:
        token = tokens[at]
        if token.traits & Trait.BIRTH:
            _after_birth(tokens, at)
        elif token.traits & Trait.MONTH:
            _month_and_year(tokens, at)
        elif not token.mark and _of_someone(tokens, at):
            settle(tokens, at, at + 1, Mark.BIRTH_DATE)
        elif tokens[at - 1].word in _APOSTROPHES and _DECADE.fullmatch(token.lower):
            settle(tokens, at - 1, at + 1, Mark.BIRTH_DATE)


def _after_birth(tokens: Tokens, at: int) -> None:
    """`geb. kerst '84`, `geboren op Koningsdag 2001`, `geb dat 28 aban 1361`."""
    start = at + 1
    while tokens[start].word in {".", ":", "-"} or tokens[start].lower in {"op", "dat", "datum"}:
        start += 1
    for year in range(start, start + _REACH):
        token = tokens[year]
        short = token.word in _APOSTROPHES and _SHORT_YEAR.fullmatch(tokens[year + 1].word)
        said = year > start and _SHORT_YEAR.fullmatch(token.word) and not tokens[year + 1].wordlike
        if short or said or _ANY_YEAR.fullmatch(token.word):
            if not any(one.lower in {"in", "te"} for one in tokens[start:year]):
                settle(tokens, start, year + (2 if short else 1), Mark.BIRTH_DATE)
            elif token.mark is None:
                settle(tokens, year, year + (2 if short else 1), Mark.BIRTH_DATE)
            return
        if (
            not token.wordlike
            or token.mark not in _PASSED
            or token.traits & (Trait.VERB | Trait.UNIT)
        ):
            return


def _month_and_year(tokens: Tokens, at: int) -> None:
    """`hij is van augustus 1990`: a month and a year long ago, but not `in mei 1998 getrouwd`."""
    year, after = tokens[at + 1], tokens[at + 2]
    if tokens[at].word == "mei" and tokens[at - 1].traits & Trait.TEMPORAL:
        # Without a capital after such a word it is the month and nobody.
        settle(tokens, at, at + 1, tokens[at].mark)
    born = tokens[at - 1].lower == "in" and after.traits & Trait.BIRTH
    if (tokens[at - 1].lower not in {"van", "uit"} and not born) or year.mark:
        return
    short = _SHORT_YEAR.fullmatch(year.word) and not (
        after.traits & Trait.UNIT and after.lower != "en"
    )
    short = (
        short
        and tokens[at - 2].lower in _BEING
        and not (after.word in {".", ":"} and after.start == year.end and tokens[at + 3].numeric)
    )
    if short or (_YEAR.fullmatch(year.word) and int(year.word) <= _LONG_AGO):
        settle(tokens, at, at + 2, Mark.BIRTH_DATE)


def _of_someone(tokens: Tokens, at: int) -> bool:
    """`is uit 1979`, `van het jaar 1991`, `Demir, 1990, man`, `Demir, uit 1990`, `Jan (1985)`."""
    before, owner, after = tokens[at - 1], tokens[at - 2], tokens[at + 1]
    if before.word == "(" and after.word == ")" and _YEAR_IN_BRACKETS.fullmatch(tokens[at].word):
        return _someone(owner)
    if not _YEAR.fullmatch(tokens[at].word):
        return False
    if before.lower in _YEAR_WORDS:
        return True
    if before.lower == "jaar":
        return [token.lower for token in tokens[at - 3 : at - 1]] == ["van", "het"]
    if before.lower in {"uit", "van"}:
        being = owner.lower in _BEING and _someone(tokens[at - 3])
        beside = owner.word in {",", "("} and _someone(tokens[at - 3])
        return being or beside or (before.lower == "uit" and owner.mark is Mark.NAME)
    return before.word in {",", "("} and _someone(owner) and not after.wordlike


def _someone(token: Token) -> bool:
    """A pronoun, a role, or a word with a capital that may be a name."""
    if token.lower in _PERSONAL or token.traits & (Trait.ROLE | Trait.TITLE):
        return True
    return token.capital and (not token.traits & Trait.ORDINARY or bool(token.traits & Trait.DUAL))
