"""Where the description of a hiding place ends: `de zolder boven de winkel, achterste deur`."""

from __future__ import annotations

from ketensluis.redaction.masking.hosts import KIN, is_host, where_of_host
from ketensluis.redaction.masking.lodgings import is_known, is_lodging, is_side, part_of_premises
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.reach import (
    DETERMINERS,
    LOCATING,
    RELATIVE,
    SURE,
    clause,
    end_of,
    leads,
    nounlike,
)
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["above", "bare", "begins", "community", "description", "noun_of", "start_of"]

# Who has such a house needs no more to be found.
_SECLUDED = frozenset(("nonnen", "monniken", "kloosterzusters", "fraters", "begijnen"))
_ABOVE = frozenset(("boven", "achter", "naast", "tegenover"))
# Where one sleeps, of which it is told where else than at home it is.
_BEDS = frozenset(("kamer", "bank", "auto", "keuken", "bus", "parkeerplaats", "bed", "vloer"))
_BEDDED = frozenset(("bij", "op", "in", "van", "boven", "achter"))
# What stands so is where nobody looks: `een leegstaande school`.
_DESERTED = frozenset(
    ("leegstaande", "leegstaand", "verlaten", "voormalig", "voormalige", "afgelegen", "gekraakte")
)
_HOMES = frozenset(("huis", "woning", "huisje", "pand", "flat"))
_SHOWING = frozenset(("de", "het", "een", "die", "dat", "twee", "drie"))
_NOUN_REACH = 4


def begins(tokens: Tokens, at: int) -> bool:
    """Whether a description may begin there: with an article, or `kamer 7 van een pension`."""
    token, after = tokens[at], tokens[at + 1]
    if token.lower in DETERMINERS or token.lower in KIN:
        return True
    bare = part_of_premises(tokens, at)
    return bare > at and (after.numeric or tokens[bare].lower in SURE | {"van"})


def start_of(tokens: Tokens, noun: int) -> int:
    """Where the description begins whose noun is at `noun`: at its article, if it has one."""
    for start in range(noun - 1, noun - _NOUN_REACH, -1):
        if tokens[start].lower in DETERMINERS:
            return start
        if not tokens[start].wordlike or tokens[start].traits & Trait.PREFIX:
            break
    while is_side(tokens[noun - 1]):
        noun -= 1
    return noun


def description(tokens: Tokens, start: int, *, hiding: bool) -> int:
    """Where a noun with something that says where it is ends; 0 if it is none.

    But for someone who is `hiding` the noun must be of something that one may sleep in.
    """
    noun = noun_of(tokens, start)
    token = tokens[noun]
    if any(one.lower in _DESERTED for one in tokens[start + 1 : noun]) and nounlike(token):
        return max(end_of(tokens, start, noun + 1), noun + 1)
    known = _known(tokens, start, noun)
    if known and token.lower in _BEDS and tokens[noun + 1].lower in _BEDDED:
        return description(tokens, noun + 2, hiding=hiding)
    if known or token.mark is Mark.SHELTER or not token.wordlike:
        return 0
    hosted = _hosted(tokens, start, noun) if is_host(token) else 0
    if hosted or (is_host(token) and not is_lodging(token)):
        return hosted
    housed = hiding or _lodging(tokens, start, noun)
    return _housed(tokens, start, noun, hiding=hiding) if housed else 0


def bare(tokens: Tokens, start: int) -> int:
    """Where `een bijzaaltje` ends, in which one may sleep and of which no more is said; or 0."""
    noun = noun_of(tokens, start)
    token = tokens[noun]
    lodging = is_lodging(token) and not is_known(token) and token.mark is None
    return noun + 1 if lodging else 0


def _known(tokens: Tokens, start: int, noun: int) -> bool:
    """A room of a home, but not `een kamer boven de winkel`, `kamer 7 van een pension`."""
    let = tokens[noun].lower in {"kamer", "bed"}
    apart = tokens[start].lower == "een" or tokens[noun + 1].lower in _ABOVE
    bare = tokens[start].lower not in DETERMINERS
    return is_known(tokens[noun]) and not bare and not (let and apart)


