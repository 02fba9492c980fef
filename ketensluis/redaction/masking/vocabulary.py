"""Makes the table of words: the dictionary, the names, and what is known of each."""

from __future__ import annotations

from pathlib import Path

from wordfreq import available_languages, get_frequency_dict, read_cBpack

from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.word_lists import packed, sections, words_of

__all__ = ["add", "keep_words", "tongues", "vocabulary", "without_accents"]

# Shares of all words (wordfreq) from which a word is frequent, and is so common that a capital
# in mid-sentence says nothing; below the last one it is seldom.
_FREQUENT = 20e-6
_FUNCTION = 120e-6
_RARE = 1e-6
# From which share on a word of another language is common.
_FOREIGN_FREQUENT = 100e-6
_PLAIN = Trait.ORDINARY | Trait.DUAL | Trait.NAME
# Languages of which people are quoted; of each the words down to so many hundredths of a decade.
_TONGUES = ("tr", "pl", "es", "pt", "ro", "it", "id", "sh", "de", "fr", "en", "hu")
_TONGUE_DEPTH = 420
_FOREIGN = (("en", 25e-6), ("fr", 300e-6), ("de", 400e-6))
# Of `katje`, `stoeltje`, `boompje`, `mannetje`.
_DIMINUTIVES = ("je", "tje", "pje", "etje")
_SHORTEST_NOUN = 3
_ACCENTS = str.maketrans("áàâäãéèêëíìîïóòôöúùûüç", "aaaaaeeeeiiiioooouuuuc")
# Lower-case street names: such an end makes a word a street, unless `street_common` has it.
_STREET_ENDS = ("straat", "laan", "plein", "gracht", "singel", "dreef", "plantsoen")
# Idem, if it is on a list of names too.
_ROAD_ENDS = ("weg", "kade", "dijk", "pad", "hof", "steeg", "wal", "dwarsweg", "wegje")


def keep_words(traits: dict[str, int], words: set[str], section: str) -> None:
    """What stays is no name by chance any more; in jargon our own dual words still are."""
    dual, surname = Trait.DUAL, Trait.SURNAME
    extra = Trait.ORDINARY if section == "jargon" else Trait.ORDINARY | Trait.CAPITAL
    if section == "shop":
        extra |= Trait.SHOP
    for word in words:
        known = traits.get(word, 0)
        drop = 0 if section == "jargon" and known & surname else dual | surname
        traits[word] = (known | extra) & ~drop


def vocabulary(
    folder: Path, own: dict[str, set[str]], frequency: dict[str, float]
) -> dict[str, int]:
    """The dictionary, the names, and for the words that are both which of the two they are."""
    ordinary, name, dual = Trait.ORDINARY, Trait.NAME, Trait.DUAL
    known_names, words = packed(folder / "names.txt.gz"), packed(folder / "words.txt.gz")
    both = known_names & words
    traits = dict.fromkeys(known_names, name)
    traits.update(dict.fromkeys(words, ordinary))
    traits.update(dict.fromkeys(both, ordinary | dual))
    streets = {word for word in words if word.endswith(_STREET_ENDS)}
    streets |= {word for word in both if word.endswith(_ROAD_ENDS)}
    roads = sections(folder / "cues.txt")["street_common"]
    traits.update(dict.fromkeys(streets - words_of(roads), name))
    for word in own["safe"]:
        traits[word] = ordinary
    add(traits, own["dual"], Trait.ORDINARY | Trait.DUAL | Trait.SURNAME)
    for word in own["only_names"]:
        traits[word] = name
    add(traits, own["mass"], Trait.MASS)
    add(traits, own["counted"], Trait.COUNTED)
    for word in own["only_places"]:
        traits[word] = name | Trait.PLACE
    add(traits, packed(folder / "places.txt.gz") - own["no_places"], Trait.PLACE)
    add(traits, own["place_seldom"], Trait.PLACE_SELDOM)
    frequent = {word for word, share in frequency.items() if share >= _FREQUENT}
    add(traits, {word for word in frequent if traits.get(word, 0) & ordinary}, Trait.FREQUENT)
    usual = {word for word, share in frequency.items() if share >= _RARE}
    rare = {word for word, bits in traits.items() if bits & ordinary and word not in usual}
    add(traits, rare, Trait.RARE)
    _add_foreign(traits)
    add(traits, _nouns(traits), Trait.NOUN)
    nouns = packed(folder / "nouns.txt.gz")
    add(traits, nouns & traits.keys(), Trait.COUNT)
    for sign, trait in (("+", Trait.PLURAL), ("~", Trait.NOUN_OR_VERB)):
        add(traits, {word[:-1] for word in nouns if word[-1] == sign} & traits.keys(), trait)
    function = {word for word in frequent if frequency[word] >= _FUNCTION}
    add(traits, {word for word in function if traits.get(word, 0) & ordinary}, Trait.FUNCTION)
    return traits


def without_accents(traits: dict[str, int]) -> dict[str, str]:
    """Ordinary words with an accent, by what they are without it, unless that is a word too."""
    accented = (word for word, bits in traits.items() if bits & _PLAIN == Trait.ORDINARY)
    found = ((word.translate(_ACCENTS), word) for word in accented if not word.isascii())
    return {plain: word for plain, word in found if plain not in traits}


def _add_foreign(traits: dict[str, int]) -> None:
    """The commonest words of other languages, which people write too, unless they are names."""
    for language, least in _FOREIGN:
        for word, share in get_frequency_dict(language, "small").items():
            if share >= least and word.isalpha() and word not in traits:
                traits[word] = Trait.ORDINARY | Trait.FOREIGN
            elif share >= _FOREIGN_FREQUENT and traits.get(word, 0) & _PLAIN == Trait.ORDINARY:
                # `her` is a noun of ours too, but hardly ever meant.
                traits[word] |= Trait.THING


def tongues(traits: dict[str, int]) -> frozenset[str]:
    """The common words of other languages that no list has, so that none is known as a name."""
    files = available_languages("small")
    packs = [read_cBpack(files[language])[:_TONGUE_DEPTH] for language in _TONGUES]
    words = {word for pack in packs for bucket in pack for word in bucket if word.isalpha()}
    return frozenset(word for word in words if word not in traits)


def _nouns(words: dict[str, int]) -> set[str]:
    """The words whose diminutive is a word too."""
    found = set()
    for word in [word for word in words if word.endswith("je")]:  # as all diminutives do
        for end in _DIMINUTIVES:
            if word.endswith(end):
                stem = word.removesuffix(end)
                # `spinnetje` doubles the last letter of `spin`.
                found |= {stem, stem[:-1]} if end == "etje" else {stem}
    return {stem for stem in found if len(stem) >= _SHORTEST_NOUN and stem in words}


def add(traits: dict[str, int], words: set[str], bits: int) -> None:
    """Give each word the trait, besides those that it has."""
    made: dict[int, int] = {}  # one number for all words alike, so that they take less memory
    for word in words:
        known = traits.get(word, 0)
        traits[word] = made.get(known) or made.setdefault(known, known | bits)
