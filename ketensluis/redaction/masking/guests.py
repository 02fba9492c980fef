"""Finds hiding places with someone: `zit bij haar zwager in de loft`, `bij juf Ank, in de hut`."""

from __future__ import annotations

from ketensluis.redaction.masking.descriptions import begins, description, noun_of
from ketensluis.redaction.masking.hosts import HOSTS, is_host, where_of_host
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.reach import BROUGHT, DETERMINERS, LOCATING, end_of
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_guests"]

# Where one of these is said before it, or after it, someone is there for some time.
_STAYS = BROUGHT | {
    *("zit", "zitten", "zat", "zaten", "gezeten", "verblijft", "verblijf", "verblijven", "is"),
    *("ben", "verbleef", "terecht", "slaap", "geslapen", "gestaan", "geweest"),
    *("blijven", "blijft", "bleef", "gebleven", "plek", "plaats", "logeren", "woont", "wonen"),
    *("ondergebracht", "vertrokken", "gevlucht", "gegaan", "schuilt", "huurt", "kamer", "waar"),
    *("nacht", "nachten", "weken", "overnacht", "overnachten", "terechtkunnen", "vannacht"),
}
_BEFORE, _FAR_BEFORE, _AFTER = 12, 18, 5
_MOST_NAMES = 4


@call
def _by(word: Written) -> bool:
    return word.lower == "bij"


def judge_guests(tokens: Tokens, calls: Calls) -> None:
    """Settle whom and where; to be called when other hiding places are marked."""
    for at in calls[_by]:
        start = at + 1
        if tokens[start].mark is Mark.SHELTER or tokens[start].numeric:
            continue
        named = _past_names(tokens, start)
        if named > start:
            where = where_of_host(tokens, named - 1)
            told = (
                tokens[where].lower in LOCATING - {"met"} and tokens[where + 1].lower in DETERMINERS
            )
            end = end_of(tokens, start, where + 1) if where and told else 0
        elif begins(tokens, start) and is_host(tokens[noun_of(tokens, start)]):
            end = description(tokens, start, hiding=False)
        else:
            continue
        housed = any(token.mark is Mark.ADDRESS for token in tokens[start:end])
        if end and not housed and (_said_before(tokens, at) or _said_after(tokens, end)):
            settle(tokens, start, end, Mark.SHELTER)


def _past_names(tokens: Tokens, at: int) -> int:
    """Behind the names that stand at `at`, with a title or `die` before them; `at` if none."""
    end = at + (bool(tokens[at].traits & HOSTS) or tokens[at].lower in {"die", "ene"})
    first = end
    while end - first < _MOST_NAMES and tokens[end].mark is Mark.NAME:
        end += 1
    return end if end > first else at


def _said_before(tokens: Tokens, at: int) -> bool:
    """Idem in the same sentence, or in the question that it answers."""
    answer = tokens[at].opens or tokens[at - 1].word == ":"
    asked = False
    for one in range(at - 1, max(at - (_FAR_BEFORE if answer else _BEFORE), 0), -1):
        token = tokens[one]
        if token.lower in _STAYS:
            return True
        if token.word == "?":
            asked = True
        if (
            token.opens
            and token.wordlike
            and not (answer and (asked or tokens[one + 1].word == ":"))
        ):
            return False
    return False


def _said_after(tokens: Tokens, end: int) -> bool:
    for token in tokens[end : end + _AFTER]:
        if token.opens:
            break
        if token.lower in _STAYS:
            return True
    return False
