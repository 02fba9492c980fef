"""Knows the nouns that need their article, so that without it they are someone's name."""

from __future__ import annotations

from ketensluis.redaction.masking.tables import Tables
from ketensluis.redaction.masking.traits import Trait

__all__ = ["USUAL", "Lone"]

_SHORTEST_PART = 3
_COMPOUND = Trait.COMPOUND
# Nouns that go without an article, or whose article is no matter.
USUAL = (
    Trait.FREQUENT
    | Trait.CAPITAL
    | Trait.THING
    | Trait.SPOT
    | Trait.ROLE
    | Trait.TITLE
    | Trait.UNIT
    | Trait.ORGANISATION
    | Trait.FUNCTION
    | Trait.BEFORE_NUMBER
    | Trait.REFUGE
    | Trait.MASS
)
# So short and so seldom it is rather a name than the word: `beb`.
_SHORT = 4
_SELDOM = (
    Trait.ORDINARY
    | Trait.RARE
    | Trait.VERB
    | Trait.PLURAL
    | USUAL
    | Trait.DUAL
    | Trait.NOUN_OR_VERB
)
_SELDOM |= Trait.PREFIX | Trait.FOREIGN | Trait.NO_VOWEL | Trait.SPELLING | Trait.OPENER
_PLAIN_TAIL = Trait.FREQUENT | Trait.THING | Trait.SPOT
_ABSTRACT = ("ing", "heid", "tie", "teit", "schap", "ment", "isme", "logie", "age", "nis", "erij")
# Ends of nouns for who does something, which stand without an article: `chirurg in Delft`.
_TRADES = ("er", "eur", "ist", "oog", "tor", "aar", "ster", "urg", "ant", "ent", "euse", "atie")
_SHORTEST_TRADE = 7
# Ends of other forms of a verb than its stem.
_FORMS = ("t", "d", "de", "te", "en", "p", "f", "g", "s")
_INFLECTED = ("en", "end", "ende", "de", "te", "lijk", "lijke", "ig", "ige", "t", "d")


class Lone:
    """Knows the ends of words."""

    def __init__(self, tables: Tables) -> None:
        self._traits = tables.traits
        self._name_ends = tables.name_ends

    def is_lone(self, word: str, found: int) -> bool:
        """`poes` and `bakhuis`, but neither `mes` nor `gasfles`, as those end in what is usual."""
        compound = bool(found & _COMPOUND)
        if len(word) <= _SHORT and found & _SELDOM == Trait.ORDINARY | Trait.RARE:
            return True
        stem = found & Trait.NOUN_OR_VERB and not word.endswith(_FORMS)
        if not (stem or found & (Trait.COUNT | _COMPOUND)) or found & (USUAL | Trait.PLURAL):
            return False
        trade = len(word) >= _SHORTEST_TRADE and word.endswith(_TRADES)
        if trade and not found & (Trait.DUAL | Trait.NICK):
            return False
        if word.endswith(_ABSTRACT) or (compound and word.endswith(_INFLECTED)):
            return False
        plain = Trait.THING | Trait.SPOT if compound else _PLAIN_TAIL
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            tail = word[cut:]
            if tail not in self._name_ends and self._traits.get(tail, 0) & plain:
                return False
        return True
