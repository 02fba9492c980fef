"""Streets whose name comes in pieces, with their numbers in words: `lijster bes weg twee`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.worded_houses import is_worded
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_said_streets", "road", "start_of"]

_ROADS = frozenset(
    (
        *("straat", "weg", "laan", "plein", "kade", "gracht", "singel", "dreef", "steeg", "dijk"),
        *("hof", "pad", "wal", "haven", "vaart", "plantsoen", "baan", "akker", "veld", "gaarde"),
        *("markt", "brink", "ring", "park", "hage", "dwarsstraat", "oord", "burg", "kamp"),
    )
)
_NUMBERS = frozenset(("nummer", "nr", "huisnummer"))
_COUNTS = Trait.UNIT | Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB | Trait.THING | Trait.MONTH
# What stands before a street and is no part of its name.
_LEADS = (
    Trait.DETERMINER
    | Trait.PLACE_BEFORE
    | Trait.SPOT_BEFORE
    | Trait.LIVING
    | Trait.TITLE
    | Trait.ROLE
    | Trait.NAMING
)
# After a number these are no noun that it counts: `twaalf in`.
_SMALL = Trait.SPOT_BEFORE | Trait.PLACE_BEFORE | Trait.DETERMINER | Trait.PREFIX
_PART = Trait.COUNT | Trait.STREET_PART | Trait.NOUN
_SAID_BEFORE = frozenset(("adres", "locatie", "woning", "huisadres", "woonadres", "antwoord"))
_MOST_PARTS = 3


@call
def road(word: Written) -> bool:
    """Whether a street's name may end with a word."""
    return word.lower in _ROADS


def judge_said_streets(tokens: Tokens, calls: Calls) -> None:
    """Settle them, from the first piece of the name to the last word of the number."""
    for at in calls[road]:
        first = at + 2 if tokens[at + 1].lower in _NUMBERS else at + 1
        if is_worded(tokens[first]) and not tokens[at].settled:
            start, end = start_of(tokens, at), _end(tokens, first)
            # `op de weg twee mannen`: a road without a name has a number only where that ends it.
            bare = start == at and first == at + 1
            if end and not (bare and tokens[end].wordlike):
                settle(tokens, start, end, Mark.ADDRESS)


def _end(tokens: Tokens, at: int) -> int:
    """Where the number in words ends that begins at `at`; 0 if it counts something."""
    end = at + 1
    while is_worded(tokens[end]) or (tokens[end].lower == "en" and is_worded(tokens[end + 1])):
        end += 1
    after = tokens[end]
    article = end == at + 1 and tokens[at].lower in {"een", "één"}
    noun = after.traits & _COUNTS and not after.traits & _SMALL
    if after.wordlike and (article or noun or after.lower.endswith("'s")):
        return 0
    return end + 1 if len(after.word) == 1 and after.word.isalpha() else end


def start_of(tokens: Tokens, at: int) -> int:
    """Where the name begins whose last piece is at `at`."""
    start = at
    while at - start < _MOST_PARTS and _inner(tokens[start - 1]):
        start -= 1
    # `op de achter weg acht`: what stands between an article and the road is of the name.
    within = tokens[at - 2].traits & Trait.DETERMINER and tokens[at - 1].wordlike
    if start == at and within and not tokens[at - 1].traits & Trait.DETERMINER:
        start -= 1
    return start


def _inner(token: Token) -> bool:
    if not token.word[:1].isalpha() or token.settled or token.lower in _SAID_BEFORE:
        return False
    traits = token.traits
    if traits & (Trait.STREET_PART | Trait.PREFIX) == Trait.STREET_PART:
        return not traits & Trait.DETERMINER
    small = traits & Trait.FUNCTION and not traits & _PART
    return not small and not traits & _LEADS
