"""What belongs to the name of a firm that goes: `en Dochters`, `thuishulp`, `mavo de` before it."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.sorts import sort
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_firms"]

_JOINING = frozenset(("en", "&", "+", "and", "und"))
_KIN = frozenset(
    (
        *("zn", "zoon", "zonen", "zns", "dochter", "dochters", "partners", "co", "zo", "associés"),
        *("sons", "compagnie", "cie", "broers", "vennoten", "collega's", "kompanen"),
    )
)
# What firms and care are called last.
_TAILS = frozenset(
    (
        *(
            "thuishulp",
            "telecom",
            "food",
            "foods",
            "nv",
            "bv",
            "vof",
            "cv",
            "maritiem",
            "facilitair",
        ),
        *("logistiek", "logistics", "transporten", "montage"),
        *("verzekeringen", "verzekerd", "vastgoed", "opleidingen", "dranken"),
        *("textiel", "installaties", "makelaars", "notarissen", "advocaten", "accountants"),
        *("architecten", "bewindvoering", "bewindvoerders", "incasso", "techniek", "bouw"),
        *("meubelen", "tweewielers", "bandenservice", "catering", "welzijn"),
        *("thuiszorg", "kraamzorg", "kinderopvang", "uitzendbureau", "group"),
        *("holding", "trading", "design", "beauty", "nails", "fashion", "events", "security"),
        *("beveiliging", "consultancy", "consult", "zorggroep", "dakbedekking", "grondwerken"),
    )
)
# What stands before the noun of a firm and goes with it.
_HEADS = frozenset(("grand", "petit", "royal", "shisha", "sushi", "brasserie"))
_BIBLE = ["met", "de", "bijbel"]
_NAMED = frozenset({Mark.NAME, Mark.PLACE, Mark.ORGANISATION, Mark.COMPANY})
_FIRMS = frozenset({Mark.ORGANISATION, Mark.COMPANY, Mark.VENUE})
_ARTICLES = frozenset(("de", "het", "'t", "el", "al"))


@call
def _kin(word: Written) -> bool:
    return word.lower in _KIN


@call
def _tail(word: Written) -> bool:
    return word.lower in _TAILS


@call
def _head(word: Written) -> bool:
    return word.lower in _HEADS


@call
def _country(word: Written) -> bool:
    return word.word == "Nederland"


@call
def _noun(word: Written) -> bool:
    person = Trait.ROLE | Trait.TITLE
    return bool(word.traits & Trait.ORGANISATION) and not word.traits & person


def judge_firms(tokens: Tokens, calls: Calls) -> None:
    """Settle it; to be called when all else is marked."""
    for at in calls[_kin]:
        _of_kin(tokens, at)
    for at in calls[_tail]:
        if tokens[at].mark is None and not tokens[at].opens and _name(tokens[at - 1]):
            settle(tokens, at, at + 1, Mark.ORGANISATION)
    for at in calls[_country]:
        # `Verslavingszorg Noord Nederland`
        if _name(tokens[at - 1]) and tokens[at - 1].capital and tokens[at - 2].capital:
            settle(tokens, at, at + 1, Mark.ORGANISATION)
    for at in calls[_noun]:
        _after_noun(tokens, at)
    for at in calls[_head]:
        if tokens[at + 1].mark in _FIRMS:
            settle(tokens, at, at + 1, tokens[at + 1].mark)


def _of_kin(tokens: Tokens, at: int) -> None:
    """`Koomans en Dochters`, `Brouwer & Zn. Loodgieters`, but not `Bakker en zoon`."""
    usual = tokens[at].traits & Trait.ROLE and not tokens[at].capital
    if tokens[at - 1].lower not in _JOINING or not _name(tokens[at - 2]) or usual:
        return
    stopped = tokens[at + 1].word == "." and tokens[at].lower in {"zn", "co"}
    end = at + 2 if stopped else at + 1
    trade = tokens[end].capital and not tokens[end].traits & (Trait.FREQUENT | Trait.FUNCTION)
    settle(tokens, at - 2, end + (trade and (stopped or not tokens[end].opens)), Mark.ORGANISATION)


def _after_noun(tokens: Tokens, at: int) -> None:
    """`mavo de tolhaven`, `notariskantoor Thijssen en Peeters`, `School met de Bijbel`."""
    first, second = tokens[at + 1], tokens[at + 2]
    if [token.lower for token in tokens[at + 1 : at + 4]] == _BIBLE:
        settle(tokens, at, at + 4, Mark.SCHOOL)
    named = first.lower in _ARTICLES and not first.capital and second.mark in _NAMED
    if named and tokens[at].mark is None and not tokens[at].opens:
        settle(tokens, at, at + 2, sort(tokens[at].lower))
    end = at + 1
    while _name(tokens[end]) and tokens[end].wordlike:
        end += 1
    if end > at + 1 and tokens[end].lower in _JOINING and _name(tokens[end + 1]):
        settle(tokens, end, end + 1, Mark.ORGANISATION)


def _name(token: Token) -> bool:
    return token.mark in _NAMED
