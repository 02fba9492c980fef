# ruff: noqa: INP001, T201 - a tool beside the lists that prints its table, no module of the package
"""What the weights find in the texts of an author from whom nothing was learned.

The authors are left out in shares, every tenth of them at once: the weights are learned from all
others, and the texts of the share are masked with them, at each set of bars that is asked for.
With as many shares as there are authors one after the other is left out; that takes ten times as
long, and gives the same within a few places. The rules know the parts of all, so that this is
what the weights give on unseen texts, and more than rules and weights together do.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping

from derive_weights import (
    AUTHORS,
    REVIEW_ROUNDS,
    TABLES,
    examples,
    fit,
    review_examples,
    weighing,
)

from benchmarks.masking_recall import PARTS, measure
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.figure_weighing import FigureWeighing
from ketensluis.redaction.masking.reviewing import Reviewing

__all__ = ["main"]

# The log odds from which words, figures and words beside figures go; from which a word that is
# looked at once more goes, and below which it stays.
Bars = tuple[float, float, float, float, float]
_BARS = "-3.3,-3.0,-2.5,-4.5,-4.7"


def main() -> None:
    """Print recall and the share of words kept for each author, and for all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bar", type=_bars, action="append", help=f"by default {_BARS}")
    parser.add_argument("--shares", type=int, default=10, help="of the authors, by default 10")
    parser.add_argument("--show", action="store_true", help="list what was missed")
    arguments = parser.parse_args()
    bars: list[Bars] = arguments.bar or [_bars(_BARS)]
    masker = Masker.load()
    cases = {part: list(examples(masker, part)) for part in PARTS}
    reviewed = review_examples(cases)
    totals = {bar: Counter[str]() for bar in bars}
    for number in range(min(arguments.shares, len(AUTHORS))):
        share = AUTHORS[number :: arguments.shares]
        others = [part for part in PARTS if not any(part in author for author in share)]
        weights = fit(case for part in others for case in cases[part])
        weights |= fit((case for part in others for case in reviewed[part]), REVIEW_ROUNDS)
        for bar in bars:
            learned = _masker(weights, bar)
            for author in share:
                counts, missed = _counts(learned, author)
                totals[bar] += counts
                print(f"{author[0]:10} {_row(bar, counts)}", flush=True)
                if arguments.show:
                    print(*missed, sep="\n")
    for bar in bars:
        print(f"together   {_row(bar, totals[bar])}")


def _masker(weights: Mapping[str, float], bar: Bars) -> Masker:
    learned = weighing(weights, bar[0])
    masker = Masker(TABLES, learned)
    masker.figures = FigureWeighing(learned.weights, bar[1], bar[2])
    masker.reviewing = Reviewing(learned.weights, learned.share, bar[3], bar[4])
    return masker


def _counts(masker: Masker, author: tuple[str, ...]) -> tuple[Counter[str], list[str]]:
    found, missed = Counter[str](), list[str]()
    for part in author:
        one = measure(masker, part)
        found.update(places=one.places.total(), found=one.found.total())
        found.update(words=one.words, kept=one.kept)
        missed += one.missed
    return found, missed


def _bars(said: str) -> Bars:
    words, figures, beside, goes, stays = map(float, said.split(","))
    return words, figures, beside, goes, stays


def _row(bar: Bars, counts: Counter[str]) -> str:
    recall, kept = counts["found"] / counts["places"], counts["kept"] / counts["words"]
    missed = counts["places"] - counts["found"]
    return f"bars {bar}  recall {recall:7.2%} ({missed} missed)  kept {kept:7.2%}"


if __name__ == "__main__":
    main()
