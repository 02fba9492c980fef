"""Knows the words that are made of listed words: `woonkamerraam`, `losgeknipt`."""

from __future__ import annotations

from collections.abc import Mapping

from ketensluis.redaction.masking.tables import Tables
from ketensluis.redaction.masking.traits import Trait

__all__ = ["Compounds"]

_ORDINARY, _NAME, _DUAL, _CAPITAL = Trait.ORDINARY, Trait.NAME, Trait.DUAL, Trait.CAPITAL
_SHORTEST_PART = 3
_SHORTEST_COMPOUND = 7
# From this length on a first part may be made of two words itself: `vogelvoederkast`.
_SHORTEST_THREE, _SHORTEST_MADE = 14, 8
# Frequent words that end a compound for all that; others, such as `niet` and `ons`, end none.
_FREQUENT_TAILS = frozenset(
    (
        *("antwoord", "beeld", "boek", "deel", "doel", "film", "gebruik", "geld", "geval", "groep"),
        *("kleur", "leven", "nummer", "pas", "pijn", "plan", "prijs", "rol", "spel", "titel"),
        *("verhaal", "vorm"),
    )
)
_NOUNS = Trait.COUNT | Trait.NOUN_OR_VERB | Trait.NOUN
_NO_SHORT_PART = _DUAL | _NAME | Trait.RARE | Trait.PREFIX | Trait.TITLE
_JOINTS = ("", "s", "e", "en", "-", "s-", "n")
# First parts that are no word by themselves.
_HEADS = frozenset({"kinder", "eier", "runder", "lammer", "kalver", "hoender", "blader"})
# What stands before a verb and parts from it: `meegetypt`, `terugmoeten`.
_BEFORE_VERBS = (
    *("achter", "binnen", "boven", "buiten", "dicht", "door", "klaar", "mee", "neer", "omver"),
    *("open", "over", "rond", "samen", "terug", "tegen", "thuis", "toe", "uiteen", "vast", "voor"),
    *("voort", "vrij", "weg", "aan", "af", "bij", "in", "los", "na", "om", "op", "uit", "tussen"),
)
_PARTICIPLE, _SHORTEST_VERB = "ge", 5


class Compounds:
    """Takes words apart by the table of listed ones."""

    def __init__(self, tables: Tables) -> None:
        self._traits: Mapping[str, int] = tables.traits
        self._name_ends = tables.name_ends

    def tail(self, word: str) -> str:
        """The last part of two listed words, the first perhaps with a linking letter, or nothing.

        `woonkamerraam` is such a word; a small word such as `niet` ends none.
        """
        if len(word) < _SHORTEST_COMPOUND:
            return ""
        long = len(word) >= _SHORTEST_THREE
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            tail = word[cut:]
            if tail.removesuffix("s") in self._name_ends or not self._tail(tail):
                continue
            head = word[:cut]
            if head in _HEADS:
                return tail
            for joint in _JOINTS:
                if joint and not head.endswith(joint):
                    continue
                first = head.removesuffix(joint)
                if self._part(first) and self._fits(first, tail):
                    return tail
                if long and len(first) >= _SHORTEST_MADE and self._known(tail, first):
                    return tail
        return ""

    def _known(self, tail: str, first: str) -> bool:
        """Whether a made word may stand before `tail`: neither seldom nor foreign parts."""
        inner = self.tail(first)
        if not inner or min(len(tail), len(inner)) <= _SHORTEST_PART:
            return False
        return not (self._traits[tail] | self._traits[inner]) & (Trait.RARE | Trait.FOREIGN)

    def parted_verb(self, word: str) -> bool:
        """`losgeknipt`, `terugmoeten`: a verb with what parts from it."""
        for before in _BEFORE_VERBS:
            verb = word[len(before) :]
            if len(verb) < _SHORTEST_VERB or not word.startswith(before):
                continue
            found = self._traits.get(verb, 0)
            if not found & _ORDINARY or found & (_DUAL | Trait.COUNT | Trait.PLURAL | _CAPITAL):
                continue
            if verb.startswith(_PARTICIPLE) or found & Trait.VERB or verb.endswith("en"):
                return True
        return False

    def _fits(self, head: str, tail: str) -> bool:
        """Beside a part of three letters the other must be a usual noun, as names have such too."""
        if min(len(head), len(tail)) > _SHORTEST_PART:
            return True
        return not (self._traits[head] | self._traits[tail]) & _NO_SHORT_PART

    def _tail(self, part: str) -> bool:
        found = self._traits.get(part, 0)
        small = found & Trait.FUNCTION and not found & (Trait.COUNT | Trait.SPOT | Trait.VERB)
        small = small and part not in _FREQUENT_TAILS
        proper = found & (_CAPITAL | Trait.ROLE | Trait.TITLE) == _CAPITAL
        return self._part(part) and not small and not proper

    def _part(self, part: str) -> bool:
        if len(part) < _SHORTEST_PART:
            return False
        if len(part) == _SHORTEST_PART:
            found = self._traits.get(part, 0)
            return bool(found & _NOUNS and found & _ORDINARY and not found & _NO_SHORT_PART)
        return bool(self._traits.get(part, 0) & _ORDINARY)
