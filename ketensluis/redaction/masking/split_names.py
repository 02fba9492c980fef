"""Names that a recogniser of speech wrote in pieces: `wil helm`, `vlaar ding en`."""

from __future__ import annotations

from collections.abc import Mapping

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.said_streets import road, start_of
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Written

__all__ = ["judge_split_names"]

_SHORTEST, _PAIR, _MOST_PIECES = 5, 2, 3


def judge_split_names(tokens: Tokens, forms: Mapping[str, Written]) -> None:
    """Settle what is a name once its pieces are joined; for texts that were dictated.

    Pieces that are all small words are no name: `de man`, `is met`.
    """
    at, last = BEFORE, len(tokens) - AFTER
    while at < last:
        size = _size(tokens[at : at + _MOST_PIECES], forms)
        if size == _PAIR and tokens[at].traits & Trait.FUNCTION:
            # `bij ma rieke` is no Bijma.
            following = tokens[at + 1 : at + 1 + _MOST_PIECES]
            size = 0 if _size(following, forms) else size
        if size:
            whole = forms[_joined(tokens[at : at + size])]
            ends = tokens[at + size - 1]
            if road(forms[ends.lower]):
                settle(tokens, start_of(tokens, at + size - 1), at + size, Mark.ADDRESS)
            else:
                mark = Mark.PLACE if whole.traits & Trait.PLACE else Mark.NAME
                settle(tokens, at, at + size, mark)
        at += size or 1


def _joined(pieces: Tokens) -> str:
    return "".join([piece.lower for piece in pieces])


def _size(pieces: Tokens, forms: Mapping[str, Written]) -> int:
    """How many pieces are a name together, the most that are; 0 if none are."""
    free = next((n for n, piece in enumerate(pieces) if not _free(piece)), len(pieces))
    for size in range(free, 1, -1):
        whole = _joined(pieces[:size])
        small = all(piece.traits & Trait.FUNCTION for piece in pieces[:size])
        if not small and len(whole) >= _SHORTEST:
            traits = forms[whole].traits
            surname = traits & (Trait.SURNAME | Trait.FREQUENT) == Trait.SURNAME
            if traits & Trait.NAME and (surname or not traits & Trait.ORDINARY):
                return size
    return 0


def _free(piece: Token) -> bool:
    return piece.word.isalpha() and not piece.settled
