"""How far the description of a place reaches: over words of place and commas, up to a verb."""

from __future__ import annotations

from ketensluis.redaction.masking.hosts import is_host
from ketensluis.redaction.masking.lodgings import is_lodging, is_side, part_of_premises
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = [
    "BROUGHT",
    "DETERMINERS",
    "LOCATING",
    "RELATIVE",
    "SURE",
    "clause",
    "end_of",
    "leads",
    "nounlike",
]

DETERMINERS = frozenset(
    (
        *("de", "het", "een", "'t", "'n", "mijn", "haar", "zijn", "hun", "ons", "onze", "die"),
        *("dat", "deze", "dit", "m'n", "z'n"),
    )
)
# These say by themselves where something is; the others only with what follows.
SURE = frozenset(
    (
        *("boven", "achter", "naast", "tegenover", "bij", "voorbij", "tussen", "langs", "nabij"),
        *("net", "onder", "richting"),
    )
)
LOCATING = SURE | {"aan", "voor", "over", "in", "op", "met", "van", "om", "na", "zonder"}
# After a comma these go on with a place rather than with what happens there.
_PLACING = SURE - {"onder", "net"} | {
    *("om", "na", "alleen", "ergens", "bovenop", "bovenin", "achterin", "vlakbij", "pal", "schuin"),
    *("midden", "zeg"),
}
RELATIVE = frozenset(("die", "dat", "waar", "waarvan"))
# After a comma these do so with an article and a thing: `, op de begane grond`, `, met een hek`.
_ADDING = frozenset(("met", "op", "in", "aan", "onder", "vlak", "verder"))
_COMMON = frozenset(("de", "het", "een"))
_CLAUSED = SURE | {"op", "in", "aan"}
_JOINING = frozenset(
    ("en", "maar", "want", "omdat", "toen", "dus", "of", "als", "dan", "terwijl", "zodat", "waar")
)
_NOUNS = Trait.COUNT | Trait.NOUN | Trait.NOUN_OR_VERB | Trait.COMPOUND | Trait.SPOT
# With these ends what is said of who was brought there.
BROUGHT = frozenset(
    (
        *("gebracht", "ondergebracht", "verplaatst", "gezet", "overgebracht", "opgevangen"),
        *("logeren", "logeert", "verborgen", "geplaatst", "vervoerd", "slapen", "slaapt", "sliep"),
        *("verbleven", "verstopt", "ondergedoken", "verhuisd", "overgeplaatst", "uitgeweken"),
    )
)
# Something else begins with these.
_SUBJECTS = frozenset(("ze", "zij", "hij", "ik", "we", "wij", "je", "u"))
_OWNERS = frozenset(("haar", "zijn", "mijn", "hun", "een"))
_STOPPING = (
    _JOINING
    | _SUBJECTS
    | BROUGHT
    | {
        *("bracht", "brengen", "geslapen", "overnacht", "overnachten", "verblijven", "schuilen"),
        *("gevlucht", "terecht", "vertrokken", "onderduiken", "blijven", "gelogeerd", "gegaan"),
        *("meegenomen", "getrokken", "gevonden", "geregeld", "aangeboden", "gekregen"),
    }
)
_LONGEST, _SHORTEST = 18, 3


def end_of(tokens: Tokens, start: int, end: int) -> int:
    """Where the description ends that begins at `start` and goes on at `end`; 0 if it does not."""
    first = end
    while end - start < _LONGEST and _goes_on(tokens, end):
        end += 1
    if tokens[end].lower in {"die", "dat"} and tokens[end - 1].wordlike and end > first:
        last = clause(tokens, end)
        return next((at for at in range(end, last) if tokens[at].lower in _JOINING), last)
    if tokens[end].word == "," and tokens[end + 1].lower in {"die", "waar"}:
        where = any(token.lower in _CLAUSED for token in tokens[end + 2 : end + 5])
        end = clause(tokens, end + 1) if where else end
    return end if end > first else 0


def clause(tokens: Tokens, at: int) -> int:
    """Where `waar we vroeger logeerden` ends, which has a verb."""
    end = at + 1
    while end - at < _LONGEST and tokens[end].wordlike and not tokens[end].opens:
        end += 1
        after = tokens[end]
        told = end - at > _SHORTEST and tokens[end - 1].traits & Trait.VERB
        if told and not after.traits & Trait.VERB and after.lower not in LOCATING | _PLACING:
            break
    return end


def leads(tokens: Tokens, at: int) -> bool:
    """Whether a noun phrase or a name follows the word of place at `at`."""
    after = tokens[at + 1]
    named = after.mark is not None or nounlike(after) or after.traits & Trait.NUMERAL
    return after.lower in DETERMINERS or after.lower in LOCATING or bool(named)


def nounlike(token: Token) -> bool:
    """Whether it is a noun that may be a place."""
    noun = token.traits & _NOUNS or is_lodging(token)
    return bool(noun) and not token.traits & (Trait.DETERMINER | Trait.PREFIX)


def _goes_on(tokens: Tokens, at: int) -> bool:
    """Whether the description goes on there: over a comma only with another place."""
    token = tokens[at]
    if token.word == ",":
        return _places(tokens, at + 1)
    noun = token.traits & Trait.DETERMINER or tokens[at - 1].lower in _COMMON
    verbal = token.traits & Trait.VERB and not noun
    if token.lower == "en" and any(one.lower == "tussen" for one in tokens[at - 4 : at]):
        return True
    small = token.lower in _STOPPING or _anew(tokens, at)
    small = small or (token.lower in {"die", "dat"} and _tells(tokens, at))
    return token.wordlike and not verbal and not small


def _anew(tokens: Tokens, at: int) -> bool:
    """Whether something else begins there: `haar vingers`, of which no word of place is said."""
    before, token, after = tokens[at - 1 : at + 2]
    if token.lower == "te":
        return after.mark is None and before.lower not in _PLACING
    ended = before.lower not in LOCATING and (nounlike(before) or before.mark is not None)
    return ended and token.lower in _OWNERS


def _tells(tokens: Tokens, at: int) -> bool:
    """Whether `die` begins a clause there, no noun phrase: `die in de winter dicht is`."""
    return tokens[at - 1].lower not in LOCATING and not nounlike(tokens[at + 1])


def _places(tokens: Tokens, at: int) -> bool:
    """Whether what stands after a comma is a place: `tweede hek na de brug`, `met een hek`."""
    token, after, noun = tokens[at], tokens[at + 1], tokens[at + 2]
    if token.traits & Trait.NUMERAL and noun.lower in {"verder", "verderop"}:
        return True
    if token.lower in _PLACING or part_of_premises(tokens, at) > at:
        return True
    if is_side(token) and after.wordlike and not after.traits & (Trait.VERB | Trait.UNIT):
        return noun.lower in LOCATING or not noun.wordlike
    thing = (
        noun.wordlike
        and not is_host(noun)
        and not noun.traits & Trait.UNIT
        and after.lower in _COMMON
    )
    return token.lower in _ADDING and bool(thing)
