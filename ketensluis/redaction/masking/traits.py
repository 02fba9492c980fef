"""What can be known of a word by itself: the bits that the judges read."""

from __future__ import annotations

from typing import Final

__all__ = ["NAMES", "Trait"]


class Trait:
    """Bits of a word's traits; a word without `ORDINARY` is not recognised and so masked.

    Plain integers, as each word of a text is tested for many of them.
    """

    ORDINARY: Final = 1 << 0
    NAME: Final = 1 << 1
    DUAL: Final = 1 << 2
    """An ordinary word that is also a name: context decides."""
    SURNAME: Final = 1 << 3
    """Dual, and by our own list a usual name here."""
    CAPITAL: Final = 1 << 4
    """Stays with a capital in mid-sentence: institutions, countries, brands, roles."""
    FREQUENT: Final = 1 << 5
    PLACE: Final = 1 << 6
    VERB: Final = 1 << 7
    TITLE: Final = 1 << 8
    ROLE: Final = 1 << 9
    NAMING: Final = 1 << 10
    PREFIX: Final = 1 << 11
    ORGANISATION: Final = 1 << 12
    ORGANISATION_LOWER: Final = 1 << 13
    PLACE_BEFORE: Final = 1 << 14
    PLATFORM: Final = 1 << 15
    WORK: Final = 1 << 16
    BIRTH: Final = 1 << 17
    UNIT: Final = 1 << 18
    MONTH: Final = 1 << 19
    MASS: Final = 1 << 20
    """Opens a sentence without an article, though it is an ordinary word."""
    LIVING: Final = 1 << 21
    GUESSED: Final = 1 << 22
    """Ordinary only by a guess: a misspelling of a frequent word."""
    STREET_COMMON: Final = 1 << 23
    """A common word for a kind of road, which is no street's name."""
    SHOP: Final = 1 << 24
    """A chain: alone it says nothing, with a place it is one shop."""
    FUNCTION: Final = 1 << 25
    """So frequent that a capital in mid-sentence is rather a missing full stop."""
    PLACE_SELDOM: Final = 1 << 26
    """A town's name that in lower case is nearly always the word."""
    COUNTED: Final = 1 << 27
    """Dual, and as a word it never goes without an article in the singular: `bakker`."""
    # Each of these is the section of `cues.txt` with that name.
    ORDINAL: Final = 1 << 28
    SPELLING: Final = 1 << 29
    ARTICLE_LIKE: Final = 1 << 30
    BARE: Final = 1 << 31
    AGAINST: Final = 1 << 32
    ALIAS: Final = 1 << 33
    NO_ALIAS: Final = 1 << 34
    TOWARDS: Final = 1 << 35
    VILLAGE: Final = 1 << 36
    TEMPORAL: Final = 1 << 37
    STREET_PART: Final = 1 << 38
    NUMBERED: Final = 1 << 39
    NUMBER_WORD: Final = 1 << 40
    NAME_LINK: Final = 1 << 41
    INSTITUTION_NOUN: Final = 1 << 42
    STATE: Final = 1 << 43
    REFUGE: Final = 1 << 44
    ALWAYS_NAMED: Final = 1 << 45
    DOCUMENT_WORD: Final = 1 << 46
    DETERMINER: Final = 1 << 47
    SPOT_BEFORE: Final = 1 << 48
    BELONGING: Final = 1 << 49
    SPOT: Final = 1 << 50
    BEFORE_NUMBER: Final = 1 << 51
    DE_NAME: Final = 1 << 52
    BARE_ADJECTIVE: Final = 1 << 53
    PERSON_BEFORE: Final = 1 << 54
    HOUSE_NAME: Final = 1 << 56
    HOUSE_SELDOM: Final = 1 << 57
    NICK: Final = 1 << 58
    OPENER: Final = 1 << 60
    """So usual at the head of a sentence that its capital tells of a forgotten full stop."""
    ANIMATE: Final = 1 << 61
    NOUN: Final = 1 << 62
    """By its diminutive a noun that is counted, so that it needs an article."""
    COUNT: Final = 1 << 63
    """By the dictionary a noun that takes a plural, and nothing else."""
    PLURAL: Final = 1 << 66
    """By the dictionary a plural or a diminutive, and nothing else."""
    COMPOUND: Final = 1 << 67
    """In no list, but made of two words that are."""
    NOUN_OR_VERB: Final = 1 << 68
    NO_VOWEL: Final = 1 << 69
    """In no list and without a vowel: an abbreviation of the writer's own."""
    FOREIGN: Final = 1 << 70
    """A common word of another language."""
    NUMERAL: Final = 1 << 71
    """A number in words below a hundred."""
    TONGUE: Final = 1 << 76
    """Not ordinary by itself, but common in some language that is spoken here: among its like."""
    CUT: Final = 1 << 77
    """In no list, but a common word begins so: with a full stop after it, it is cut short."""
    THING: Final = 1 << 64
    """A noun that goes without an article in the notes of the police: `letsel`, `rijbewijs`."""
    LONE: Final = 1 << 65
    """A noun that needs its article and is neither frequent nor a thing: without it, a name."""
    NAMESAKE: Final = 1 << 59
    """A language, a brand or a country that is also a given name: `Frans`."""
    RARE: Final = 1 << 55
    """So seldom that beside a word of place it is rather the name of something."""


_BITS = tuple((name.lower(), bit) for name, bit in vars(Trait).items() if isinstance(bit, int))


class _Names(dict[int, tuple[str, ...]]):
    """By the traits of a word their names, asked once each: there are a few thousand different."""

    def __missing__(self, traits: int) -> tuple[str, ...]:
        self[traits] = found = tuple(name for name, bit in _BITS if traits & bit)
        return found


NAMES = _Names()
