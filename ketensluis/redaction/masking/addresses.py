"""Finds streets, with what stands before them in their name and the house number after."""

from __future__ import annotations

from ketensluis.redaction.masking.houses import HEADS, house_number, is_house
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.street_names import first_part, street_of, van_street
from ketensluis.redaction.masking.tables import Tables
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["Addresses"]

_CAPITAL, _COMMON = Trait.CAPITAL, Trait.STREET_COMMON
_NUMBERED, _PART = Trait.NUMBERED, Trait.STREET_PART
# Without a number after it only such a word can be a street.
_TELLING = _COMMON | Trait.RARE
_NAMED = frozenset({Mark.NAME, Mark.PLACE})
# Without a number only such an end makes a street of a masked word.
_SURE_STREET = (
    *("straat", "weg", "laan", "plein", "kade", "gracht", "singel", "dreef", "steeg", "dijk"),
    *("plantsoen", "allee", "boulevard"),
)

_SHORTEST_STREET = 6
_MOST_WORDS = 3
_SHORT_ENDS = ("str", "straatw", "pln", "ln")
_BERTHS = frozenset(("ligplaats", "standplaats", "woonwagenplaats", "kavel", "chaletnummer"))
# What ends so has a number as its value.
_COUNTED_ENDS = (
    "score",
    "bedrag",
    "cijfer",
    "waarde",
    "gehalte",
    "promillage",
    "nummer",
    "code",
    "kracht",
    "telefoon",
)
_NO_STREET = (
    Trait.VERB
    | Trait.PREFIX
    | Trait.UNIT
    | Trait.MONTH
    | Trait.ORDINAL
    | Trait.TEMPORAL
    | Trait.ROLE
    | Trait.TITLE
    | Trait.BEFORE_NUMBER
    | Trait.CAPITAL
    | Trait.BELONGING
)
# What may be a house without a number; a number after it is the house's.
_HOUSED = frozenset({Mark.ADDRESS, Mark.NAME, Mark.PLACE, Mark.ORGANISATION, Mark.SCHOOL})


class Addresses:
    """Knows the ends of the names of streets."""

    def __init__(self, tables: Tables) -> None:
        self._street = tuple(tables.street_ends)

    def judge(self, tokens: Tokens, calls: Calls) -> None:
        """Mark each address; to be called when names have been judged."""
        places = {*calls[_telling], *(at - 1 for at in calls[_following])}
        for at, token in enumerate(tokens[BEFORE:-AFTER], BEFORE):
            if token.mark is not None or at in places:
                self._judge_one(tokens, at)

    def _judge_one(self, tokens: Tokens, at: int) -> None:
        token, after = tokens[at], tokens[at + 1]
        numbered = after.numeric or after.traits & _NUMBERED
        if not (numbered or token.mark or after.word == "." or token.lower == "'t"):
            if token.traits & _TELLING and not token.settled:
                self._unnumbered(tokens, at)
        elif end := _abbreviated(tokens, at):
            settle(tokens, first_part(tokens, at), end, Mark.ADDRESS)
        elif token.settled and token.mark is not Mark.ADDRESS:
            if token.mark in _HOUSED and after.numeric and is_house(tokens, at + 1):
                settle(tokens, at + 1, house_number(tokens, at + 1), Mark.ADDRESS)
        elif end := _berth(tokens, at):
            settle(tokens, at, end, Mark.ADDRESS)
        elif (numbered and (start := van_street(tokens, at)) and is_house(tokens, at + 1)) or (
            numbered and _plain(token) and (start := _said_street(tokens, at))
        ):
            settle(tokens, start, house_number(tokens, at + 1), Mark.ADDRESS)
        elif (
            token.mark
            or token.traits & _COMMON
            or token.lower == "'t"
            or (token.traits & Trait.RARE and token.lower.endswith(_SURE_STREET))
            or self._road(tokens, at)
        ):
            self._address(tokens, at)

    def _unnumbered(self, tokens: Tokens, at: int) -> None:
        """A recognised word that is marked by nobody and has no number: only a sure street."""
        if tokens[at].traits & _COMMON or tokens[at].lower.endswith(_SURE_STREET):
            self._address(tokens, at)

    def _road(self, tokens: Tokens, at: int) -> bool:
        """Whether a number follows a word that ends like a street."""
        after = tokens[at + 1]
        numbered = after.numeric or bool(after.traits & _NUMBERED)
        return numbered and tokens[at].lower.endswith(self._street)

    def _address(self, tokens: Tokens, at: int) -> None:
        token = tokens[at]
        if token.lower == "'t" and tokens[at + 1].capital and not tokens[at + 1].settled:
            number = house_number(tokens, at + 2)
            settle(tokens, at, number, Mark.ADDRESS if number > at + 2 else Mark.NAME)
        elif _common_with_capital(token) and (end := street_of(tokens, at)):
            while tokens[at - 1].capital and tokens[at - 1].mark is Mark.NAME:
                at -= 1
            end = max(house_number(tokens, end), house_number(tokens, end - 1))
            settle(tokens, at, end, Mark.ADDRESS)
        elif start := van_street(tokens, at):
            settle(tokens, start, house_number(tokens, at + 1), Mark.ADDRESS)
        elif self._is_street(tokens, at):
            settle(tokens, first_part(tokens, at), house_number(tokens, at + 1), Mark.ADDRESS)

    def _is_street(self, tokens: Tokens, at: int) -> bool:
        token = tokens[at]
        numbered = house_number(tokens, at + 1) > at + 1
        if token.traits & _COMMON:
            return numbered and (token.mark is not None or tokens[at - 1].mark in _NAMED)
        street = token.lower.endswith(self._street if numbered else _SURE_STREET)
        if token.mark in _NAMED or token.mark is Mark.ADDRESS:
            return street or numbered
        street = street and (numbered or bool(token.traits & Trait.RARE))
        return street and len(token.lower) >= _SHORTEST_STREET


