"""Who takes someone in, and is described: `een boer tussen twee dorpen`, `de zusters in Megen`."""

from __future__ import annotations

from ketensluis.redaction.masking.lodgings import is_known, is_lodging, part_of_premises
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["COMMUNITIES", "HOSTS", "KIN", "is_host", "where_of_host"]

HOSTS = Trait.ROLE | Trait.TITLE
# Who may take someone in, and is no role; by the word, and by how a longer word ends.
_PEOPLE = frozenset(
    (
        *("boer", "boerin", "weduwe", "weduwnaar", "imker", "kunstenaar", "iemand", "mensen"),
        *("kennissen", "vrienden", "stel", "dame", "heer", "visser", "schipper", "vrijwilliger"),
        *("oppas", "juf", "kapper", "gastvrouw", "gastheer", "bejaarde", "student", "studente"),
    )
)
_PEOPLE_ENDS = (
    *("gezin", "ares", "echtpaar", "collega", "genote", "genoot", "ouders", "familie", "zus"),
    *("vriendin", "vriend", "moeder", "tante", "houdster"),
)
# These take someone in without an article.
KIN = frozenset(
    (
        *("opa", "oma", "oom", "tante", "familie", "vrienden", "kennissen", "mensen", "iemand"),
        *("zus", "broer", "moeder", "vader", "pleegouders", "collega's", "buren", "gastouders"),
    )
)
# Without their place these are of a hospital, or of a family.
COMMUNITIES = frozenset(
    (
        "nonnen",
        "monniken",
        "kloosterzusters",
        "fraters",
        "zusters",
        "broeders",
        "paters",
        "begijnen",
    )
)
_ARTICLES = frozenset(("de", "het", "een"))
_GROUNDS = (
    *("tuin", "bedrijf", "terrein", "zolder", "pension", "manege", "molen", "flat", "nieuwbouw"),
    *("woongroep", "logeerkamer", "slachthuis"),
)
_SURE = frozenset(
    (
        *("boven", "achter", "naast", "tegenover", "voorbij", "tussen", "langs", "nabij", "net"),
        *("vlak", "vlakbij", "pal"),
    )
)
_UNSURE = frozenset(("in", "op", "aan", "bij", "onder"))
_TOWNS = frozenset(("in", "te", "op", "uit"))
_TOWN_MARKS = frozenset({Mark.PLACE, Mark.NAME})
_OF_WHOM = frozenset(("de", "het", "een", "haar", "zijn", "mijn", "hun"))


def is_host(token: Token) -> bool:
    """Whether someone may be taken in by whom the word says."""
    plain = token.lower in _PEOPLE or token.lower.endswith(_PEOPLE_ENDS)
    return plain or bool(token.traits & HOSTS)


def where_of_host(tokens: Tokens, noun: int) -> int:
    """At which token it is said where the host at `noun` lives; 0 if it is not.

    `een collega van haar moeder, op een boerderij`, `die kapster die achter de zaak woont`, but not
    `een vriendin in [plaats]`, of which the town is enough.
    """
    at = _past_town(tokens, _past_related(tokens, noun + 1))
    if tokens[at].lower == "met" and _owns(tokens, at + 1):
        return at
    at += tokens[at].word == ","
    if tokens[at - 1].word == "," and _lodging_at(tokens, at):
        return at
    clause = tokens[at].lower in {"die", "dat"} and tokens[at - 1].word != ","
    at += clause
    if tokens[at].lower in _SURE:
        return at
    if tokens[at].word == "," or tokens[at - 1].word == ",":
        told = tokens[at].lower == "die" and any(
            _houses(token) for token in tokens[at + 2 : at + 6]
        )
        if told:
            return at + 1
    if tokens[at].lower == "aan" and tokens[at + 1].lower in _ARTICLES:
        water = tokens[at + 3 if tokens[at + 2].traits & Trait.DETERMINER else at + 2]
        plain = is_known(water) or water.traits & Trait.THING or water.mark is not None
        return 0 if plain else at
    housed = any(_houses(token) for token in tokens[at + 1 : at + 4])
    return at if tokens[at].lower in _UNSURE and housed else 0


def _lodging_at(tokens: Tokens, at: int) -> bool:
    """Whether what one may sleep in begins there: `een boerderij`, `vierde etage`."""
    housed = tokens[at].lower in _ARTICLES and is_lodging(tokens[at + 1])
    return housed or is_lodging(tokens[at]) or part_of_premises(tokens, at) > at


def _past_related(tokens: Tokens, at: int) -> int:
    """Behind `van haar moeder`, `en zijn vrouw` or `van de voedselbank`, if that stands at `at`."""
    if tokens[at].lower not in {"van", "en"}:
        return at
    related = next((one for one in (at + 1, at + 2) if is_host(tokens[one])), 0)
    if related:
        return related + 1
    end = at + 3 if tokens[at + 1].lower in _OF_WHOM else at
    followed = tokens[end].word == "," or tokens[end].lower in _SURE | _UNSURE
    return end if tokens[end - 1].wordlike and followed else at


def _past_town(tokens: Tokens, at: int) -> int:
    """Behind `in [plaats]`, if more is said than the town: `, boven de winkel`, `, tweede huis`."""
    end = at + 1
    while tokens[end].mark in _TOWN_MARKS:
        end += 1
    if tokens[at].lower not in _TOWNS or end == at + 1:
        return at
    beyond = end + (tokens[end].word == ",")
    more = tokens[beyond].lower in _SURE or part_of_premises(tokens, beyond) > beyond
    return end if more or (beyond > end and is_lodging(tokens[beyond + 1])) else at


def _owns(tokens: Tokens, at: int) -> bool:
    """Whether a thing stands there by which the host is known: `met een kraam op de markt`."""
    thing = tokens[at + 1]
    plain = (
        is_host(thing)
        or thing.traits & (Trait.THING | Trait.SPOT) == Trait.THING
        or thing.lower.endswith("kind")
    )
    return tokens[at].lower in _ARTICLES and not plain and thing.mark is None


def _houses(token: Token) -> bool:
    return token.mark is not Mark.PLACE and (is_lodging(token) or token.lower.endswith(_GROUNDS))
