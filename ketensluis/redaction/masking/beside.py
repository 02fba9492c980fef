"""Picks the words beside a figure that goes, or glued to what goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ketensluis.redaction.masking.figures import Goes, figurelike
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["SIGNS_BESIDE", "Beside", "beside", "places_beside"]

_GLUE = frozenset("._@-/()&+'\u2019:,")
# What may stand between a word and the figure before it.
SIGNS_BESIDE = frozenset(",/-.(")
# Words that are never a part of an address or a number, unless they are glued to it.
_SMALL = Trait.FUNCTION | Trait.VERB


class Beside(NamedTuple):
    """A word, where it stands beside what goes, and the token that goes."""

    at: int
    where: str
    owner: int


def places_beside(going: Iterable[int]) -> list[int]:
    """The indices that are near enough to one of what goes, in order."""
    around: set[int] = set()
    for at in going:
        around.update((at - 2, at - 1, at + 1, at + 2))
    return sorted(around)


def beside(tokens: Tokens, goes: Goes, places: Iterable[int] | None = None) -> Iterator[Beside]:
    """The words in question, in order; `goes` is asked as they come.

    `places` are all indices at which there can be one, for whom that is quicker to tell.
    """
    if places is None:
        places = places_beside(filter(goes, range(BEFORE, len(tokens) - AFTER)))
    letters, figure, small = Look.LETTERS, Look.FIGURE, _SMALL
    for at in places:
        token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
        # Most stand beside a name and no sign: neither glued nor near a figure.
        if not ((before.look | after.look) & figure or before.word in _GLUE or after.word in _GLUE):
            continue
        if token.look & letters and not token.look & figure and token.word[0].isalpha():
            found = _glued(tokens, at, goes)
            if found is None and not token.traits & small:
                found = _near(tokens, at, goes)
            if found is not None:
                yield Beside(at, *found)


def _glued(tokens: Tokens, at: int, goes: Goes) -> tuple[str, int] | None:
    """`kar_` after `moes.`: nothing but a sign without a space between it and what goes."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    touches = before.end == token.start and tokens[at - 2].end == before.start
    if touches and before.word in _GLUE and goes(at - 2):
        return f"glued left {before.word}", at - 2
    touches = token.end == after.start and after.end == tokens[at + 2].start
    if touches and after.word in _GLUE and goes(at + 2):
        return f"glued right {after.word}", at + 2
    return None


def _near(tokens: Tokens, at: int, goes: Goes) -> tuple[str, int] | None:
    """`portiek` in `200, portiek 3`: a figure that goes before it, after it, or past a sign."""
    before, after = tokens[at - 1], tokens[at + 1]
    ahead = figurelike(after) and goes(at + 1)
    back = figurelike(before) and goes(at - 1)
    if ahead:
        return "between" if back else "ahead", at + 1
    if back:
        return "back", at - 1
    if before.word in SIGNS_BESIDE and figurelike(tokens[at - 2]) and goes(at - 2):
        return f"after {before.word}", at - 2
    full_stop = after.word == "." and figurelike(tokens[at + 2]) and not tokens[at + 2].opens
    return ("ahead .", at + 2) if full_stop and goes(at + 2) else None
