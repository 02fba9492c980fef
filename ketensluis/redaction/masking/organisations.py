"""Finds schools, clubs, employers, shelters and the like by the noun that stands before them."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.sorts import sort
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_organisations"]

_FREQUENT = Trait.FREQUENT
_CAPITAL, _PREFIX = Trait.CAPITAL, Trait.PREFIX
_VERB, _TITLE, _ROLE = Trait.VERB, Trait.TITLE, Trait.ROLE
_ORGANISATION, _LOWER = Trait.ORGANISATION, Trait.ORGANISATION_LOWER
_LINK, _SHOP = Trait.NAME_LINK, Trait.SHOP
_NO_NAME = _VERB | _CAPITAL | _TITLE | _ROLE
_ARTICLES = frozenset({"de", "het", "'t", "t", "it"})
_QUARTERS = frozenset(
    (
        *("noord", "oost", "zuid", "west", "centrum", "midden"),
        *("noordoost", "noordwest", "zuidoost", "zuidwest"),
    )
)
# `wijkteam noord`, `kredietbank zuidoost`
_WITH_QUARTER = ("zorg", "bank", "team", "loket", "hulp", "wonen", "werk", "dienst", "opvang")
_NAMING = frozenset({"heet", "heette", "genaamd"})
_SAINTS = frozenset({"sint", "st", "st."})
_SAYING = _NAMING | {"is", ":"}
_CHURCHES = frozenset(
    {"gemeente", "kerk", "gemeenschap", "parochie", "school", "scholengemeenschap"}
)
_CONFESSIONS = frozenset(
    (
        *("gereformeerde", "hervormde", "doopsgezinde", "evangelische", "lutherse"),
        *("remonstrantse", "apostolische", "baptisten", "protestantse", "katholieke", "ger."),
    )
)
# `Christelijk Gereformeerde Kerk`
_BRANCHES = frozenset(("christelijk", "christelijke", "hersteld", "herstelde", "vrije"))
_OTHERS = _CHURCHES | _QUARTERS
_BEFORE_BARE = frozenset(("bij", "in", "van", "naar", "op", "uit", "voor", "achter", "tegenover"))
_QUOTES = frozenset("\"'\u201c\u2018\u201d\u2019")
_LONGEST_QUOTED = 5
_SHORTEST_RARE = 4
# Participles and verbs with a prefix, and adjectives, which may follow a noun in notes.
_VERBAL = re.compile(
    r"(?:ge|be|ver|ont|her|aan|af|uit|op|in|toe|mee|mis|dicht)\w+|.+(?:lijk|ig|end|en)$"
)


@call
def _announces(word: Written) -> bool:
    return bool(word.traits & _ORGANISATION) or word.lower in _OTHERS


def judge_organisations(tokens: Tokens, calls: Calls) -> None:
    """Settle what a noun announces; its name may be made of ordinary words."""
    for at in calls[_announces]:
        token = tokens[at]
        if token.settled:
            continue
        if token.lower in _QUARTERS:
            _of_a_quarter(tokens, at)
            continue
        if token.lower in _CHURCHES and tokens[at - 1].lower in _CONFESSIONS:
            start = at - 2 if tokens[at - 2].lower in _BRANCHES else at - 1
            settle(tokens, start, at + 1, Mark.WORSHIP)
        elif token.traits & _ORGANISATION and token.capital and _of_a_region(tokens[at - 1]):
            settle(tokens, at - 1, at + 1, sort(token.lower))
        elif token.capital and not token.opens and _after_kept(tokens[at - 1]):
            settle(tokens, _kept_from(tokens, at), at + 1, sort(token.lower))
        elif token.traits & _ORGANISATION:
            start = at + 2 if tokens[at + 1].lower in _SAYING else at
            settle(tokens, start, _name_end(tokens, at), sort(token.lower))


def _of_a_quarter(tokens: Tokens, at: int) -> None:
    """`overleg met wijkteam noord`, with nothing that goes on after the quarter."""
    noun, after = tokens[at - 1], tokens[at + 1]
    seldom = noun.traits & (Trait.FREQUENT | Trait.FUNCTION) == 0 or noun.lower.endswith("team")
    closed = not after.wordlike or after.traits & (_VERB | Trait.FUNCTION)
    if noun.lower.endswith(_WITH_QUARTER) and seldom and closed and not noun.settled:
        settle(tokens, at - 1, at + 1, Mark.ORGANISATION)


def _name_end(tokens: Tokens, at: int) -> int:
    """Where the name ends that follows the noun at `at`; 0 if none does."""
    first = at + 1
    token = tokens[first]
    if token.word in _QUOTES:
        inside = range(first + 1, first + 1 + _LONGEST_QUOTED)
        return next((i + 1 for i in inside if tokens[i].word in _QUOTES), 0)
    if token.lower in _SAYING:
        return _said_end(tokens, first)
    if token.settled:
        return 0
    end = first
    while not tokens[end].settled and not tokens[end].opens:
        step = _step(tokens, end, first=end == first)
        if not step:
            break
        end += step
    return end if end > first else _common_end(tokens, at)


def _common_end(tokens: Tokens, at: int) -> int:
    """Where a name of words in lower case ends, `school de linie`; 0 if none stands there."""
    first = at + 1
    token, following = tokens[first], tokens[first + 1]
    lower = token.lower in _ARTICLES and (tokens[at].traits & _LOWER or _bare(tokens, at))
    # `kaatsvereniging ons genoegen`, `dorpshuis ons huis`
    lower = lower or (token.lower == "ons" and not tokens[at].traits & _FREQUENT)
    plain = following.word[:1].isalpha() and not following.traits & _NO_NAME
    if lower and plain:
        longer = following.lower.endswith(("e", "en")) and _rare_noun(tokens[first + 2])
        return first + (3 if longer else 2)
    counted = following.traits & (Trait.DETERMINER | Trait.STREET_PART)
    if token.lower in _ARTICLES and counted and _seldom_noun(tokens[first + 2]):
        return first + 3
    saint = token.lower in _SAINTS and following.word[:1].isalpha()
    if saint or (token.lower in _ARTICLES and _rare_noun(following)):
        return first + 2
    if len(tokens[at].lower) < _SHORTEST_RARE:
        return 0
    if _rare_noun(token):
        return first + (2 if _rare_noun(following) else 1)
    surname = token.traits & (Trait.SURNAME | _VERB) == Trait.SURNAME
    return first + 1 if (surname or token.lower in _QUARTERS) and not following.wordlike else 0


def _bare(tokens: Tokens, at: int) -> bool:
    """`in motel de klok`: a noun without its article, and one before the next, which is a name."""
    noun, before, following = tokens[at], tokens[at - 1], tokens[at + 2]
    led = before.traits & Trait.SPOT_BEFORE or before.lower in _BEFORE_BARE
    common = following.traits & (Trait.FUNCTION | Trait.UNIT | Trait.MONTH)
    return bool(led) and not noun.traits & _FREQUENT and not common


def _seldom_noun(token: Token) -> bool:
    """`korenaren`: a noun of any kind that is not frequent, or no known word at all."""
    nouns = Trait.COUNT | Trait.PLURAL | Trait.COMPOUND
    known = token.traits & Trait.ORDINARY and not token.traits & nouns
    return token.word[:1].isalpha() and not known and not token.traits & (_NO_NAME | _FREQUENT)


def _rare_noun(token: Token) -> bool:
    """In lower case right after the noun: `webshop ladylove`, but not `café gesloten`."""
    return (
        token.word[:1].isalpha()
        and len(token.lower) >= _SHORTEST_RARE
        and not token.traits & (_NO_NAME | _FREQUENT | Trait.UNIT)
        and not _VERBAL.match(token.lower)
    )


def _step(tokens: Tokens, at: int, *, first: bool) -> int:
    """How many tokens at `at` go on with the name of an organisation."""
    token, after = tokens[at], tokens[at + 1]
    if not first and (token.numeric or (token.word in _QUOTES and after.numeric)):
        return 1
    if token.capital:
        return 0 if first and _known_by_itself(token, after) else 1
    linked = (
        (token.traits & _LINK or token.word == "&")
        and after.capital
        and not after.traits & _CAPITAL
    )
    return 2 if linked and (not first or token.lower in _ARTICLES) else 0


def _known_by_itself(token: Token, after: Token) -> bool:
    """`kliniek GGZ`, `supermarkt Lidl`, but not `pizzeria Roma` or `stichting Nieuwe Kans`."""
    if not token.traits & _CAPITAL or after.capital:
        return False
    return token.word.isupper() or bool(token.traits & (_SHOP | _TITLE | _ROLE))


def _said_end(tokens: Tokens, link: int) -> int:
    """`school is de klimop.`, `café genaamd de kroeg`: a name of ordinary words."""
    if tokens[link + 1].lower not in _ARTICLES:
        return 0
    end = link + 2
    while end < link + 4 and tokens[end].word[:1].isalpha():
        if tokens[end].traits & (_VERB | _PREFIX):
            break
        end += 1
    closed = not tokens[end].wordlike or tokens[end].lower in {"in", "te", "aan"}
    return end if end > link + 2 and (closed or tokens[link].lower in _NAMING) else 0


def _of_a_region(before: Token) -> bool:
    """`Drenthe College`: a province or a country with a capital right before the noun's."""
    listed = before.traits & _CAPITAL and not before.traits & (_TITLE | _ROLE | _SHOP)
    return bool(listed and before.word.istitle() and not before.settled)


def _after_kept(before: Token) -> bool:
    """The last word of an institution that stays, with its capital."""
    return before.settled and before.mark is None and before.capital and before.word.isalpha()


def _kept_from(tokens: Tokens, at: int) -> int:
    """`Rode Kruis Ziekenhuis`: where the institution begins whose name the noun has before it."""
    while _after_kept(tokens[at - 1]) and not tokens[at].opens:
        at -= 1
    return at
