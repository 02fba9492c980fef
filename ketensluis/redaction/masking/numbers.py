"""Judges the numbers that no pattern knows: what counts something stays, the rest is masked."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.houses import house_number
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.numerals import number
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_announced", "judge_numbers"]

_ORDINARY, _UNIT, _TITLE = Trait.ORDINARY, Trait.UNIT, Trait.TITLE
_ANNOUNCING = Trait.NUMBER_WORD | Trait.DOCUMENT_WORD
_YEAR = re.compile(r"(?:19[4-9]|20[0-4])\d")
_COUNT_DIGITS = 3
_NUMBER_ENDS = ("nummer", "nr", "nummers", "nrs", "code")
_ENDING = frozenset(
    ("eindigt", "eindigend", "eindigde", "eindigen", "begint", "beginnend", "begon", "beginnen")
)
_BETWEEN = frozenset({"-", "\u2026", ":", "is", ".", "van", "nummer", "nr", "met", ","})
_NEIGHBOURS = ("buur", "buuf", "buren", "bewon", "overbu", "onderbu", "bovenbu", "beneden")
_APOSTROPHES = frozenset("'\u2019")
_STOPS = frozenset(",;(")


@call
def _announces(word: Written) -> bool:
    return bool(word.traits & _ANNOUNCING) or word.lower.endswith(_NUMBER_ENDS)


@call
def _ending(word: Written) -> bool:
    return word.lower in _ENDING


def judge_announced(tokens: Tokens, calls: Calls) -> None:
    """`klantnummer 99-234-1`, `nr. 31`: a number that is said to be one."""
    ended = [at + 1 for at in calls[_ending] if tokens[at + 1].lower in {"op", "met"}]
    for at in sorted({*calls[_announces], *ended}):
        token = tokens[at]
        if token.settled:
            continue
        target = at + 1
        while tokens[target].lower in _BETWEEN:
            target += 1
        said = tokens[target]
        if said.settled or not any(map(str.isdigit, said.word)):
            continue
        mark = _announced_as(token, said)
        end = _glued(tokens, target)
        settle(tokens, target, end, mark)
        if mark is Mark.ADDRESS and (further := house_number(tokens, target)) > end:
            settle(tokens, end, further, mark)
            end = further
        while tokens[end].word in {"/", "-"} and tokens[end + 1].numeric:
            settle(tokens, end, end + 2, mark)
            end += 2
        while tokens[end].lower in {"en", ",", "of", "t/m", "tot"} and tokens[end + 1].numeric:
            if tokens[end + 2].traits & _UNIT or tokens[end + 1].settled:
                break
            settle(tokens, end + 1, _glued(tokens, end + 1), mark)
            end += 2


def _announced_as(token: Token, number: Token) -> Mark:
    if token.traits & Trait.DOCUMENT_WORD:
        return Mark.DOCUMENT
    house = len(number.word) <= _COUNT_DIGITS and token.lower not in {"op", "met"}
    return Mark.ADDRESS if house else Mark.NUMBER


def _glued(tokens: Tokens, start: int) -> int:
    """Where the tokens end that follow `start` without white space, but for a closing sign."""
    end = start + 1
    while tokens[end].start == tokens[end - 1].end and tokens[end].word not in _STOPS:
        if not tokens[end].wordlike and tokens[end + 1].start != tokens[end].end:
            break
        end += 1
    return end


def judge_numbers(tokens: Tokens, calls: Calls) -> None:
    """Mark every token with a digit that is neither a count, a year nor a known form."""
    for at in calls[number]:
        token = tokens[at]
        if token.settled:
            continue
        if token.traits & Trait.NUMERAL and _house_in_words(tokens, at):
            settle(tokens, at, at + 1, Mark.ADDRESS)
        if not token.numeric:
            continue
        stays = _counts(tokens, at) if token.word.isdigit() else token.traits & _ORDINARY
        if not stays:
            settle(tokens, at, at + 1, Mark.NUMBER)


def _house_in_words(tokens: Tokens, at: int) -> bool:
    """`Kerkstraat negen`, `huisnummer zevenentwintig`."""
    before, after = tokens[at - 1], tokens[at + 1]
    counting = _UNIT | Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB | Trait.THING
    if tokens[at].lower == "een" or (after.traits & counting and after.lower != "en"):
        return False
    street = before.mark is Mark.ADDRESS and not before.numeric
    return street or before.lower.startswith(("huisnr", "huisnum"))


def _counts(tokens: Tokens, at: int) -> bool:
    word, before = tokens[at].word, tokens[at - 1]
    if before.word in _APOSTROPHES and tokens[at - 2].capital and tokens[at - 2].mark:
        return False
    pair = tokens[at + 1].lower == "en" and len(word) > _COUNT_DIGITS and word[0] != "0"
    if tokens[at + 1].traits & _UNIT and not pair:
        return True
    neighbour = tokens[at - 2].lower.startswith(_NEIGHBOURS) or (
        tokens[at - 2].mark is Mark.NAME and tokens[at - 3].lower.startswith(_NEIGHBOURS)
    )
    housed = before.lower in {"van", "op"} and neighbour
    titled = before.traits & _TITLE and before.lower not in {"gezin", "buren"}
    if housed or titled or _neighbours(tokens, at):
        return False
    if len(word) == _COUNT_DIGITS:
        return _explained(tokens, at)
    return len(word) < _COUNT_DIGITS or bool(_YEAR.fullmatch(word))


def _neighbours(tokens: Tokens, at: int) -> bool:
    """`op 31 de familie Bos`: the number of the house where they live."""
    family = tokens[at + 2 if tokens[at + 1].lower == "de" else at + 1]
    return tokens[at - 1].lower == "op" and family.lower in {"familie", "fam", "fam."}


def _explained(tokens: Tokens, at: int) -> bool:
    """Whether what stands beside three digits says that they count or measure something."""
    before, after = tokens[at - 1], tokens[at + 1]
    counted = Trait.PLURAL | Trait.COUNT | Trait.NOUN_OR_VERB | Trait.THING
    measured = Trait.BEFORE_NUMBER | Trait.COUNT | Trait.UNIT
    if after.traits & counted or before.traits & measured:
        return True
    # `300, 310 en 311 Sr`, `110/70`, `3,120`: among numbers that stay.
    numbered = before.word in {"/", "en", ",", "-", "(", "+", "t/m", "."} and tokens[at - 2].numeric
    return numbered or (after.word in {"/", "%", "\u00b0"} and tokens[at + 2].numeric)
