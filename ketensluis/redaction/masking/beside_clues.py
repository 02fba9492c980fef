"""What can be seen of a word beside what goes: named clues, weighed together."""

from __future__ import annotations

from typing import NamedTuple

from ketensluis.redaction.masking.beside import SIGNS_BESIDE, Beside
from ketensluis.redaction.masking.figure_shapes import Sight, Sighted, sight_of, size
from ketensluis.redaction.masking.figures import Goes, figurelike
from ketensluis.redaction.masking.telling import sort_of
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import NAMES

__all__ = ["SeenBeside", "beside_clues", "seen_beside"]

# The clue that every such word has.
_BIAS = "+ any"
_LONGEST = 5


class SeenBeside(NamedTuple):
    """What is seen of such a word and around it, as the groups of its clues need it."""

    where: str
    kind: str
    """The kind of figure that goes."""
    token: Token
    before: Sight
    after: Sight
    beyond: Sight
    chain: tuple[str, str] | None
    """Where what goes is not right before it: what stands there instead, past what."""

    def keys(self) -> tuple[tuple[object, ...], ...]:
        """A key per group of clues; they differ in length."""
        token, where, kind = self.token, self.where, self.kind
        own = sort_of(token.traits)
        return (
            (where, kind, own, token.capital),
            (where, kind, token.lower),
            (where, *self.before[:2], *self.after[:2]),
            (where, own, self.beyond[1], token.settled and token.mark is None, self.chain, 3),
            (where, token.traits),
        )

    def clues(self, group: int) -> list[str]:
        """One group of clues, in the order of the keys."""
        token, where, kind = self.token, self.where, self.kind
        lower, own = token.lower, sort_of(token.traits)
        match group:
            case 0:
                return [
                    *(_BIAS, f"+ {where}", f"+ {where} {kind}"),
                    *(f"+ {where} {'C' if token.capital else 'c'}", f"+ is {own}"),
                    *(f"+ {where} is {own}", f"+ {where} {kind} is {own}"),
                ]
            case 1:
                return [
                    *(f"+ word {lower}", f"+ {where} word {lower}", f"+ ends {lower[-4:]}"),
                    *(f"+ {where} ends {lower[-3:]}", f"+ {kind} ends {lower[-4:]}"),
                    f"+ {where} long {min(len(lower), _LONGEST)}",
                ]
            case 2:
                return [
                    *(f"+ {where} after [{self.before[1]}]", f"+ {where} before [{self.after[1]}]"),
                    *(f"+ {where} after {self.before[0]}", f"+ {where} before {self.after[0]}"),
                ]
            case 3:
                return self._beyond(where, own)
            case _:
                names = NAMES[token.traits]
                return [clue for n in names for clue in (f"+ has {n}", f"+ {where} has {n}")]

    def _beyond(self, where: str, own: str) -> list[str]:
        found = [f"+ {where} beyond [{self.beyond[1]}]"]
        if self.token.settled and self.token.mark is None:
            found.append("+ kept")
        if self.chain is not None:
            chain = f"+ {self.chain[0]}"
            found += [chain, f"{chain} {where}", f"{chain} {own}"]
            found.append(f"{chain} {where} {self.chain[1]}")
        return found


def seen_beside(tokens: Tokens, one: Beside, goes: Goes, sight: Sighted) -> SeenBeside:
    """What is seen of such a word."""
    before, past_sign = tokens[one.at - 1], tokens[one.at - 1].word in SIGNS_BESIDE
    back, chain = one.at - 2 if past_sign else one.at - 1, None
    if back != one.owner:
        chained = "chained" if goes(back) else "unchained"
        what = "figure" if figurelike(tokens[back]) else "word"
        chain = f"{chained} {what}", "sign" if past_sign else "space"
    return SeenBeside(
        one.where,
        size(tokens[one.owner]),
        tokens[one.at],
        sight(before),
        sight(tokens[one.at + 1]),
        sight(tokens[one.at - 2]),
        chain,
    )


def beside_clues(tokens: Tokens, one: Beside, goes: Goes) -> list[str]:
    """All clues of such a word."""
    seen = seen_beside(tokens, one, goes, sight_of)
    return [clue for group in range(len(seen.keys())) for clue in seen.clues(group)]
