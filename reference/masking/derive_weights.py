# ruff: noqa: INP001 - a tool beside the lists that it makes, not a module of the package
"""Make `weights.txt.gz` anew from the corpus of the masking (see README.md).

Every recognised word of the corpus that may be a name is an example: its clues, and whether it
stands in a place that must go. So is every figure, and every word beside a figure that must go;
what figures before it do is taken from the corpus, as if it had been found. What is looked at once
more is learned from what the first weights leave: each part is weighed for that by weights that
were learned without it, as they would be too sure of what they know by heart. Logistic regression,
by the FTRL-proximal method of McMahan and others (2013), gives each clue a weight; the weights
are written in hundredths.
"""

from __future__ import annotations

import argparse
import gzip
import math
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from wordfreq import get_frequency_dict

from benchmarks.masking_recall import PARTS, SMALL, Text, read_corpus
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.beside import beside
from ketensluis.redaction.masking.beside_clues import beside_clues
from ketensluis.redaction.masking.candidates import candidates
from ketensluis.redaction.masking.figure_weighing import clues_of_figure
from ketensluis.redaction.masking.figures import figures
from ketensluis.redaction.masking.record import read_record
from ketensluis.redaction.masking.reviewing import clues_of_review
from ketensluis.redaction.masking.styles import style_of
from ketensluis.redaction.masking.tables import load_tables
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.weighing import BIAS, GOES, Weighing, clues_of, unsettle

__all__ = ["AUTHORS", "Example", "examples", "fit", "main", "review_examples", "weighing"]

HERE = Path(__file__).parent
TABLES = load_tables(HERE)
RATE, SMOOTH, SPARSE, RIDGE = 0.1, 1.0, 0.25, 0.5
# What is looked at once more is surer of itself with more rounds, and finds no more.
ROUNDS, REVIEW_ROUNDS = 20, 8
# Texts by the author of the rules weigh less than those of others.
OWN_WEIGHT, PHRASES_WEIGHT = 0.5, 12.0
# Where names stand broken into common words, as in dictation, or are hardly told from them, other
# texts have little to learn: held out, they lost more words by it than places were found. The last
# of them is like the others, and was not held out; the weights that lie here do not know it yet.
LESS = {"other_67": 0.1, "other_65": 0.3, "other_66": 0.3, "other_63": 0.5, "other_73": 0.3}

# What is described in more words than these is no example: each of its words is an ordinary one.
MOST_WORDS = 5

Example = tuple[list[str], bool, float]

# The first five parts of others are by one author. What does not begin so is by the author of the
# rules.
_FIRST = tuple(f"other_{number}" for number in range(1, 6))
_OTHERS = tuple(part for part in PARTS if part.startswith("other_") and part not in _FIRST)
AUTHORS = (_FIRST, *((part,) for part in _OTHERS))
# In so many shares of the authors is the corpus weighed for what is looked at once more.
SHARES = 6


def examples(masker: Masker, part: str) -> Iterator[Example]:
    """Each word and figure of a part that is weighed: clues, whether it must go, weight."""
    weight = _weight(part)
    for text in read_corpus(part):
        tokens, _ = masker.by_rules(text.text, read_record(text.persons, text.place))
        fate, told = _fates(text, tokens)
        for clues, at in _of_figures(tokens, fate, style_of(text.text)):
            if not told[at]:
                yield clues, fate[at], weight
        unsettle(tokens)
        for one in candidates(tokens, style=style_of(text.text)):
            token = tokens[one.at]
            known = token.traits & Trait.ORDINARY and not told[one.at]
            if known and token.lower not in SMALL:
                clues = clues_of(tokens, one, masker.weighing.share(token.lower))
                yield [BIAS, *clues], fate[one.at], weight


def _weight(part: str) -> float:
    if part == "phrases":
        return PHRASES_WEIGHT
    return LESS.get(part, 1.0) if part.startswith("other") else OWN_WEIGHT


def _fates(text: Text, tokens: Tokens) -> tuple[list[bool], list[bool]]:
    """Of each token whether it must go, and whether it is of what is described in many words."""
    secret, told = bytearray(len(text.text)), bytearray(len(text.text))
    for start, end, _ in text.places:
        secret[start:end] = b"\x01" * (end - start)
        if len(text.text[start:end].split()) > MOST_WORDS:
            told[start:end] = b"\x01" * (end - start)
    where = [slice(token.start, token.end) for token in tokens]
    return [any(secret[one]) for one in where], [any(told[one]) for one in where]


def review_examples(cases: Mapping[str, list[Example]]) -> dict[str, list[Example]]:
    """By part, each word that is looked at once more; `cases` are the examples of before."""
    own = tuple(part for part in PARTS if not part.startswith("other_"))
    shares = [sum(AUTHORS[number::SHARES], ()) for number in range(SHARES)]
    found: dict[str, list[Example]] = {}
    for share in (*shares, own):
        weights = fit(case for part in PARTS if part not in share for case in cases[part])
        masker = Masker(TABLES, weighing(weights))
        for part in share:
            found[part] = list(_of_review(masker, part))
    return found


def weighing(weights: Mapping[str, float], bar: float = GOES) -> Weighing:
    """Weighing by these weights, as they are once they have been written down."""
    rounded = {clue: round(weight, 2) for clue, weight in weights.items()}
    return Weighing(rounded, get_frequency_dict("nl", "large"), bar)


def _of_review(masker: Masker, part: str) -> Iterator[Example]:
    weight, share = _weight(part), masker.weighing.share
    for text in read_corpus(part):
        tokens, ruled = masker.before_review(text.text, read_record(text.persons, text.place))
        fate, told = _fates(text, tokens)
        for at, clues in clues_of_review(tokens, ruled, share, style=style_of(text.text)):
            if not told[at]:
                yield clues, fate[at], weight


def _of_figures(tokens: Tokens, fate: list[bool], style: str) -> Iterator[tuple[list[str], int]]:
    """The clues and the place of figures, and of the words beside those that must go."""
    goes = fate.__getitem__
    for one in figures(tokens):
        if tokens[one.at].lower not in SMALL:
            yield clues_of_figure(tokens, one, goes, style), one.at
    for word in beside(tokens, goes):
        yield beside_clues(tokens, word, goes), word.at


def fit(cases: Iterable[Example], rounds: int = ROUNDS) -> dict[str, float]:
    """The weight of each clue that has one."""
    names: dict[str, int] = {}
    rows = [
        ([names.setdefault(clue, len(names)) for clue in dict.fromkeys(clues)], goes, weight)
        for clues, goes, weight in cases
    ]
    pull, seen = [0.0] * len(names), [0.0] * len(names)
    weights = [0.0] * len(names)
    order = random.Random(1)  # noqa: S311 - the order of examples is no secret
    for _ in range(rounds):
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
    cases = {part: list(examples(masker, part)) for part in PARTS}
    weights = fit(case for part in PARTS for case in cases[part])
    reviewed = review_examples(cases)
    weights |= fit((case for part in PARTS for case in reviewed[part]), REVIEW_ROUNDS)
    lines = sorted(f"{clue}\t{round(weight * 100)}" for clue, weight in weights.items())
    data = "\n".join(lines).encode() + b"\n"
    (HERE / "weights.txt.gz").write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
