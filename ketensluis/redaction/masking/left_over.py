"""What is left beside what goes: the road before its number, a code's letter, `of` in a name."""

from __future__ import annotations

from ketensluis.redaction.masking.dictated import letter
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.said_streets import road, start_of
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_left_over"]

_CODES = frozenset({Mark.PLATE, Mark.DOCUMENT, Mark.CASE, Mark.NUMBER, Mark.ADDRESS})
# Beside a number these are rather words: `v 31`, `14 m`.
_CLITICS, _SIGNS = frozenset("tmnkusvxpd"), frozenset("/'")
# The heads of the names of English-speaking churches.
_CHURCHES = frozenset(
    (
        *("house", "church", "temple", "river", "rivers", "fountain", "kingdom", "power", "word"),
        *("gates", "gate", "light", "tabernacle", "ministry", "ministries", "voice", "temples"),
        *("chapel", "assembly", "assemblies", "army", "heart", "hands", "city", "rock"),
    )
)
# After what is masked as a name these end the name of a street: `de thor becke straat`.
_STREETS = frozenset(
    ("straat", "laan", "plein", "singel", "kade", "gracht", "dreef", "steeg", "plantsoen", "dijk")
)
_NAMED = frozenset({Mark.NAME, Mark.PLACE, Mark.ADDRESS, Mark.ORGANISATION})
_TOWNLY = ("se", "sche")
_MOST_PIECES = 3


@call
def _of(word: Written) -> bool:
    return word.lower == "of"


def judge_left_over(tokens: Tokens, calls: Calls) -> None:
    """Settle it; to be called when all has been weighed."""
    for at in calls[road]:
        number = tokens[at + 1]
        if tokens[at].mark is not None:
            continue
        if number.numeric and number.mark is Mark.ADDRESS:
            settle(tokens, start_of(tokens, at), at + 1, Mark.ADDRESS)
        elif _of_a_town(tokens[at - 1]) or (
            tokens[at].lower in _STREETS and _of_a_street(tokens, at)
        ):
            settle(tokens, at, at + 1, Mark.ADDRESS)
    for at in calls[letter]:
        if tokens[at].mark is None:
            _letter(tokens, at)
    for at in calls[_of]:
        before, after = tokens[at - 1], tokens[at + 1]
        if before.mark is not None and after.mark is not None and before.lower in _CHURCHES:
            settle(tokens, at, at + 1, before.mark)


def _of_a_town(before: Token) -> bool:
    """`hooglandse weg`: what is made of a town's name goes before its road."""
    return before.mark in _NAMED and before.lower.endswith(_TOWNLY)


def _of_a_street(tokens: Tokens, at: int) -> bool:
    """Whether what is masked right before a road has an article, as a street has."""
    first = at
    while tokens[first - 1].mark in _NAMED and at - first <= _MOST_PIECES:
        first -= 1
    led = tokens[first - 1].lower in {"de", "het", "op", "in", "aan"}
    return first < at and led and tokens[at - 1].word[:1].isalpha()


def _letter(tokens: Tokens, at: int) -> None:
    """`b 77 xyo`, `rz 8 2 8 x`: a letter with nothing between it and the digits that go."""
    before, after = tokens[at - 1], tokens[at + 1]
    said = tokens[at].lower in _CLITICS or before.word in _SIGNS or after.word in _SIGNS
    if after.numeric and after.mark in _CODES and not said:
        settle(tokens, at, at + 1, after.mark)
    elif before.numeric and before.mark in _CODES and not after.numeric:
        mark = None if said and before.mark is not Mark.PLATE else before.mark
        settle(tokens, at, at + (mark is not None), mark)
