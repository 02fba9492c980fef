"""Chance that is the same for the same seed, on every version of Python."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

__all__ = ["Draw", "Weighted"]

T = TypeVar("T")


class Weighted(Generic[T]):
    """Options with their weights, prepared for drawing."""

    def __init__(self, options: Iterable[tuple[T, float]]) -> None:
        pairs = tuple(options)
        self.options = tuple(option for option, _ in pairs)
        total = sum(weight for _, weight in pairs)
        self.bounds = tuple(bound / total for bound in accumulate(weight for _, weight in pairs))


class Draw:
    """Draws that rest on `random.Random.random` only.

    Of Python's generator, `random()` alone is promised to give the same sequence for the
    same seed in later versions; `choice`, `shuffle` and the like are not.
    """

    def __init__(self, *seed: str | int) -> None:
        self.fraction = random.Random(":".join(map(str, seed))).random  # noqa: S311 - no secret

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.fraction() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.fraction() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.fraction() * len(options))]

    def weighted(self, options: Weighted[T]) -> T:
        """One of the options, by weight."""
        at = bisect_right(options.bounds, self.fraction())
        return options.options[min(at, len(options.options) - 1)]
