"""What goes on with an address or a shelter in words: `, achterste loods`, `12, tweede deur`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.lodgings import is_lodging, is_side, part_of_premises
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.reach import end_of
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.worded_houses import is_worded

__all__ = ["judge_continuations"]

_LETTER = re.compile(r"[a-h]", re.IGNORECASE)
# Letters as they are said.
_SAID_LETTERS = frozenset(("be", "cee", "dee", "aa"))
_SIDES = frozenset(
    (
        *("achter", "voor", "links", "rechts", "hoog", "boven", "beneden", "achterin", "achterom"),
        *("bovenwoning", "benedenwoning", "achterhuis", "voorhuis", "souterrain", "bovenhuis"),
        *("noord", "zuid", "oost", "west"),
    )
)
# After a part of premises each of these says where it is: `tweede deur na de brug`.
_LEADING = frozenset(("na", "van", "aan", "achter", "naast", "voor", "onder", "boven", "vanaf"))
_INTO = frozenset(("op", "aan", "in"))
_NO_STREET = Trait.UNIT | Trait.ORGANISATION | Trait.NUMERAL
_BESIDE = frozenset(("boven", "achter", "naast", "tegenover"))
_GROUNDS = frozenset(("dorp", "flat", "erf", "boerderij"))
_ARTICLES = frozenset(("de", "het", "een"))
# After `achter` these say behind what.
_LEADS = Trait.DETERMINER | Trait.PREFIX | Trait.SPOT | Trait.CAPITAL
_HOUSE = re.compile(r"\d{2,4}[a-h]?")
_COUNTS = Trait.UNIT | Trait.COUNT | Trait.PLURAL | Trait.MONTH
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_PARTS, _DIGITS_OF_DAY = 3, 2


def judge_continuations(tokens: Tokens) -> None:
    """Settle it with the same mark; to be called when all else is marked."""
    address, shelter, birth = Mark.ADDRESS, Mark.SHELTER, Mark.BIRTH_DATE
    marked = [
        (at, mark)
        for at, token in enumerate(tokens)
        if (mark := token.mark) is not None
        and (mark is address or mark is shelter or mark is birth)
    ]
    for at, mark in marked:
        if mark is birth:
            if tokens[at - 1].mark is None:
                _birth(tokens, at)
            continue
        if mark is address and tokens[at].numeric and tokens[at - 1].mark is None:
            _street(tokens, at)
        if tokens[at + 1].mark is not mark:
            end = _end(tokens, at + 1, mark)
            settle(tokens, at + 1, end, mark)


def _street(tokens: Tokens, at: int) -> None:
    """`op de brier 11`: what stands between an article and the number of a house."""
    leading, article, street = tokens[at - 3 : at]
    plain = (
        street.traits & _NO_STREET or is_lodging(street) or part_of_premises(tokens, at - 1) == at
    )
    if leading.lower in _INTO and article.lower in {"de", "het", "'t"} and not plain:
        settle(tokens, at - 2, at, Mark.ADDRESS)


def _birth(tokens: Tokens, at: int) -> None:
    """`14 mei` before a year of birth."""
    start = at
    if _YEAR.fullmatch(tokens[at].word) and tokens[at - 1].traits & Trait.MONTH:
        start -= 1
    elif not (tokens[at].traits & Trait.MONTH and tokens[at + 1].mark is Mark.BIRTH_DATE):
        return
    day = tokens[start - 1]
    start -= day.mark is None and day.word.isdigit() and len(day.word) <= _DIGITS_OF_DAY
    settle(tokens, start, at, Mark.BIRTH_DATE)


def _end(tokens: Tokens, at: int, mark: Mark) -> int:
    """Where what goes on at `at` with a place that has `mark` ends; `at` if nothing does."""
    if mark is Mark.ADDRESS:
        at = _and_other(tokens, _addition(tokens, at))
    for _ in range(_MOST_PARTS):
        end = _part(tokens, at) if tokens[at].word != "," else _after_comma(tokens, at, mark)
        if end == at:
            break
        at = end
    return at


def _and_other(tokens: Tokens, at: int) -> int:
    """Where the second house ends of `op 86 en 90`, `48 of 48b`; `at` if there is one only."""
    number, joining, other, after = tokens[at - 1 : at + 3]
    if joining.lower not in {"en", "of"} or not number.word[:2].isdigit():
        return at
    counted = after.traits & _COUNTS and after.mark is None
    house = _HOUSE.fullmatch(other.lower) and other.mark in {None, Mark.ADDRESS}
    free = house and not counted and after.word not in {":", ",", "%"}
    return at + 2 if free else at


def _addition(tokens: Tokens, at: int) -> int:
    """Where the letter or the side after a house number ends: `12 b`, `77 achter`."""
    number, token, after = tokens[at - 1], tokens[at], tokens[at + 1]
    if not (number.numeric or is_worded(number)):
        return at
    lower = token.lower
    if (_LETTER.fullmatch(lower) or lower in _SAID_LETTERS) and not after.numeric:
        return at + 1
    leads = after.wordlike and (lower != "achter" or after.traits & _LEADS)
    if lower in _SIDES and not leads:
        return at + 1
    comma = token.word == "," and after.lower in {"achter", "voor"}
    return at + 2 if comma and not tokens[at + 2].wordlike else at


def _part(tokens: Tokens, at: int) -> int:
    """Where ` achterste loods` ends; `at` if none stands there."""
    end = part_of_premises(tokens, at)
    said = end > at + 1 or (end > at and is_side(tokens[at - 1]))
    return _more(tokens, end) if said else at


def _after_comma(tokens: Tokens, at: int, mark: Mark) -> int:
    """Where `, derde deur links` or `, boven de bakker` ends; `at` if none stands there."""
    start = at + 1
    if _door(tokens, start):
        return start + 3
    above = tokens[start].lower == "boven"
    if (mark is Mark.SHELTER or above) and (end := _shown(tokens, start)) > start:
        return end
    if tokens[start].lower in {"die", "dat"} and tokens[start + 1].lower == "met":
        return end_of(tokens, start, start + 2)
    if tokens[start].lower in {"de", "op"}:
        start += 1
        ordinal = tokens[start].traits & (Trait.ORDINAL | Trait.NUMERAL)
        if ordinal and not tokens[start + 1].wordlike:
            return start + 1
    end = part_of_premises(tokens, start)
    more = _more(tokens, end)
    closed = more > start + 1 or not tokens[end].wordlike
    return more if end > start and closed else at


def _shown(tokens: Tokens, at: int) -> int:
    """Where `boven de bakker`, `huis met de groene luiken` ends; `at` if none stands there."""
    token = tokens[at]
    start = at if token.lower in _BESIDE else at + 1
    bare = is_lodging(token) or token.lower in _GROUNDS
    if start > at and not (bare and tokens[start].lower in _BESIDE | {"met"}):
        return at
    if tokens[start + 1].lower not in _ARTICLES or not tokens[start + 2].wordlike:
        return at
    return end_of(tokens, at, start + 1)


def _more(tokens: Tokens, end: int) -> int:
    """Where what is told of a part of premises that ends at `end` ends."""
    if tokens[end].lower in _SIDES and not tokens[end + 1].wordlike:
        return end + 1
    if tokens[end].lower in _LEADING and tokens[end + 1].lower in _ARTICLES:
        return end + 3
    return end + 1 if _names(tokens[end]) and not tokens[end + 1].wordlike else end


def _door(tokens: Tokens, at: int) -> bool:
    """`, 4.07`: a door on the fourth floor, with nothing that makes it a time."""
    floor, dot, door, after = tokens[at : at + 4]
    glued = floor.end == dot.start and dot.end == door.start
    numbers = floor.word.isdigit() and door.word.isdigit() and dot.word == "."
    return glued and numbers and not after.wordlike


def _names(token: Token) -> bool:
    """Whether it may be what a part is called: `ingang steeg`, but not `deur dicht`."""
    nouns = Trait.COUNT | Trait.NOUN | Trait.NOUN_OR_VERB | Trait.STREET_COMMON
    small = Trait.VERB | Trait.PREFIX | Trait.FUNCTION
    return bool(token.traits & nouns) and not token.traits & small