@call
def _telling(word: Written) -> bool:
    return bool(word.traits & _TELLING) or word.lower == "'t"


@call
def _following(word: Written) -> bool:
    """Whether what stands before it may be the last word of a street."""
    return word.numeric or bool(word.traits & _NUMBERED) or word.word == "."


def _abbreviated(tokens: Tokens, at: int) -> int:
    """Where `Houtstr. 112 rood` ends; 0 if no such street stands there."""
    number = at + 2 if tokens[at + 1].word == "." else at + 1
    short = tokens[at].lower.endswith(_SHORT_ENDS) and len(tokens[at].lower) >= _SHORTEST_STREET
    end = house_number(tokens, number) if short and tokens[number].numeric else 0
    return end if end > number else 0


def _berth(tokens: Tokens, at: int) -> int:
    """Where `ligplaats 14` ends, or 0."""
    berth = tokens[at].lower in _BERTHS and tokens[at + 1].numeric
    return house_number(tokens, at + 1) if berth else 0


def _plain(token: Token) -> bool:
    """A recognised word that may end a street: no verb, and none that numbers go with."""
    if token.mark is not None or not token.traits & Trait.ORDINARY or not token.word[:1].isalpha():
        return False
    function = token.traits & (Trait.FUNCTION | Trait.DUAL) == Trait.FUNCTION
    function = function or token.lower == "plaatse"
    counted = token.lower.endswith(_COUNTED_ENDS)
    spot = token.traits & (Trait.SPOT | Trait.THING) and not token.traits & _COMMON
    return not function and not counted and not spot and not token.traits & _NO_STREET


def _said_street(tokens: Tokens, at: int) -> int:
    """`aan de hoekse waard 3.`: where such a street begins that ends at `at`, or 0."""
    if not is_house(tokens, at + 1):
        return 0
    seldom = bool(tokens[at].traits & _COMMON) or not tokens[at].traits & Trait.FREQUENT
    for start in range(at, at - _MOST_WORDS, -1):
        before = tokens[start - 1]
        if tokens[start].opens or before.traits & HEADS or before.word in {":", "("}:
            return start
        if before.lower in {"de", "het", "'t"}:
            return start if seldom or tokens[start - 2].traits & HEADS else 0
        seldom = seldom or not before.traits & Trait.FREQUENT
        if not _plain(before) and not before.traits & _PART and before.mark is not Mark.NAME:
            break
    return start if seldom else 0


def _common_with_capital(token: Token) -> bool:
    return token.capital and not token.opens and token.traits & (_COMMON | _CAPITAL) == _COMMON
