"""What can be seen of a figure and of what stands around it: named clues, weighed together."""

from __future__ import annotations

from functools import reduce
from operator import or_

from ketensluis.redaction.masking.figure_shapes import Sight, named, said, shape, value
from ketensluis.redaction.masking.figures import SIGNS, Figure, Goes, figurelike
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.tokens import BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import NAMES, Trait

__all__ = [
    "BIAS",
    "apart",
    "around",
    "between",
    "itself",
    "left",
    "list_end",
    "near",
    "right",
]

# The clue that every figure has.
BIAS = "# any"
# Words of which it counts whether one stands shortly before.
_NEAR = (
    ("living", Trait.LIVING),
    ("birth", Trait.BIRTH),
    ("number", Trait.NUMBER_WORD | Trait.DOCUMENT_WORD | Trait.NUMBERED),
    ("naming", Trait.NAMING),
    ("platform", Trait.PLATFORM),
    ("temporal", Trait.TEMPORAL),
    ("person", Trait.ROLE | Trait.TITLE),
    ("month", Trait.MONTH),
    ("unit", Trait.UNIT),
)
_ALL_NEAR = reduce(or_, (bit for _, bit in _NEAR))
# Words that go on with a list of numbers.
_LISTING = frozenset(("en", "of", "tot", "op", "\u00e0", "naar"))
_FARTHEST = 20
_NEAR_REACH, _NAMED_REACH, _AHEAD_REACH, _EARLIER_REACH = 7, 3, 4, 5


def itself(token: Token, kind: str) -> list[str]:
    """The figure by itself, and whether a form that stays was seen in it."""
    found = [BIAS, f"# is {kind}", f"# form {shape(token)}", f"# value {value(token)}"]
    if token.opens:
        found += ["# opens", f"# opens {kind}"]
    if token.settled and token.mark is None:
        found += ["# kept", f"# kept {kind}"]
    return found


def left(sight: Sight, other: Sight, kind: str, style: str) -> list[str]:
    """What stands right before the run, and before that."""
    word, sort_of, traits = sight
    found = [
        *(f"# after [{sort_of}]", f"# after [{sort_of}] {kind}", f"# after {word}"),
        *(f"# after {word} {kind}", f"# second {other[0]}", f"# second [{other[1]}]"),
        *(f"# second [{other[1]}] {kind}", f"# pair {other[0]} {word}"),
        f"# pair [{other[1]}] [{sort_of}]",
    ]
    if word[0].isalpha():
        found += [f"# after -{word[-4:]}", f"# after -{word[-4:]} {kind}"]
    if style:
        found.append(f"# after [{sort_of}] {kind} {style}")
    return found + [f"# left {name}" for name in NAMES[traits]]


def list_end(tokens: Tokens, one: Figure) -> str:
    """What counts the last number of `3, 5 of 8 jaar`, and so all of them; nothing elsewhere."""
    at = one.last + 1
    while tokens[at].lower in _LISTING and figurelike(tokens[at + 1]) and at < one.last + _FARTHEST:
        at += 2
        while at < one.last + _FARTHEST and (figurelike(tokens[at]) or tokens[at].word in SIGNS):
            at += 1
    return said(tokens[at]) if at > one.last + 1 else ""


def right(sight: Sight, next_one: Sight, kind: str, style: str) -> list[str]:
    """What stands right after the run, and after that."""
    word, sort_of, traits = sight
    found = [
        *(f"# before [{sort_of}]", f"# before [{sort_of}] {kind}", f"# before {word}"),
        *(f"# before {word} {kind}", f"# next {next_one[0]}", f"# next [{next_one[1]}]"),
    ]
    if word[0].isalpha():
        found.append(f"# before -{word[-3:]}")
    if style:
        found.append(f"# before [{sort_of}] {kind} {style}")
    return found + [f"# right {name}" for name in NAMES[traits]]


def between(other: Sight, before: Sight, after: Sight, kind: str) -> list[str]:
    """Both neighbours together, and with what stands before them: `Salma van 16 heeft`."""
    sorts = f"[{before[1]}] [{after[1]}]"
    return [
        f"# between {sorts}",
        f"# between {sorts} {kind}",
        f"# between {before[0]} {after[0]}",
        f"# trio [{other[1]}] {before[0]} {after[0]} {kind}",
        f"# trio [{other[1]}] {before[0]} [{after[1]}] {kind}",
    ]


def around(tokens: Tokens, one: Figure, goes: Goes) -> tuple[int, str, str, str]:
    """What `near` and `apart` are told: traits and names near, a name ahead, the figure before."""
    traits, name, fate, ahead = 0, "", "", ""
    first = one.first
    for token in tokens[max(first - _NEAR_REACH, BEFORE) : first]:
        traits |= token.traits
    for token in tokens[first - 1 : max(first - 1 - _NAMED_REACH, BEFORE - 1) : -1]:
        if token.mark is not None and named(token):
            name = token.mark
            break
    for back in range(1, min(_EARLIER_REACH, first - BEFORE) + 1):
        if tokens[first - back].look & Look.FIGURE:
            fate = f"{'goes' if goes(first - back) else 'stays'} {back}"
            break
    for token in tokens[one.last + 1 : one.last + 1 + _AHEAD_REACH]:
        if token.mark is not None and named(token):
            ahead = "ahead"
            break
    return traits & _ALL_NEAR, name, ahead, fate


def near(traits: int, name: str, kind: str) -> list[str]:
    """Words and names that stand shortly before."""
    found = [f"# near marked {name}", f"# near marked {name} {kind}"] if name else []
    for called, bit in _NEAR:
        if traits & bit:
            found += [f"# near {called}", f"# near {called} {kind}"]
    return found


def apart(counted: str, named_ahead: str, before: str, kind: str) -> list[str]:
    """What counts a list, whether a name follows, whether the figure before goes, and how far."""
    found = [f"# counted {counted}", "# listed", f"# listed {kind}"] if counted else []
    if named_ahead:
        found += ["# marked ahead", f"# marked ahead {kind}"]
    if before:
        fate = before.partition(" ")[0]
        found += [f"# earlier {fate}", f"# earlier {before}", f"# earlier {fate} {kind}"]
    return found
