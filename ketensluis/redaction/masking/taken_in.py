"""Hiding places told before the verb: `haar naar een gastgezin op een eiland gebracht`."""

from __future__ import annotations

from ketensluis.redaction.masking.descriptions import begins, description, start_of
from ketensluis.redaction.masking.hosts import is_host
from ketensluis.redaction.masking.lodgings import lodges
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.reach import DETERMINERS, SURE
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
_USUAL = frozenset(("huis", "huisje", "kamer", "kelder", "kerk", "schuur", "hotel", "loods"))
_FREE = frozenset({None, Mark.NAME, Mark.ORGANISATION})
_REACH, _BEFORE = 18, 8
# Between the description and its verb: `gebracht`, `is gebracht`, `te gaan logeren`.
_MOST_BETWEEN = 3


@call
def _hides(word: Written) -> bool:
    return bool(word.traits & Trait.REFUGE)


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
    lodgings = [at for at in calls[lodges] if tokens[at].mark in _FREE]
    if lodgings and (calls[_hides] or any(token.mark is Mark.SHELTER for token in tokens)):
        for at in lodgings:
            _spoken_of(tokens, at)
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


def _spoken_of(tokens: Tokens, at: int) -> None:
    """`een kamer boven het oude zwembad`, where shelters are spoken of in the same text."""
    start = start_of(tokens, at)
    seldom = tokens[at].lower not in _USUAL or tokens[at + 1].lower in SURE
    headed = not tokens[start - 1].wordlike and tokens[at].lower not in _USUAL
    begun = tokens[start].lower in DETERMINERS or headed
    if not begun or not seldom:
        return
    end = description(tokens, start, hiding=False)
    if not any(token.mark is Mark.ADDRESS for token in tokens[start:end]):
        settle(tokens, start, end, Mark.SHELTER)


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
