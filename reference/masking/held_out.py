# ruff: noqa: INP001, T201 - a tool beside the lists that prints its table, no module of the package
"""What the weights find in the texts of an author from whom nothing was learned.

One author after the other is left out: the weights are learned from all others, and the texts of
the one are masked with them, at each bar that is asked for. The rules know the parts of all, so
that this is what the weights give on unseen texts, and more than rules and weights together do.
"""

from __future__ import annotations

import argparse
from collections import Counter

from derive_weights import HERE, examples, fit

from benchmarks.masking_recall import PARTS, measure
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.figure_weighing import FigureWeighing
from ketensluis.redaction.masking.tables import load_tables
from ketensluis.redaction.masking.weighing import Weighing

__all__ = ["AUTHORS", "main"]

# The log odds from which words, figures and words beside figures go.
Bars = tuple[float, float, float]
_BARS = "-3.2,-3.0,-2.5"

# The first five parts of others are by one author. What does not begin so is by the author of the
# rules, and always learned from.
_FIRST = tuple(f"other_{number}" for number in range(1, 6))
_OTHERS = tuple(part for part in PARTS if part.startswith("other_") and part not in _FIRST)
AUTHORS = (_FIRST, *((part,) for part in _OTHERS))


def main() -> None:
    """Print recall and the share of words kept for each author, and for all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bar", type=_bars, action="append", help=f"by default {_BARS}")
    bars: list[Bars] = parser.parse_args().bar or [_bars(_BARS)]
    masker, tables = Masker.load(), load_tables(HERE)
    cases = {part: list(examples(masker, part)) for part in PARTS}
    totals = {bar: Counter[str]() for bar in bars}
    for author in AUTHORS:
        others = (case for part in PARTS if part not in author for case in cases[part])
        weights = {clue: round(weight, 2) for clue, weight in fit(others).items()}
        for bar in bars:
            learned = Masker(tables, Weighing(weights, masker.weighing.frequency, bar[0]))
            learned.figures = FigureWeighing(weights, *bar[1:])
            counts = _counts(learned, author)
            totals[bar] += counts
            print(f"{author[0]:10} {_row(bar, counts)}", flush=True)
    for bar in bars:
        print(f"together   {_row(bar, totals[bar])}")


def _counts(masker: Masker, author: tuple[str, ...]) -> Counter[str]:
    found = Counter[str]()
    for part in author:
        one = measure(masker, part)
        found.update(places=one.places.total(), found=one.found.total())
        found.update(words=one.words, kept=one.kept)
    return found


def _bars(said: str) -> Bars:
    words, figures, beside = map(float, said.split(","))
    return words, figures, beside


def _row(bar: Bars, counts: Counter[str]) -> str:
    recall, kept = counts["found"] / counts["places"], counts["kept"] / counts["words"]
    missed = counts["places"] - counts["found"]
    return f"bars {bar}  recall {recall:7.2%} ({missed} missed)  kept {kept:7.2%}"


if __name__ == "__main__":
    main()
