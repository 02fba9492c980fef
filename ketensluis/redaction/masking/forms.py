"""Finds the values of a form's fields: `Adres: Trekvaart`, `school: de wegwijzer`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_forms"]

_FIELDS = {
    **dict.fromkeys(
        ("naam", "voornaam", "voornamen", "achternaam", "roepnaam", "meisjesnaam", "alias"),
        Mark.NAME,
    ),
    **dict.fromkeys(("bijnaam", "familienaam", "geslachtsnaam"), Mark.NAME),
    **dict.fromkeys(
        ("adres", "woonadres", "straat", "verblijfadres", "verblijfsadres", "huisadres"),
        Mark.ADDRESS,
    ),
    **dict.fromkeys(("woonplaats", "plaats", "geboorteplaats", "dorp", "gemeente"), Mark.PLACE),
    **dict.fromkeys(("school", "basisschool", "opvang", "kinderopvang", "bso"), Mark.SCHOOL),
    **dict.fromkeys(("werkgever", "werk", "bedrijf"), Mark.COMPANY),
    **dict.fromkeys(("club", "vereniging", "sportclub", "kerk"), Mark.CLUB),
}
_SEPARATORS = frozenset(",;./()|\n")
# What a field holds that points to nobody.
_EMPTY = frozenset(
    (
        *("onbekend", "onb", "geen", "idem", "nvt", "niet", "zie", "bekend", "nog", "geheim"),
        *("anoniem", "nee", "ja", "zelfde", "hetzelfde", "n.v.t.", "n.b.", "nb", "wil", "werkloos"),
    )
)
_PERSON = Trait.ROLE | Trait.TITLE
_LONGEST = 5


@call
def _colon(word: Written) -> bool:
    return word.word == ":"


def judge_forms(tokens: Tokens, calls: Calls) -> None:
    """Settle what stands between a field's colon and the next sign."""
    for at in [colon - 1 for colon in calls[_colon]]:
        mark = _FIELDS.get(tokens[at].lower)
        if tokens[at].traits & _PERSON:
            _named(tokens, at + 2)
        if mark is None or tokens[at + 2].lower in _EMPTY:
            continue
        end = at + 2
        while end - at <= _LONGEST + 1 and _goes_on(tokens, end):
            end += 1
        if tokens[end].word in _SEPARATORS or tokens[end].settled or not tokens[end].word:
            settle(tokens, at + 2, end, mark)


def _named(tokens: Tokens, at: int) -> None:
    """`Moeder: Veer, zij heeft`: a noun between a role's colon and a sign or a verb."""
    token, after = tokens[at], tokens[at + 1]
    nouns = Trait.COUNT | Trait.COMPOUND | Trait.DUAL
    usual = Trait.THING | Trait.SPOT | _PERSON | Trait.UNIT | Trait.FUNCTION | Trait.CAPITAL
    closed = after.word in {",", "("} or after.traits & Trait.VERB
    if token.traits & nouns and not token.traits & usual and closed and not token.settled:
        settle(tokens, at, at + 1, Mark.NAME)


def _goes_on(tokens: Tokens, at: int) -> bool:
    """Whether a word of the value stands there: none that a sentence would have."""
    token: Token = tokens[at]
    if token.settled or not token.wordlike:
        return False
    verbal = token.traits & Trait.VERB and not token.capital
    return not verbal
