"""Picks what is written in figures: digits, numbers in words, codes, loose letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.tokens import AFTER, Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["SIGNS", "Figure", "Goes", "figurelike", "figures"]

Goes = Callable[[int], bool]
"""Whether the token at an index goes, as far as it is known."""

# What may stand between the pieces of one number.
SIGNS = frozenset(".,-/:()+\u2013'\u2019*?\u2026\u00b7&#")
_APOSTROPHES = frozenset("'\u2019")
_MOST_SIGNS, _LONGEST_RUN = 2, 24


class Figure(NamedTuple):
    """A token in figures, and the first and the last of the run of such tokens that it is in."""

    at: int
    first: int
    last: int


def figurelike(token: Token) -> bool:
    """Whether a token is a number in digits or words, a code, or a capital by itself."""
    return bool(token.look & Look.FIGURE)


def figures(tokens: Tokens) -> Iterator[Figure]:
    """Every token in figures, in order."""
    figure, end, past = Look.FIGURE, len(tokens) - AFTER, 0
    for at in [at for at, token in enumerate(tokens) if token.look & figure]:
        if at >= past:
            run = _run(tokens, at, end)
            first = at - 1 if tokens[at - 1].word in _APOSTROPHES else at
            for one in run:
                yield Figure(one, first, run[-1])
            past = run[-1] + 1


def _run(tokens: Tokens, at: int, end: int) -> list[int]:
    """The tokens in figures from `at` on with nothing but signs, or a month, between them."""
    run = [at]
    for following in range(at + 1, min(end, at + _LONGEST_RUN)):
        token, beside = tokens[following], following == run[-1] + 1
        if figurelike(token) or (token.traits & Trait.MONTH and beside):
            run.append(following)
        elif token.word not in SIGNS or following - run[-1] > _MOST_SIGNS:
            break
    return run
