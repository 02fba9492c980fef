"""Spreads what was found: to the same name elsewhere, to the words beside it, to its prefixes."""

from __future__ import annotations

from itertools import pairwise

from ketensluis.redaction.masking.doubt import determined
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["absorb_prefixes", "spread_names"]

_DUAL, _SURNAME, _PREFIX = Trait.DUAL, Trait.SURNAME, Trait.PREFIX
_CAPITAL, _FUNCTION, _MONTH = Trait.CAPITAL, Trait.FUNCTION, Trait.MONTH
_TITLE, _ROLE = Trait.TITLE, Trait.ROLE
# What in lower case may be a name again.
_MAY_NAME = _DUAL | Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB | Trait.GUESSED | Trait.COMPOUND
_TAKING = frozenset({Mark.NAME, Mark.ADDRESS, Mark.PLACE, Mark.ORGANISATION})
# These are hardly anything else than the beginning of a name.
_ARCHAIC = frozenset(
    (
        "den",
        "der",
        "ter",
        "ten",
        "el",
        "ait",
        "ibn",
        "bin",
        "vd",
        "v.d.",
        "abu",
        "abd",
        "'t",
        "ould",
        "sint",
        "st",
        "it",
    )
)
_JOINING = frozenset({"of", "the", "and", "&", "tot"})
_WEEKDAYS = frozenset(
    ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
)
_TOWNS = frozenset({Mark.PLACE, Mark.NAME})
_QUARTERS = frozenset({"noord", "oost", "zuid", "west", "centrum"})
_LEADING = frozenset({"Op", "In", "Uit", "Om"})
_OPENING = frozenset(("de", "van", "el", "al", "ait", "ben", "den", "ter", "ten", "la"))


def spread_names(tokens: Tokens) -> None:
    """Mark what is the same name again, and the words with a capital beside a name."""
    seen = _seen(tokens)
    inner = range(BEFORE, len(tokens) - AFTER)
    for at in inner:
        token = tokens[at]
        if token.mark is None and not token.settled and (token.capital or token.traits & _MAY_NAME):
            _again(tokens, at, seen)
    for at in (*inner, *reversed(inner)):
        token = tokens[at]
        if token.capital and token.mark is None and not token.settled and not token.opens:
            token.mark = _between(tokens, at) or _beside(tokens, at)


def _seen(tokens: Tokens) -> set[str]:
    """Names of this text: those with a capital, and those in lower case with their prefix."""
    found = set()
    for before, token in pairwise(tokens):
        if token.mark is not Mark.NAME or token.settled:
            continue
        if token.capital or token.traits & _MAY_NAME:
            found.add(token.lower)
        if token.capital:
            continue
        if before.traits & _PREFIX:
            found.add(f"{before.lower} {token.lower}")
    return found


def _again(tokens: Tokens, at: int, seen: set[str]) -> None:
    """A word that was a name elsewhere in the text is one here too."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    day = token.lower in _WEEKDAYS and token.capital and not token.opens and not after.numeric
    if day and before.capital and before.mark is Mark.NAME:
        token.mark = Mark.NAME
        seen.add(token.lower)
    if (day or token.traits & Trait.NAMESAKE) and token.capital and token.lower in seen:
        token.mark = Mark.NAME
        return
    common = token.traits & (_FUNCTION | _CAPITAL | _PREFIX)
    dual = bool(token.traits & _DUAL)
    if common and not dual:
        return
    known = token.lower.removesuffix("'s") in seen
    if known and token.traits & _MAY_NAME and not token.capital:
        free = not determined(tokens, at) and not token.traits & (_FUNCTION | Trait.MASS)
        token.mark = Mark.NAME if free else None
    if token.capital and (known or (dual and after.mark is Mark.NAME and after.capital)):
        token.mark = Mark.NAME
    elif token.traits & _SURNAME and f"{before.lower} {token.lower}" in seen:
        token.mark = before.mark = Mark.NAME


def _between(tokens: Tokens, at: int) -> Mark | None:
    """Whatever stands with a capital between two names is a part of them."""
    between = tokens[at - 1].mark is Mark.NAME and tokens[at + 1].mark is Mark.NAME
    between = between and not tokens[at].traits & Trait.VERB
    return Mark.NAME if between else None


def _beside(tokens: Tokens, at: int) -> Mark | None:
    """A word with a capital beside a masked one, or after `De` with one, is part of that name."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    following = before.capital and before.mark is not None
    chained = before.word.isupper() and before.mark is not None and token.word.isupper()
    if chained and not token.traits & (_FUNCTION | _CAPITAL | _TITLE | _ROLE | Trait.VERB):
        return before.mark
    if token.traits & (_TITLE | _MONTH) or (token.word.isupper() and len(token.word) > 1):
        return None
    if token.traits & _ROLE and after.capital and after.mark is not None and not before.mark:
        return after.mark
    if token.traits & _ROLE:
        return Mark.NAME if following and before.mark is Mark.NAME else None
    if before.capital and before.traits & _PREFIX and not token.traits & (_CAPITAL | _PREFIX):
        return Mark.NAME
    if token.traits & (_CAPITAL | _PREFIX | _FUNCTION) and not token.traits & _DUAL:
        return None
    if following:
        return before.mark
    return after.mark if after.capital else None


