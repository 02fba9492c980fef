"""The run of figures that a figure is in, as the clues see it: `99:99`, and which piece it is."""

from __future__ import annotations

from typing import NamedTuple

from ketensluis.redaction.masking.figure_shapes import shape, value
from ketensluis.redaction.masking.figures import SIGNS, Figure
from ketensluis.redaction.masking.tokens import Token, Tokens

__all__ = ["Run", "run_clues", "run_of"]

_MOST_PIECES, _MOST_DIGITS, _LONGEST_RUN = 5, 12, 30


class Run(NamedTuple):
    """What is seen of a run, from one of its figures."""

    form: str
    """The shapes of its pieces, and what stands between them."""
    last: str
    """What its last number may be by its size."""
    place: str
    """Whether the figure is the first of it, the last, or inside."""
    stays: str
    pieces: int
    digits: int
    left: str
    """What links the figure to what stands before it."""
    right: str


def run_of(tokens: Tokens, one: Figure) -> Run | None:
    """The run that a figure is in; None if it is alone."""
    if one.first == one.last:
        return None
    run, token = tokens[one.first : one.last + 1], tokens[one.at]
    forms: list[str] = []
    end, pieces = run[0].start, 0
    for piece in run:
        if piece.start > end:
            forms.append(" ")
        wordlike = piece.wordlike
        forms.append(shape(piece) if wordlike else piece.word)
        pieces += wordlike
        end = piece.end
    return Run(
        "".join(forms)[:_LONGEST_RUN],
        value(run[-1]),
        "first" if one.at == one.first else "last" if one.at == one.last else "inside",
        "kept" if token.settled and token.mark is None else "free",
        min(pieces, _MOST_PIECES),
        min(sum(map(str.isdigit, "".join([piece.word for piece in run]))), _MOST_DIGITS),
        _link(tokens[one.at - 1], token),
        _link(token, tokens[one.at + 1]),
    )


def _link(first: Token, second: Token) -> str:
    sign = first.word if first.word in SIGNS else second.word if second.word in SIGNS else "word"
    return f"{sign} {'glued' if first.end == second.start else 'apart'}"


def run_clues(run: Run | None, kind: str) -> list[str]:
    """The clues of such a run."""
    if run is None:
        return [f"# alone {kind}"]
    return [
        *(f"# run {run.form}", f"# run {run.form} {run.stays}", f"# run {run.form} {run.last}"),
        *(f"# run to {run.last} {kind}", f"# digits {run.digits}"),
        *(f"# pieces {run.pieces}", f"# pieces {run.pieces} {kind}", f"# place {run.place} {kind}"),
        *(f"# link left {run.left} {kind}", f"# link right {run.right} {kind}"),
    ]
