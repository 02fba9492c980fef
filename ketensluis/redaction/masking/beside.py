"""Picks the words beside a figure that goes, or glued to what goes, and what is seen of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ketensluis.redaction.masking import clues
from ketensluis.redaction.masking.figure_shapes import said, size, sort
from ketensluis.redaction.masking.figures import Goes, figurelike
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["Beside", "beside", "beside_clues", "places_beside"]

# The clue that every such word has.
_BIAS = "+ any"
_BITS = tuple((name.lower(), bit) for name, bit in vars(Trait).items() if isinstance(bit, int))
_GLUE = frozenset("._@-/()&+'\u2019:,")
_SIGNS = frozenset(",/-.(")
_LONGEST = 5
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
    for step, side in ((-1, "left"), (1, "right")):
        sign = tokens[at + step]
        if sign.word in _GLUE and goes(at + 2 * step):
            pieces = sorted((tokens[at], sign, tokens[at + 2 * step]), key=_start)
            if pieces[0].end == pieces[1].start and pieces[1].end == pieces[2].start:
                return f"glued {side} {sign.word}", at + 2 * step
    return None


def _start(token: Token) -> int:
    return token.start


def _near(tokens: Tokens, at: int, goes: Goes) -> tuple[str, int] | None:
    """`portiek` in `200, portiek 3`: a figure that goes before it, after it, or past a sign."""
    before, after = tokens[at - 1], tokens[at + 1]
    ahead = figurelike(after) and goes(at + 1)
    back = figurelike(before) and goes(at - 1)
    if ahead:
        return "between" if back else "ahead", at + 1
    if back:
        return "back", at - 1
    if before.word in _SIGNS and figurelike(tokens[at - 2]) and goes(at - 2):
        return f"after {before.word}", at - 2
    full_stop = after.word == "." and figurelike(tokens[at + 2]) and not tokens[at + 2].opens
    return ("ahead .", at + 2) if full_stop and goes(at + 2) else None


def beside_clues(tokens: Tokens, one: Beside, goes: Goes) -> list[str]:
    """All clues of such a word."""
    token, before, after = tokens[one.at], tokens[one.at - 1], tokens[one.at + 1]
    where, kind, lower = one.where, size(tokens[one.owner]), token.lower
    own, capital = clues.sort_of(token.traits), "C" if token.capital else "c"
    found = [
        *(_BIAS, f"+ {where}", f"+ {where} {kind}", f"+ {where} {capital}", f"+ is {own}"),
        *(f"+ {where} is {own}", f"+ {where} {kind} is {own}", f"+ word {lower}"),
        *(f"+ {where} word {lower}", f"+ ends {lower[-4:]}", f"+ {where} ends {lower[-3:]}"),
        *(f"+ {kind} ends {lower[-4:]}", f"+ {where} long {min(len(lower), _LONGEST)}"),
        *(f"+ {where} after [{sort(before)}]", f"+ {where} before [{sort(after)}]"),
        *(f"+ {where} after {said(before)}", f"+ {where} before {said(after)}"),
        f"+ {where} beyond [{sort(tokens[one.at - 2])}]",
    ]
    if token.settled and token.mark is None:
        found.append("+ kept")
    past_sign = before.word in _SIGNS
    back = one.at - 2 if past_sign else one.at - 1
    if back != one.owner:
        chain = "chained" if goes(back) else "unchained"
        chain = f"+ {chain} {'figure' if figurelike(tokens[back]) else 'word'}"
        found += [chain, f"{chain} {where}", f"{chain} {own}"]
        found.append(f"{chain} {where} {'sign' if past_sign else 'space'}")
    for name, bit in _BITS:
        if token.traits & bit:
            found += [f"+ has {name}", f"+ {where} has {name}"]
    return found
