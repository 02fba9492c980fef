"""Finds numbers of houses that stand alone: `mw op 17`, `40: geen gehoor`, the record's own."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.houses import house_number
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.numerals import digits_of, number
from ketensluis.redaction.masking.record import Record
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls

__all__ = ["judge_bare_houses"]

_HOUSE = re.compile(r"[1-9]\d{0,3}(?:[a-d]|-(?:\d{1,3}|[a-d]|[iI]{1,3}|hs))?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMERAL = Trait.NUMERAL
# What a number before it counts or dates.
_COUNTING = (
    Trait.UNIT
    | Trait.MONTH
    | Trait.COUNT
    | Trait.PLURAL
    | Trait.NOUN_OR_VERB
    | Trait.THING
    | Trait.ORDINAL
)
# A small word that is no measure either.
_SMALL = Trait.FUNCTION | Trait.UNIT | Trait.MONTH | Trait.PLURAL
# Nouns that a number goes with: `artikel 45`, `verbalisant 45`.
_NUMBERING = Trait.UNIT | Trait.COUNT | Trait.NOUN | Trait.THING | Trait.TITLE
_NO_COUNT = frozenset(("en", "tot", "of", "met", "t/m"))
# Before a number these say where someone is; few amounts stand so.
_WHERE = frozenset(("op", "bij", "naast", "tegenover", "naar", "aan", "langs", "nr", "nrs", "no"))
_PREMISES = frozenset(("huis", "pand", "woning", "perceel", "deur", "voordeur", "adres"))
_SCALES = frozenset(("%", "/", "\u00b0", ":", "x", "+", "*", "\u20ac", "na"))
# Without them a short word is an abbreviation of a measure: `10 dgn`.
_VOWELS = frozenset("aeiouy")
_DECIMAL = frozenset(".,-:")
_CALLED = frozenset({"112", "113", "144"})
# Of a child or a young adult the number is an age: `zijn zoon van 23`.
_GROWN = 25
_STREETS = ("straat", "str", "laan", "weg", "kade", "plein", "gracht")
_ADDITIONS = frozenset(("zwart", "rood", "hs", "bis"))
_LEAST_LISTED = 10
_FAR = 6


def judge_bare_houses(tokens: Tokens, calls: Calls, record: Record) -> None:
    """Settle each number without a street that is rather of a house than a count."""
    past = 0
    for at in calls[number]:
        if at >= past and not tokens[at].settled and _alone(tokens, at):
            end = _end(tokens, at, record.houses)
            if end > at:
                settle(tokens, at, end, Mark.ADDRESS)
                past = _listed(tokens, end)


def _end(tokens: Tokens, at: int, own: set[str]) -> int:
    """Where the house number ends that begins at `at`; `at` if it is none."""
    before, after, number = tokens[at - 1], tokens[at + 1], tokens[at]
    end = max(house_number(tokens, at), at + 1)
    located = before.lower in _WHERE and not tokens[at - 2].numeric
    if before.lower == "aan":
        located = located and not after.wordlike
    # `Nieuwe Binnen 318d`, `niet 61 zwart,`
    street = before.capital and not before.opens and not before.traits & Trait.CAPITAL
    lettered = number.numeric and not number.word.isdigit() and street
    coloured = after.lower in _ADDITIONS and len(number.word) > 1 and not tokens[at + 2].wordlike
    announced = before.traits & _NUMBERING and not before.traits & Trait.FUNCTION
    recorded = number.lower in own and len(number.word) > 1 and not announced
    between = before.lower == "tussen" and after.lower == "en" and _street_near(tokens, at)
    housed = located or before.lower in _PREMISES or lettered or coloured or recorded or between
    return end if housed or _owned(tokens, at) or _listed_house(tokens, at) else at


def _alone(tokens: Tokens, at: int) -> bool:
    """Whether the number counts nothing, and is no part of a time, an amount or a year."""
    number, after, second = tokens[at], tokens[at + 1], tokens[at + 2]
    if number.numeric:
        house = _HOUSE.fullmatch(number.word) and not _YEAR.fullmatch(number.word)
        if not house or number.word in _CALLED:
            return False
    elif digits_of(number.lower) < len("11") or number.lower.startswith("dubbel"):
        return False
    if house_number(tokens, at) > at + 1 and len(after.word) == 1 and after.word.isalpha():
        # `12 B`
        return True
    if after.lower in _NO_COUNT:
        # `op 12 en 13 mei`: what the second number counts, the first does.
        counts = (second.numeric or second.traits & _NUMERAL) and _counted(tokens[at + 3])
        return not counts
    glued = after.start == number.end and second.numeric and second.start == after.end
    scaled = after.lower in _SCALES and after.word != ":"
    return not (scaled or (glued and after.word in _DECIMAL) or _counted(after))


def _counted(token: Token) -> bool:
    short = token.word.islower() and len(token.word) > 1 and _VOWELS.isdisjoint(token.word)
    small = token.traits & Trait.VERB or token.lower in _NO_COUNT
    small = small or token.traits & _SMALL == Trait.FUNCTION
    return bool(token.traits & _COUNTING or short) and not small and token.lower != "naam"


def _owned(tokens: Tokens, at: int) -> bool:
    """`de mensen van 36`, `van hiernaast, van zesentwintig`, but not `een zoon van 16`."""
    number, before, owner = tokens[at], tokens[at - 1], tokens[at - 2]
    if before.lower != "van":
        return False
    if house_number(tokens, at) > at + 1 and not tokens[at + 1].numeric:
        # `van 12 B`: no age has a letter.
        return tokens[at + 1].lower not in _NO_COUNT
    young = number.word.isdigit() and int(number.word) <= _GROWN
    after = tokens[at + 1]
    if owner.traits & (Trait.PLURAL | Trait.TITLE | Trait.ROLE) == Trait.PLURAL:
        return not after.lower.endswith("e")
    if after.wordlike and not after.traits & (Trait.VERB | Trait.FUNCTION):
        return False
    if owner.traits & (Trait.TITLE | Trait.ROLE) == Trait.TITLE:
        return True
    grown = number.word.isdigit() if owner.mark is Mark.NAME else owner.word == ","
    return grown and not young and not _aged(tokens, at)


def _aged(tokens: Tokens, at: int) -> bool:
    """Whether a role shortly before says that the number is an age: `haar zoon Omar van 33`."""
    return any(token.traits & Trait.ROLE for token in tokens[max(at - _FAR, 0) : at - 2])


def _street_near(tokens: Tokens, at: int) -> bool:
    near = tokens[max(at - _FAR, 0) : at]
    return any(token.mark is Mark.ADDRESS or token.lower.endswith(_STREETS) for token in near)


def _listed_house(tokens: Tokens, at: int) -> bool:
    """`40: geen gehoor. 50 tot en met 56: leeg`: houses that were called at in turn."""
    number, end = tokens[at], at + 1
    if not number.opens or not number.numeric:
        return False
    if [token.lower for token in tokens[end : end + 3]] == ["tot", "en", "met"]:
        end += 4
    if tokens[end].word != ":" or tokens[end + 1].start == tokens[end].end:
        return False
    return not number.word.isdigit() or int(number.word) >= _LEAST_LISTED


def _listed(tokens: Tokens, end: int) -> int:
    """Settle the numbers of `op 12, 14 en 16` after the first; gives where they end."""
    while tokens[end].lower in {",", "en", "of", "t/m", "tot", "&"}:
        number = end + 1
        if [token.lower for token in tokens[end : end + 3]] == ["tot", "en", "met"]:
            number = end + 3
        after = tokens[number + 1]
        house = tokens[number].numeric and not tokens[number].settled
        if not house or not _alone(tokens, number) or (after.wordlike and after.lower != "en"):
            break
        settle(tokens, number, number + 1, Mark.ADDRESS)
        end = number + 1
    return end