def _hosted(tokens: Tokens, start: int, noun: int) -> int:
    where = where_of_host(tokens, noun)
    if tokens[where - 1].lower in RELATIVE:
        end = clause(tokens, where)
        return max(end_of(tokens, start, end), end)
    return end_of(tokens, start, where + 1) if where else 0


def _housed(tokens: Tokens, start: int, noun: int, *, hiding: bool) -> int:
    locating = noun + 2 if tokens[noun + 1].numeric else noun + 1
    leading = tokens[locating].lower
    if leading == ",":
        return end_of(tokens, start, locating) if is_lodging(tokens[noun]) else 0
    if leading in RELATIVE:
        end = clause(tokens, locating) if is_lodging(tokens[noun]) else 0
        return max(end_of(tokens, start, end), end) if end else 0
    if leading not in LOCATING or not leads(tokens, locating):
        return 0
    shown = leading != "met" or _shown(tokens, locating + 1)
    home = not hiding and _at_home(tokens, locating)
    return end_of(tokens, start, locating + 1) if shown and not home else 0


def _at_home(tokens: Tokens, locating: int) -> bool:
    """Whether it lies at what is no more than a house: `achter het huis`."""
    housed = tokens[locating + 2].lower in _HOMES and tokens[locating + 1].lower in DETERMINERS
    return housed and not tokens[locating + 3].traits & Trait.PREFIX


def _shown(tokens: Tokens, at: int) -> bool:
    """Whether a thing stands there by which a house is known: `met de blauwe deur`."""
    plain = is_known(tokens[at + 1]) or is_host(tokens[at + 1])
    placed = any(token.lower in SURE for token in tokens[at + 1 : at + 5])
    return placed or (tokens[at].lower in _SHOWING and not plain)


def above(tokens: Tokens, at: int) -> int:
    """Where `boven de bakker in [plaats]` ends, of a shop or with more of where it is; or 0."""
    start = at + 1
    noun = noun_of(tokens, start)
    token = tokens[noun]
    if tokens[start].lower not in DETERMINERS or is_known(token) or token.mark is Mark.SHELTER:
        return 0
    if not nounlike(token) or token.traits & Trait.THING:
        return 0
    shop = token.traits & Trait.ORGANISATION
    if not shop and (tokens[noun + 1].lower not in LOCATING or not leads(tokens, noun + 1)):
        return 0
    return max(end_of(tokens, start, noun + 1), noun + 1)


def community(tokens: Tokens, at: int) -> int:
    """Where `de nonnen in [plaats]` ends, with a word before it that leads there; or 0."""
    article, leading = tokens[at - 1], tokens[at - 2]
    if article.lower not in {"de", "die"} or leading.lower not in {"bij", "naar", "van"}:
        return 0
    if tokens[at + 1].lower in LOCATING - {"met"} and leads(tokens, at + 1):
        return end_of(tokens, at - 1, at + 2)
    return at + 1 if tokens[at].lower in _SECLUDED else 0


def noun_of(tokens: Tokens, start: int) -> int:
    """Where the noun of a phrase stands that begins at `start`, with its article or without."""
    noun = start + 1 if tokens[start].lower in DETERMINERS else start
    while noun - start < _NOUN_REACH and tokens[noun].wordlike and not _heads(tokens, noun):
        noun += 1
    return noun


def _heads(tokens: Tokens, at: int) -> bool:
    """Whether a noun stands there, be it only by the word of place that follows."""
    token = tokens[at]
    said = tokens[at + 1].lower in SURE and token.traits & Trait.ORDINARY
    verbal = Trait.VERB | Trait.DETERMINER | Trait.PREFIX | Trait.FUNCTION
    return bool(nounlike(token) or is_host(token) or (said and not token.traits & verbal))


def _lodging(tokens: Tokens, start: int, noun: int) -> bool:
    """One may sleep in it; `een adres` too, of which no more is said than where it is."""
    unsaid = tokens[start].lower == "een" and tokens[noun].lower in {"adres", "plek", "plekje"}
    return unsaid or is_lodging(tokens[noun])
