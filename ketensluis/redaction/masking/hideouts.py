"""Finds hiding places that are described: `verblijft in het appartement boven de dierenarts`."""

from __future__ import annotations

from ketensluis.redaction.masking.descriptions import (
    above,
    bare,
    begins,
    community,
    description,
    start_of,
)
from ketensluis.redaction.masking.guests import judge_guests
from ketensluis.redaction.masking.hosts import COMMUNITIES
from ketensluis.redaction.masking.lodgings import lodges
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.reach import BROUGHT
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_hideouts"]

# Who does this stays somewhere that is not her own.
_HIDING = frozenset(
    (
        *("verblijft", "verblijf", "verbleef", "verblijven", "ondergedoken", "onderduikt"),
        *("schuilt", "ondergebracht", "overgebracht", "opgevangen", "opvangen", "intrek"),
        *("logeert", "logeren", "afgezet", "verstopt", "onderdak", "schuiladres", "logeerde"),
        *("verblijfplaats", "schuilplaats", "schuilplek", "noodadres", "logeeradres", "schuilen"),
        *("overnacht", "overnachten", "overnachtte", "overnachting", "onderduiken", "verschuilt"),
        *("verscholen", "onderduik", "duikt", "schuil", "gelogeerd", "verbleven"),
    )
)
# Idem, if one may sleep in it.
_SLEEPING = frozenset(
    (
        *("slaapt", "slaap", "slapen", "zit", "zitten", "gaat", "ga", "gaan", "vertrekt"),
        *("gebracht", "vertrokken", "plek", "slaapplek", "slaapplaats", "noodbed", "opvangplek"),
        *("logeerplek", "geplaatst", "geregeld", "locatie", "logies", "plaatsing", "meegenomen"),
        *("tijdelijk", "voorlopig", "vannacht", "vanavond", "nu", "liever", "terecht"),
    )
)
# Idem, but of which more is said than that nobody may know.
_COMING = frozenset(
    (
        *("sliep", "sliepen", "geslapen", "nachten", "bleef", "bleven", "blijft", "blijven"),
        *("verplaatst", "verhuisd", "rijden", "komt", "kan", "kunnen", "mag", "aanbod"),
        *("vangt", "ving", "vangen", "uiteindelijk", "vlucht", "gevlucht", "vluchtte"),
    )
)
# Who does this may stay anywhere: a hiding place only where it is said that nobody may know.
_STAYING = _SLEEPING | {"sliep", "zat", "ging", "woont", "wonen", "terecht"}
_SECRET = frozenset(
    (
        *("geheim", "geheime", "geheimhouding", "niemand", "werkelijkheid", "systeem", "schuil"),
        *("veilig", "veilige", "veiligheid", "opsporen", "vinden", "weet", "weten", "noemen"),
        *("zeggen", "rapport", "papier", "vertellen", "verklappen", "doorvertellen"),
    )
)
_TOWARDS = frozenset(
    ("door", "in", "op", "bij", "naar", "boven", "achter", "onder", "te", "liever", ":")
)
_ABOVE = frozenset(("boven", "achter", "tegenover"))
# After these `boven de bakker` is where someone sleeps.
_NIGHTLY = _HIDING | {
    *("slaapt", "slaap", "slapen", "plek", "slaapplek", "slaapplaats", "logeerplek", "vannacht"),
    *("opvangplek", "locatie", "logies", "tijdelijk", "voorlopig"),
}
_REACH, _FAR = 7, 40
_LED = (_TOWARDS - {"te", "liever"}) | {"vanuit", "via"}
_NEAR = (
    _HIDING
    | _SLEEPING
    | BROUGHT
    | {
        *("blijft", "blijven", "bleef", "brengen", "breng", "verborg", "crisisplek", "noodplek"),
        *("krijgt", "kreeg", "kamers", "nachten", "houden", "aanbod", "opgepikt", "verschuilt"),
        *("onderduik", "rijden", "verplaatsen", "meegegaan", "gevlucht", "vlucht", "gevonden"),
        *("terechtkunnen", "huurt", "gehuurd", "aanwezig", "gestaan", "gezeten"),
    }
)
# Idem, after it.
_BEEN = BROUGHT | {"gestaan", "gezeten", "geslapen", "was", "zit", "zat", "geweest", "overnacht"}
_FAR_BEFORE, _FAR_AFTER = 12, 6


