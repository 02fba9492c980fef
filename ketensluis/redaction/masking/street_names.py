"""Where the name of a street of several words begins and ends: `Laan van nieuw Blankenburg`."""

from __future__ import annotations

from ketensluis.redaction.masking.houses import house_number
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["first_part", "street_of", "van_street"]

_COMMON, _LINK, _PART = Trait.STREET_COMMON, Trait.NAME_LINK, Trait.STREET_PART
_TOO_COMMON = frozenset(("van", "de", "der", "den", "het", "ten", "ter"))
# `Kon. Julianalaan`: titles that are cut short, beside those among the parts of streets.
_SHORT_TITLES = frozenset(("kon", "adm", "pr", "kard", "wilh", "mej", "jhr", "bisschop", "geb"))
# `Pater van den Elsenlaan`: titles that many a street has before a surname.
_TITLES = frozenset(
    (
        *("pater", "kardinaal", "deken", "bisschop", "rector", "zuster", "broeder", "frater"),
        *("wethouder", "minister", "president", "meester", "baron", "jonkheer", "freule", "gravin"),
        *("kolonel", "sergeant", "luitenant", "majoor", "schout", "notaris", "kapelaan", "abt"),
        *("dominee", "juffrouw", "commissaris", "ingenieur", "schoolmeester", "veldmaarschalk"),
    )
)
_MOST_LINKS = 3
_APOSTROPHES = frozenset("'\u2019`\u2018")
_NAMED = frozenset({Mark.NAME, Mark.PLACE})


def street_of(tokens: Tokens, at: int) -> int:
    """Where `Laan van Meerdervoort` or `Plein 1944` ends, from its first word; 0 if it is none."""
    end = at + 1
    while tokens[end].traits & _LINK and end <= at + _MOST_LINKS:
        end += 1
    if end == at + 1 and tokens[end].word in _APOSTROPHES and tokens[end + 1].word.isdigit():
        # `Plein '40-'45`.
        end += 2
        while tokens[end].word in _APOSTROPHES | {"-"} or tokens[end - 1].word in _APOSTROPHES:
            end += 1
        return end
    return end + 1 if tokens[end].mark in _NAMED or tokens[end].word.isdigit() else 0


def van_street(tokens: Tokens, at: int) -> int:
    """`laan van nieuw blankenburg`, `hof van eden 19`: where it begins, or 0."""
    left = at
    while at - left <= _MOST_LINKS and (tokens[left - 1].traits & (_LINK | _PART)):
        left -= 1
    road = tokens[left - 1]
    if tokens[left].lower not in {"van", "v", "v."} or not road.traits & _COMMON:
        return 0
    named = tokens[at].mark in _NAMED or house_number(tokens, at + 1) > at + 1
    return left - 1 if named and not road.settled else 0


def first_part(tokens: Tokens, at: int) -> int:
    """Where the name of the street begins whose last word is at `at`."""
    while not tokens[at - 1].settled and (_part(tokens[at - 1]) or _inner(tokens, at - 1)):
        at -= 1
    title = tokens[at - 2]
    abbreviated = title.traits & _PART or title.lower in _SHORT_TITLES
    stopped = tokens[at - 1].word == "." and tokens[at - 1].start == title.end
    return at - 2 if abbreviated and stopped and title.capital else at


def _inner(tokens: Tokens, at: int) -> bool:
    """The small word of `Pastoor de Grootstraat`, and initials of `P.J. de Kokstraat`."""
    before = tokens[at - 1]
    if tokens[at].traits & _LINK and tokens[at].lower in _TOO_COMMON:
        before = tokens[at - 2] if before.lower == "van" else before
        titled = before.capital and (before.traits & _PART or before.lower in _TITLES)
        return bool(titled) or (before.capital and "." in before.word)
    return tokens[at].capital and tokens[at].word.endswith(".")


def _part(token: Token) -> bool:
    if token.numeric:
        # `12e Septemberlaan`
        return token.lower.endswith("e") and token.lower[:-1].isdigit()
    if token.capital:
        adjective = token.lower.endswith("e") and not token.traits & Trait.FUNCTION
        return token.mark is Mark.NAME or not token.opens or bool(token.traits & _PART) or adjective
    return bool(token.traits & _PART) and token.lower not in _TOO_COMMON
