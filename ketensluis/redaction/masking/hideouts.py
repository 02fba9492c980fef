"""Finds hiding places that are described: `verblijft in het appartement boven de dierenarts`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import AFTER, Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_hideouts"]

# Who does this stays somewhere that is not her own.
_HIDING = frozenset(
    (
        *("verblijft", "verblijf", "verbleef", "verblijven", "ondergedoken", "onderduikt"),
        *("schuilt", "ondergebracht", "overgebracht", "opgevangen", "opvangen", "intrek"),
        *("logeert", "logeren", "afgezet", "verstopt", "onderdak", "schuiladres"),
    )
)
# Who does this may stay anywhere: a hiding place only where it is said that nobody may know.
_STAYING = frozenset(
    (
        *("slaapt", "slaap", "slapen", "sliep", "zit", "zitten", "zat", "gaat", "ga", "gaan"),
        *("ging", "woont", "wonen", "terecht", "vertrekt", "gebracht"),
    )
)
_SECRET = frozenset(
    (
        *("geheim", "geheime", "geheimhouding", "niemand", "werkelijkheid", "systeem", "schuil"),
        *("veilig", "veilige", "veiligheid", "opsporen", "vinden", "weet", "weten", "noemen"),
        *("zeggen", "rapport", "papier", "vertellen"),
    )
)
_TOWARDS = frozenset(("in", "op", "bij", "naar", "boven", "achter", "onder", "te"))
_DETERMINERS = frozenset(
    (
        *("de", "het", "een", "'t", "'n", "mijn", "haar", "zijn", "hun", "ons", "onze", "die"),
        *("dat", "deze", "dit", "m'n", "z'n"),
    )
)
_LOCATING = frozenset(
    (
        *("boven", "achter", "naast", "tegenover", "bij", "aan", "voor", "voorbij", "over", "in"),
        *("onder", "tussen", "op", "langs", "richting", "met", "van", "om", "na", "net", "nabij"),
    )
)
# Rooms of the same house, and where police, care and law take people.
_KNOWN = frozenset(
    (
        *("bureau", "politiebureau", "ziekenhuis", "cel", "cellencomplex", "seh", "ambulance"),
        *("arrestantencomplex", "rechtbank", "bed", "bank", "keuken", "woonkamer", "badkamer"),
        *("gang", "auto", "slaapkamer", "toilet", "wc", "trap", "stoel", "grond", "vloer"),
        *("politie", "school", "werk", "winkel", "bus", "trein", "kamer", "tafel", "deur"),
        *("moment", "terras", "overloop", "rand", "familiekamer", "verhoorkamer", "wachtkamer"),
    )
)
_JOINING = frozenset(
    ("en", "maar", "want", "omdat", "toen", "dus", "of", "als", "dan", "terwijl", "zodat", "waar")
)
_REACH, _FAR, _LONGEST, _NOUN_REACH = 7, 40, 18, 4


@call
def _stays(word: Written) -> bool:
    return word.lower in _HIDING or word.lower in _STAYING


@call
def _secret(word: Written) -> bool:
    return word.lower in _SECRET


def judge_hideouts(tokens: Tokens, calls: Calls) -> None:
    """Settle each of them; to be called when all else is marked."""
    past = 0
    secrets = calls[_secret]
    for at in calls[_stays]:
        hiding = tokens[at].lower in _HIDING
        if at >= past and (hiding or any(-_FAR <= one - at < _FAR for one in secrets)):
            past = _from(tokens, at)


def _from(tokens: Tokens, at: int) -> int:
    """Settle what is described after the verb at `at`; gives where to go on."""
    for towards in range(at + 1, min(at + _REACH, len(tokens) - AFTER)):
        token = tokens[towards]
        if token.opens and token.wordlike and tokens[towards - 1].word != ":":
            break
        if token.lower in _TOWARDS and tokens[towards + 1].lower in _DETERMINERS:
            end = _description(tokens, towards + 1)
            if end:
                settle(tokens, towards + 1, end, Mark.SHELTER)
                return end
    return at + 1


def _description(tokens: Tokens, start: int) -> int:
    """Where a noun with something that says where it is ends; 0 if it is none."""
    noun = start + 1
    while noun - start < _NOUN_REACH and not _nounlike(tokens[noun]):
        noun += 1
    locating = tokens[noun + 1]
    known = tokens[noun].lower in _KNOWN or tokens[noun].mark is Mark.SHELTER
    if known or not _nounlike(tokens[noun]):
        return 0
    if locating.lower not in _LOCATING or not _leads(tokens, noun + 1):
        return 0
    end = noun + 2
    while end - start < _LONGEST and _goes_on(tokens, end):
        end += 1
    return end if end > noun + 2 else 0


def _nounlike(token: Token) -> bool:
    nouns = Trait.COUNT | Trait.NOUN | Trait.NOUN_OR_VERB | Trait.COMPOUND | Trait.SPOT
    return bool(token.traits & nouns) and not token.traits & (Trait.DETERMINER | Trait.PREFIX)


def _leads(tokens: Tokens, at: int) -> bool:
    """Whether a noun phrase or a name follows the word of place at `at`."""
    after = tokens[at + 1]
    named = after.mark is not None or _nounlike(after)
    return after.lower in _DETERMINERS or after.lower in _LOCATING or named


def _goes_on(tokens: Tokens, at: int) -> bool:
    """Whether the description goes on there: over a comma only with another word of place."""
    token = tokens[at]
    if token.word == ",":
        return tokens[at + 1].lower in _LOCATING
    verbal = token.traits & Trait.VERB and not token.traits & Trait.DETERMINER
    return token.wordlike and not verbal and token.lower not in _JOINING
