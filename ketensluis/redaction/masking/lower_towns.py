"""Finds towns in lower case that are words too, or like one: `studeren in leiden`, `uit sliven`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_lower_towns"]

_INTO = frozenset(("in", "uit"))
_TOWN = Trait.PLACE | Trait.GUESSED
# What may stand after a town, and not after an adjective or a noun that goes on.
_AFTER = Trait.VERB | Trait.PREFIX | Trait.FUNCTION | Trait.SPOT_BEFORE


@call
def _into(word: Written) -> bool:
    return word.lower in _INTO


def judge_lower_towns(tokens: Tokens, calls: Calls) -> None:
    """Settle each; to be called when all else is marked."""
    for at in calls[_into]:
        if tokens[at + 1].mark is None and _town(tokens[at + 1], tokens[at + 2]):
            settle(tokens, at + 1, at + 2, Mark.PLACE)


def _town(token: Token, after: Token) -> bool:
    """Whether a word that needs its article stands there without one, and ends there."""
    other = Trait.UNIT | Trait.SPOT | Trait.DETERMINER
    if not token.traits & _TOWN or token.traits & other or token.opens:
        return False
    return not after.wordlike or bool(after.traits & _AFTER)