@call
def _stays(word: Written) -> bool:
    return word.lower in _HIDING or word.lower in _STAYING or word.lower in _COMING


@call
def _secret(word: Written) -> bool:
    return word.lower in _SECRET


@call
def _of_community(word: Written) -> bool:
    return word.lower in COMMUNITIES


def judge_hideouts(tokens: Tokens, calls: Calls) -> None:
    """Settle each of them; to be called when all else is marked."""
    for at in calls[_of_community]:
        settle(tokens, at - 1, community(tokens, at), Mark.SHELTER)
    past = 0
    secrets = calls[_secret]
    for at in secrets:
        _told(tokens, at)
    for at in calls[lodges]:
        if tokens[at].mark is not Mark.SHELTER:
            _lodged(tokens, at)
    for at in calls[_stays]:
        if at < past:
            continue
        lower = tokens[at].lower
        hiding = lower in _HIDING
        told = secrets and lower in _STAYING and any(-_FAR <= one - at < _FAR for one in secrets)
        hiding = hiding or bool(told)
        if hiding or lower in _SLEEPING or lower in _COMING:
            past = _from(tokens, at, hiding=hiding)
    judge_guests(tokens, calls)


def _lodged(tokens: Tokens, at: int) -> None:
    """`haar naar een hut achter de dijk gebracht`: with who stays or is brought there near."""
    start = start_of(tokens, at)
    if tokens[start - 1].lower not in _LED or not begins(tokens, start):
        return
    end = description(tokens, start, hiding=False)
    sheltered = tokens[start - 1].lower == "naar" or any(
        token.mark is Mark.SHELTER for token in tokens[at:end]
    )
    if end and (sheltered or _said_before(tokens, start) or _said_after(tokens, end)):
        settle(tokens, start, end, Mark.SHELTER)


def _said_before(tokens: Tokens, start: int) -> bool:
    for at in range(start - 2, max(start - _FAR_BEFORE, BEFORE - 1), -1):
        if tokens[at].lower in _NEAR:
            return True
        if tokens[at].opens and tokens[at].wordlike:
            break
    return False


def _said_after(tokens: Tokens, end: int) -> bool:
    for token in tokens[end : end + _FAR_AFTER]:
        if token.opens:
            break
        if token.lower in _BEEN:
            return True
    return False


def _told(tokens: Tokens, at: int) -> None:
    """`die niet in het systeem mag: bovenste etage van het pand`."""
    colon = next((one for one in range(at + 1, at + 4) if tokens[one].word == ":"), 0)
    if colon and begins(tokens, colon + 1):
        settle(tokens, colon + 1, description(tokens, colon + 1, hiding=True), Mark.SHELTER)


def _from(tokens: Tokens, at: int, *, hiding: bool) -> int:
    """Settle what is described after the word at `at`; gives where to go on."""
    for towards in range(at, min(at + _REACH, len(tokens) - AFTER)):
        token = tokens[towards]
        if towards > at and token.opens and token.wordlike and not _answers(tokens, towards):
            break
        if token.lower in _TOWARDS and begins(tokens, towards + 1):
            end = description(tokens, towards + 1, hiding=hiding)
            if not end and tokens[at].lower in _HIDING:
                end = bare(tokens, towards + 1)
            if end:
                settle(tokens, towards + 1, end, Mark.SHELTER)
                return end
        if token.lower in _ABOVE and tokens[at].lower in _NIGHTLY:
            end = above(tokens, towards)
            if end:
                settle(tokens, towards, end, Mark.SHELTER)
                return end
    return at + 1


def _answers(tokens: Tokens, at: int) -> bool:
    """Whether what begins there goes on with what was said: after a colon, or `Zij zei:`."""
    says = tokens[at + 2].word == ":" and bool(tokens[at + 1].traits & Trait.VERB)
    return tokens[at - 1].word == ":" or says
