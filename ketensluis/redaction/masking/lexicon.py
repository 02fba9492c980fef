"""Says what a word can be: listed, a compound of listed words, or a frequent one misspelt."""

from __future__ import annotations

import re
from bisect import bisect_left

from ketensluis.redaction.masking.compounds import Compounds
from ketensluis.redaction.masking.lone import Lone
from ketensluis.redaction.masking.slips import restored, slips
from ketensluis.redaction.masking.tables import Tables
from ketensluis.redaction.masking.traits import Trait

__all__ = ["Lexicon"]

_ORDINARY = Trait.ORDINARY
_NAME = Trait.NAME
_SURNAME = Trait.SURNAME
_CAPITAL, _DUAL, _FREQUENT = Trait.CAPITAL, Trait.DUAL, Trait.FREQUENT
_GUESSED = Trait.GUESSED
# Longer than any word that somebody would write down; nothing is guessed of it.
_LONGEST = 45
_SHORTEST_PART = 3
# An abbreviation of the writer's own: no name is without a vowel, but for a few.
_VOWELS = frozenset("aeiouyáéíóúàèìòùäëïöüâêîôûœæøå\u0131")
_LONGEST_SHORT = 6
_NO_VOWEL_NAMES = frozenset({"ng", "krk", "brk", "mhd", "sjn", "jrgn", "mchl", "pt"})
_SHORTEST_BRAND = 4
# Institutions that are words too: `Zorgbalans` is as good as any name.
_NO_BRANDS = frozenset({"zorg", "opvang", "raad", "halt", "gemeente", "rechtbank"})
_SHORTEST_ENDED = 6
# A remembered answer per word form; a bound on memory, never on correctness.
_REMEMBERED = 100_000
_COMPOUND = Trait.COMPOUND
# Of `fotos`, `pyjamas`: plurals that want an apostrophe.
_PLURAL_ENDS = ("as", "is", "os", "us", "ys")
_SHORTEST_CUT, _LONGER = 3, 20
_CUT_NUMBER = ("nr", "nrs")
_MEANT = Trait.VERB | Trait.COUNT
# Ends of words of medicine and pharmacy.
_SHORTEST_LEARNED = 7
_LEARNED = (
    *("itis", "olyse", "ectomie", "scopie", "grafie", "therapie", "azepam", "azolam", "oxetine"),
    *("idon", "apine", "prazol", "statine", "cilline", "mycine", "profen", "proxen", "codon"),
    *("triptyline", "sartan", "fenac", "opathie", "emie", "urie", "fractuur", "matoom"),
)
_SHORT_COUNT = re.compile(r"\d{1,3}|\d,\d")
_WITH_DIGITS = re.compile(
    r"\d+(?:e|de|ste|x|u|m|cm|km|kg|gr|g|mg|ml|cl|l|mm|uur|j|jr|jaar|jarige|er|ers|k|gb|mb|tb|pk|cc|v|w|min|"
    r"kmh|d|inch|euro|tal|tallen|graden|punts|wd|p|h|uurs|jarig|persoons|gram|kilo|meter|weken|dagen|"
    r"maanden|minuten|keer)|[an]\d{1,3}|a4|ps\d|p\d|c2000|\d[a-h]|[a-z]\d{1,2}|\d{3}[dti]|prio\d|cat\d|\d{1,2}u\d{2}|mp3|4x4"
)


