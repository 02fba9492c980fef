"""Finds the names of accounts, which may be made of ordinary words."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tables import Tables
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["Accounts"]

_PLATFORM, _FREQUENT = Trait.PLATFORM, Trait.FREQUENT
_SMALL = Trait.VERB | Trait.PREFIX
_SAYING = frozenset(
    (
        "als",
        "naam",
        "account",
        ":",
        "gebruikersnaam",
        "genaamd",
        "heet",
        "accountnaam",
        "username",
        "onder",
    )
)

_LATER = frozenset({"als", "naam", "account", "nepaccount", "gebruikersnaam"})
_QUOTES = frozenset("\"'\u201c\u2018")
_STOPS = frozenset(",;)\"'\u201d\n")
_MOST_LINKS = 4
_REACH = 7
_LONGEST_PHRASE = 4


class Accounts:
    """Knows which words link a platform to an account's name."""

    def __init__(self, tables: Tables) -> None:
        self._links = tables.links

    def judge(self, tokens: Tokens, calls: Calls) -> None:
        """`op insta als lief meisje`, `snapchat: sanne_x`, `gebruikersnaam beertje`."""
        for at in calls[_platform]:
            if not tokens[at].settled:
                self._after(tokens, at)

    def _after(self, tokens: Tokens, at: int) -> None:
        target, said = at + 1, tokens[at].lower.endswith(("naam", "name", "tag"))
        while target - at <= _MOST_LINKS and tokens[target].lower in self._links:
            said = said or tokens[target].lower in _SAYING
            target += 1
        if not said:
            target, said = _said_later(tokens, target)
        if tokens[target].word in _QUOTES:
            target += 1
        token = tokens[target]
        if token.settled or not token.wordlike or not (said or _dotted(tokens, target)):
            return
        if token.traits & _FREQUENT and token.word.islower() and token.traits & _SMALL:
            return
        end = _account_end(tokens, target)
        settle(tokens, target, max(end, _phrase_end(tokens, target)), Mark.ACCOUNT)


@call
def _platform(word: Written) -> bool:
    return bool(word.traits & _PLATFORM)


def _account_end(tokens: Tokens, start: int) -> int:
    """Where the tokens end that follow without white space, but for a closing full stop."""
    end = start + 1
    while tokens[end].start == tokens[end - 1].end and tokens[end].word not in _STOPS:
        end += 1
    return end - 1 if tokens[end - 1].word == "." and end - 1 > start else end


def _phrase_end(tokens: Tokens, start: int) -> int:
    """Where `zonnetje in huis` ends: a few words, up to a sign or the end; else `start`."""
    end = start
    while tokens[end].word[:1].isalpha() and end - start <= _LONGEST_PHRASE:
        end += 1
    verbs = any(token.traits & Trait.VERB or token.settled for token in tokens[start:end])
    return start if verbs or end - start > _LONGEST_PHRASE else end


def _dotted(tokens: Tokens, at: int) -> bool:
    """Whether `lief.meisje` stands there, without white space."""
    return (
        tokens[at + 1].word in {".", "_"}
        and tokens[at + 1].start == tokens[at].end
        and tokens[at + 2].start == tokens[at + 1].end
    )


def _said_later(tokens: Tokens, first: int) -> tuple[int, bool]:
    """`op Snapchat toegevoegd als rico.king`: where the account's name is, or `first`."""
    for at in range(first, min(first + _REACH, len(tokens) - 3)):
        if tokens[at].opens and at > first:
            break
        if tokens[at].lower not in _LATER:
            continue
        target = at + 1
        while tokens[target].lower in {":", "genaamd", "van", "heet", "is"}:
            target += 1
        rare = tokens[at].lower != "als" and not tokens[target].traits & _FREQUENT
        if _dotted(tokens, target) or rare:
            return target, True
    return first, False
