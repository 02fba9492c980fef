"""Joins the pieces of one number that were said or written apart: `0255 en dan 5 1 7, eh, 70`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.announcing import announced, is_ending, is_letter
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.numerals import digits_of, number
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_runs"]

_POINTING = frozenset(
    (Mark.PHONE, Mark.NUMBER, Mark.BANK, Mark.BSN, Mark.PLATE, Mark.DOCUMENT, Mark.CASE)
)
# What a number before it counts.
_COUNTED = Trait.UNIT | Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB | Trait.THING | Trait.MONTH
_SIGNS = frozenset(",.-/:()~*+?\u2013\u2014\u2026\u00b7\u2022_")
# What someone says in search of the rest of a number.
_FILLERS = frozenset(
    (
        *("eh", "ehm", "uh", "uhm", "euh", "euhm", "hm", "hmm", "dan", "daarna", "nog", "toen"),
        *("wacht", "nee", "even", "kijken", "streep", "streepje", "spatie", "schuin", "komt"),
        *("weer", "nou", "sorry", "pardon", "denk", "geloof", "iets", "vervolgens", "tot", "slot"),
        *("verder", "onleesbaar", "onverstaanbaar", "denken", "effe", "moment", "o", "oh", "ho"),
        *("x", "xx", "xxx", "ja", "zeg", "maar"),
    )
)
_SEARCHING = _FILLERS | frozenset("?\u2026\u2014")
_GAPS = _FILLERS | _SIGNS | {"en", "ik", "of", "een", "de"}
_BEFORE_IT = frozenset({"ervoor", "vooraan", "vooraf", "voorop"})
_LEADS = re.compile(r"[0o]\d{0,3}|06-\d{1,4}|nul|nulzes|nul-zes")
# A nought that was written as a letter: `o6`.
_MISREAD = re.compile(r"[oO]\d")
_MOST_GAP = 6
_LEAST_DIGITS = 6
_LEAST_ANNOUNCED = 4
_LEAST_PIECES = 4
_MOST_PIECES = 40
_TWO = 2
# Two numbers side by side have more digits than this together.
_MOST_DIGITS = 12


@call
def _misread(word: Written) -> bool:
    return _MISREAD.match(word.word) is not None


def judge_runs(tokens: Tokens, calls: Calls) -> None:
    """Settle every number that is in pieces, with what stands between them."""
    past = 0
    pointing = _POINTING
    known = [at for at, token in enumerate(tokens) if token.settled and token.mark in pointing]
    for at in sorted({*calls[number], *calls[_misread], *known}):
        if at >= past:
            past = _judge(tokens, at)


def _judge(tokens: Tokens, at: int) -> int:
    """Judge the number that begins at `at`; gives the token after it, where to go on."""
    if not _piece(tokens, at):
        return at + 1
    start, said = announced(tokens, at)
    pieces = _pieces(tokens, at, letters=said not in {None, Mark.PHONE})
    last = pieces[-1]
    lettered = start < at
    if len(pieces) < _TWO and not (lettered and said):
        return last + 1
    mark = _mark_of(tokens, pieces, said, lettered=lettered)
    if mark is None:
        # A long run is looked at once, so that the time grows with the text's length only.
        return last + 1 if len(pieces) > _MOST_DIGITS else at + 1
    settle(tokens, start, _said_before(tokens, last) + 1, mark)
    return last + 1


def _piece(tokens: Tokens, at: int) -> int:
    """How many digits stand here as a part of a number; 0 if they count or tell the time."""
    token = tokens[at]
    if token.mark in _POINTING:
        return max(sum(map(str.isdigit, token.word)), 1) if token.wordlike else 0
    if token.settled and token.mark is not Mark.ADDRESS:
        return 0
    size = digits_of(token.lower)
    after = tokens[at + 1]
    if not size or after.lower in _GAPS or not after.wordlike:
        return size
    lettered = len(after.word) == 1 and after.word.isupper()
    if digits_of(after.lower) or after.mark in _POINTING or lettered:
        return size
    return 0 if after.traits & _COUNTED or token.lower == "een" else size


def _pieces(tokens: Tokens, start: int, *, letters: bool) -> list[int]:
    """Where the pieces of the number stand that begins at `start`."""
    pieces, at = [start], start + 1
    while at - pieces[-1] <= _MOST_GAP and len(pieces) < _MOST_PIECES:
        if tokens[at].opens and tokens[at].word[:1].isalpha() and not _piece_inside(tokens[at]):
            break
        if letters and tokens[at].lower == "van" and is_letter(tokens[at - 1], leads=True):
            # `de K van Karel`.
            at += 1
            pieces.append(at)
        elif _piece(tokens, at) or (letters and is_letter(tokens[at])):
            pieces.append(at)
        elif tokens[at].lower not in _GAPS:
            break
        at += 1
    while len(pieces) > 1 and tokens[pieces[-1]].lower in {"een", "u"}:
        pieces.pop()
    return pieces


def _piece_inside(token: Token) -> bool:
    """Whether a sign that ends sentences stands inside a number: `06..twee`, `o6? o4`."""
    return token.mark in _POINTING or (token.word.islower() and bool(digits_of(token.lower)))


def _mark_of(
    tokens: Tokens, pieces: list[int], said: Mark | None, *, lettered: bool
) -> Mark | None:
    """What the pieces are together, or None if nothing says that they are one number."""
    sizes = [_piece(tokens, at) for at in pieces]
    digits = sum(sizes)
    first, last = pieces[0], pieces[-1]
    known = next((tokens[at].mark for at in pieces if tokens[at].mark in _POINTING), None)
    gaps = [token.lower for token in tokens[first:last] if token.lower in _GAPS]
    searching = not _SEARCHING.isdisjoint(gaps)
    leads = _LEADS.fullmatch(tokens[first].lower) and said in {None, Mark.PHONE, Mark.NUMBER}
    if leads and (not known or digits <= _MOST_DIGITS):
        return Mark.PHONE if digits >= _LEAST_DIGITS else None
    if Mark.PHONE in {known, said} and digits > _MOST_DIGITS:
        return None
    if said is Mark.NUMBER and len(pieces) == _TWO and gaps and {*gaps} <= {"en", "of", "de", ","}:
        return None
    least = _TWO if is_ending(tokens, first) else _LEAST_ANNOUNCED
    if said is not None and (digits >= least or lettered or 0 in sizes):
        return (known or said) if said in {Mark.NUMBER, Mark.PHONE} else said
    if known is not None:
        return known if searching and digits <= _MOST_DIGITS else None
    whole = searching and len(pieces) >= _LEAST_PIECES and digits >= _LEAST_DIGITS
    return Mark.NUMBER if whole else None


def _said_before(tokens: Tokens, last: int) -> int:
    """The last token of `44 83 07, 06 ervoor`, whose number ends at `last`."""
    at = last + 1
    while tokens[at].lower in {",", "met", "en"} or digits_of(tokens[at].lower):
        at += 1
        if at > last + _MOST_GAP or tokens[at].lower == "een":
            return last
    return at if tokens[at].lower in _BEFORE_IT else last
