"""Takes small words into the names beside them: prefixes, links, quarters, nicknames."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.name_prefixes import prefix
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["absorb_prefixes"]

_DUAL, _PREFIX = Trait.DUAL, Trait.PREFIX
_TITLE, _ROLE = Trait.TITLE, Trait.ROLE
_TAKING = frozenset({Mark.NAME, Mark.ADDRESS, Mark.PLACE, Mark.ORGANISATION})
_LEADING = frozenset({"Op", "In", "Uit", "Om"})
_JOINING = frozenset({"of", "the", "and", "by", "at", "&", "tot"})
_QUARTERS = frozenset({"noord", "oost", "zuid", "west", "centrum"})
_LEADS = frozenset({"koninklijke", "kon", "stichting", "vereniging", "gebroeders", "gebr"})
_CUT_SHORT = frozenset({"gebr", "st", "kon", "fa", "wed", "zr", "hr", "ms", "gez", "chr", "ger"})
_LEGAL_FORMS = frozenset({"bv", "b.v.", "nv", "n.v.", "vof", "v.o.f.", "gmbh", "cv", "ltd"})
_AFTER_NAMES = _LEGAL_FORMS | _QUARTERS | {"sr", "jr", "sr.", "jr."}
_NAMED_SO = frozenset({Mark.ORGANISATION, Mark.SHELTER, Mark.SCHOOL, Mark.VENUE, Mark.CLUB})
_TOWNS = frozenset({Mark.PLACE, Mark.NAME})
# A bound on memory, never on correctness.
_REMEMBERED = 20_000
_Rule = Callable[[Tokens, int], Mark | None]


def absorb_prefixes(tokens: Tokens) -> None:
    """Take each small word into the name beside it, from the last to the first."""
    after = tokens[-AFTER]
    at = len(tokens) - AFTER
    name = Mark.NAME
    for token, before in pairwise(tokens[-AFTER - 1 : BEFORE - 2 : -1]):
        at -= 1
        if token.mark is name and before.word in _LEADING and not before.opens:
            before.mark = Mark.NAME
        elif token.mark is None and (before.mark is not None or after.mark is not None):
            for rule in _rules_for(token.word, token.lower, token.traits):
                token.mark = rule(tokens, at)
                if token.mark is not None:
                    break
        after = token


def _nickname(tokens: Tokens, at: int) -> Mark | None:
    """`schele nico`, but not `die schele nico`."""
    token, after = tokens[at], tokens[at + 1]
    part = token.traits & Trait.NICK and after.mark is Mark.NAME
    return after.mark if part and not tokens[at - 1].traits & Trait.DETERMINER else None


def _joining(tokens: Tokens, at: int) -> Mark | None:
    """`Fountain of Grace`, `Singh & Zn`."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    given = before.traits & Trait.NAME and after.traits & Trait.NAME
    if (
        token.lower not in _JOINING
        or (token.lower == "of" and given)
        or not before.capital
        or before.mark is None
    ):
        return None
    if token.word == "&" and after.wordlike:
        after.mark = before.mark
    return before.mark if after.capital and after.mark else None


def _leading(tokens: Tokens, at: int) -> Mark | None:
    """`Koninklijke Vleeswaren Ter Horst`: what stands with a capital before such a name."""
    token, after = tokens[at], tokens[at + 1]
    leads = token.capital and token.lower in _LEADS and after.capital and after.mark in _TAKING
    return Mark.ORGANISATION if leads else None


def _abbreviation(tokens: Tokens, at: int) -> Mark | None:
    """`gebr. vrolijk`, `St. Antonius`, `Zr.Ms. Karel`: cut short, with the full stop at `at`."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    short = token.word == "." and before.lower in _CUT_SHORT and before.end == token.start
    if not short or before.settled or after.mark is None or not after.word[:1].isalpha():
        return None
    before.mark = after.mark
    return after.mark


def _club(tokens: Tokens, at: int) -> Mark | None:
    """`wsv 't Zandgat`: an abbreviation of an association before its name."""
    token, after = tokens[at], tokens[at + 1]
    short = token.traits & Trait.NO_VOWEL and token.lower.endswith("v") and len(token.lower) > 1
    return Mark.CLUB if short and after.mark in _TAKING and not token.settled else None


def _described(tokens: Tokens, at: int) -> Mark | None:
    """`HET RODE KOETSHUIS`: an adjective between an article and what an organisation is called."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    adjective = token.lower.endswith("e") and not token.traits & (_ROLE | _TITLE | Trait.DETERMINER)
    led = before.lower in {"de", "het", "'t"} and not token.settled
    return after.mark if adjective and led and after.mark in _NAMED_SO else None


