"""Looks once more at what goes and at the words beside it, when all else has been judged.

Only now it is known of both neighbours whether they go: so `en` in `[naam] en zn` goes with them,
and what a rule took for a name is let go if everything around it speaks against it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from itertools import count

from ketensluis.redaction.masking import clues
from ketensluis.redaction.masking import review_clues as view
from ketensluis.redaction.masking.fragments import fragment
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.review_clues import Seen, Sight
from ketensluis.redaction.masking.styles import DICTATED
from ketensluis.redaction.masking.telling import sort_of
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["Reviewing", "clues_of_review", "marked"]

# From this sum on (log odds) a word goes too, below that one it may stay, chosen as the bars before
# (docs/reference/masking.md); and so much more in dictation, of which one author only is known.
_GOES, _STAYS = -4.5, -4.7
_MORE_IN_STYLE = {DICTATED: 3.0}
# So much more makes a word go that joins two names: `Omar en Femke` are two, most of the time.
_JOINING, _MORE_IF_JOINING = frozenset(("en", "of", "&")), 1.0
# So much more keeps a word going that goes with a capital, or by how it came to go. What a rule
# takes is a name or nothing at all, so that it tells more when everything speaks against it.
_MORE_WITH_CAPITAL, _MORE_BY_ORIGIN = 1.2, {"rule": 0.2, "weighed": 0.0, "doubt": -1.2}
# Prefixes that are small words before all, and point to nobody: they go with a name only where
# that is the more likely.
_SMALL = frozenset(
    (
        *("van", "von", "de", "der", "den", "het", "'t", "ten", "ter", "te", "op", "in", "aan"),
        *("bij", "la", "v", "d", "v.", "d."),
    )
)
# What a rule has settled is not let go: hardly any word would be won.
_FOR_GOOD = {"settled", "placed"}
_GROUPS = 6
# What weighs less by itself goes beside nothing, and what weighs more goes beside anything.
_HOPELESS, _CERTAIN = -6.9, 1.0
_ORDINARY = Trait.ORDINARY
# A bound on memory, never on correctness.
_REMEMBERED = 400_000

Key = tuple[object, ...]
Share = Callable[[str], float]


def marked(tokens: Tokens) -> set[int]:
    """Where something goes by now."""
    return {at for at, token in enumerate(tokens) if token.mark is not None}


def clues_of_review(
    tokens: Tokens, ruled: Container[int], share: Share, *, style: str
) -> Iterator[tuple[int, list[str]]]:
    """Each word that is looked at once more, and all its clues.

    `ruled` is what `marked` gave when single rules had spoken, and nothing had been weighed.
    """
    for at in view.in_question(tokens):
        token = tokens[at]
        seen = _seen(token, view.origin_of(token, ruled=at in ruled), style=style)
        around = tuple(view.sight_of(tokens[at + step]) for step in (-2, -1, 1, 2))
        often = clues.often(share(token.lower))
        yield at, [clue for n in range(_GROUPS) for clue in _group(n, seen, around, often)]


def _seen(token: Token, origin: str, *, style: str) -> Seen:
    return Seen(token, clues.form(token, style=style), origin, sort_of(token.traits))


def _group(number: int, seen: Seen, around: tuple[Sight, ...], often: int) -> list[str]:
    """One group of clues, in the order of the keys of `Reviewing.score`."""
    other, before, after, next_one = around
    match number:
        case 0:
            return view.itself(seen, often)
        case 1:
            return view.left(before, seen)
        case 2:
            return view.right(after, seen)
        case 3:
            return view.between(before, after, seen)
        case 4:
            return view.apart("left", before, other, seen.origin)
        case _:
            return view.apart("right", after, next_one, seen.origin)


class Reviewing:
    """The weights of all clues, and the sums that were asked before; safe to share."""

    def __init__(
        self,
        weights: Mapping[str, float],
        share: Share,
        goes: float = _GOES,
        stays: float = _STAYS,
    ) -> None:
        self._weights = weights
        self._share = share
        self._goes, self._stays = goes, stays
        self._sums: dict[Key, float] = {}
        self._sights: dict[Key, tuple[int, Sight]] = {}
        # One number for each look: looked up at a fraction of the cost, and never given twice.
        self._numbers: dict[Sight, int] = {}
        self._next = count()

    def judge(self, tokens: Tokens, ruled: Container[int], *, style: str) -> None:
        """Mark what weighs enough, let go of what weighs too little; all by what was before."""
        turned: list[tuple[int, Mark | None]] = []
        known, for_good = self._sums.get, _FOR_GOOD
        more = _MORE_IN_STYLE.get(style, 0.0)
        for at in view.in_question(tokens):
            token = tokens[at]
            mark = token.mark
            origin = "none" if mark is None else view.origin_of(token, ruled=at in ruled)
            if origin in for_good:
                continue
            own = known((token.word, token.opens, token.capital, origin, mark, style))
            if own is None:
                own = self._itself(token, origin, style=style)
            if mark is None:
                if own > _HOPELESS and (token.traits & _ORDINARY or not fragment(tokens, at)):
                    total = own + self._around(tokens, at, origin, style)
                    if total >= self._needed(token, origin) + more:
                        turned.append((at, _mark_beside(tokens, at)))
            elif own < _CERTAIN:
                total = own + self._around(tokens, at, origin, style)
                if total < self._needed(token, origin) + more:
                    turned.append((at, None))
        for at, mark in turned:
            tokens[at].mark = mark

    def _needed(self, token: Token, origin: str) -> float:
        """The sum from which on a word goes."""
        if token.lower in _SMALL:
            return 0.0
        if token.mark is None:
            return self._goes + (_MORE_IF_JOINING if token.lower in _JOINING else 0.0)
        more = _MORE_WITH_CAPITAL if token.capital else _MORE_BY_ORIGIN[origin]
        return self._stays + more

    def score(self, tokens: Tokens, at: int, origin: str, *, style: str) -> float:
        """The sum of the weights of all clues: log odds that the word must go."""
        own = self._itself(tokens[at], origin, style=style)
        return own + self._around(tokens, at, origin, style)

    def _itself(self, token: Token, origin: str, *, style: str) -> float:
        key = (token.word, token.opens, token.capital, origin, token.mark, style)
        known = self._sums.get(key)
        if known is None:
            often = clues.often(self._share(token.lower))
            found = view.itself(_seen(token, origin, style=style), often)
            known = self._remember(key, found)
        return known

    def _around(self, tokens: Tokens, at: int, origin: str, style: str) -> float:
        token, sight = tokens[at], self._sight
        left, before = sight(tokens[at - 1])
        right, after = sight(tokens[at + 1])
        further_left, other = sight(tokens[at - 2])
        further_right, next_one = sight(tokens[at + 2])
        written, sort = clues.form(token, style=style), sort_of(token.traits)
        # A key per group of clues; they differ in length or in their number.
        keys = (
            (left, origin, written, sort, 1),
            (right, origin, written, sort, 2),
            (before[0], after[0], origin, sort),
            (further_left, left, origin, 4),
            (further_right, right, origin, 5),
        )
        total, known = 0.0, self._sums.get
        for number, key in enumerate(keys, 1):
            found = known(key)
            if found is None:
                seen = Seen(token, written, origin, sort)
                clued = _group(number, seen, (other, before, after, next_one), 0)
                found = self._remember(key, clued)
            total += found
        return total

    def _remember(self, key: Key, found: list[str]) -> float:
        if len(self._sums) >= _REMEMBERED:
            self._sums.clear()
        self._sums[key] = total = sum([self._weights.get(clue, 0.0) for clue in found])
        return total

    def _sight(self, token: Token) -> tuple[int, Sight]:
        key = (token.word, token.traits, token.opens, token.capital, token.mark)
        found = self._sights.get(key)
        if found is None:
            if len(self._sights) >= _REMEMBERED:
                self._sights.clear()
                self._numbers.clear()
            sight = view.sight_of(token)
            number = self._numbers.setdefault(sight, next(self._next))
            found = self._sights[key] = number, sight
        return found


def _mark_beside(tokens: Tokens, at: int) -> Mark:
    """What the nearest neighbour that goes is: the word is a part of it."""
    near = (tokens[at + step].mark for step in (-1, 1, -2, 2))
    return next((mark for mark in near if mark is not None), Mark.NAME)
