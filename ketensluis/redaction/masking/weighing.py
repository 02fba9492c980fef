"""Weighs all clues of a word together: what no single rule decides, their sum does."""

from __future__ import annotations

import gzip
from collections.abc import Container
from pathlib import Path

from wordfreq import get_frequency_dict

from ketensluis.redaction.masking import clues
from ketensluis.redaction.masking.candidates import candidates, leads, possible
from ketensluis.redaction.masking.clues import Candidate
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.styles import DICTATED, SHOUTED
from ketensluis.redaction.masking.telling import sort_of
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.verdicts import kind
from ketensluis.redaction.masking.written import Calls, Written

__all__ = ["BIAS", "GOES", "Weighing", "clues_of", "unsettle"]

# The clue that every word has.
BIAS = "any word"
# From this sum on (log odds) a word goes. Chosen by holding out one author after the other
# (docs/reference/masking.md has the curve): below it hardly anything more is found, and each step
# takes more ordinary words.
GOES = -3.3
# So much more is needed in dictation, of which one author only is known.
_MORE_IN_STYLE = {DICTATED: 3.0}
# So much more is needed at the head of a sentence, so much less where a doubtful rule marked it.
_MORE_AT_HEAD, _LESS_IN_DOUBT = 0.8, 0.8
# Words that are less by themselves go in no surroundings, and so are not weighed.
_HOPELESS = -5.2
_GROUPS = 6
# A bound on memory, never on correctness.
_REMEMBERED = 100_000


def unsettle(tokens: Tokens) -> dict[int, Mark]:
    """Take off the marks that doubtful rules gave, and say which they were."""
    doubtful: dict[int, Mark] = {}
    for at in [at for at, token in enumerate(tokens) if token.doubt]:
        token = tokens[at]
        if token.mark is not None:
            doubtful[at] = token.mark
            token.mark, token.settled = None, False
    return doubtful


def clues_of(tokens: Tokens, one: Candidate, share: float) -> list[str]:
    """All clues of a word; `share` is how frequent it is among all words."""
    itself = clues.itself(tokens[one.at], one.written, share)
    return [*itself, *(clue for group in range(_GROUPS) for clue in group_of(tokens, one, group))]


def group_of(tokens: Tokens, one: Candidate, group: int) -> list[str]:
    """One group of the clues around a word, in the order of the keys of `Weighing.score`."""
    token, before, after = tokens[one.at], tokens[one.at - 1], tokens[one.at + 1]
    sort = sort_of(token.traits)
    match group:
        case 0:
            return clues.left(one.written, sort, before, clues.stands(before))
        case 1:
            return clues.right(one.written, sort, after, clues.stands(after))
        case 2:
            return clues.far(tokens[one.at - 2], before)
        case 3:
            return clues.beyond(tokens[one.at + 2])
        case 4:
            return clues.around(sort, clues.stands(before), clues.stands(after))
        case _:
            return clues.situation(one.written, sort, one)


class Weighing:
    """The weights of all clues, and the sums that were asked before; safe to share."""

    def __init__(
        self, weights: dict[str, float], frequency: dict[str, float], bar: float = GOES
    ) -> None:
        self._bar = bar
        self.weights = weights
        self._bias = weights.get(BIAS, 0.0)
        self.frequency = frequency
        self._sums: dict[tuple[object, ...], float] = {}

    @classmethod
    def load(cls, folder: Path) -> Weighing:
        """Read `weights.txt.gz`: a clue and its weight in hundredths a line."""
        lines = gzip.decompress((folder / "weights.txt.gz").read_bytes()).decode().split("\n")
        pairs = (line.rpartition("\t") for line in lines if line)
        weights = {clue: int(weight) / 100 for clue, _, weight in pairs}
        return cls(weights, get_frequency_dict("nl", "large"))

    def share(self, word: str) -> float:
        """How frequent a word in lower case is among all words."""
        return self.frequency.get(word, 0.0)

    def begins(self, word: Written) -> bool:
        """Whether a word may weigh enough in some place, but in a text of capitals."""
        if not possible(word):
            return False
        share = self.share(word.lower)
        found = ([BIAS, *clues.itself(word, form, share)] for form in clues.forms(word))
        return any(self._weight(each) > _HOPELESS for each in found)

    def judge(self, tokens: Tokens, calls: Calls, *, style: str) -> None:
        """Mark what weighs enough; let go of what a doubtful rule marked and weighs too little."""
        doubtful = unsettle(tokens)
        places = None if style == SHOUTED else self._places(tokens, calls)
        bar = self._bar + _MORE_IN_STYLE.get(style, 0.0)
        going = [
            one.at
            for one in candidates(tokens, places, style=style, hopeful=self._hopeful)
            if self.score(tokens, one) >= bar + _extra(one, doubtful)
        ]
        for at in going:
            if at not in doubtful:
                tokens[at].mark = kind(tokens, at)
            else:
                _restore(tokens, at, doubtful)

    def _places(self, tokens: Tokens, calls: Calls) -> list[int]:
        """Where a word may weigh enough that nobody marked, and what leads to one."""
        free = (at for at in calls[self.begins] if tokens[at].mark is None)
        return sorted({*free, *calls[leads]})

    def _hopeful(self, token: Token, written: str) -> bool:
        """Whether the word by itself leaves it open: else nothing around it would count."""
        return token.mark is None and self._itself(token, written) > _HOPELESS

    def score(self, tokens: Tokens, one: Candidate) -> float:
        """The sum of the weights of all clues: log odds that the word must go."""
        at, written = one.at, one.written
        token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
        other, next_one = tokens[at - 2], tokens[at + 2]
        sort, left, right = sort_of(token.traits), clues.stands(before), clues.stands(after)
        # A key per group of clues; they differ in length or in the types of their parts.
        keys = (
            (written, sort, before.said, left),
            (written, sort, after.said, right, 1),
            (other.said, before.said, 2),
            (next_one.said, 3),
            (sort, left, right),
            (sort, *one[1:]),
        )
        total = self._itself(token, written)
        known = self._sums.get
        for number, key in enumerate(keys):
            found = known(key)
            total += self._sum(key, group_of(tokens, one, number)) if found is None else found
        return total

    def _itself(self, token: Token, written: str) -> float:
        key = (written, token.lower)
        known = self._sums.get(key)
        if known is not None:
            return known
        found = clues.itself(token, written, self.share(token.lower))
        return self._sum(key, [BIAS, *found])

    def _sum(self, key: tuple[object, ...], found: list[str]) -> float:
        """The sum of the weights of some clues, remembered."""
        total = self._weight(found)
        if len(self._sums) >= _REMEMBERED:
            self._sums.clear()
        self._sums[key] = total
        return total

    def _weight(self, found: list[str]) -> float:
        return sum(self.weights.get(clue, 0.0) for clue in found)


def _extra(one: Candidate, doubtful: Container[int]) -> float:
    """What is needed beside the sum from which on a word goes."""
    if one.at in doubtful:
        return -_LESS_IN_DOUBT
    return _MORE_AT_HEAD if one.written == "opening" else 0.0


def _restore(tokens: Tokens, at: int, doubtful: dict[int, Mark]) -> None:
    """Give a word back what a doubtful rule said, and the words that it said it of as well."""
    while at - 1 in doubtful:
        at -= 1
    while at in doubtful:
        tokens[at].mark = doubtful[at]
        at += 1
