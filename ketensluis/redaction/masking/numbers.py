"""Judges the numbers that no pattern knows: what counts something stays, the rest is masked."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait

__all__ = ["judge_announced", "judge_numbers"]

_ORDINARY, _UNIT, _TITLE = Trait.ORDINARY, Trait.UNIT, Trait.TITLE
_ANNOUNCING = Trait.NUMBER_WORD | Trait.DOCUMENT_WORD
_YEAR = re.compile(r"(?:19[4-9]|20[0-4])\d")
_COUNT_DIGITS = 3
_NUMBER_ENDS = ("nummer", "nr", "nummers", "code")
_BETWEEN = frozenset({":", "is", ".", "van", "nummer", "nr", "met", ","})
_STOPS = frozenset(",;(")


def judge_announced(tokens: Tokens) -> None:
    """`klantnummer 99-234-1`, `nr. 31`: a number that is said to be one."""
    for at, token in enumerate(tokens):
        announces = token.traits & _ANNOUNCING or token.lower.endswith(_NUMBER_ENDS)
        if token.settled or not announces:
            continue
        target = at + 1
        while tokens[target].lower in _BETWEEN:
            target += 1
        number = tokens[target]
        if number.settled or not any(map(str.isdigit, number.word)):
            continue
        settle(tokens, target, _glued(tokens, target), _announced_as(token, number))


def _announced_as(token: Token, number: Token) -> Mark:
    if token.traits & Trait.DOCUMENT_WORD:
        return Mark.DOCUMENT
    return Mark.ADDRESS if len(number.word) <= _COUNT_DIGITS else Mark.NUMBER


def _glued(tokens: Tokens, start: int) -> int:
    """Where the tokens end that follow `start` without white space, but for a closing sign."""
    end = start + 1
    while tokens[end].start == tokens[end - 1].end and tokens[end].word not in _STOPS:
        if not tokens[end].wordlike and tokens[end + 1].start != tokens[end].end:
            break
        end += 1
    return end


def judge_numbers(tokens: Tokens) -> None:
    """Mark every token with a digit that is neither a count, a year nor a known form."""
    for at, token in enumerate(tokens):
        if token.settled or not token.numeric:
            continue
        stays = _counts(tokens, at) if token.word.isdigit() else token.traits & _ORDINARY
        if not stays:
            settle(tokens, at, at + 1, Mark.NUMBER)


def _counts(tokens: Tokens, at: int) -> bool:
    word, before = tokens[at].word, tokens[at - 1]
    if tokens[at + 1].traits & _UNIT:
        return True
    if before.traits & _TITLE and before.lower not in {"gezin", "buren"}:
        return False
    return len(word) <= _COUNT_DIGITS or bool(_YEAR.fullmatch(word))
