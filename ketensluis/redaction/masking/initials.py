"""Tells initials from other letters that stand by themselves."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.verdicts import STAYS, Verdict

__all__ = ["letter"]

_ORDINARY, _PREFIX, _TITLE = Trait.ORDINARY, Trait.PREFIX, Trait.TITLE
_PERSON = _TITLE | Trait.ROLE | Trait.NAMING
# In lower case; the others are clitics (`m gezien`) or abbreviations.
_INITIALS = frozenset("abcdefghijlopqwyz")
_CLITICS = frozenset("tmnku")


def letter(tokens: Tokens, at: int) -> Verdict:
    """A letter by itself: an initial after a role, before a name, or with a full stop."""
    token, before = tokens[at], tokens[at - 1]
    if len(token.lower.rstrip(".")) != 1 or token.lower[0] == "'":
        return None
    following = tokens[at + 1]
    if following.word == "-" and following.start == token.end:
        following = tokens[at + 2]
    ended = not following.wordlike or following.traits & (Trait.VERB | Trait.FUNCTION)
    if before.mark is Mark.NAME and not before.settled and ended and token.lower not in _CLITICS:
        return Mark.NAME
    dotted = token.word.endswith(".") or following.word == "."
    if dotted and before.word == "," and tokens[at - 2].mark is Mark.NAME:
        # `smit, k.`
        return Mark.NAME
    named = token.word == "U." and following.capital and not following.traits & _ORDINARY
    capital = token.capital and (token.lower[0] != "u" or named)
    initial = _capital(tokens, at, following) if capital else _lower(tokens, at, following)
    return Mark.NAME if initial else STAYS


def _capital(tokens: Tokens, at: int, following: Token) -> bool:
    token, before = tokens[at], tokens[at - 1]
    if before.traits & _PERSON or before.mark is Mark.NAME:
        return True
    linked = before.word == "-" or before.traits & _PREFIX
    if linked and tokens[at - 2].mark is Mark.NAME:
        return True
    return token.word.endswith(".") and following.wordlike


def _lower(tokens: Tokens, at: int, following: Token) -> bool:
    token, before = tokens[at], tokens[at - 1]
    dotted = token.word.endswith(".")
    if not token.capital:
        named = _surname(following) or before.traits & _TITLE
        if token.lower in _INITIALS and named:
            return True
        if (dotted or following.word == ".") and _of_someone(tokens, at):
            return True
    unknown_next = following.traits & _PREFIX or not following.traits & _ORDINARY
    return dotted and following.wordlike and bool(unknown_next) and token.lower[0] != "u"


def _of_someone(tokens: Tokens, at: int) -> bool:
    """`khalid a.`, `moeder van s. en j.`: where an initial stands in for a name."""
    before = tokens[at - 1]
    if before.lower in {"en", "&", "de", "v"}:
        return tokens[at - 2].mark is Mark.NAME
    return before.mark is Mark.NAME or bool(before.traits & (_PERSON | Trait.PERSON_BEFORE))


def _surname(token: Token) -> bool:
    """What after a single letter in lower case shows that the letter is an initial."""
    usual = token.traits & (Trait.SURNAME | Trait.FREQUENT) == Trait.SURNAME
    usual = usual or bool(token.traits & Trait.LONE)
    return token.wordlike and not token.numeric and bool(usual or not token.traits & _ORDINARY)
