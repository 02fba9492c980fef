"""Knows what is ordinary though no list has it: runs in another language, words cut short."""

from __future__ import annotations

from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["among_foreign", "fragment"]

# What tells of the word after it that it is a name.
_NAMED = Trait.TITLE | Trait.ROLE | Trait.NAMING | Trait.PLACE_BEFORE | Trait.ALIAS
_ELSEWHERE = Trait.TONGUE | Trait.FOREIGN
_REACH = 3
# So many others of the run must be known: beside a known word, an unknown one, one with a capital.
_BESIDE_KNOWN, _BESIDE_UNKNOWN, _BESIDE_CAPITAL = 1, 2, 2
_SIGNS = frozenset({",", "'", "\u2019"})
# Without a full stop after it, before a capital.
_SHORTEST_PLAIN, _SHORTEST_LAST = 6, 5


def fragment(tokens: Tokens, at: int) -> bool:
    """Whether a word that is not recognised is a part of such a run, or is cut short."""
    token = tokens[at]
    if token.traits & Trait.NAME or tokens[at - 1].traits & _NAMED:
        return False
    return _cut(tokens, at) or _run(tokens, at)


def _cut(tokens: Tokens, at: int) -> bool:
    """`vermoedel. letsel`, `aangevr vo`: a common word begins so, and is long enough."""
    token, stop, following = tokens[at], tokens[at + 1], tokens[at + 2]
    if not token.traits & Trait.CUT:
        return False
    if stop.word != "." or stop.start != token.end:
        return len(token.lower) >= _SHORTEST_PLAIN and not token.capital
    if following.word[:1].isupper() or not following.word:
        return len(token.lower) >= _SHORTEST_LAST and not token.capital
    return not token.capital or token.opens


def _run(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    # `it Nije Hûs`: capitals side by side are of a name.
    title = _named(token) and (_named(tokens[at - 1]) or _named(tokens[at + 1]))
    if title or not token.word.isalpha():
        return False
    known, least = token.traits & Trait.TONGUE, _BESIDE_KNOWN
    if _named(token):
        least = _BESIDE_CAPITAL
    if not known:
        least = _BESIDE_UNKNOWN
        if token.capital or not (_foreign(tokens[at - 1]) or _foreign(tokens[at + 1])):
            return False
    found = 0
    for step in (-1, 1):
        for beside in range(at + step, at + step * (_REACH + 1), step):
            other = tokens[beside]
            if other.word in _SIGNS:
                continue
            if not other.word.isalpha():
                break
            found += bool(other.traits & _ELSEWHERE)
            if found >= least:
                return True
    return False


def _named(token: Token) -> bool:
    """Whether a word has a capital in mid-sentence."""
    return token.capital and not token.opens


def _foreign(token: Token) -> bool:
    return bool(token.traits & _ELSEWHERE)


def among_foreign(tokens: Tokens, at: int) -> bool:
    """Whether a word stands between words of another language, so that it is none of ours."""
    before, after = tokens[at - 1].traits, tokens[at + 1].traits
    either = (before | after) & Trait.TONGUE
    surname = tokens[at].traits & Trait.SURNAME
    return bool(either and before & _ELSEWHERE and after & _ELSEWHERE and not surname)