class Lexicon:
    """Traits of any word form, remembered in `answers`; safe to share between threads."""

    def __init__(self, tables: Tables) -> None:
        self._traits = tables.traits
        self._known = tables.known
        self._role_ends, self._organisation_ends = tables.role_ends, tables.organisation_ends
        self._name_ends = tables.name_ends
        self._spot_ends = tables.spot_ends
        self._lone = Lone(tables)
        self._compounds = Compounds(tables)
        self._plain, self._tongues = tables.plain, tables.tongues
        self._in_order = tables.cut_from
        self.answers: dict[str, int] = {}

    def traits(self, word: str) -> int:
        """The `Trait` bits of a lower-case word; 0 if it is not recognised."""
        found = self.answers.get(word)
        if found is None:
            found = self._of_its_end(word, self._judge(word))
            if word in self._tongues:
                found |= Trait.TONGUE
            if found & (_ORDINARY | _NAME | _GUESSED) in {0, _ORDINARY | _GUESSED}:
                found |= self._cut(word)
            if self._lone.is_lone(word, found):
                found |= Trait.LONE
            if len(self.answers) >= _REMEMBERED:
                self.answers.clear()
            self.answers[word] = found
        return found

    def _cut(self, word: str) -> int:
        """Whether a common word begins so, with two letters more at least: `vermoedel`."""
        if len(word) < _SHORTEST_CUT:
            return 0
        at = bisect_left(self._in_order, word)
        for common in self._in_order[at : at + _LONGER]:
            if not common.startswith(word):
                break
            short = len(word) == _SHORTEST_CUT and common not in self._known
            if len(common) > len(word) + 1 and not short:
                return Trait.CUT
        return 0

    def _of_its_end(self, word: str, found: int) -> int:
        """A word that ends in a role or a kind of organisation is one: `groepsleider`."""
        if found & _ORDINARY and len(word) >= _SHORTEST_ENDED:
            if word.endswith(self._role_ends) and not found & _CAPITAL:
                found |= Trait.ROLE | Trait.CAPITAL
            elif word.endswith(self._organisation_ends):
                found |= Trait.ORGANISATION
            if word.endswith(self._spot_ends):
                found |= Trait.SPOT
        return found

    def _judge(self, word: str) -> int:
        listed = self._traits.get(word)
        if listed is not None:
            return self._listed(word, listed)
        bare = word.removesuffix("'").removesuffix("'s")
        if bare != word and bare in self._traits:
            return self._traits[bare] & ~_FREQUENT
        if any(map(str.isdigit, word)):
            return self._with_digits(word) if len(word) <= _LONGEST else 0
        if "-" in word:
            return self._hyphenated(word)
        if len(word) <= _LONGEST_SHORT and word.isalpha() and _VOWELS.isdisjoint(word):
            return 0 if word in _NO_VOWEL_NAMES else _ORDINARY | Trait.NO_VOWEL
        return self._guessed(word) if len(word) <= _LONGEST else 0

    def _guessed(self, word: str) -> int:
        if len(word) >= _SHORTEST_LEARNED and word.endswith(_LEARNED):
            return _ORDINARY | Trait.RARE | Trait.THING
        tail = self._compounds.tail(word)
        if tail:
            noun = self._traits[tail] & (Trait.COUNT | Trait.PLURAL)
            return _ORDINARY | Trait.RARE | _COMPOUND | noun | self._branded(word)
        made = self._written_otherwise(word)
        if made:
            return made
        whole = restored(word)
        if whole != word:
            # What is left out as one writes fast, and beside it one slip.
            listed = self._traits.get(whole, 0) or self.traits(whole)
            if listed & (_ORDINARY | _DUAL | _NAME) == _ORDINARY:
                return _ORDINARY | _GUESSED | (listed & _MEANT)
        found = [form for form in slips(word) if form in self._known]
        # A verb or a small word rather than a noun, which would need an article.
        meant = min(found, key=lambda form: self._traits[form] & Trait.COUNT, default="")
        if not meant:
            return 0
        # A noun misspelt needs its article all the same.
        return _ORDINARY | _GUESSED | (self._traits.get(meant, 0) & _MEANT)

    def _written_otherwise(self, word: str) -> int:
        """Without its accent or its apostrophe, a number cut short, a verb with what parts from it.

        `geinformeerd`, `fotos`, `polisnr`, `losgeknipt`.
        """
        if word.endswith(_CUT_NUMBER):
            return _ORDINARY | Trait.RARE | Trait.NUMBER_WORD
        accented = self._traits.get(self._plain.get(word, ""), 0)
        if accented:
            return accented & ~_CAPITAL
        one = self._traits.get(word[:-1], 0)
        if word.endswith(_PLURAL_ENDS) and one & (_ORDINARY | _DUAL | _NAME) == _ORDINARY:
            return _ORDINARY | Trait.RARE | Trait.PLURAL
        return _ORDINARY | Trait.RARE if self._compounds.parted_verb(word) else 0

    def _listed(self, word: str, listed: int) -> int:
        """`Bakkers vrouw` may be of a Bakker; `Noord-Afrikaans` is as `Afrikaans`."""
        if word.endswith("s") and self._traits.get(word[:-1], 0) & _SURNAME:
            return listed | _DUAL | _SURNAME
        if listed == _NAME and "-" in word and self._hyphenated(word) & _CAPITAL:
            return _ORDINARY | _CAPITAL
        return listed

    def _branded(self, word: str) -> int:
        """A compound with a brand before it stays with its capital: `Facebookberichten`."""
        cuts = range(_SHORTEST_BRAND, len(word) - _SHORTEST_PART)
        heads = (word[:cut] for cut in cuts)
        brands = (head for head in heads if self._traits.get(head, 0) & Trait.PLATFORM)
        return _CAPITAL if any(head not in _NO_BRANDS for head in brands) else 0

    def _with_digits(self, word: str) -> int:
        """A count with its unit, a road, an age with its noun; other such words are codes."""
        if _WITH_DIGITS.fullmatch(word):
            return _ORDINARY
        head, _, tail = word.partition("-")
        counted = tail and _SHORT_COUNT.fullmatch(head)
        return _ORDINARY if counted and self.traits(tail) & _ORDINARY else 0

    def _hyphenated(self, word: str) -> int:
        """Ordinary if all of its parts are, and a name as soon as one of them is."""
        parts = [self.traits(part) for part in word.split("-") if part]
        if parts and all(part & (_ORDINARY | Trait.NO_VOWEL) == _ORDINARY for part in parts):
            kept = parts[-1] & (Trait.ROLE | Trait.TITLE | Trait.CAPITAL)
            if all(part & _DUAL for part in parts):
                return _NAME
            return _ORDINARY | kept
        return _NAME if any(part & _NAME for part in parts) else 0
