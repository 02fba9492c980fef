"""Which words stay without further ado, as far as they tell it by themselves."""

from __future__ import annotations

from ketensluis.redaction.masking.traits import Trait

__all__ = ["is_calm", "is_restless", "is_uneasy"]

# What a word in lower case must have none of to stay without further ado.
_CARE = (
    Trait.DUAL
    | Trait.PLACE
    | Trait.GUESSED
    | Trait.NAME
    | Trait.NICK
    | Trait.NAMESAKE
    | Trait.LONE
    | Trait.COMPOUND
    | Trait.MONTH
    | Trait.NO_VOWEL
)
_CAREFUL = _CARE | Trait.ORDINARY
_NAMED = Trait.NAMING | Trait.ALWAYS_NAMED
# After these a small word may stay, but no other.
_ASKING = Trait.TITLE | Trait.ROLE | Trait.AGAINST | Trait.ALIAS | Trait.PREFIX
# After these nothing is idle: prefixes that only names have, full stops, and greetings.
_NO_REST = frozenset(
    (
        *("ten", "ter", "der", "den", "vd", "v.d."),
        *(".", "gr", "groet", "groeten", "groetjes", "mvg", "grt", "grtz", "greetz", "naam"),
    )
)


def is_calm(word: str, traits: int) -> bool:
    """An ordinary word in lower case that is nothing else."""
    plain = word.islower() and len(word) > 1 and "." not in word
    return plain and traits & _CAREFUL == Trait.ORDINARY


def is_restless(lower: str, traits: int) -> bool:
    """Whether no word after it stays without further ado."""
    return lower in _NO_REST or bool(traits & _NAMED)


def is_uneasy(traits: int) -> bool:
    """Whether only a small word after it stays without further ado."""
    return bool(traits & _ASKING)
