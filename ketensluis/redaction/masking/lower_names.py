"""Names in lower case that little tells: after a title with initials, in a list, `ben`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_lower_names"]

_FAMILY = frozenset(
    ("familie", "fam", "meneer", "mevrouw", "mevr", "mw", "dhr", "hr", "opa", "oma", "gezin")
)
_TITLES = frozenset(("mr", "dr", "drs", "ds", "ing", "ir", "prof", "dhr", "hr", "mw", "mevr"))
_ARCHAIC = frozenset(("ten", "ter", "vd", "v.d.", "v/d", "vh"))
# `ter plaatse`: what stands after such a prefix elsewhere.
_PHRASES = frozenset(
    (
        *("plaatse", "tijde", "hoogte", "laste", "gevolge", "aanzien", "beschikking", "inzage"),
        *("sprake", "ore", "einde", "zake", "behoeve", "opzichte", "minste", "slotte", "attentie"),
        *("uitvoering", "zitting", "kennis", "info", "informatie", "controle", "wereld", "dood"),
        *("val", "goede", "onrechte", "bescherming", "voorkoming", "ondersteuning", "woning"),
        *("observatie", "verantwoording", "discussie", "beoordeling", "overname", "aanvulling"),
    )
)
_SHORTEST_SURNAME = 3
# `ben` is a verb only beside `ik`, and a name after a title or such a word.
_BEFORE_BEN = frozenset(
    (
        *(
            "bij",
            "van",
            "met",
            "door",
            "naar",
            "aan",
            "voor",
            "groet",
            "tegen",
            "opa",
            "oom",
            "ome",
        ),
        *("collega", "buurman", "meneer", "dhr", "hr", "agent", "broer", "zoon", "zwager", "neef"),
    )
)
_REACH_OF_BEN = 3
_MAY_NAME = Trait.DUAL | Trait.NAME | Trait.SURNAME | Trait.NAMESAKE


@call
def _family(word: Written) -> bool:
    return word.lower in _FAMILY


@call
def _title(word: Written) -> bool:
    return word.lower.rstrip(".") in _TITLES


@call
def _ben(word: Written) -> bool:
    return word.lower == "ben"


@call
def _comma(word: Written) -> bool:
    return word.word == ","


def judge_lower_names(tokens: Tokens, calls: Calls) -> None:
    """Settle them; to be called when all has been weighed."""
    for at in calls[_family]:
        start = at + 1 + (tokens[at + 1].word == ".")
        if tokens[start].lower in {"v", "v."} and _surname(tokens, start + 1):
            settle(tokens, start, start + 2, Mark.NAME)
    for at in calls[_title]:
        _initials(tokens, at + 1)
    for at in calls[_ben]:
        if tokens[at].mark is None and _named_ben(tokens, at):
            settle(tokens, at, at + 1, Mark.NAME)
    for at in calls[_comma]:
        if tokens[at + 2].word == "," and _listed(tokens, at + 1):
            settle(tokens, at + 1, at + 2, Mark.NAME)


def _initials(tokens: Tokens, at: int) -> None:
    """`mr. h. kuiken`, `dhr p v dam`: initials in lower case after a title, and what follows."""
    start = at + (tokens[at].word == ".")
    end = start
    while len(tokens[end].word.rstrip(".")) == 1 and tokens[end].word[0].islower():
        end += 1 + (tokens[end + 1].word == ".")
    if end == start and not _archaic(tokens, start):
        return
    while tokens[end].traits & Trait.PREFIX and tokens[end].mark is None:
        end += 1
    if _surname(tokens, end) and not tokens[end].traits & Trait.FUNCTION:
        settle(tokens, start, end + 1, Mark.NAME)


def _archaic(tokens: Tokens, at: int) -> bool:
    """`mw ten have`, `dhr van den berg`: a prefix that is one of surnames, and no set phrase."""
    first, second = tokens[at].lower, tokens[at + 1].lower
    if first == "van":
        return second in {"der", "den", "de"}
    return first in _ARCHAIC and second not in _PHRASES


def _surname(tokens: Tokens, at: int) -> bool:
    """`familie v wijk`: what may be a surname after its prefix."""
    token = tokens[at]
    other = Trait.ROLE | Trait.TITLE | Trait.VERB | Trait.DETERMINER | Trait.CAPITAL
    long = len(token.word) >= _SHORTEST_SURNAME and token.word.isalpha()
    return long and token.mark is None and not token.traits & other


def _named_ben(tokens: Tokens, at: int) -> bool:
    """`bij ben thuis`, `opa ben`, with no `ik` near."""
    before, after = tokens[at - 1], tokens[at + 1]
    near = tokens[at - _REACH_OF_BEN : at + _REACH_OF_BEN]
    verb = after.lower == "je" or any(token.lower in {"ik", "k", "'k"} for token in near)
    return not verb and before.lower in _BEFORE_BEN


def _listed(tokens: Tokens, at: int) -> bool:
    """`dignus, job, leuntje`: a word that may be a name between two names of a list."""
    token, before, after = tokens[at], tokens[at - 2], tokens[at + 2]
    other = Trait.ROLE | Trait.TITLE | Trait.CAPITAL | Trait.FUNCTION | Trait.NUMERAL
    names = before.mark is Mark.NAME and after.mark is Mark.NAME
    free = token.mark is None and token.word.isalpha() and not token.traits & other
    return names and free and bool(token.traits & _MAY_NAME)
