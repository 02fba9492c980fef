"""Reads the word lists of `reference/masking` into one table: lower-case word → what it can be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wordfreq import get_frequency_dict

from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.word_lists import (
    PhraseTable,
    by_head,
    packed,
    sections,
    split,
    words_of,
)

__all__ = ["Tables", "load_tables"]

# Shares of all words (wordfreq) from which a word is frequent, is common enough to be misspelt,
# and is so common that a capital in mid-sentence says nothing.
_FREQUENT = 20e-6
_KNOWN = 2.5e-6
_FUNCTION = 120e-6
_SHORTEST_KNOWN = 4
_RARE = 1e-6
# From which share on a word of another language is common.
_FOREIGN = (("en", 25e-6), ("fr", 300e-6), ("de", 400e-6))
# Of `katje`, `stoeltje`, `boompje`, `mannetje`.
_DIMINUTIVES = ("je", "tje", "pje", "etje")
_SHORTEST_NOUN = 3
# Lower-case street names: such an end makes a word a street, unless `street_common` has it.
_STREET_ENDS = ("straat", "laan", "plein", "gracht", "singel", "dreef", "plantsoen")
# Idem, if it is on a list of names too.
_ROAD_ENDS = ("weg", "kade", "dijk", "pad", "hof", "steeg", "wal", "dwarsweg", "wegje")
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
    traits = _vocabulary(
        folder, {key: words_of(lines) for key, lines in names.items() if key != "town"}, frequency
    )
    for section in keep.keys() - {"phrase"}:
        _keep(traits, words_of(keep[section]), section)
    for section in cues.keys() - _NO_TRAIT:
        own = 0 if section in _BARE_SECTIONS else Trait.ORDINARY
        _add(traits, words_of(cues[section]), _CUE_TRAITS[section] | own)
    _add(traits, words_of(cues["role"]) | words_of(cues["title"]), Trait.CAPITAL | Trait.ORDINARY)
    _add(traits, words_of(cues["month"]) - {"jan"}, Trait.CAPITAL | Trait.ORDINARY)
    traits["jan"] = Trait.NAME | Trait.MONTH
    known = frozenset(
        word
        for word, share in frequency.items()
        if share >= _KNOWN and len(word) >= _SHORTEST_KNOWN and traits.get(word, 0) & Trait.ORDINARY
    )
    return Tables(
        traits=traits,
        known=known,
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


def _keep(traits: dict[str, int], words: set[str], section: str) -> None:
    """What stays is no name by chance any more; in jargon our own dual words still are."""
    dual, surname = Trait.DUAL, Trait.SURNAME
    extra = Trait.ORDINARY if section == "jargon" else Trait.ORDINARY | Trait.CAPITAL
    if section == "shop":
        extra |= Trait.SHOP
    for word in words:
        known = traits.get(word, 0)
        drop = 0 if section == "jargon" and known & surname else dual | surname
        traits[word] = (known | extra) & ~drop


def _vocabulary(
    folder: Path, own: dict[str, set[str]], frequency: dict[str, float]
) -> dict[str, int]:
    """The dictionary, the names, and for the words that are both which of the two they are."""
    ordinary, name, dual = Trait.ORDINARY, Trait.NAME, Trait.DUAL
    known_names = packed(folder / "names.txt.gz")
    traits = dict.fromkeys(known_names, name)
    roads = sections(folder / "cues.txt")["street_common"]
    roads_kept = words_of(roads)
    for word in packed(folder / "words.txt.gz"):
        if word not in roads_kept and (
            word.endswith(_STREET_ENDS) or (word in known_names and word.endswith(_ROAD_ENDS))
        ):
            traits[word] = name
        else:
            traits[word] = ordinary | dual if word in known_names else ordinary
    for word in own["safe"]:
        traits[word] = ordinary
    _add(traits, own["dual"], Trait.ORDINARY | Trait.DUAL | Trait.SURNAME)
    for word in own["only_names"]:
        traits[word] = name
    _add(traits, own["mass"], Trait.MASS)
    _add(traits, own["counted"], Trait.COUNTED)
    for word in own["only_places"]:
        traits[word] = name
    _add(traits, packed(folder / "places.txt.gz") - own["no_places"], Trait.PLACE)
    _add(traits, own["place_seldom"], Trait.PLACE_SELDOM)
    frequent = {word for word, share in frequency.items() if share >= _FREQUENT}
    _add(traits, {word for word in frequent if traits.get(word, 0) & ordinary}, Trait.FREQUENT)
    rare = {word for word, bits in traits.items() if bits & ordinary}
    rare -= {word for word, share in frequency.items() if share >= _RARE}
    _add(traits, rare, Trait.RARE)
    _add_foreign(traits)
    _add(traits, _nouns(traits), Trait.NOUN)
    nouns = packed(folder / "nouns.txt.gz")
    _add(traits, nouns & traits.keys(), Trait.COUNT)
    for sign, trait in (("+", Trait.PLURAL), ("~", Trait.NOUN_OR_VERB)):
        _add(traits, {word[:-1] for word in nouns if word[-1] == sign} & traits.keys(), trait)
    function = {word for word in frequent if frequency[word] >= _FUNCTION}
    _add(traits, {word for word in function if traits.get(word, 0) & ordinary}, Trait.FUNCTION)
    return traits


def _add_foreign(traits: dict[str, int]) -> None:
    """The commonest words of other languages, which people write too, unless they are names."""
    for language, least in _FOREIGN:
        for word, share in get_frequency_dict(language, "small").items():
            if share >= least and word.isalpha() and word not in traits:
                traits[word] = Trait.ORDINARY | Trait.FOREIGN


def _nouns(words: dict[str, int]) -> set[str]:
    """The words whose diminutive is a word too."""
    found = set()
    for word in words:
        for end in _DIMINUTIVES:
            if word.endswith(end):
                stem = word.removesuffix(end)
                # `spinnetje` doubles the last letter of `spin`.
                found |= {stem, stem[:-1]} if end == "etje" else {stem}
    return {stem for stem in found if len(stem) >= _SHORTEST_NOUN and stem in words}


def _add(traits: dict[str, int], words: set[str], bits: int) -> None:
    for word in words:
        traits[word] = traits.get(word, 0) | bits
