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
    pieces.sort(key=_place)
    found: list[Span] = []
    last = Span(0, 0, None)
    for piece in pieces:
        start, end, mark = piece
        if start < last.end:
            if end <= last.end:
                continue
            last = found[-1] = Span(last.start, end, last.mark)
        elif found and _one(text[last.end : start], last.mark, mark):
            kept = Mark.ADDRESS if mark is Mark.ADDRESS else last.mark
            last = found[-1] = Span(last.start, end, kept)
        else:
            found.append(piece)
            last = piece
    return found


def _place(piece: Span) -> tuple[int, int]:
    """Where it begins; the longer first."""
    return piece.start, -piece.end


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
