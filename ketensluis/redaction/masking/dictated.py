"""Mail, sites, accounts, codes and names as they are said aloud, sign by sign, over more words."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.numerals import NUMERALS
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_dictated", "letter"]

_AT = frozenset(("apenstaart", "apenstaartje"))
_DOT, _LINE = "punt", "underscore"
_JOINTS = frozenset(("punt", "puntje", "streepje", "streep", "underscore", "spatie", "min"))
_TOPS = frozenset(("nl", "com", "org", "net", "eu"))
# What stands before an address that is said, and is no part of it.
_LEADS = frozenset(
    (
        *("mail", "email", "e-mail", "mailadres", "emailadres", "e-mailadres", "adres", "mailde"),
        *(
            "mailt",
            "gemaild",
            "site",
            "website",
            "account",
            "accountnaam",
            "naam",
            "gebruikersnaam",
        ),
        *("naar", "vanaf", "via", "is", "was", "op", "luidt", "heet", "en", "of", "met", "het"),
        *("dat", "deze", "aan", "door", "als", "dus", "insta", "instagram", "snapchat", "tiktok"),
        *("at", "van", "zijn", "haar", "bij", "heette", "genaamd", "gestuurd", "stuurde", "zo"),
    )
)
_SLASHES = frozenset(("slash", "schuine"))
_MOST_LEFT, _MOST_RIGHT, _MOST_TAIL = 6, 10, 3
_STREAKS = frozenset(("streepje", "streep", "spatie", "-"))
_DIGIT_WORDS = frozenset(word for word, size in NUMERALS.items() if size)
_LETTERED = frozenset(("ij",))
_GOING_ON = _DIGIT_WORDS | _STREAKS | _LETTERED | {"van"}
_LEAST_PIECES, _LEAST_SPELLED = 4, 4
_PLATED = frozenset(("kenteken", "plaat", "nummerplaat"))
_FAR_PLATE = 6


@call
def _at(word: Written) -> bool:
    return word.lower in _AT


@call
def _dot(word: Written) -> bool:
    return word.lower == _DOT


@call
def _line(word: Written) -> bool:
    return word.lower == _LINE


@call
def letter(word: Written) -> bool:
    """A letter in lower case by itself, with which a code or a spelled name may begin."""
    return len(word.word) == 1 and word.word.isalpha()


def judge_dictated(tokens: Tokens, calls: Calls) -> None:
    """Settle them, before any part of them is taken for something else."""
    for at in calls[_at]:
        _mail(tokens, at)
    for at in calls[_dot]:
        if not tokens[at].settled and tokens[at + 1].lower in _TOPS:
            settle(tokens, _site(tokens, at), _tail(tokens, at + 2), Mark.WEBSITE)
    for at in calls[_line]:
        if not tokens[at].settled and tokens[at + 1].wordlike:
            settle(tokens, _left(tokens, at), _account_end(tokens, at), Mark.ACCOUNT)
    _pieces(tokens, calls[letter])


def _mail(tokens: Tokens, at: int) -> None:
    """`team west apenstaart politie punt nl`."""
    end = at + 1
    while tokens[end].wordlike and end - at <= _MOST_RIGHT:
        if tokens[end].lower == _DOT and tokens[end + 1].lower in _TOPS:
            settle(tokens, _left(tokens, at), end + 2, Mark.EMAIL)
            return
        end += 1


def _left(tokens: Tokens, at: int) -> int:
    """Where what is said begins: after a sign, or a word that leads to it."""
    start = at
    while at - start < _MOST_LEFT + _MOST_TAIL * (tokens[start - 1].lower in _JOINTS):
        before = tokens[start - 1]
        if not before.wordlike or before.lower in _LEADS:
            break
        start -= 1
    return start


def _site(tokens: Tokens, at: int) -> int:
    """Where `cloud punt kijk mee punt nl` begins: one word, and what is joined to it."""
    start = at - 1
    while True:
        for joint in range(start - 1, max(start - 1 - _MOST_TAIL, 0), -1):
            if tokens[joint].lower in _JOINTS and tokens[joint - 1].wordlike:
                start = joint - 1
                break
            if not tokens[joint].wordlike or tokens[joint].lower in _LEADS:
                return start
        else:
            return start


def _tail(tokens: Tokens, end: int) -> int:
    """Where a site ends: `punt nl schuine streep wijngaarde`."""
    while tokens[end].lower in _SLASHES:
        end += 2 if tokens[end + 1].lower == "streep" else 1
        end += tokens[end].wordlike
    return end


def _account_end(tokens: Tokens, at: int) -> int:
    """Where `koning negen negen` ends: one word, then figures and what is joined to it."""
    end = at + 2
    while tokens[end].lower in _DIGIT_WORDS or tokens[end].numeric:
        end += 1
    if tokens[end].lower in _JOINTS and tokens[end + 1].wordlike and tokens[end].lower != _DOT:
        return _account_end(tokens, end)
    return end


def _pieces(tokens: Tokens, letters: list[int]) -> None:
    """Codes of letters and numbers in words, and names that are spelled with pauses."""
    past = 0
    for at in letters:
        before, after = tokens[at - 1].lower, tokens[at + 1].lower
        if not (len(after) == 1 or after in _GOING_ON or before in _GOING_ON):
            continue
        if at < past or tokens[at].settled:
            continue
        start = at
        while _number(tokens[start - 1]) or (
            tokens[start - 1].lower in _STREAKS and _number(tokens[start - 2])
        ):
            start -= 1
        end, found, numbers = _run(tokens, start)
        past = end
        if numbers and numbers < found and found >= _LEAST_PIECES:
            settle(tokens, start, end, _code(tokens, start))
        elif not numbers and found >= _LEAST_SPELLED:
            settle(tokens, start, end, Mark.NAME)


def _run(tokens: Tokens, start: int) -> tuple[int, int, int]:
    """Where a run of letters and numbers ends, how many there are, how many are numbers."""
    at = end = start
    found = numbers = 0
    while True:
        token = tokens[at]
        if _number(token):
            numbers += 1
        elif not _spelled(token):
            if token.lower in _STREAKS and at == end:
                at += 1
                continue
            if token.lower == "van" and at == end and tokens[at + 1].traits & Trait.SPELLING:
                # `h van hendrik`.
                at += 2
                end = at
                continue
            return end, found, numbers
        found += 1
        at += 1
        end = at


def _number(token: Token) -> bool:
    """A number in words of one or two digits."""
    return token.lower in _DIGIT_WORDS and not token.settled


def _spelled(token: Token) -> bool:
    """A letter by itself."""
    return token.lower in _LETTERED or (len(token.word) == 1 and token.word.isalpha())


def _code(tokens: Tokens, start: int) -> Mark:
    near = tokens[max(start - _FAR_PLATE, 0) : start]
    return Mark.PLATE if any(token.lower in _PLATED for token in near) else Mark.NUMBER
