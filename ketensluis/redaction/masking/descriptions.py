"""Where the description of a hiding place ends: `de zolder boven de winkel, achterste deur`."""

from __future__ import annotations

from ketensluis.redaction.masking.hosts import HOSTS, where_of_host
from ketensluis.redaction.masking.lodgings import is_known, is_lodging, part_of_premises
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["above", "begins", "community", "description"]

_DETERMINERS = frozenset(
    (
        *("de", "het", "een", "'t", "'n", "mijn", "haar", "zijn", "hun", "ons", "onze", "die"),
        *("dat", "deze", "dit", "m'n", "z'n"),
    )
)
# These say by themselves where something is; the others only with what follows.
_SURE = frozenset(
    (
        *("boven", "achter", "naast", "tegenover", "bij", "voorbij", "tussen", "langs", "nabij"),
        *("net", "onder", "richting"),
    )
)
_LOCATING = _SURE | {"aan", "voor", "over", "in", "op", "met", "van", "om", "na"}
# After a comma these go on with a place rather than with what happens there.
_PLACING = _SURE - {"onder", "net"} | {"om", "na", "alleen"}
# Who has such a house needs no more to be found.
_SECLUDED = frozenset(("nonnen", "monniken", "kloosterzusters", "fraters", "begijnen"))
_RELATIVE = frozenset(("die", "dat", "waar", "waarvan"))
_CLAUSED = _SURE | {"op", "in", "aan"}
_JOINING = frozenset(
    ("en", "maar", "want", "omdat", "toen", "dus", "of", "als", "dan", "terwijl", "zodat", "waar")
)
_NOUNS = Trait.COUNT | Trait.NOUN | Trait.NOUN_OR_VERB | Trait.COMPOUND | Trait.SPOT
_LONGEST, _NOUN_REACH = 18, 4


def begins(tokens: Tokens, at: int) -> bool:
    """Whether a description may begin there: with an article, or `kamer 7 van een pension`."""
    token, after = tokens[at], tokens[at + 1]
    if token.lower in _DETERMINERS:
        return True
    bare = part_of_premises(tokens, at)
    return bare > at and (after.numeric or tokens[bare].lower in _SURE | {"van"})


def description(tokens: Tokens, start: int, *, hiding: bool) -> int:
    """Where a noun with something that says where it is ends; 0 if it is none.

    But for someone who is `hiding` the noun must be of something that one may sleep in.
    """
    noun = _noun(tokens, start)
    token = tokens[noun]
    known = is_known(token) and tokens[start].lower in _DETERMINERS
    if known or token.mark is Mark.SHELTER:
        return 0
    if token.traits & HOSTS:
        return _hosted(tokens, start, noun)
    housed = hiding or _lodging(tokens, start, noun)
    return _housed(tokens, start, noun, hiding=hiding) if housed else 0


def _hosted(tokens: Tokens, start: int, noun: int) -> int:
    where = where_of_host(tokens, noun)
    if tokens[where - 1].lower in _RELATIVE:
        end = _clause(tokens, where)
        return max(_end(tokens, start, end), end)
    return _end(tokens, start, where + 1) if where else 0


def _housed(tokens: Tokens, start: int, noun: int, *, hiding: bool) -> int:
    locating = noun + 2 if tokens[noun + 1].numeric else noun + 1
    leading = tokens[locating].lower
    if leading in _RELATIVE:
        return _clause(tokens, locating) if is_lodging(tokens[noun]) else 0
    if leading not in _LOCATING or not _leads(tokens, locating):
        return 0
    return _end(tokens, start, locating + 1) if hiding or leading != "met" else 0


def above(tokens: Tokens, at: int) -> int:
    """Where `boven de bakker in [plaats]` ends, of a shop or with more of where it is; or 0."""
    start = at + 1
    noun = _noun(tokens, start)
    token = tokens[noun]
    if tokens[start].lower not in _DETERMINERS or is_known(token) or token.mark is Mark.SHELTER:
        return 0
    if not _nounlike(token) or token.traits & Trait.THING:
        return 0
    shop = token.traits & Trait.ORGANISATION
    if not shop and (tokens[noun + 1].lower not in _LOCATING or not _leads(tokens, noun + 1)):
        return 0
    return max(_end(tokens, start, noun + 1), noun + 1)


def community(tokens: Tokens, at: int) -> int:
    """Where `de nonnen in [plaats]` ends, with a word before it that leads there; or 0."""
    article, leading = tokens[at - 1], tokens[at - 2]
    if article.lower not in {"de", "die"} or leading.lower not in {"bij", "naar", "van"}:
        return 0
    if tokens[at + 1].lower in _LOCATING - {"met"} and _leads(tokens, at + 1):
        return _end(tokens, at - 1, at + 2)
    return at + 1 if tokens[at].lower in _SECLUDED else 0


def _end(tokens: Tokens, start: int, end: int) -> int:
    """Where the description ends that begins at `start` and goes on at `end`; 0 if it does not."""
    first = end
    while end - start < _LONGEST and _goes_on(tokens, end):
        end += 1
    if tokens[end].word == "," and tokens[end + 1].lower in {"die", "waar"}:
        where = any(token.lower in _CLAUSED for token in tokens[end + 2 : end + 5])
        end = _clause(tokens, end + 1) if where else end
    return end if end > first else 0


def _noun(tokens: Tokens, start: int) -> int:
    noun = start + 1 if tokens[start].lower in _DETERMINERS else start
    while noun - start < _NOUN_REACH and not _heads(tokens, noun):
        noun += 1
    return noun


def _heads(tokens: Tokens, at: int) -> bool:
    """Whether a noun stands there, be it only by the word of place that follows."""
    token = tokens[at]
    said = tokens[at + 1].lower in _SURE and token.traits & Trait.ORDINARY
    verbal = Trait.VERB | Trait.DETERMINER | Trait.PREFIX | Trait.FUNCTION
    return bool(_nounlike(token) or token.traits & HOSTS or (said and not token.traits & verbal))


def _nounlike(token: Token) -> bool:
    noun = token.traits & _NOUNS or is_lodging(token)
    return bool(noun) and not token.traits & (Trait.DETERMINER | Trait.PREFIX)


def _lodging(tokens: Tokens, start: int, noun: int) -> bool:
    """One may sleep in it; `een adres` too, of which no more is said than where it is."""
    unsaid = tokens[start].lower == "een" and tokens[noun].lower in {"adres", "plek", "plekje"}
    return unsaid or is_lodging(tokens[noun])


def _leads(tokens: Tokens, at: int) -> bool:
    """Whether a noun phrase or a name follows the word of place at `at`."""
    after = tokens[at + 1]
    named = after.mark is not None or _nounlike(after) or after.traits & Trait.NUMERAL
    return after.lower in _DETERMINERS or after.lower in _LOCATING or bool(named)


def _clause(tokens: Tokens, at: int) -> int:
    """Where `waar we vroeger logeerden` ends, which has a verb."""
    end = at + 1
    while end - at < _LONGEST and tokens[end].wordlike and not tokens[end].opens:
        end += 1
    return end


def _goes_on(tokens: Tokens, at: int) -> bool:
    """Whether the description goes on there: over a comma only with another place."""
    token = tokens[at]
    if token.word == ",":
        return tokens[at + 1].lower in _PLACING or part_of_premises(tokens, at + 1) > at + 1
    verbal = token.traits & Trait.VERB and not token.traits & Trait.DETERMINER
    return token.wordlike and not verbal and token.lower not in _JOINING
