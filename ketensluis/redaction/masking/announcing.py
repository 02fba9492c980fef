"""Tells what a number is said to be by the word before it, and where its letters begin."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["announced", "is_ending", "is_letter"]

_LINKS = frozenset(
    (
        *("is", "nr", "nr.", "nummer", ":", ".", "=", "van", "haar", "zijn", "de", "op", "met"),
        *("het", "was", "luidt", "(", "eindigt", "begint", "hem", "hij", "zij", ",", "onder"),
        *("via", "mij", "terug", "no", "-"),
    )
)
_CALLS = frozenset(
    ("bel", "bellen", "gebeld", "bereikbaar", "terugbellen", "tel", "telnr", "mobiel", "gsm", "06")
)
# A few digits are enough after these: `de laatste cijfers zijn 7 8 9`.
_ENDINGS = frozenset(
    ("cijfers", "eindcijfers", "eindigt", "eindigend", "eindigde", "begint", "beginnend", "begon")
)
# By the beginning of the word that says what the number is.
_ANNOUNCED = (
    (("telefoon", "mobiele"), Mark.PHONE),
    (("paspoort", "pasp", "rijbew", "identiteits", "id-", "verblijfs", "legitim"), Mark.DOCUMENT),
    (("rekening", "bankrek", "iban", "giro"), Mark.BANK),
    (("bsn", "sofi", "burgerservice"), Mark.BSN),
    (("kenteken", "nummerplaat", "nummerbord"), Mark.PLATE),
    (("zaaknr", "zaaknum", "dossiernr", "dossiernum", "parket", "mutatienr", "bvh"), Mark.CASE),
)
_NUMBER_ENDS = ("nummer", "nr", "nummers", "nrs")
_BANKS = frozenset(("abna", "ingb", "rabo", "snsb", "knab", "bunq", "asnb", "trio", "rbrb"))
_MOST_LINKS = 5
_MOST_LETTERS = 4


def announced(tokens: Tokens, at: int) -> tuple[int, Mark | None]:
    """Where the number begins with its letters, and what a word before it says that it is."""
    start = at
    while at - start < _MOST_LETTERS and _letter_before(tokens, start):
        start -= 1
    for first in {start: None, at: None}:
        one = tokens[first - 1].lower in {"een", "\u00e9\u00e9n"}
        before = first - 1 - one
        while first - before <= _MOST_LINKS and tokens[before].lower in _LINKS:
            mark = _said_by(tokens[before])
            if mark:
                break
            before -= 1
        mark = _said_by(tokens[before])
        if mark is not None:
            return first - one, mark
    if tokens[at - 1].lower in {"nl", "be", "de"} and tokens[at + 1].lower in _BANKS:
        return at - 1, Mark.BANK
    return at, None


def _letter_before(tokens: Tokens, start: int) -> bool:
    before = tokens[start - 1]
    if before.word in {".", "-"} and before.start == tokens[start - 2].end:
        return is_letter(tokens[start - 2], leads=True)
    return is_letter(before, leads=True)


def _said_by(token: Token) -> Mark | None:
    lower = token.lower
    if lower in _CALLS:
        return Mark.PHONE
    if lower in _ENDINGS:
        return Mark.NUMBER
    for beginnings, mark in _ANNOUNCED:
        if lower.startswith(beginnings):
            return mark
    if token.traits & Trait.DOCUMENT_WORD:
        return Mark.DOCUMENT
    return Mark.NUMBER if token.traits & Trait.NUMBER_WORD or lower.endswith(_NUMBER_ENDS) else None


def is_ending(tokens: Tokens, first: int) -> bool:
    """Whether a word such as "eindigt" stands right before the number at `first`."""
    return any(token.lower in _ENDINGS for token in tokens[max(first - 3, 0) : first])


def is_letter(token: Token, *, leads: bool = False) -> bool:
    """A letter by itself, a few capitals or a bank's four letters."""
    word = token.word.rstrip(".")
    if token.settled or not word or not word[0].isalpha() or _said_by(token):
        return False
    if token.traits & Trait.FREQUENT and len(word) > 1 and not leads:
        return False
    code = word.isupper() and len(word.replace("-", "")) <= _MOST_LETTERS
    mixed = len(word) <= 2 * _MOST_LETTERS and any(map(str.isdigit, word))
    return len(word) == 1 or code or mixed or token.lower in _BANKS or token.word in {"nl", "be"}
