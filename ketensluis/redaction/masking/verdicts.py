"""The rules that hold for words with and without a capital, and what a rule may say."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from ketensluis.redaction.masking.context import opens_as_name
from ketensluis.redaction.masking.fragments import fragment
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = [
    "HYPHENED",
    "SHORT",
    "STAYS",
    "STRANGE",
    "UPPER",
    "Rule",
    "Rules",
    "Verdict",
    "kind",
    "month",
    "unknown",
]


class Stay(Enum):
    """The verdict that a word may stay, apart from having no opinion (None)."""

    STAYS = 0


STAYS = Stay.STAYS
Verdict = Mark | Stay | None
Rule = Callable[[Tokens, int], Verdict]
# Bits beside the traits that a rule may ask for: not recognised, two signs long or less, with a
# hyphen, wholly in capitals.
STRANGE, SHORT, HYPHENED, UPPER = 1 << 72, 1 << 73, 1 << 74, 1 << 75
_LOOKS = ((Look.SHORT, SHORT), (Look.HYPHENED, HYPHENED), (Look.UPPER, UPPER))


class Rules(dict[tuple[int, int], tuple[Rule, ...]]):
    """Rules in their order; by the traits and the look of a word those that can have an opinion.

    Beside each rule the bits of which a word must have one, else it has no opinion; 0 if it may
    always have one. There are some thousands of different traits and looks at most.
    """

    def __init__(self, *rules: tuple[Rule, int]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, seen: tuple[int, int]) -> tuple[Rule, ...]:
        has, look = seen
        has |= sum(bit for looks, bit in _LOOKS if look & looks)
        has |= 0 if has & Trait.ORDINARY else STRANGE
        self[seen] = found = tuple(rule for rule, needs in self._rules if not needs or has & needs)
        return found


_ORDINARY, _NAME, _DUAL = Trait.ORDINARY, Trait.NAME, Trait.DUAL
_TITLE, _ROLE = Trait.TITLE, Trait.ROLE
_NAMING, _PREFIX = Trait.NAMING, Trait.PREFIX
_PLACE, _GUESSED = Trait.PLACE, Trait.GUESSED
_MONTH = Trait.MONTH
_PERSON = _TITLE | _ROLE | _NAMING
_MOST_PREFIXES = 5
_WRITTEN = frozenset(
    ("ondertekend", "getekend", "opgemaakt", "gemuteerd", "opgenomen", "uitgewerkt", "ingevoerd")
)
_NO_INITIALS = frozenset(
    (
        "e.d.",
        "o.a.",
        "z.g.",
        "i.v.m.",
        "m.b.t.",
        "n.a.v.",
        "d.d.",
        "b.v.",
        "p.v.",
        "t.p.",
        "a.u.b.",
        "s.v.p.",
        "o.i.d.",
        "i.b.",
        "i.o.",
        "e.a.",
        "v.v.",
        "m.n.",
        "d.m.v.",
        "t.a.v.",
        "i.h.",
    )
)
# Initials in lower case are three at most; `z.g.a.n.` is an abbreviation.
_LONGEST_INITIALS = 6
# With six letters it is none that is in use: `t.o.n.y.y.y`.
_LONGEST_ABBREVIATION = 11


def month(tokens: Tokens, at: int) -> Verdict:
    """`Mei` and `jan` are a month after a day or a word of time, and else may be someone."""
    token, before = tokens[at], tokens[at - 1]
    short = token.lower == "jan"
    if not token.traits & _MONTH or not (token.capital or short):
        return None
    if before.numeric or tokens[at + 1].numeric:
        return STAYS
    if short:
        return Mark.NAME
    joined = before.lower == "en" and tokens[at - 2].mark is Mark.NAME
    if not token.traits & _DUAL or (before.traits & Trait.TEMPORAL and not joined):
        return STAYS
    return Mark.NAME if not token.opens or opens_as_name(tokens, at) else STAYS


def unknown(tokens: Tokens, at: int) -> Verdict:
    """Not recognised, or at the head of a sentence only by a guess."""
    token = tokens[at]
    if token.traits & (_ORDINARY | _GUESSED) != _ORDINARY and fragment(tokens, at):
        return STAYS
    if token.traits & Trait.FOREIGN and token.capital and not _foreign_phrase(tokens, at):
        return kind(tokens, at)
    if (
        token.traits & Trait.NO_VOWEL
        and len(token.lower) > 1
        and (token.capital or _signed(tokens, at))
    ):
        return kind(tokens, at)
    if token.traits & _ORDINARY and not (token.traits & _GUESSED and token.opens and token.capital):
        return None
    if not token.capital and "." in token.lower:
        return _dotted(tokens, at)
    return kind(tokens, at)


def _signed(tokens: Tokens, at: int) -> bool:
    """`opgemaakt door hvd`: the initials of who wrote it."""
    return tokens[at - 1].lower == "door" and tokens[at - 2].lower in _WRITTEN


def _foreign_phrase(tokens: Tokens, at: int) -> bool:
    """Whether a word of another language stands among others of it that are no names."""
    near = (tokens[at - 2], tokens[at - 1], tokens[at + 1], tokens[at + 2])
    known = sum(bool(token.traits & (Trait.FOREIGN | Trait.FUNCTION)) for token in near)
    strange = any(
        token.word[:1].isalpha() and not token.traits & _ORDINARY and token.capital
        for token in near[1:3]
    )
    return (tokens[at].opens or tokens[at].word.isupper()) and known > 1 and not strange


def _dotted(tokens: Tokens, at: int) -> Verdict:
    """`j.p. bos` against `z.g.a.n.`: initials are two or three and a name follows them."""
    following = tokens[at + 1]
    if len(tokens[at].lower) >= _LONGEST_ABBREVIATION:
        return Mark.ACCOUNT
    if len(tokens[at].lower) > _LONGEST_INITIALS:
        return STAYS
    named = tokens[at - 1].traits & (_ROLE | _TITLE) or tokens[at - 1].mark is Mark.NAME
    if named and tokens[at].lower not in _NO_INITIALS:
        return Mark.NAME
    if not following.wordlike:
        return STAYS
    named = following.traits & (_DUAL | _PREFIX) or not following.traits & _ORDINARY
    return Mark.NAME if named else STAYS


def kind(tokens: Tokens, at: int) -> Mark:
    """What kind of thing an unrecognised word is, by what stands before it."""
    left = at - 1
    while tokens[left].traits & _PREFIX and at - left <= _MOST_PREFIXES:
        left -= 1
    traits, before = tokens[at].traits, tokens[left].traits
    if before & Trait.ORGANISATION and not before & (_ROLE | _TITLE):
        return Mark.ORGANISATION
    if traits & _PLACE and not before & _PERSON:
        return Mark.PLACE
    return Mark.PLACE if before & Trait.PLACE_BEFORE and not traits & _NAME else Mark.NAME