def _trailing(tokens: Tokens, at: int) -> Mark | None:
    """`Heuvel sr.`, `antwerpen noord`."""
    lower, before = tokens[at].lower, tokens[at - 1]
    if lower.rstrip(".") in {"sr", "jr"} and before.word.isalpha():
        return before.mark
    if lower in _LEGAL_FORMS and before.capital and before.mark in _TAKING:
        return Mark.ORGANISATION
    return Mark.PLACE if lower in _QUARTERS and before.mark in _TOWNS else None


def _part_of_place(tokens: Tokens, at: int) -> Mark | None:
    """`in nieuwe dijk`, `naar grote bottel`: an adjective without its article before a place."""
    token, before = tokens[at], tokens[at - 1]
    first = token.traits & Trait.STREET_PART and not token.traits & _PREFIX and not token.settled
    led = before.traits & (Trait.PLACE_BEFORE | Trait.SPOT_BEFORE) and not before.mark
    taken = first and led and tokens[at + 1].mark in _TAKING
    return tokens[at + 1].mark if taken else None


def _inside(tokens: Tokens, at: int) -> Mark | None:
    """`Hart voor Houten`: a small word between an ordinary word with a capital and a name."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if not token.traits & Trait.NAME_LINK or token.capital:
        return None
    phrase = before.capital and before.mark is not None and not before.opens
    ordinary = before.traits & (Trait.ORDINARY | _DUAL) == Trait.ORDINARY or token.lower == "voor"
    inside = phrase and ordinary and after.capital and after.mark is not None
    return before.mark if inside else None


def _shouted(tokens: Tokens, at: int) -> Mark | None:
    """`HET RODE KOETSHUIS`: an adjective between an article and a marked word, in capitals."""
    token, after = tokens[at], tokens[at + 1]
    adjective = token.word.isupper() and token.lower.endswith(("e", "en")) and not token.settled
    led = tokens[at - 1].lower in {"de", "het", "'t"} and tokens[at - 1].word.isupper()
    common = token.traits & (Trait.FUNCTION | Trait.NOUN_OR_VERB | Trait.COUNT | Trait.VERB)
    return after.mark if adjective and led and not common and after.mark in _TAKING else None


def _town_after_house(tokens: Tokens, at: int) -> Mark | None:
    """`pruimengaarde 12 a beverkoog,`: a rare word between a house number and a sign."""
    token, before = tokens[at], tokens[at - 1]
    housed = before.mark is Mark.ADDRESS and (before.numeric or tokens[at - 2].numeric)
    rare = not token.traits & (Trait.FREQUENT | Trait.VERB | _ROLE | _TITLE | Trait.SPOT)
    closed = not tokens[at + 1].wordlike
    town = housed and rare and closed and token.word[:1].isalpha() and not token.settled
    return Mark.PLACE if town else None


# Each rule, and whether it can have an opinion of a word by what is known of the word alone.
_RULES: tuple[tuple[_Rule, Callable[[str, str, int], object]], ...] = (
    (_nickname, lambda _word, _lower, traits: traits & Trait.NICK),
    (_abbreviation, lambda word, _lower, _traits: word == "."),
    (_club, lambda _word, _lower, traits: traits & Trait.NO_VOWEL),
    (_leading, lambda _word, lower, _traits: lower in _LEADS),
    (_described, lambda _word, lower, _traits: lower.endswith("e")),
    (_joining, lambda _word, lower, _traits: lower in _JOINING),
    (_trailing, lambda _word, lower, _traits: lower in _AFTER_NAMES),
    (_inside, lambda _word, _lower, traits: traits & Trait.NAME_LINK),
    (_shouted, lambda word, _lower, _traits: word.isupper()),
    (_town_after_house, lambda word, _lower, _traits: word[:1].isalpha()),
    (_part_of_place, lambda _word, _lower, traits: traits & Trait.STREET_PART),
    (prefix, lambda _word, _lower, traits: traits & _PREFIX),
)


@lru_cache(_REMEMBERED)
def _rules_for(word: str, lower: str, traits: int) -> tuple[_Rule, ...]:
    return tuple(rule for rule, may in _RULES if may(word, lower, traits))
