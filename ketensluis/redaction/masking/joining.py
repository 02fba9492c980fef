"""Joins the marks of parts of one thing, and writes them into the text."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark, Span
from ketensluis.redaction.masking.tokens import Token, Tokens

__all__ = ["joined", "rendered"]

_GENITIVE = len("'s")
# Marks that, side by side, are parts of one thing: a given name and a surname, a street and a town.
_JOINS = frozenset({Mark.NAME, Mark.ADDRESS, Mark.PLACE, Mark.ORGANISATION})


def joined(tokens: Tokens, text: str, spans: list[Span]) -> list[Span]:
    """All that is marked, in order; parts of one thing that stand side by side become one."""
    pieces = [span for span in spans if span.mark]
    pieces += [Span(token.start, _end(token), token.mark) for token in tokens if token.mark]
    pieces.sort(key=lambda piece: (piece.start, -piece.end))
    found: list[Span] = []
    for piece in pieces:
        if found and piece.start < found[-1].end:
            found[-1] = found[-1]._replace(end=max(piece.end, found[-1].end))
        elif found and _one(text[found[-1].end : piece.start], found[-1].mark, piece.mark):
            mark = Mark.ADDRESS if piece.mark is Mark.ADDRESS else found[-1].mark
            found[-1] = Span(found[-1].start, piece.end, mark)
        else:
            found.append(piece)
    return found


def _end(token: Token) -> int:
    """Where the name ends in `Liban's`."""
    genitive = (
        token.mark is Mark.NAME and len(token.word) > _GENITIVE and token.lower.endswith("'s")
    )
    return token.end - _GENITIVE if genitive else token.end


def _one(between: str, left: Mark | None, right: Mark | None) -> bool:
    """Whether two marks with nothing of weight between them are parts of one thing."""
    if between.strip(" -'\u2019") or "\n" in between:
        return False
    return left is right or (left in _JOINS and right in _JOINS)


def rendered(text: str, spans: list[Span]) -> str:
    """`text` with the marks in the places of the spans that have one."""
    out, done = [], 0
    for start, end, mark in spans:
        if mark is not None:
            out += [text[done:start], mark.text]
            done = end
    return "".join([*out, text[done:]])
