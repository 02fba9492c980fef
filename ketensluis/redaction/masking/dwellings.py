"""Homes told by what lies beside them: `woont naast de oude smederij`, `het eerste erf links`."""

from __future__ import annotations

from ketensluis.redaction.masking.descriptions import noun_of, start_of
from ketensluis.redaction.masking.hosts import is_host
from ketensluis.redaction.masking.lodgings import is_known, is_lodging, is_side
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.reach import DETERMINERS, LOCATING, SURE, end_of, nounlike
from ketensluis.redaction.masking.tokens import AFTER, Tokens, settle
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_dwellings"]

_LIVING = frozenset(
    (
        *("woont", "woon", "wonen", "woonde", "woonden", "wonend", "wonende", "woonachtig"),
        *("huurt", "huren", "huurde", "bewoont", "gehuurd", "gehuisvest"),
    )
)
# What is said of these is where it is: `Woning: boerderij tussen twee viaducten`.
_HOMES = frozenset(
    (
        *(
            "woning",
            "adres",
            "woonadres",
            "huis",
            "locatie",
            "waar",
            "thuis",
            "woonplek",
            "perceel",
        ),
        *("woonhuis", "verblijfadres", "bezoekadres"),
    )
)
_INTO = frozenset(("in", "op", "aan", "bij"))
_BESIDE = frozenset(("boven", "achter", "naast", "tegenover", "voorbij", "onderaan", "onder"))
# By these alone a house is not known.
_VAGUE = frozenset(("van", "om", "over", "voor", "zonder", "in", "op"))
# Houses of all kinds, of which it must be said what lies beside them.
_HOUSES = frozenset(
    (
        *("woning", "flat", "pand", "erf", "eiland", "gebouw", "blok", "perceel", "ark", "hoeve"),
        *("appartement", "huizen", "rijtjeshuis", "hoekhuis", "stal", "hek", "oprit", "inrit"),
        *("boerderij", "huis", "huisje", "poort", "boot", "caravan", "loods", "schuur", "portiek"),
    )
)
_SHOWN_BY = frozenset(("de", "het", "die", "dat"))
_KNOWN_BY = frozenset(("met", "boven", "achter", "naast", "tegenover"))
_PAST = frozenset(
    ("na", "voor", "voorbij", "vanaf", "links", "rechts", "achter", "naast", "tegenover", "met")
)
_OF_SIDE = frozenset(("links", "rechts", "verder"))
_REACH = 4


@call
def _lives(word: Written) -> bool:
    return word.lower in _LIVING


@call
def _home(word: Written) -> bool:
    return word.lower in _HOMES


@call
def _kind(word: Written) -> bool:
    return is_lodging(word) and word.lower not in _HOUSES


@call
def _house(word: Written) -> bool:
    return word.lower in _HOUSES


def judge_dwellings(tokens: Tokens, calls: Calls) -> None:
    """Settle each of them; to be called when all else is marked."""
    for at in calls[_lives]:
        _lived_in(tokens, at)
    for at in calls[_home]:
        _said(tokens, at)
    for at in calls[_kind]:
        if tokens[at].mark is not None:
            _known_by(tokens, at)
            continue
        start = start_of(tokens, at)
        if tokens[start - 1].lower == "is" and tokens[start - 2].lower in {"het", "dat"}:
            settle(tokens, start, _dwelling(tokens, start), Mark.ADDRESS)
    for at in calls[_house]:
        if is_side(tokens[at - 1]) and tokens[at].mark is None:
            _of_several(tokens, at)


def _lived_in(tokens: Tokens, at: int) -> None:
    """`woont in het huis met de kabouters`, `woont boven de melkwinkel`."""
    for towards in range(at + 1, min(at + _REACH, len(tokens) - AFTER)):
        token = tokens[towards]
        if token.opens or not token.wordlike:
            break
        if token.lower in _INTO and tokens[towards + 1].lower in DETERMINERS:
            settle(tokens, towards + 1, _dwelling(tokens, towards + 1), Mark.ADDRESS)
            break
        if token.lower in _BESIDE:
            settle(tokens, towards, _beside(tokens, towards), Mark.ADDRESS)
            break


