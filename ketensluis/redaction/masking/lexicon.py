"""Says what a word can be: listed, a compound of listed words, or a frequent one misspelt."""

from __future__ import annotations

import re

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
_SHORTEST_BRAND = 4
_SHORTEST_COMPOUND = 7
_SHORTEST_ENDED = 6
_SHORTEST_MISSPELT = 5
# A remembered answer per word form; a bound on memory, never on correctness.
_REMEMBERED = 100_000
_JOINTS = ("", "s", "e", "en", "-", "s-", "n")
_SHORT_COUNT = re.compile(r"\d{1,3}|\d,\d")
_WITH_DIGITS = re.compile(
    r"\d+(?:e|de|ste|x|u|m|cm|km|kg|gr|g|mg|ml|cl|l|mm|uur|j|jr|jaar|jarige|er|ers|k|gb|mb|tb|pk|cc|v|w|min|"
    r"kmh|d|inch|euro|tal|tallen|graden|punts|wd|p|h|uurs|jarig|persoons|gram|kilo|meter|weken|dagen|"
    r"maanden|minuten|keer)|[an]\d{1,3}|a4|ps\d|p\d|c2000|\d[a-h]|[a-z]\d{1,2}|\d{3}[dti]|prio\d|cat\d|\d{1,2}u\d{2}|mp3|4x4"
)


class Lexicon:
    """Traits of any word form, remembered; safe to share between threads."""

    def __init__(self, tables: Tables) -> None:
        self._traits = tables.traits
        self._known = tables.known
        self._role_ends, self._organisation_ends = tables.role_ends, tables.organisation_ends
        self._name_ends = tables.name_ends
        self._spot_ends = tables.spot_ends
        self._answers: dict[str, int] = {}

    def traits(self, word: str) -> int:
        """The `Trait` bits of a lower-case word; 0 if it is not recognised."""
        found = self._answers.get(word)
        if found is None:
            found = self._of_its_end(word, self._judge(word))
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[word] = found
        return found

    def _of_its_end(self, word: str, found: int) -> int:
        """A word that ends in a role or a kind of organisation is one: `groepsleider`."""
        if found & _ORDINARY and len(word) >= _SHORTEST_ENDED:
            if word.endswith(self._role_ends):
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
            return self._with_digits(word)
        if "-" in word:
            return self._hyphenated(word)
        return self._guessed(word) if len(word) <= _LONGEST else 0

    def _guessed(self, word: str) -> int:
        if self._compound(word):
            return _ORDINARY | Trait.RARE | self._branded(word)
        return _ORDINARY | _GUESSED if self._misspelt(word) else 0

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
        return _CAPITAL if any(self._traits.get(word[:cut], 0) & _CAPITAL for cut in cuts) else 0

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
        if parts and all(part & _ORDINARY for part in parts):
            kept = parts[-1] & (Trait.ROLE | Trait.TITLE | Trait.CAPITAL)
            return _ORDINARY | kept | (_DUAL if all(part & _SURNAME for part in parts) else 0)
        return _NAME if any(part & _NAME for part in parts) else 0

    def _compound(self, word: str) -> bool:
        """Two listed words, the first perhaps with a linking letter: `woonkamerraam`."""
        if len(word) < _SHORTEST_COMPOUND:
            return False
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART):
            tail = word[cut:]
            if tail.removesuffix("s") in self._name_ends or not self._part(tail):
                continue
            head = word[:cut]
            for joint in _JOINTS:
                if joint and not head.endswith(joint):
                    continue
                if self._part(head.removesuffix(joint)):
                    return True
        return False

    def _part(self, part: str) -> bool:
        if len(part) < _SHORTEST_PART:
            return False
        if len(part) == _SHORTEST_PART:
            return part in self._known
        return bool(self._traits.get(part, 0) & _ORDINARY)

    def _misspelt(self, word: str) -> bool:
        """One slip from a frequent word: a letter too many, too few, doubled, swapped or wrong."""
        if len(word) < _SHORTEST_MISSPELT or not word.isalpha():
            return False
        known = self._known
        for at in range(1, len(word)):
            head, tail = word[:at], word[at:]
            if head + tail[1:] in known:
                return True
            if len(tail) > 1 and head + tail[1] + tail[0] + tail[2:] in known:
                return True
        if len(word) <= _SHORTEST_MISSPELT:
            return False
        for at in range(1, len(word) + 1):
            head, tail = word[:at], word[at:]
            for letter in "etnaiordlsgkmuhvpbjcwzf":
                if head + letter + tail in known or (tail and head + letter + tail[1:] in known):
                    return True
        return False
