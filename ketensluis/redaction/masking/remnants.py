"""Takes what is left of a number that was masked in part: digits and codes right beside it."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_remnants"]

_NUMBERS = frozenset(
    {
        Mark.PHONE,
        Mark.NUMBER,
        Mark.BANK,
        Mark.BSN,
        Mark.PLATE,
        Mark.DOCUMENT,
        Mark.CASE,
    }
)
# What may stand inside a number.
_INNER = frozenset(".,-/\u2026:+()")
_MOST_INNER = 4
_LONGEST_CODE = 4
_FOLLOWING = frozenset({"uur", "u", "jaar", "jr", "euro", "keer", "x", "en", "of", "tot"})


@call
def _stop(word: Written) -> bool:
    return word.word == "."


def judge_remnants(tokens: Tokens, calls: Calls) -> None:
    """Settle digits and codes with nothing but signs between them and a masked number."""
    kinds = _NUMBERS
    numbers = [
        at for at, token in enumerate(tokens) if token.mark is not None and token.mark in kinds
    ]
    _take_accounts(tokens, calls[_stop])
    for at in numbers:
        _take(tokens, at, 1, tokens[at].mark)
    for at in reversed(numbers):
        _take(tokens, at, -1, tokens[at].mark)


def _take_accounts(tokens: Tokens, stops: list[int]) -> None:
    """`merijn.rsk`, `drisszoon.3`, `sofyan.aka.s`: glued with full stops, no words after them."""
    past = 0
    for at in stops:
        if at < past:
            continue
        end = at
        while tokens[end].word == "." and _glued(tokens, end):
            end += 2
        past = end
        if end == at:
            continue
        pieces = range(at - 1, end, 2)
        named = any(tokens[one].mark is Mark.NAME for one in pieces)
        if named and any(_no_word(tokens[one]) for one in pieces[1:]):
            settle(tokens, at - 1, end, Mark.ACCOUNT)


def _glued(tokens: Tokens, at: int) -> bool:
    """Whether nothing but the sign at `at` stands between two pieces in lower case."""
    before, after = tokens[at - 1], tokens[at + 1]
    touching = before.end == tokens[at].start and after.start == tokens[at].end
    plain = (after.word.islower() or after.word.isdigit()) and not after.settled
    return touching and plain and before.word[:1].isalnum() and not before.settled


def _no_word(token: Token) -> bool:
    """Digits, a letter by itself, or letters that are no word."""
    return token.word.isdigit() or len(token.word) == 1 or bool(token.traits & Trait.NO_VOWEL)


def _take(tokens: Tokens, at: int, step: int, mark: Mark | None) -> None:
    """Go from `at` over signs to the next piece, take both if it is a part of it, and so on."""
    while True:
        target = at + step
        while tokens[target].word in _INNER and abs(target - at) <= _MOST_INNER:
            target += step
        piece, apart = tokens[target], abs(target - at) > 1
        if piece.mark is not None or not _part(tokens, target, apart=apart, step=step):
            return
        settle(tokens, min(at + step, target), max(at + step, target) + 1, mark)
        at = target


def _part(tokens: Tokens, at: int, *, apart: bool, step: int) -> bool:
    """Whether digits or a code stand there that nothing else explains."""
    token, after = tokens[at], tokens[at + 1]
    if token.settled:
        return False
    if token.lower == "een" and not apart and tokens[at - step].traits & Trait.NUMERAL:
        return step < 0 or not after.wordlike
    if token.word.isdigit():
        counted = after.traits & Trait.UNIT or after.lower in _FOLLOWING
        started = token.opens or (step > 0 and apart and tokens[at - 1].word in {",", "."})
        return not counted and not (started and after.wordlike)
    return _code(token) and not token.opens


def _code(token: Token) -> bool:
    """Letters and digits mixed, or a few capitals or consonants that are no word."""
    mixed = any(map(str.isdigit, token.word)) and not token.traits & Trait.ORDINARY
    short = len(token.word) <= _LONGEST_CODE and token.word.isalpha()
    letters = short and (token.word.isupper() or bool(token.traits & Trait.NO_VOWEL))
    unlisted = not token.traits & (Trait.FUNCTION | Trait.CAPITAL | Trait.FREQUENT)
    return mixed or (letters and unlisted)
