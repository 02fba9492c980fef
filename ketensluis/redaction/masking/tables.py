"""Reads the word lists of `reference/masking` into one table: lower-case word → what it can be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wordfreq import get_frequency_dict

from ketensluis.redaction.masking.numerals import NUMERALS
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.vocabulary import (
    add,
    keep_words,
    tongues,
    vocabulary,
    without_accents,
)
from ketensluis.redaction.masking.word_lists import (
    PhraseTable,
    by_head,
    packed,
    sections,
    split,
    words_of,
)

__all__ = ["Tables", "load_tables"]

# The share of all words (wordfreq) from which a word is common enough to be misspelt.
_KNOWN = 2.5e-6
_SHORTEST_KNOWN = 4
# From which share on a long word is one of which people cut the end off.
_CUT_FROM, _SHORTEST_CUT_FROM = 1e-7, 8
_CUE_TRAITS = {name.lower(): bit for name, bit in vars(Trait).items() if isinstance(bit, int)}
# Sections of `cues.txt` whose words are not ordinary merely by standing there.
_BARE_SECTIONS = frozenset(
    {
        *("prefix", "street_common", "month", "spelling", "street_part", "name_link", "numbered"),
        *("determiner", "spot_before", "belonging", "spot", "before_number", "de_name"),
        *(
            "nick",
            "namesake",
            "opener",
            "animate",
            "bare_adjective",
            "person_before",
            "house_name",
            "house_seldom",
            "thing",
        ),
    }
)
_NO_TRAIT = frozenset(
    (
        "street_word",
        "spot_end",
        "shelter",
        "handle_link",
        "role_end",
        "organisation_end",
        "name_end",
    )
)


@dataclass(frozen=True, slots=True)
class Tables:
    """The word lists in memory; built once, then only read."""

    traits: dict[str, int]
    known: frozenset[str]
    """Ordinary words frequent enough that a near miss is a misspelling of them."""
    cut_from: tuple[str, ...]
    """Ordinary words of which people cut the end off, in order."""
    tongues: frozenset[str]
    """Common words of other languages, which are ordinary among their like."""
    plain: dict[str, str]
    """Ordinary words with an accent, by what they are without it: `geinformeerd`."""
    phrases: PhraseTable
    """Phrases that stay, by their first two words in lower case."""
    towns: PhraseTable
    """Towns of more than one word, idem."""
    street_ends: tuple[str, ...]
    shelters: PhraseTable
    role_ends: tuple[str, ...]
    organisation_ends: tuple[str, ...]
    spot_ends: tuple[str, ...]
    name_ends: frozenset[str]
    links: frozenset[str]
    """Words between a platform and an account name."""


def load_tables(folder: Path) -> Tables:
    """Read every list of `folder`.

    Errors: OSError or ValueError where a list is missing or cannot be read.
    """
    names = sections(folder / "names.txt")
    keep = sections(folder / "keep.txt")
    cues = sections(folder / "cues.txt")
    frequency = get_frequency_dict("nl", "large")
    traits = vocabulary(
        folder, {key: words_of(lines) for key, lines in names.items() if key != "town"}, frequency
    )
    for section in keep.keys() - {"phrase", "dialect"}:
        keep_words(traits, words_of(keep[section]), section)
    for section in cues.keys() - _NO_TRAIT:
        own = 0 if section in _BARE_SECTIONS else Trait.ORDINARY
        add(traits, words_of(cues[section]), _CUE_TRAITS[section] | own)
    add(traits, words_of(cues["role"]) | words_of(cues["title"]), Trait.CAPITAL | Trait.ORDINARY)
    add(traits, words_of(cues["month"]) - {"jan"}, Trait.CAPITAL | Trait.ORDINARY)
    traits["jan"] = Trait.NAME | Trait.MONTH
    add(traits, NUMERALS.keys() & traits.keys(), Trait.NUMERAL)
    known = frozenset(
        word
        for word, share in frequency.items()
        if share >= _KNOWN and len(word) >= _SHORTEST_KNOWN and traits.get(word, 0) & Trait.ORDINARY
    )
    return Tables(
        traits=traits,
        known=known,
        cut_from=tuple(sorted(known | _long_words(frequency, traits))),
        tongues=tongues(traits) | (words_of(keep["dialect"]) - traits.keys()),
        plain=without_accents(traits),
        phrases=by_head(split(keep["phrase"])),
        towns=by_head(
            split([*(t for t in packed(folder / "places.txt.gz") if " " in t), *names["town"]])
        ),
        street_ends=tuple(sorted(words_of(cues["street_word"]))),
        shelters=by_head(split("|".join(cues["shelter"]).split("|"))),
        role_ends=tuple(words_of(cues["role_end"])),
        organisation_ends=tuple(words_of(cues["organisation_end"])),
        spot_ends=tuple(words_of(cues["spot_end"])),
        name_ends=frozenset(words_of(cues["name_end"])),
        links=frozenset(words_of(cues["handle_link"])),
    )


def _long_words(frequency: dict[str, float], traits: dict[str, int]) -> set[str]:
    """Ordinary words of some length that are no names, however seldom."""
    plain = Trait.ORDINARY | Trait.NAME | Trait.DUAL
    return {
        word
        for word, share in frequency.items()
        if share >= _CUT_FROM
        and len(word) >= _SHORTEST_CUT_FROM
        and traits.get(word, 0) & plain == Trait.ORDINARY
    }
