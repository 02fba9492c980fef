"""Picks the words that may be a name, with what the text before them says of their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from ketensluis.redaction.masking import clues
from ketensluis.redaction.masking.clues import Candidate
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.styles import SHOUTED
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Written, call

__all__ = ["candidates", "leads", "possible"]

# How many words back an article, a word of belonging, the noun of an organisation may stand.
_DETERMINED, _BELONGING, _ANNOUNCED = 3, 7, 3
_BELONGS = Trait.BELONGING | Trait.LIVING | Trait.WORK
_LEADS = _BELONGS | Trait.DETERMINER | Trait.ORGANISATION
_WITH_CAPITAL, _ALWAYS, _BESIDE = 1, 2, 3


class _Possible(dict[int, int]):
    """Whether a word with these traits can be a name, asked once each."""

    def __missing__(self, traits: int) -> int:
        self[traits] = clues.may_be_name(traits)
        return self[traits]


# By the traits of a word; there are a few thousand different ones at most.
_POSSIBLE = _Possible()


@call
def leads(word: Written) -> bool:
    """Whether a word says of those after it what their place is."""
    return bool(word.traits & _LEADS)


def possible(word: Written) -> bool:
    """Whether a word can be a name in some place."""
    least = _WITH_CAPITAL if word.capital else _ALWAYS
    return bool(word.look & Look.NAMELIKE) and _POSSIBLE[word.traits] >= least


def candidates(
    tokens: Tokens,
    places: Iterable[int] | None = None,
    *,
    style: str,
    hopeful: Callable[[Token, str], bool] | None = None,
) -> Iterator[Candidate]:
    """The words that may be a name, marked or not; with `hopeful` only those that it lets pass.

    `places` are all indices at which there can be one, and all that lead to one, for whom that is
    quicker to tell.
    """
    seen = Counter([token.lower for token in tokens if token.mark is not None])
    may_be, namelike, leading = _POSSIBLE, Look.NAMELIKE, _LEADS
    with_capital = _ALWAYS if style == SHOUTED else _WITH_CAPITAL
    determiner = belonging = organisation = -_BELONGING
    for at in range(BEFORE, len(tokens) - AFTER) if places is None else places:
        token = tokens[at]
        traits = token.traits
        if (
            token.look & namelike
            and may_be[traits] >= (with_capital if token.capital else _ALWAYS)
            and (token.mark is not None or not token.settled)
            and not (token.opens and traits & Trait.MASS)
            and not (traits & Trait.TITLE and token.word[1:2].isupper())
            and (may_be[traits] < _BESIDE or _beside(tokens, at))
        ):
            written = clues.form(token, style=style)
            if hopeful is None or hopeful(token, written):
                yield Candidate(
                    at,
                    written,
                    at - determiner <= _DETERMINED,
                    at - determiner == 1,
                    at - belonging <= _BELONGING,
                    at - organisation <= _ANNOUNCED,
                    seen[token.lower] > (token.mark is not None),
                )
        if traits & leading:
            if traits & Trait.DETERMINER:
                determiner = at
            if traits & _BELONGS:
                belonging = at
            if traits & Trait.ORGANISATION:
                organisation = at


def _beside(tokens: Tokens, at: int) -> bool:
    """Whether a word with a capital in mid-sentence has a masked one right beside it."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if not token.capital or token.opens:
        return False
    follows = before.capital and before.mark is not None
    return follows or (after.capital and after.mark is not None and not after.opens)
