"""Reads the word lists of `reference/masking` into one table: lower-case word → what it can be."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path

from wordfreq import get_frequency_dict

__all__ = ["Tables", "Trait", "load_tables"]


class Trait(IntFlag):
    """What is known of a word; a word without a trait is not recognised and so masked."""

    ORDINARY = 1
    NAME = 2
    DUAL = 4
    """An ordinary word that is also a name: context decides."""
    SURNAME = 8
    """Dual, and by our own list a usual name here."""
    CAPITAL = 16
    """Stays with a capital in mid-sentence: institutions, countries, brands, roles."""
    FREQUENT = 32
    PLACE = 64
    VERB = 128
    TITLE = 256
    ROLE = 512
    NAMING = 1024
    PREFIX = 2048
    ORGANISATION = 4096
    ORGANISATION_LOWER = 8192
    PLACE_BEFORE = 16384
    PLATFORM = 32768
    WORK = 65536
    BIRTH = 131072
    UNIT = 262144
    MONTH = 524288
    MASS = 1048576
    """Opens a sentence without an article, though it is an ordinary word."""
    LIVING = 2097152
    GUESSED = 4194304
    """Ordinary only by a guess: a misspelling of a frequent word."""
    STREET = 8388608
    """A common word for a kind of road, which is no street's name."""
    SHOP = 16777216
    """A chain: alone it says nothing, with a place it is one shop."""
    FUNCTION = 33554432
    """So frequent that a capital in mid-sentence is rather a missing full stop."""
    PLACE_SELDOM = 67108864
    """A town's name that in lower case is nearly always the word."""
    COUNTED = 134217728
    """Dual, and as a word it never goes without an article in the singular: `bakker`."""


# Occurrences per million (wordfreq) from which a word is frequent, or common enough to be misspelt.
_FREQUENT = 20e-6
_KNOWN = 2.5e-6
_FUNCTION = 120e-6
# Lower-case street names: such an end makes a word a street, unless `street_common` has it.
_STREET_ENDS = ("straat", "laan", "plein", "gracht", "singel", "dreef", "plantsoen")
# Idem, if it is on a list of names too.
_ROAD_ENDS = ("weg", "kade", "dijk", "pad", "hof", "steeg", "wal", "dwarsweg", "wegje")
_CAPITAL_SECTIONS = ("institution", "shop", "country", "nationality", "brand", "acronym")
_CUES = {
    "title": Trait.TITLE,
    "role": Trait.ROLE,
    "naming": Trait.NAMING,
    "prefix": Trait.PREFIX,
    "verb": Trait.VERB,
    "place_before": Trait.PLACE_BEFORE,
    "living": Trait.LIVING,
    "organisation": Trait.ORGANISATION,
    "organisation_lower": Trait.ORGANISATION_LOWER,
    "work": Trait.WORK,
    "platform": Trait.PLATFORM,
    "birth": Trait.BIRTH,
    "unit": Trait.UNIT,
    "month": Trait.MONTH,
    "street_common": Trait.STREET,
}


@dataclass(frozen=True, slots=True)
class Tables:
    """The word lists in memory; built once, then only read."""

    traits: dict[str, int]
    known: frozenset[str]
    """Ordinary words frequent enough that a near miss is a misspelling of them."""
    phrases: dict[str, tuple[tuple[str, ...], ...]]
    """Phrases that stay, by their first word in lower case."""
    towns: dict[str, tuple[tuple[str, ...], ...]]
    """Towns of more than one word, idem."""
    street_ends: tuple[str, ...]
    shelters: tuple[str, ...]
    links: frozenset[str]
    """Words between a platform and an account name."""


def load_tables(folder: Path) -> Tables:
    """Read every list of `folder`.

    Errors: OSError or ValueError where a list is missing or cannot be read.
    """
    names = _sections(folder / "names.txt")
    keep = _sections(folder / "keep.txt")
    cues = _sections(folder / "cues.txt")
    frequency = get_frequency_dict("nl", "large")
    traits = _vocabulary(folder, {key: _words(lines) for key, lines in names.items()}, frequency)
    for section in (*_CAPITAL_SECTIONS, "jargon"):
        extra = Trait.ORDINARY
        if section != "jargon":
            extra |= Trait.CAPITAL
        if section == "shop":
            extra |= Trait.SHOP
        for word in _words(keep[section]):
            drop = int(Trait.DUAL | Trait.SURNAME)
            if section == "jargon" and traits.get(word, 0) & Trait.SURNAME:
                drop = 0
            traits[word] = (traits.get(word, 0) | int(extra)) & ~drop
    for section, trait in _CUES.items():
        own = Trait(0) if section in {"prefix", "street_common", "month"} else Trait.ORDINARY
        _add(traits, _words(cues[section]), trait | own)
    _add(traits, _words(cues["role"]) | _words(cues["title"]), Trait.CAPITAL | Trait.ORDINARY)
    _add(traits, _words(cues["month"]) - {"jan"}, Trait.CAPITAL | Trait.ORDINARY)
    traits["jan"] = int(Trait.NAME | Trait.MONTH)
    known = frozenset(
        word
        for word, share in frequency.items()
        if share >= _KNOWN and len(word) > 3 and traits.get(word, 0) & Trait.ORDINARY
    )
    phrases = _by_first(keep["phrase"])
    towns = _by_first(line for line in _packed(folder / "places.txt.gz") if " " in line)
    return Tables(
        traits=traits,
        known=known,
        phrases=phrases,
        towns=towns,
        street_ends=tuple(sorted(_words(cues["street_word"]))),
        shelters=tuple("|".join(cues["shelter"]).split("|")),
        links=frozenset(_words(cues["handle_link"])),
    )


def _by_first(lines: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Phrases by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in lines:
        words = tuple(line.lower().split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(those, key=len, reverse=True)) for first, those in found.items()}


def _vocabulary(
    folder: Path, own: dict[str, set[str]], frequency: dict[str, float]
) -> dict[str, int]:
    """The dictionary, the names, and for the words that are both which of the two they are."""
    ordinary, name, dual = int(Trait.ORDINARY), int(Trait.NAME), int(Trait.DUAL)
    known_names = _packed(folder / "names.txt.gz")
    traits = dict.fromkeys(known_names, name)
    roads = _sections(folder / "cues.txt")["street_common"]
    roads_kept = _words(roads)
    for word in _packed(folder / "words.txt.gz"):
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
    _add(traits, _packed(folder / "places.txt.gz") - own["no_places"], Trait.PLACE)
    _add(traits, own["place_seldom"], Trait.PLACE_SELDOM)
    for word, share in frequency.items():
        if share < _FREQUENT:
            break
        if traits.get(word, 0) & ordinary:
            traits[word] |= int(Trait.FREQUENT)
            if share >= _FUNCTION:
                traits[word] |= int(Trait.FUNCTION)
    return traits


def _add(traits: dict[str, int], words: set[str], trait: Trait) -> None:
    bits = int(trait)
    for word in words:
        traits[word] = traits.get(word, 0) | bits


def _packed(path: Path) -> set[str]:
    return set(gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")) - {""}


def _sections(path: Path) -> dict[str, list[str]]:
    """A file of `[heading]` and lines; `#` begins a remark."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        else:
            lines.append(line)
    return found


def _words(lines: list[str]) -> set[str]:
    return {word for line in lines for word in line.split()}
