# ruff: noqa: INP001 - a tool beside the lists that it makes, not a module of the package
"""Make `weights.txt.gz` anew from the corpus of the masking (see README.md).

Every recognised word of the corpus that may be a name is an example: its clues, and whether it
stands in a place that must go. So is every figure, and every word beside a figure that must go;
what figures before it do is taken from the corpus, as if it had been found. Logistic regression,
by the FTRL-proximal method of McMahan and others (2013), gives each clue a weight; the weights
are written in hundredths.
"""

from __future__ import annotations

import argparse
import gzip
import math
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.masking_recall import PARTS, SMALL, read_corpus
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.beside import beside
from ketensluis.redaction.masking.beside_clues import beside_clues
from ketensluis.redaction.masking.candidates import candidates
from ketensluis.redaction.masking.figure_weighing import clues_of_figure
from ketensluis.redaction.masking.figures import figures
from ketensluis.redaction.masking.record import read_record
from ketensluis.redaction.masking.tokens import Tokens, shouts
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.weighing import BIAS, clues_of, unsettle

__all__ = ["examples", "fit", "main"]

HERE = Path(__file__).parent
RATE, SMOOTH, SPARSE, RIDGE = 0.1, 1.0, 0.25, 0.5
ROUNDS = 20
# Texts by the author of the rules weigh less than those of others.
OWN_WEIGHT, PHRASES_WEIGHT = 0.5, 5.0

# What is described in more words than these is no example: each of its words is an ordinary one.
MOST_WORDS = 5

Example = tuple[list[str], bool, float]


def examples(masker: Masker, part: str) -> Iterator[Example]:
    """Each word and figure of a part that is weighed: clues, whether it must go, weight."""
    weight = (
        PHRASES_WEIGHT if part == "phrases" else 1.0 if part.startswith("other") else OWN_WEIGHT
    )
    for text in read_corpus(part):
        tokens, _ = masker.by_rules(text.text, read_record(text.persons, text.place))
        secret = bytearray(len(text.text))
        for start, end, _ in text.places:
            secret[start:end] = b"\x01" * (end - start)
        told = bytearray(len(text.text))
        for start, end, _ in text.places:
            if len(text.text[start:end].split()) > MOST_WORDS:
                told[start:end] = b"\x01" * (end - start)
        fate = [any(secret[token.start : token.end]) for token in tokens]
        for clues, at in _of_figures(tokens, fate):
            if not told[tokens[at].start]:
                yield clues, fate[at], weight
        unsettle(tokens)
        for one in candidates(tokens, shouting=shouts(text.text)):
            token = tokens[one.at]
            known = token.traits & Trait.ORDINARY and not told[token.start]
            if known and token.lower not in SMALL:
                clues = clues_of(tokens, one, masker.weighing.share(token.lower))
                yield [BIAS, *clues], fate[one.at], weight


def _of_figures(tokens: Tokens, fate: list[bool]) -> Iterator[tuple[list[str], int]]:
    """The clues and the place of figures, and of the words beside those that must go."""
    goes = fate.__getitem__
    for one in figures(tokens):
        if tokens[one.at].lower not in SMALL:
            yield clues_of_figure(tokens, one, goes), one.at
    for word in beside(tokens, goes):
        yield beside_clues(tokens, word, goes), word.at


def fit(cases: Iterable[Example]) -> dict[str, float]:
    """The weight of each clue that has one."""
    names: dict[str, int] = {}
    rows = [
        ([names.setdefault(clue, len(names)) for clue in dict.fromkeys(clues)], goes, weight)
        for clues, goes, weight in cases
    ]
    pull, seen = [0.0] * len(names), [0.0] * len(names)
    weights = [0.0] * len(names)
    order = random.Random(1)  # noqa: S311 - the order of examples is no secret
    for _ in range(ROUNDS):
        order.shuffle(rows)
        for clues, goes, weight in rows:
            total = sum([weights[clue] for clue in clues])
            error = (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - goes) * weight
            square = error * error
            if square < 1e-10:  # noqa: PLR2004 - nothing to learn from it
                continue
            for clue in clues:
                before = seen[clue]
                after = before + square
                seen[clue] = after
                pull[clue] += error - (math.sqrt(after) - math.sqrt(before)) / RATE * weights[clue]
                z = pull[clue]
                if -SPARSE <= z <= SPARSE:
                    weights[clue] = 0.0
                else:
                    step = (SMOOTH + math.sqrt(after)) / RATE + RIDGE
                    weights[clue] = -(z - math.copysign(SPARSE, z)) / step
    return {name: weights[at] for name, at in names.items() if abs(weights[at]) >= 0.005}  # noqa: PLR2004


def main() -> None:
    """Read the corpus, write `weights.txt.gz`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    masker = Masker.load()
    weights = fit(case for part in PARTS for case in examples(masker, part))
    lines = sorted(f"{clue}\t{round(weight * 100)}" for clue, weight in weights.items())
    data = "\n".join(lines).encode() + b"\n"
    (HERE / "weights.txt.gz").write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
