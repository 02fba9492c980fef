"""Finds houses, schools and employers that are named by common words: `op de bonte koe`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import BEFORE, Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_whereabouts"]

_ARTICLES = frozenset({"de", "het", "'t", "t", "the"})
_ARTICLES_LONGEST = 3
_KNOWN = (
    Trait.SPOT
    | Trait.ROLE
    | Trait.TITLE
    | Trait.CAPITAL
    | Trait.UNIT
    | Trait.ORGANISATION
    | Trait.MONTH
    | Trait.ORDINAL
    | Trait.REFUGE
)
_SMALL = Trait.VERB | Trait.PREFIX | Trait.FUNCTION | Trait.DETERMINER
_ROAD = Trait.STREET_COMMON
_FREQUENT, _DUAL, _RARE = Trait.FREQUENT, Trait.DUAL, Trait.RARE
# Ends of compounds that are things, tasks and gatherings rather than names.
_RARE_USUAL = re.compile(
    r"(?:app|complex|ontbijt|kring|put|mand|haren|bedden|baas|ers?|ij|ën|ing)$"
)
# How many words may stand between "woont" or "zit" and the place.
_REACH = 7
_AHEAD = 3


@call
def _article(word: Written) -> bool:
    return word.lower in _ARTICLES


@call
def _leads(word: Written) -> bool:
    return word.lower in {"op", "aan"}


def judge_whereabouts(tokens: Tokens, calls: Calls) -> None:
    """Settle what an article and a word of place introduce and is no ordinary spot."""
    for at in sorted({*calls[_leads], *(article - 1 for article in calls[_article])}):
        after = tokens[at + 1]
        if after.settled:
            continue
        if after.lower in _ARTICLES:
            if (after.lower == "'t" and _shouted(tokens[at + 2])) or (
                tokens[at + 2].traits & Trait.HOUSE_NAME and _candidate(tokens[at + 2])
            ):
                settle(tokens, at + 1, at + 3, _sort(tokens, at))
            elif tokens[at].traits & Trait.SPOT_BEFORE:
                _spot(tokens, at)
        elif tokens[at].lower in {"op", "aan"}:
            _bare_street(tokens, at)
        if tokens[at].word == "te" and after.word in _ARTICLES:
            _town_with_article(tokens, at)


def _town_with_article(tokens: Tokens, at: int) -> None:
    """`wonend te het harde`: after "te" no article stands but a town's own."""
    town = tokens[at + 2]
    if town.word[:1].isalpha() and not town.settled and not town.traits & Trait.VERB:
        settle(tokens, at + 1, at + 3, Mark.PLACE)


def _shouted(token: Token) -> bool:
    """`'T STERRETJE`: in a text of capitals hardly any word else has this article."""
    long = token.word.isupper() and len(token.word) > _ARTICLES_LONGEST
    return long and not token.settled and not token.traits & (Trait.SPOT | _FREQUENT)


def _spot(tokens: Tokens, at: int) -> None:
    near = tokens[at + 1].lower == "the" or _belongs(tokens, at)
    first = tokens[at + 2]
    adjective = first.traits & Trait.NICK and tokens[at + 3].traits & Trait.HOUSE_SELDOM
    if not adjective and (not _candidate(first) or first.traits & _KNOWN & ~_seldom(first)):
        return
    end = at + 3
    if adjective or (_adjective(first) and _goes_on(tokens[end])):
        end += 1
    while tokens[at + 1].lower == "the" and _goes_on(tokens[end]):
        end += 1
    noun = tokens[end - 1]
    if noun.traits & _KNOWN & ~_seldom(noun) or (
        tokens[at + 1].lower == "het" and noun.lower.endswith("en")
    ):
        return
    small = noun.lower.endswith("je") and noun.traits & Trait.PLURAL
    if small and not noun.traits & _FREQUENT and tokens[at].lower == "bij":
        _in_doubt(tokens, at + 1, end, Mark.ORGANISATION)
        return
    within = tokens[at].lower in {"in", "aan"}
    judged = (first if near else noun, noun)
    if any(_named(token, near=near, within=within) for token in judged):
        _in_doubt(tokens, at + 1, end, _sort(tokens, at))


def _in_doubt(tokens: Tokens, start: int, end: int, mark: Mark) -> None:
    settle(tokens, start, end, mark)
    for token in tokens[start:end]:
        token.doubt = True


def _sort(tokens: Tokens, at: int) -> Mark:
    """A home after "aan" or a word of living, else somewhere that someone works or learns."""
    lives = any(token.traits & Trait.LIVING for token in tokens[max(at - _REACH, 0) : at])
    return Mark.ADDRESS if lives or tokens[at].lower == "aan" else Mark.ORGANISATION


def _bare_street(tokens: Tokens, at: int) -> None:
    """`woont op lange akker`: a street without its article."""
    part = tokens[at + 1].traits & Trait.STREET_PART
    end = at + 2 if part else at + 1
    token = tokens[end]
    if token.lower.endswith("e") and _goes_on(tokens[end + 1]):
        end += 1
    lives = any(before.traits & Trait.LIVING for before in tokens[at - 2 : at])
    if (
        lives
        and _candidate(token)
        and not token.traits & (_KNOWN | _SMALL | (0 if part else _FREQUENT))
    ):
        settle(tokens, at + 1, end + 1, Mark.ADDRESS)


def _candidate(token: Token) -> bool:
    """A recognised word in lower case, or in a text of capitals."""
    plain = token.traits & Trait.ORDINARY and (not token.capital or token.word.isupper())
    return (
        bool(plain)
        and token.word.replace("-", "").replace("'", "").isalpha()
        and not token.settled
        and not token.opens
    )


def _goes_on(token: Token) -> bool:
    return _candidate(token) and not token.traits & _SMALL


def _adjective(token: Token) -> bool:
    return token.lower.endswith(("e", "en"))


def _seldom(token: Token) -> int:
    """What is not held against a word that is the name of many a school."""
    return Trait.SPOT | Trait.UNIT if token.traits & Trait.HOUSE_SELDOM else 0


def _named(token: Token, *, near: bool, within: bool) -> bool:
    """Near a word of belonging any word that is not frequent, else one that is very seldom."""
    if near and token.traits & Trait.HOUSE_SELDOM:
        return True
    brink = token.traits & (Trait.STREET_COMMON | Trait.SURNAME | _FREQUENT)
    if token.traits & Trait.GUESSED or brink == Trait.STREET_COMMON | Trait.SURNAME:
        return True
    if token.traits & _FREQUENT or token.traits & (Trait.STREET_COMMON | _DUAL) == _ROAD:
        return False
    if near:
        return True
    usual = bool(_RARE_USUAL.search(token.lower)) or (within and token.traits & Trait.COMPOUND)
    return bool(token.traits & (_RARE | Trait.LONE)) and not usual


def _belongs(tokens: Tokens, at: int) -> bool:
    """Whether a word of living, working or learning stands near, in the same sentence."""
    for right in range(at + 3, at + 3 + _AHEAD):
        if tokens[right].opens or not tokens[right].wordlike:
            break
        if tokens[right].traits & Trait.BELONGING:
            return True
    for left in range(at - 1, max(at - 1 - _REACH, BEFORE - 1), -1):
        if tokens[left].traits & Trait.BELONGING:
            return True
        if tokens[left].opens:
            return False
    return False
