"""What can be seen of a word once all are judged: how it was, and what goes beside it."""

from __future__ import annotations

from typing import NamedTuple

from ketensluis.redaction.masking.figure_shapes import PLACES
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.styles import base
from ketensluis.redaction.masking.telling import sort_of
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = [
    "BIAS",
    "Seen",
    "Sight",
    "apart",
    "between",
    "in_question",
    "itself",
    "left",
    "origin_of",
    "right",
    "sight_of",
]

# The clue that every word has.
BIAS = "= any"
_BITS = tuple((name.lower(), bit) for name, bit in vars(Trait).items() if isinstance(bit, int))
# What a mark beside a word says; all others are of organisations and the like.
_SAID = {Mark.NAME: "name", Mark.PLACE: "place", Mark.ADDRESS: "address"}
# Marks to which a word beside them may belong.
_LENDING = PLACES | {Mark.NAME}
_ENDS, _LONGEST = (2, 3, 4), 9

Sight = tuple[str, str]
"""What is seen of a neighbour: its sort or its mark, and the word."""


class Seen(NamedTuple):
    """A word in question, as the groups of its clues need it."""

    token: Token
    written: str
    origin: str
    sort: str


def in_question(tokens: Tokens) -> list[int]:
    """The words that go, and those beside a name or a place that goes, or the next but one.

    Beside figures no word is looked at once more: it has been weighed as such.
    """
    letters, figure, last = Look.LETTERS, Look.FIGURE, len(tokens) - AFTER
    near: set[int] = set()
    for at in [at for at, token in enumerate(tokens) if token.mark is not None]:
        if tokens[at].look & figure:
            continue
        near.add(at)
        if tokens[at].mark in _LENDING:
            for step in (-1, 1):
                if not tokens[at + step].look & figure:
                    near.update((at + step, at + 2 * step))
    return [
        at
        for at in sorted(near)
        if BEFORE <= at < last and tokens[at].look & (letters | figure) == letters
    ]


def origin_of(token: Token, *, ruled: bool) -> str:
    """How a word came to go: by a rule (in doubt, for good, or not), or as it was weighed."""
    if token.mark is None:
        return "none"
    if token.doubt:
        return "doubt"
    if ruled:
        return "settled" if token.settled else "rule"
    return "placed" if token.settled else "weighed"


def sight_of(token: Token) -> Sight:
    """What is seen of a neighbour."""
    first = token.word[:1]
    if not first.isalnum():
        said = "edge" if not first else "line" if first == "\n" else first
        return said, said
    written = ("c", "O", "C")[token.capital + (token.capital and not token.opens)]
    word = token.lower if token.traits & Trait.ORDINARY else "?"
    figure = first.isdigit()
    if token.mark is not None:
        kind = _SAID.get(token.mark, "figure" if figure else "other")
        return f"<{kind} {written}", "figure" if figure else word
    return f"{'figure' if figure else sort_of(token.traits)} {written}", (
        "figure" if figure else word
    )


def itself(seen: Seen, often: int) -> list[str]:
    """The word by itself; `often` is a step of how frequent it is."""
    token, origin, style, sort = seen.token, seen.origin, seen.written, seen.sort
    written = base(style)
    lower, mark = token.lower, token.mark or ""
    word = lower if token.traits & Trait.ORDINARY else "?"
    found = [
        *(BIAS, f"= {origin}", f"= {origin} as {mark}", f"= {origin} {written}"),
        *(f"= {origin} {sort}", f"= {origin} {written} {sort}"),
        *(f"= word {word}", f"= word {word} {origin}"),
        *(f"= often {often} {origin}", f"= often {often} {written} {origin}"),
        f"= often {often} {sort} {written}",
        f"= long {min(len(lower), _LONGEST)} {origin}",
    ]
    for size in _ENDS:
        end, head = lower[-size:], lower[:size]
        found += [
            f"= ends {size} {end}",
            f"= ends {size} {end} {origin}",
            f"= begins {size} {head}",
        ]
    for name, bit in _BITS:
        if token.traits & bit:
            found += [f"= is {name} {origin}", f"= is {name} {written}"]
    if style != written:
        found += [f"= {origin} {style}", f"= {origin} {style} {sort}"]
        found += [f"= often {often} {style} {origin}", f"= word {word} {style}"]
    return found


def left(before: Sight, seen: Seen) -> list[str]:
    """What stands right before it."""
    return _beside("after", before, seen)


def right(after: Sight, seen: Seen) -> list[str]:
    """What stands right after it."""
    return _beside("before", after, seen)


def _beside(side: str, sight: Sight, seen: Seen) -> list[str]:
    stands, word = sight
    origin, style = seen.origin, seen.written
    written = base(style)
    found = [
        *(f"= {side} [{stands}]", f"= {side} [{stands}] {origin}"),
        f"= {side} [{stands}] {origin} {written}",
        *(f"= {side} {word}", f"= {side} {word} {origin}"),
        f"= {side} {word} {origin} {seen.sort}",
    ]
    if style != written:
        found += [f"= {side} [{stands}] {origin} {style}", f"= {side} {word} {origin} {style}"]
    return found


def between(before: Sight, after: Sight, seen: Seen) -> list[str]:
    """Both neighbours together."""
    both = f"[{before[0]}] [{after[0]}]"
    return [
        f"= between {both}",
        f"= between {both} {seen.origin}",
        f"= between {both} {seen.sort}",
    ]


def apart(side: str, near: Sight, far: Sight, origin: str) -> list[str]:
    """A neighbour and the one beyond it, to the left or to the right."""
    return [
        f"= {side} [{far[0]}] [{near[0]}] {origin}",
        f"= {side} {far[1]} {origin}",
        f"= {side} {far[1]} {near[1]}",
        f"= {side} {far[1]} {near[1]} {origin}",
    ]
