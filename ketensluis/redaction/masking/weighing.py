"""Weighs all clues of a word together: what no single rule decides, their sum does."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Container, Iterator
from pathlib import Path

from wordfreq import get_frequency_dict

from ketensluis.redaction.masking import clues
from ketensluis.redaction.masking.clues import Candidate
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens, shouts
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.verdicts import kind

__all__ = ["BIAS", "Weighing", "candidates", "clues_of", "unsettle"]

# The clue that every word has.
BIAS = "any word"
# From these sums on (log odds) a word goes: by itself, at the head of a sentence, and where a
# doubtful rule marked it.
_GOES, _GOES_AT_HEAD, _GOES_IN_DOUBT = -2.8, -0.7, -3.6
# Words that are less by themselves go in no surroundings, and so are not weighed.
_HOPELESS = -5.5
_DETERMINED, _BELONGING, _ANNOUNCED = 3, 7, 3
_BELONGS = Trait.BELONGING | Trait.LIVING | Trait.WORK
_LEADS = _BELONGS | Trait.DETERMINER | Trait.ORGANISATION
# By the traits of a word; there are a few thousand different ones at most.
_POSSIBLE: dict[int, int] = {}
_ALWAYS = 2
# A bound on memory, never on correctness.
_REMEMBERED = 100_000


def candidates(
    tokens: Tokens, *, shouting: bool, hopeful: Callable[[Token, str], bool] | None = None
) -> Iterator[Candidate]:
    """The words that may be a name, marked or not; with `hopeful` only those that it lets pass."""
    inner = range(BEFORE, len(tokens) - AFTER)
    seen = Counter([tokens[at].lower for at in inner if tokens[at].mark is not None])
    determiner = belonging = organisation = -_BELONGING
    for at in inner:
        token = tokens[at]
        traits = token.traits
        possible = _POSSIBLE.get(traits)
        if possible is None:
            possible = _POSSIBLE[traits] = clues.may_be_name(traits)
        if (
            possible
            and (possible == _ALWAYS or (token.capital and not shouting))
            and (token.mark is not None or not token.settled)
            and not (token.opens and traits & Trait.MASS)
            and _is_word(token.word)
            and not (traits & Trait.TITLE and token.word[1:2].isupper())
        ):
            written = clues.form(token, shouting=shouting)
            if hopeful is None or hopeful(token, written):
                yield Candidate(
                    at,
                    written,
                    at - determiner <= _DETERMINED,
                    at - belonging <= _BELONGING,
                    at - organisation <= _ANNOUNCED,
                    seen[token.lower] > (token.mark is not None),
                )
        if traits & _LEADS:
            if traits & Trait.DETERMINER:
                determiner = at
            if traits & _BELONGS:
                belonging = at
            if traits & Trait.ORGANISATION:
                organisation = at


def _is_word(word: str) -> bool:
    """Letters only, but for an apostrophe, or a hyphen between two capitals: `Kok-So`."""
    plain = word.replace("'", "").isalpha()
    return plain or (word.istitle() and word.replace("-", "").isalpha())


def unsettle(tokens: Tokens) -> dict[int, Mark]:
    """Take off the marks that doubtful rules gave, and say which they were."""
    doubtful: dict[int, Mark] = {}
    for at, token in enumerate(tokens):
        if token.doubt and token.mark is not None:
            doubtful[at] = token.mark
            token.mark, token.settled = None, False
    return doubtful


def clues_of(tokens: Tokens, one: Candidate, share: float) -> list[str]:
    """All clues of a word; `share` is how frequent it is among all words."""
    token, before, after = tokens[one.at], tokens[one.at - 1], tokens[one.at + 1]
    sort = clues.sort_of(token.traits)
    standing_left, standing_right = clues.stands(before), clues.stands(after)
    return [
        *clues.itself(token, one.written, share),
        *clues.left(one.written, sort, before, standing_left),
        *clues.right(one.written, sort, after, standing_right),
        *clues.far(tokens[one.at - 2], before),
        *clues.beyond(tokens[one.at + 2]),
        *clues.around(sort, standing_left, standing_right),
        *clues.situation(one.written, sort, one),
    ]


class Weighing:
    """The weights of all clues, and the sums that were asked before; safe to share."""

    def __init__(self, weights: dict[str, float], frequency: dict[str, float]) -> None:
        self._weights = weights
        self._bias = weights.get(BIAS, 0.0)
        self._frequency = frequency
        self._sums: dict[tuple[object, ...], float] = {}
        self._sorts: dict[int, str] = {}
        self._standing: dict[int, str] = {}

    @classmethod
    def load(cls, folder: Path) -> Weighing:
        """Read `weights.txt.gz`: a clue and its weight in hundredths a line."""
        lines = gzip.decompress((folder / "weights.txt.gz").read_bytes()).decode().split("\n")
        pairs = (line.rpartition("\t") for line in lines if line)
        weights = {clue: int(weight) / 100 for clue, _, weight in pairs}
        return cls(weights, get_frequency_dict("nl", "large"))

    def share(self, word: str) -> float:
        """How frequent a word in lower case is among all words."""
        return self._frequency.get(word, 0.0)

    def judge(self, tokens: Tokens, text: str) -> None:
        """Mark what weighs enough; let go of what a doubtful rule marked and weighs too little."""
        doubtful = unsettle(tokens)
        going = [
            one.at
            for one in candidates(tokens, shouting=shouts(text), hopeful=self._hopeful)
            if self.score(tokens, one) >= _least(one, doubtful)
        ]
        for at in going:
            if at not in doubtful:
                tokens[at].mark = kind(tokens, at)
            else:
                _restore(tokens, at, doubtful)

    def _hopeful(self, token: Token, written: str) -> bool:
        """Whether the word by itself leaves it open: else nothing around it would count."""
        return token.mark is None and self._itself(token, written) > _HOPELESS

    def score(self, tokens: Tokens, one: Candidate) -> float:
        """The sum of the weights of all clues: log odds that the word must go."""
        at = one.at
        token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
        sort, left, right = self._sort(token.traits), self._stands(before), self._stands(after)
        return (
            self._itself(token, one.written)
            + self._left(one.written, sort, before, left)
            + self._right(one.written, sort, after, right)
            + self._far(tokens[at - 2], before)
            + self._beyond(tokens[at + 2])
            + self._around(sort, left, right)
            + self._situation(sort, one)
        )

    def _stands(self, token: Token) -> str:
        if token.mark is not None or not token.word[:1].isalpha():
            return clues.stands(token)
        key = token.traits << 1 | token.capital
        found = self._standing.get(key)
        if found is None:
            found = self._standing[key] = clues.stands(token)
        return found

    def _sum(self, key: tuple[object, ...], found: list[str]) -> float:
        """The sum of the weights of some clues, remembered."""
        total = sum(self._weights.get(clue, 0.0) for clue in found)
        if len(self._sums) >= _REMEMBERED:
            self._sums.clear()
        self._sums[key] = total
        return total

    def _sort(self, traits: int) -> str:
        sort = self._sorts.get(traits)
        if sort is None:
            sort = self._sorts[traits] = clues.sort_of(traits)
        return sort

    def _itself(self, token: Token, written: str) -> float:
        key = (written, token.lower)
        known = self._sums.get(key)
        if known is not None:
            return known
        found = clues.itself(token, written, self.share(token.lower))
        return self._sum(key, [BIAS, *found])

    def _left(self, written: str, sort: str, before: Token, standing: str) -> float:
        key = (written, sort, before.lower, standing)
        known = self._sums.get(key)
        if known is not None:
            return known
        return self._sum(key, clues.left(written, sort, before, standing))

    def _right(self, written: str, sort: str, after: Token, standing: str) -> float:
        key = (written, sort, after.lower, standing, 1)
        known = self._sums.get(key)
        if known is not None:
            return known
        return self._sum(key, clues.right(written, sort, after, standing))

    def _far(self, other: Token, before: Token) -> float:
        key = (other.lower, before.lower, 2)
        known = self._sums.get(key)
        return self._sum(key, clues.far(other, before)) if known is None else known

    def _beyond(self, after: Token) -> float:
        key = (after.lower, 3, 3)
        known = self._sums.get(key)
        return self._sum(key, clues.beyond(after)) if known is None else known

    def _around(self, sort: str, left: str, right: str) -> float:
        key = (sort, left, right)
        known = self._sums.get(key)
        return self._sum(key, clues.around(sort, left, right)) if known is None else known

    def _situation(self, sort: str, one: Candidate) -> float:
        key = (sort, *one[1:])
        known = self._sums.get(key)
        return self._sum(key, clues.situation(one.written, sort, one)) if known is None else known


def _least(one: Candidate, doubtful: Container[int]) -> float:
    """The sum from which on a word goes."""
    if one.at in doubtful:
        return _GOES_IN_DOUBT
    return _GOES_AT_HEAD if one.written == "opening" else _GOES


def _restore(tokens: Tokens, at: int, doubtful: dict[int, Mark]) -> None:
    """Give a word back what a doubtful rule said, and the words that it said it of as well."""
    while at - 1 in doubtful:
        at -= 1
    while at in doubtful:
        tokens[at].mark = doubtful[at]
        at += 1
