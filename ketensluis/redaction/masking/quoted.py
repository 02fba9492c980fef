"""Finds what someone is called between quotation marks: `noemt hem "de kale"`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_quoted"]

_OPENING = frozenset("\"'\u201c\u2018\u201e")
_CLOSING = frozenset("\"'\u201d\u2019\u201c")
# After these a word of abuse may follow as well as a name.
_CALLING = frozenset({"noemt", "noemde", "noemen", "noemden", "genoemd"})
_LONGEST = 4
# `appgroep 'De meiden van 14'`, and how many words such a name may have.
_GROUPS = ("groep", "groepsapp", "kanaal", "profiel", "account", "server", "playlist", "chat")
_LONGEST_GROUP = 7
# How many words may stand between "noemt" and the quotation mark.
_REACH = 3


@call
def _opens(word: Written) -> bool:
    return word.word in _OPENING


def judge_quoted(tokens: Tokens, calls: Calls) -> None:
    """Settle a few words in quotation marks after a word of naming or a name."""
    for at in calls[_opens]:
        if tokens[at].settled:
            continue
        if tokens[at + 1].start != tokens[at].end or tokens[at].start == tokens[at - 1].end:
            continue
        grouped = tokens[at - 1].lower.endswith(_GROUPS)
        inside = range(at + 2, at + 2 + (_LONGEST_GROUP if grouped else _LONGEST))
        end = next((i for i in inside if tokens[i].word in _CLOSING), 0)
        if end and grouped:
            settle(tokens, at + 1, end, Mark.ACCOUNT)
        elif end and not any(token.opens for token in tokens[at + 2 : end]) and _names(tokens, at):
            settle(tokens, at + 1, end, Mark.NAME)


def _names(tokens: Tokens, at: int) -> bool:
    """Whether the quotation at `at` is what somebody is called."""
    before = tokens[at - 1]
    if before.traits & Trait.DETERMINER:
        return False
    for left in range(at - 1, at - 1 - _REACH, -1):
        token = tokens[left]
        if token.traits & Trait.NAMING and token.lower != "gezegd":
            return token.lower not in _CALLING or _namelike(tokens, at)
        if not token.wordlike or token.opens:
            break
    known = before.traits & (Trait.ORDINARY | Trait.DUAL) in {0, Trait.ORDINARY | Trait.DUAL}
    return before.word[:1].isalpha() and known and not before.traits & Trait.FREQUENT


def _namelike(tokens: Tokens, at: int) -> bool:
    """Whether an article, a name or an unknown word begins the quotation, and no abuse."""
    first = tokens[at + 1]
    return first.lower in {"de", "het"} or first.traits & (Trait.ORDINARY | Trait.DUAL) != (
        Trait.ORDINARY
    )