def _said(tokens: Tokens, at: int) -> None:
    """`Woning: hoeve achter de kapel`, `het huis is het rode huis aan de dijk`."""
    link = tokens[at + 1].word
    headed = tokens[at].opens and tokens[at + 1].lower in _BESIDE
    start = at + 1 if headed else at + 2
    if headed or (link in {":", "is", "="} and tokens[start].lower in _BESIDE):
        settle(tokens, start, _beside(tokens, start), Mark.ADDRESS)
    elif link in {":", "is", "="} or (link == "," and tokens[start].lower in DETERMINERS):
        settle(tokens, start, _dwelling(tokens, start), Mark.ADDRESS)


def _dwelling(tokens: Tokens, start: int) -> int:
    """Where a house with what it is known by ends, that begins at `start`; or 0."""
    noun = noun_of(tokens, start)
    token, leading, shown = tokens[noun : noun + 3]
    house = is_lodging(token) or token.lower in _HOUSES
    plain = is_known(token) or is_host(token) or token.mark is Mark.SHELTER
    if not house or plain or leading.lower not in LOCATING:
        return 0
    known = tokens[start].lower not in {"een", "mijn", "haar", "zijn", "hun"}
    if leading.lower == "met":
        told = known and shown.lower in _SHOWN_BY and not is_host(tokens[noun + 3])
    else:
        seldom = token.lower not in _HOUSES and leading.lower == "in"
        vague = leading.lower in _VAGUE and not seldom
        told = leading.lower in SURE or (not vague and (known or noun > start + 1))
    beyond = tokens[noun + 3]
    told = told and not is_host(beyond) and not is_host(shown) and beyond.lower not in _HOUSES
    return end_of(tokens, start, noun + 2) if told else 0


def _beside(tokens: Tokens, at: int) -> int:
    """Where `tegenover de oude school in het dorp` ends that begins at `at`; or 0."""
    if tokens[at + 1].lower not in DETERMINERS - {"mijn", "haar", "zijn", "hun", "ons", "onze"}:
        return 0
    noun = noun_of(tokens, at + 1)
    token = tokens[noun]
    plain = is_known(token) or is_host(token) or token.lower in _HOUSES
    if plain or not (nounlike(token) or token.mark is not None) or token.mark is Mark.SHELTER:
        return 0
    leading, after = tokens[noun + 1 : noun + 3]
    more = leading.lower in LOCATING - {"met", "van"} and after.lower in DETERMINERS
    return max(end_of(tokens, at, noun + 1), noun + 1) if more or noun > at + 2 else 0


def _known_by(tokens: Tokens, at: int) -> None:
    """`pastorie met de blauwe luiken`, of which the noun goes."""
    leading, shown = tokens[at + 1], tokens[at + 2]
    if leading.mark is None and leading.lower in _KNOWN_BY and shown.lower in _SHOWN_BY:
        settle(tokens, at + 1, end_of(tokens, at, at + 2), tokens[at].mark or Mark.ADDRESS)


def _of_several(tokens: Tokens, at: int) -> None:
    """`het eerste erf links voorbij de gele wegwijzer`, `het laatste huis voor de brug`."""
    start = at - 1
    while is_side(tokens[start - 1]):
        start -= 1
    end = at + 1 + (tokens[at + 1].lower in _OF_SIDE)
    if tokens[end].lower in _PAST and tokens[end + 1].lower in _SHOWN_BY:
        settle(tokens, start, end_of(tokens, start, end + 2), Mark.ADDRESS)
    elif end > at + 1:
        settle(tokens, start, end, Mark.ADDRESS)
