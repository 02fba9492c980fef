"""Weighs all clues of a figure, and of the words beside it: what nothing explains does not stay."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ketensluis.redaction.masking import figure_clues as seen
from ketensluis.redaction.masking.beside import Beside, beside, places_beside
from ketensluis.redaction.masking.beside_clues import seen_beside
from ketensluis.redaction.masking.figure_runs import run_clues, run_of
from ketensluis.redaction.masking.figure_shapes import Sight, Sighted, sight_of, size
from ketensluis.redaction.masking.figures import Figure, Goes, figures
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait

__all__ = ["FigureWeighing", "clues_of_figure"]

# From these sums on (log odds) a figure goes, and a word beside one. Chosen by holding out one
# author after the other, as the bar of words is (docs/reference/masking.md has the curve).
_GOES, _GOES_BESIDE = -3.0, -2.5
# So much more is needed of the kinds of figure that are hardly ever a part of anything, so much
# less of those that often are though little tells it: a house number in words, or of three digits.
_MORE = {"word": -1.5, "d3": -1.0, "d1": 0.5, "d2": 0.5, "d4": 1.5, "code": 1.5, "letter": 1.5}
# Idem of a word before a figure that goes, or after it.
_MORE_BESIDE = {"ahead": 0.5, "ahead .": 0.5, "back": 1.0}
_GROUPS = 6
_RECENT = re.compile(r"20[12]\d")
_TIMES = re.compile(r"\d{1,3}x")
_LEAST_PHONE, _MOST_HOUSE = 8, 3
# A bound on memory, never on correctness.
_REMEMBERED = 100_000

Key = tuple[object, ...]


class _View:
    """A figure with its neighbours, as the groups of its clues need them."""

    def __init__(self, tokens: Tokens, one: Figure, goes: Goes, sight: Sighted, style: str) -> None:
        self.token = tokens[one.at]
        self.kind, self.style = size(self.token), style
        self.kept = self.token.settled and self.token.mark is None
        self.before, self.other = sight(tokens[one.first - 1]), sight(tokens[one.first - 2])
        self.after, self.next_one = sight(tokens[one.last + 1]), sight(tokens[one.last + 2])
        self.run = run_of(tokens, one)
        self.counted = seen.list_end(tokens, one)
        self.traits, self.name, self.ahead, self.earlier = seen.around(tokens, one, goes)

    def keys(self) -> tuple[Key, ...]:
        """A key per group of clues; they differ in length or in the types of their parts."""
        token, kind = self.token, self.kind
        return (
            (token.word, token.traits, token.opens, self.kept),
            (self.run, kind),
            (self.before, self.other[:2], kind, self.style, 2),
            (self.after, self.next_one[:2], kind, self.style, 3),
            (self.before[:2], self.after[:2], self.other[1], kind),
            (self.traits, self.name, self.counted, self.ahead, self.earlier, kind, self.style),
        )

    def clues(self, group: int) -> list[str]:
        """One group of clues, in the order of the keys."""
        kind = self.kind
        match group:
            case 0:
                return seen.itself(self.token, kind)
            case 1:
                return run_clues(self.run, kind)
            case 2:
                return seen.left(self.before, self.other, kind, self.style)
            case 3:
                return seen.right(self.after, self.next_one, kind, self.style)
            case 4:
                return seen.between(self.other, self.before, self.after, kind)
            case _:
                near = seen.near(self.traits, self.name, kind)
                near += [f"# in {self.style} {kind}"] if self.style else []
                return near + seen.apart(self.counted, self.ahead, self.earlier, kind)


def clues_of_figure(tokens: Tokens, one: Figure, goes: Goes, style: str) -> list[str]:
    """All clues of a figure; `goes` says of the figures before it whether they go."""
    view = _View(tokens, one, goes, sight_of, style)
    return [clue for group in range(_GROUPS) for clue in view.clues(group)]


class FigureWeighing:
    """The weights of all clues, and the sums that were asked before; safe to share."""

    def __init__(
        self,
        weights: Mapping[str, float],
        bar: float = _GOES,
        beside_bar: float = _GOES_BESIDE,
    ) -> None:
        self._weights = weights
        self._bar, self._beside_bar = bar, beside_bar
        self._sums: dict[Key, float] = {}
        # Each weight by itself: they are added in the order of the clues.
        self._parts: dict[Key, tuple[float, ...]] = {}
        self._sights: dict[Key, Sight] = {}

    def judge(self, tokens: Tokens, style: str) -> None:
        """Mark the figures that weigh enough, then words beside them and pieces glued to them."""

        def goes(at: int) -> bool:
            return tokens[at].mark is not None

        for one in figures(tokens):
            token = tokens[one.at]
            if token.mark is None and not _counts(tokens, one.at):
                more = _MORE.get(size(token), 0.0)
                dated = tokens[one.at + 1].traits & Trait.MONTH
                if token.settled or dated or _recent(tokens, one):
                    more = max(more, 0.0) if size(token) != "d4" else 0.5
                if self.score(tokens, one, goes, style) >= self._bar + more:
                    settle(tokens, one.at, one.at + 1, _kind(tokens, one))
        going = [at for at, token in enumerate(tokens) if token.mark is not None]
        free = [at for at in places_beside(going) if tokens[at].mark is None]
        for word in beside(tokens, goes, free):
            bar = self._beside_bar + _MORE_BESIDE.get(word.where, 0.0)
            if self.beside(tokens, word, goes) >= bar:
                settle(tokens, word.at, word.at + 1, tokens[word.owner].mark)

    def score(self, tokens: Tokens, one: Figure, goes: Goes, style: str) -> float:
        """The sum of the weights of all clues of a figure: log odds that it must go."""
        view, total = _View(tokens, one, goes, self._sight, style), 0.0
        for group, key in enumerate(view.keys()):
            known = self._sums.get(key)
            if known is None:
                known = self._sum(view.clues(group))
                self._remember(key, known)
            total += known
        return total

    def beside(self, tokens: Tokens, one: Beside, goes: Goes) -> float:
        """Idem of a word beside what goes."""
        seen, total = seen_beside(tokens, one, goes, self._sight), 0.0
        for group, key in enumerate(seen.keys()):
            known = self._parts.get(key)
            if known is None:
                found = [self._weights.get(clue, 0.0) for clue in seen.clues(group)]
                if len(self._parts) >= _REMEMBERED:
                    self._parts.clear()
                known = self._parts[key] = tuple(filter(None, found))
            for weight in known:
                total += weight
        return total

    def _sight(self, token: Token) -> Sight:
        """What is seen of a neighbour, remembered by all that it rests on."""
        key = (token.word, token.look, token.traits, token.capital, token.opens, token.mark)
        found = self._sights.get(key)
        if found is None:
            if len(self._sights) >= _REMEMBERED:
                self._sights.clear()
            found = self._sights[key] = sight_of(token)
        return found

    def _sum(self, found: list[str]) -> float:
        return sum([self._weights.get(clue, 0.0) for clue in found])

    def _remember(self, key: Key, total: float) -> None:
        if len(self._sums) >= _REMEMBERED:
            self._sums.clear()
        self._sums[key] = total


def _counts(tokens: Tokens, at: int) -> bool:
    """`80%`, `14x`, `1 op 10`: what a figure counts beyond doubt."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if after.word == "%" or _TIMES.fullmatch(token.lower):
        return True
    first = at if after.lower == "op" else at - 2 if before.lower == "op" else 0
    return bool(first) and tokens[first].word == "1" and tokens[first + 2].numeric


def _recent(tokens: Tokens, one: Figure) -> bool:
    """Whether it is of a date of late, with its month and year: `elf november 2023`."""
    run = tokens[one.first : one.last + 1]
    dated = _RECENT.fullmatch(run[-1].word) is not None
    return dated and any(token.traits & Trait.MONTH for token in run)


def _kind(tokens: Tokens, one: Figure) -> Mark:
    """What the figure most likely is, by its run: a part of what is known, a birth, a house."""
    run = tokens[one.first : one.last + 1]
    known = next((token.mark for token in run if token.mark is not None), None)
    if known is not None:
        return known
    if any(token.traits & (Trait.MONTH | Trait.ORDINAL) for token in run):
        return Mark.BIRTH_DATE
    digits = sum(sum(map(str.isdigit, token.word)) for token in run)
    if digits >= _LEAST_PHONE and run[0].word.startswith("0"):
        return Mark.PHONE
    return Mark.NUMBER if digits > _MOST_HOUSE else Mark.ADDRESS
