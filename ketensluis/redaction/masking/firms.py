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
        *("textiel", "installaties", "makelaars"),
        *("meubelen", "tweewielers", "bandenservice", "catering"),
        *("thuiszorg", "kraamzorg", "kinderopvang", "uitzendbureau", "group"),
        *("holding", "trading", "design", "beauty", "nails", "fashion", "events", "security"),
        *("beveiliging", "consultancy", "consult", "zorggroep", "dakbedekking", "grondwerken"),
    )
)
_NAMED = frozenset({Mark.NAME, Mark.PLACE, Mark.ORGANISATION, Mark.COMPANY})
_ARTICLES = frozenset(("de", "het", "'t", "el", "al"))


@call
def _kin(word: Written) -> bool:
    return word.lower in _KIN


@call
def _tail(word: Written) -> bool:
    return word.lower in _TAILS


@call
def _noun(word: Written) -> bool:
    person = Trait.ROLE | Trait.TITLE
    return bool(word.traits & Trait.ORGANISATION) and not word.traits & person


def judge_firms(tokens: Tokens, calls: Calls) -> None:
    """Settle it; to be called when all else is marked."""
    for at in calls[_kin]:
        usual = tokens[at].traits & Trait.ROLE and not tokens[at].capital
        if tokens[at - 1].lower in _JOINING and _name(tokens[at - 2]) and not usual:
            end = (
                at + 2
                if tokens[at + 1].word == "." and tokens[at].lower in {"zn", "co"}
                else at + 1
            )
            end += tokens[end].capital and not tokens[end].opens
            settle(tokens, at - 2, end, Mark.ORGANISATION)
    for at in calls[_tail]:
        if tokens[at].mark is None and not tokens[at].opens and _name(tokens[at - 1]):
            settle(tokens, at, at + 1, Mark.ORGANISATION)
    for at in calls[_noun]:
        article, name = tokens[at + 1], tokens[at + 2]
        free = tokens[at].mark is None and not tokens[at].opens and not article.capital
        if free and article.lower in _ARTICLES and name.mark in _NAMED:
            settle(tokens, at, at + 2, sort(tokens[at].lower))


def _name(token: Token) -> bool:
    return token.mark in _NAMED
