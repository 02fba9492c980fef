"""House numbers and postcodes in words and pieces: `nr. zeven-zeven`, `78 14 en dan KL`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.numerals import digits_of
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["is_worded", "judge_worded_houses"]

_HUNDREDS = re.compile(r"(?:[a-zé]{3,6})?honderd(?:en)?[a-zëé]*")
_ANNOUNCING = frozenset(("nr", "nr.", "no", "nummer", "huisnummer", "huisnr", "deur", "deurnummer"))
_SIGNS = frozenset(".:\"'\u201c\u2018")
_HALF = ["en", "een", "half"]
_COUNTS = Trait.UNIT | Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB | Trait.THING
_NAMED = frozenset({Mark.NAME, Mark.PLACE, Mark.ADDRESS})
_FREE = frozenset({None, Mark.ADDRESS, Mark.NAME})
# What is said between the pieces of a postcode.
_FILLERS = frozenset(("en", "dan", "iets", "met", "van", "een", "of", "nog", ",", "-", "/"))
_MOST_SIGNS, _MOST_PIECES, _MOST_LETTERS = 4, 9, 2


@call
def _announces(word: Written) -> bool:
    return word.lower in _ANNOUNCING


@call
def _postcode(word: Written) -> bool:
    return word.lower == "postcode"


@call
def _said(word: Written) -> bool:
    return _is_said(word.lower, word.traits) and not word.numeric


def _is_said(lower: str, traits: int) -> bool:
    return bool(traits & Trait.NUMERAL or digits_of(lower) or _HUNDREDS.fullmatch(lower))


def is_worded(token: Token) -> bool:
    """Whether it is a number in words: `zeven-zeven`, `honderdtwaalf`."""
    return not token.numeric and _is_said(token.lower, token.traits)


def judge_worded_houses(tokens: Tokens, calls: Calls) -> None:
    """Settle them; to be called when all else is marked."""
    for at in calls[_announces]:
        _announced(tokens, at)
    for at in calls[_said]:
        if tokens[at].mark is Mark.ADDRESS:
            settle(tokens, _begin(tokens, at), _end(tokens, at + 1), Mark.ADDRESS)
        elif _beside_street(tokens, at):
            settle(tokens, at, _end(tokens, at + 1), Mark.ADDRESS)
    for at in calls[_postcode]:
        _pieces(tokens, at + 1)


def _announced(tokens: Tokens, at: int) -> None:
    """`nr. zeven-zeven`, `huisnr nu wel: honderdtwaalf`."""
    start = at + 1
    small = Trait.FUNCTION | Trait.VERB
    while start - at < _MOST_SIGNS and not is_worded(tokens[start]):
        token = tokens[start]
        if token.word not in _SIGNS and not token.traits & small:
            return
        start += 1
    free = tokens[start].mark is None and tokens[start].lower not in {"een", "één"}
    if free and is_worded(tokens[start]) and not _counted(tokens, start + 1):
        settle(tokens, start, _end(tokens, start + 1), Mark.ADDRESS)


def _beside_street(tokens: Tokens, at: int) -> bool:
    """`Krispijnseweg honderdtwaalf`, of which no other count is said."""
    token, street = tokens[at], tokens[at - 1]
    large = _HUNDREDS.fullmatch(token.lower) and token.lower != "honderd"
    free = token.mark is None and street.capital and street.mark in _NAMED
    return bool(large and free and not _counted(tokens, at + 1))


def _begin(tokens: Tokens, at: int) -> int:
    """Where `honderd en zeventien` begins, of which the number at `at` goes."""
    while True:
        step = 2 if tokens[at - 1].lower == "en" else 1
        before = tokens[at - step]
        if not is_worded(before) or before.mark not in _FREE:
            return at
        at -= step


def _end(tokens: Tokens, at: int) -> int:
    """Where the rest of `vijf nul een` or `zeven en een half` ends."""
    while True:
        if [token.lower for token in tokens[at : at + 3]] == _HALF:
            return at + 3
        step = 2 if tokens[at].lower in {"en", "-"} else 1
        number = tokens[at + step - 1]
        if not is_worded(number) or number.mark not in _FREE or _counted(tokens, at + step):
            return at
        at += step


def _counted(tokens: Tokens, at: int) -> bool:
    return bool(tokens[at].traits & _COUNTS) and tokens[at].lower != "en"


def _pieces(tokens: Tokens, start: int) -> None:
    """Settle the digits and letters of a postcode with what is said in between."""
    while tokens[start].word in _SIGNS or tokens[start].lower in {"is", "was", "begint", "met"}:
        start += 1
    last = start - 1
    for at in range(start, start + _MOST_PIECES):
        token = tokens[at]
        size = len(token.word)
        letters = token.word.isalpha() and (size == 1 or (size <= _MOST_LETTERS and token.capital))
        if token.numeric or is_worded(token) or letters:
            last = at
        elif token.lower not in _FILLERS:
            break
    if last > start and (tokens[start].numeric or is_worded(tokens[start])):
        settle(tokens, start, last + 1, Mark.ADDRESS)
