"""Parts of premises with a number or a letter: `portiek 3`, `steiger C, box 19`, `kamer 3.17`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.houses import house_number
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_premises"]

# After an address each of these, with its number, goes on with it.
_PARTS = frozenset(
    (
        *("portiek", "steiger", "box", "veld", "vak", "plaats", "plek", "hal", "loods", "unit"),
        *("blok", "gebouw", "toren", "trap", "bus", "caravan", "stacaravan", "chalet", "huisje"),
        *("bungalow", "kavel", "perceel", "kamer", "appartement", "app", "flat", "laan", "rij"),
        *("vleugel", "ingang", "entree", "deur", "kelderbox", "garage", "garagebox", "studio"),
        *("woonwagen", "tent", "ligplaats", "staanplaats", "standplaats", "nummer", "nr", "etage"),
        *("veldje", "pad", "paadje", "bel"),
        *("verdieping", "verd", "et", "afdeling", "opgang", "trappenhuis", "gang", "poort", "pier"),
    )
)
# These are someone's place wherever a number or letter goes with them.
_OWN = frozenset(
    (
        *("portiek", "steiger", "box", "stacaravan", "caravan", "chalet", "bungalow", "huisje"),
        *("appartement", "unit", "loods", "kelderbox", "garagebox", "woonwagen", "lodge", "studio"),
        *("staanplaats", "standplaats", "ligplaats", "kluisje"),
    )
)
# Of these a count of one or two digits is told as well: `kamer 4 van het bureau`.
_NUMBERED = frozenset(
    (
        "kamer",
        "bed",
        "hal",
        "zaal",
        "cel",
        "blok",
        "vak",
        "box",
        "kluisje",
        "ophoudcel",
        "politiecel",
    )
)
_CELLS = frozenset(("cel", "ophoudcel", "politiecel"))
# Such a noun with a full stop: `APP. 9`.
_CUT_SHORT = frozenset(("app", "verd", "et", "nr", "bus"))
# What has a call sign: `eenheid 14.02`.
_CALLED = frozenset(
    ("eenheid", "dienstwagen", "dienstauto", "dienstvoertuig", "voertuig", "roepnummer", "koppel")
)
_OWN_ENDS = ("plek", "plaats", "box", "huisje", "kamer")
_SIDES = frozenset(
    ("kelder", "achterhuis", "voorhuis", "souterrain", "zolder", "bovenwoning", "benedenwoning")
)
_SIDES_OR_HIGH = _SIDES | {"hoog"}
_CODE = re.compile(r"\d{1,4}[a-zA-Z]?|[A-Z]|[A-Z]\d{1,3}|\d{1,3}-[A-Z]|[A-Z]-?\d{1,3}")
_DIGITS_COUNTED = 2
_COUNTED = Trait.UNIT | Trait.MONTH
_PLACES = frozenset({Mark.ADDRESS, Mark.NAME, Mark.PLACE, Mark.VENUE, Mark.ORGANISATION})


@call
def _part(word: Written) -> bool:
    return word.numeric or bool(word.look & Look.SINGLE) or word.lower in _SIDES_OR_HIGH


@call
def _lettered(word: Written) -> bool:
    return word.capital and word.word[1:2].isdigit()


def judge_premises(tokens: Tokens, calls: Calls) -> None:
    """Settle them; to be called when addresses are settled."""
    past = 0
    lettered = [at for at in calls[_lettered] if tokens[at].capital]
    for at in sorted({*calls[_part], *lettered}):
        if tokens[at].lower in _SIDES_OR_HIGH:
            _side(tokens, at)
        elif at >= past:
            short = tokens[at - 1].word == "." and tokens[at - 2].lower in _CUT_SHORT
            noun = at - 2 if short else at - 1
            if _free(tokens[noun]):
                past = _named_part(tokens, at, noun)


def _free(token: Token) -> bool:
    """A recognised word that nobody marked without a doubt."""
    marked = token.settled or (token.mark is not None and not token.doubt)
    return bool(token.traits & Trait.ORDINARY) and not marked


def _side(tokens: Tokens, at: int) -> None:
    """`, achterhuis` after an address, and `twaalf hoog achter`."""
    if tokens[at].lower == "hoog":
        _floor(tokens, at)
    elif tokens[at - 1].word == "," and tokens[at - 2].mark is Mark.ADDRESS:
        settle(tokens, at - 1, at + 1, Mark.ADDRESS)


def _named_part(tokens: Tokens, at: int, noun_at: int) -> int:
    """Judge the number or letter at `at` by the noun before it; gives the token after it."""
    noun = tokens[noun_at].lower
    own = noun in _OWN or noun.endswith(_OWN_ENDS)
    called = noun in _CALLED
    if not own and not called and noun not in _PARTS and noun not in _NUMBERED:
        return at + 1
    end = _code_end(tokens, at, own=own or called or noun in _NUMBERED)
    if end == at or (called and end == at + 1):
        return at + 1
    start = noun_at - 1 if tokens[noun_at - 1].word in {",", "/"} else noun_at
    if tokens[start - 1].mark in _PLACES and noun in _PARTS:
        settle(tokens, start, end, Mark.ADDRESS)
    elif _alone(noun, tokens[at].word, end - at, own=own):
        settle(tokens, at, end, Mark.NUMBER if called or noun in _NUMBERED else Mark.ADDRESS)
    return end


def _code_end(tokens: Tokens, at: int, *, own: bool) -> int:
    """Where a number, a letter or `3.17` ends that begins at `at`; `at` if there is none.

    After a noun of someone's `own` place what was taken for a time or a call's number is one too.
    """
    code, dot, rest = tokens[at], tokens[at + 1], tokens[at + 2]
    if code.settled and code.mark is not Mark.ADDRESS and not (own and code.mark is None):
        return at
    if not _CODE.fullmatch(code.word):
        return at
    if (end := house_number(tokens, at)) > at + 1:
        return end
    glued = dot.start == code.end and rest.start == dot.end
    if glued and dot.word == "." and rest.word.isdigit() and code.word.isdigit():
        return at if tokens[at + 3].lower in {"uur", "u", "h"} else at + 3
    if glued and rest.numeric:
        return at
    return at if dot.traits & _COUNTED and dot.lower not in {"en", "tot", "of"} else at + 1


def _alone(noun: str, code: str, size: int, *, own: bool) -> bool:
    """Whether the code, of `size` tokens, says by itself whose place it is."""
    if size > 1 or not code.isdigit() or noun in _CELLS:
        return len(code) > 1 or own or noun in _CELLS
    if noun in _NUMBERED or noun.endswith("kamer"):
        return len(code) > _DIGITS_COUNTED
    return own


def _floor(tokens: Tokens, at: int) -> None:
    """`Veemarkt twaalf hoog achter`, `woont drie hoog`, but not `sprong van drie hoog`."""
    number, street = tokens[at - 1], tokens[at - 2]
    if not (number.numeric or number.traits & Trait.NUMERAL) or number.lower == "een":
        return
    named = street.capital and not street.traits & (Trait.ROLE | Trait.TITLE | Trait.VERB)
    end = at + 2 if tokens[at + 1].lower in {"achter", "voor"} else at + 1
    if named and (street.mark or end > at + 1):
        settle(tokens, at - 2, end, Mark.ADDRESS)
    elif street.traits & Trait.LIVING:
        settle(tokens, at - 1, end, Mark.ADDRESS)
