"""Lets the noun of an organisation go with the name beside it, and a chain with its place."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.sorts import sort
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_with_names"]

_CAPITAL = Trait.CAPITAL
_VERB, _TITLE, _ROLE = Trait.VERB, Trait.TITLE, Trait.ROLE
_ORGANISATION, _NOUN, _SHOP = Trait.ORGANISATION, Trait.INSTITUTION_NOUN, Trait.SHOP
_NO_NAME = _VERB | _CAPITAL | _TITLE | _ROLE
_NAMED = frozenset({Mark.NAME, Mark.PLACE, Mark.ORGANISATION})
_ARTICLES = frozenset({"de", "het", "'t", "t", "it"})
_TOWARDS_SHOP = frozenset({"bij", "voor", "achter", "naast", "tegenover", "van"})


@call
def _tells(word: Written) -> bool:
    return bool(word.traits & (_ORGANISATION | _NOUN | _SHOP))


def judge_with_names(tokens: Tokens, calls: Calls) -> None:
    """Let a noun go with the name beside it, and a chain with its place."""
    name = Mark.NAME
    names = [at for at, token in enumerate(tokens) if token.mark is name]
    for at in sorted({*names, *calls[_tells]}):
        token = tokens[at]
        if token.mark is name:
            _of_an_organisation(tokens, at)
        if token.settled or token.mark is not None:
            continue
        if token.traits & (_ORGANISATION | _NOUN):
            _with_name(tokens, at)
        elif token.traits & _SHOP:
            _branch(tokens, at)


def _of_an_organisation(tokens: Tokens, at: int) -> None:
    """`jochem van de kringloop`: where the one with the name before it works or lives."""
    article, noun, end = tokens[at + 2], tokens[at + 3], at + 4
    if tokens[at + 1].lower not in {"van", "bij"} or article.lower not in _ARTICLES:
        return
    if noun.lower.endswith(("e", "en")) and tokens[end].wordlike and not tokens[end].opens:
        noun, end = tokens[end], end + 1
    nouns = Trait.COUNT | Trait.NOUN_OR_VERB | Trait.COMPOUND
    known = _NO_NAME | Trait.SPOT | Trait.THING | Trait.UNIT | Trait.MASS | Trait.PLURAL
    if noun.traits & nouns and not noun.traits & known and not noun.settled:
        settle(tokens, at + 2, end, Mark.ORGANISATION)


def _with_name(tokens: Tokens, at: int) -> None:
    """`basisschool al-Wafa`, `Gelre ziekenhuizen`."""
    token, start, end = tokens[at], at, at + 1
    if token.traits & (_ORGANISATION | _ROLE | _TITLE) == _ORGANISATION and not tokens[end].opens:
        while tokens[end].mark in _NAMED:
            end += 1
    if end == at + 1 and tokens[at - 1].capital and (token.traits & _NOUN or token.capital):
        while tokens[start - 1].mark in _NAMED:
            start -= 1
    if end - start > 1:
        settle(tokens, start, end, sort(token.lower))


def _branch(tokens: Tokens, at: int) -> None:
    """`bij de gamma`, `de Jumbo in Beilen`: a chain that is said to be somewhere is one shop."""
    before = tokens[at - 2 if tokens[at - 1].lower in _ARTICLES else at - 1]
    if before.lower in _TOWARDS_SHOP:
        settle(tokens, at, at + 1, Mark.COMPANY)
        return
    target = at + 1
    if tokens[target].lower in {"in", "te", "op", "aan"}:
        target += 2 if tokens[target + 1].lower in {"de", "het"} else 1
    if tokens[target].mark in {Mark.PLACE, Mark.NAME, Mark.ADDRESS} and not tokens[target].opens:
        settle(tokens, at, at + 1, Mark.COMPANY)