def absorb_prefixes(tokens: Tokens) -> None:
    """Take each prefix into the name after it, from the last to the first."""
    for at in range(len(tokens) - AFTER - 1, BEFORE - 1, -1):
        token = tokens[at]
        before = tokens[at - 1]
        if token.mark is None and before.mark is None and tokens[at + 1].mark is None:
            continue
        if token.mark is Mark.NAME and before.word in _LEADING and not before.opens:
            before.mark = Mark.NAME
        elif token.traits & Trait.NICK and token.mark is None and tokens[at + 1].mark is Mark.NAME:
            token.mark = None if before.traits & Trait.DETERMINER or token.settled else Mark.NAME
        elif token.lower in _JOINING and before.capital and before.mark is not None:
            after = tokens[at + 1]
            token.mark = before.mark if after.capital and after.mark else None
            if token.word == "&" and after.wordlike:
                token.mark = after.mark = before.mark
        elif token.lower.rstrip(".") in {"sr", "jr"} and before.mark and before.word.isalpha():
            token.mark = Mark.NAME
        elif token.lower in _QUARTERS and before.mark in _TOWNS and not token.mark:
            token.mark = Mark.PLACE
        elif _inside(tokens, at):
            token.mark = before.mark
        elif token.mark is None and _town_after_house(tokens, at):
            token.mark = Mark.PLACE
        elif _part_of_place(tokens, at):
            token.mark = tokens[at + 1].mark
        elif token.traits & _PREFIX and token.mark is None and _belongs(tokens, at):
            token.mark = tokens[at + 1].mark


def _part_of_place(tokens: Tokens, at: int) -> bool:
    """`in nieuwe dijk`, `naar grote bottel`: an adjective without its article before a place."""
    token, before = tokens[at], tokens[at - 1]
    first = token.traits & Trait.STREET_PART and not token.traits & _PREFIX and not token.settled
    led = before.traits & (Trait.PLACE_BEFORE | Trait.SPOT_BEFORE) and not before.mark
    return bool(first and led and not token.mark and tokens[at + 1].mark in _TAKING)


def _inside(tokens: Tokens, at: int) -> bool:
    """`Hart voor Houten`: a small word between an ordinary word with a capital and a name."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if not token.traits & Trait.NAME_LINK or token.mark is not None or token.capital:
        return False
    phrase = before.capital and before.mark is not None and not before.opens
    ordinary = before.traits & (Trait.ORDINARY | _DUAL) == Trait.ORDINARY
    return bool(phrase and ordinary and after.capital and after.mark is not None)


def _town_after_house(tokens: Tokens, at: int) -> bool:
    """`pruimengaarde 12 a beverkoog,`: a rare word between a house number and a sign."""
    token, before = tokens[at], tokens[at - 1]
    housed = before.mark is Mark.ADDRESS and (before.numeric or tokens[at - 2].numeric)
    rare = not token.traits & (Trait.FREQUENT | Trait.VERB | _ROLE | _TITLE | Trait.SPOT)
    closed = not tokens[at + 1].wordlike
    return bool(housed and rare and closed and token.word[:1].isalpha() and not token.settled)


def _belongs(tokens: Tokens, at: int) -> bool:
    """Whether a prefix is part of the name after it: `El`, `van der`, `De`."""
    token, after = tokens[at], tokens[at + 1]
    if after.mark not in _TAKING or (after.mark is Mark.ADDRESS and after.numeric):
        return False
    if token.lower in _ARCHAIC and after.mark is not Mark.ORGANISATION:
        return True
    if token.lower == "van" and after.lower in {"der", "den"}:
        return True
    return _with_capital(token, after) or _after_person(tokens[at - 1], token, after)


def _with_capital(token: Token, after: Token) -> bool:
    """In mid-sentence a capital is enough; at its head it must be a usual one before a name."""
    if not token.opens:
        return token.capital
    if token.word == "van":
        return after.mark is Mark.ADDRESS
    return token.capital and token.lower in _OPENING and after.capital and after.mark is Mark.NAME


def _after_person(before: Token, token: Token, after: Token) -> bool:
    """Right after a given name, a title or a role."""
    if before.mark is Mark.NAME and before.word != ",":
        return token.lower != "te"
    introduced = before.traits & (_TITLE | _ROLE) and after.mark is Mark.NAME
    # `moeder van Stijn` has no surname "van Stijn".
    owner = token.word == "van" and not before.traits & _TITLE and len(after.lower.strip(".")) > 1
    return bool(introduced) and not owner and token.lower not in {"te", "het"}
