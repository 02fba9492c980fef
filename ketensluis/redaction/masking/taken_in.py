"""Hiding places told before the verb: `haar naar een gastgezin op een eiland gebracht`."""

from __future__ import annotations

from ketensluis.redaction.masking.descriptions import begins, description
from ketensluis.redaction.masking.hosts import is_host
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_taken_in"]

# Of whom this is said stays where it is said before.
_VERBS = frozenset(
    (
        *("gebracht", "bracht", "brengen", "gezet", "ondergebracht", "overgebracht", "opgevangen"),
        *("logeren", "geplaatst", "verplaatst", "slapen", "geslapen", "sliep", "overnacht"),
        *("overnachten", "verblijven", "verbleven", "schuilen", "verstopt", "gevlucht", "terecht"),
        *("ondergedoken", "verblijft", "vertrokken", "onderduiken"),
        *("terechtkunnen", "blijven", "gelogeerd", "gegaan", "meegenomen", "getrokken"),
    )
)
_TOWARDS = frozenset(("in", "op", "bij", "naar", "boven", "achter"))
_PERSONS = frozenset(
    ("ze", "zij", "haar", "hem", "hen", "ik", "we", "wij", "mij", "hij", "mw", "kinderen", "vrouw")
)
_REACH, _BEFORE = 18, 8
# Between the description and its verb: `gebracht`, `is gebracht`, `te gaan logeren`.
_MOST_BETWEEN = 3


@call
def _leads(word: Written) -> bool:
    return word.lower == "naar"


@call
def _ends(word: Written) -> bool:
    return word.lower in _VERBS


def judge_taken_in(tokens: Tokens, calls: Calls) -> None:
    """Settle each of them; to be called when all else is marked."""
    for at in calls[_leads]:
        if begins(tokens, at + 1) and tokens[at + 1].mark is None and _someone(tokens, at):
            end = description(tokens, at + 1, hiding=False)
            settle(tokens, at + 1, end, Mark.SHELTER)
    for verb in calls[_ends]:
        for at in range(verb - 2, verb - _REACH, -1):
            if tokens[at + 1].opens or tokens[at + 1].mark is Mark.SHELTER:
                break
            if tokens[at].lower in _TOWARDS and begins(tokens, at + 1):
                end = description(tokens, at + 1, hiding=False)
                between = tokens[end:verb]
                if at + 1 < end <= verb and _near(between) and _someone(tokens, at):
                    settle(tokens, at + 1, end, Mark.SHELTER)
                    break


def _near(between: Tokens) -> bool:
    small = Trait.VERB | Trait.FUNCTION
    return len(between) <= _MOST_BETWEEN and all(
        token.traits & small or token.word == "," for token in between
    )


def _someone(tokens: Tokens, at: int) -> bool:
    """Whether it is said of someone, rather than of a thing, that is brought there."""
    before = tokens[max(at - _BEFORE, 0) : at]
    return any(
        token.lower in _PERSONS or token.mark is Mark.NAME or is_host(token) for token in before
    )
