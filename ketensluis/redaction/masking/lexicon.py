"""Says what a word can be: listed, a compound of listed words, or a misspelling of a frequent one."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.tables import Tables, Trait

__all__ = ["Lexicon"]

_ORDINARY = int(Trait.ORDINARY)
_NAME = int(Trait.NAME)
_SURNAME = int(Trait.SURNAME)
_CAPITAL = int(Trait.CAPITAL)
_GUESSED = int(Trait.GUESSED)
_SHORTEST_PART = 3
_SHORTEST_COMPOUND = 7
_SHORTEST_MISSPELT = 5
# A remembered answer per word form; a bound on memory, never on correctness.
_REMEMBERED = 200_000
# Ends of surnames and places: a compound that is in no list and ends so is taken for a name.
_NAME_ENDS = re.compile(
    r"(?:berg|bergen|man|mans|sma|stra|veld|velde|huis|huizen|dijk|kerk|dorp|oord|broek|horst|hoven?|"
    r"meer|meijer|meyer|land|lande|stein|burgh?|brink|kamp|kampen|bos|bosch|wijk|poort|zoon|sen|"
    r"weg|straat|laan|plein|kade|gracht|singel|dreef|pad|steeg|hoek|hof|park|boom|bergh|borg|heide|"
    r"donk|drecht|dam|daal|dal|beek|voort|voorde|schot|hout|rode|loo|stede|water|waard|gaarde|erf|"
    r"burcht|hoeve|hoef|molen|zicht|oever|rust|lust|vliet|zijl|sluis|stad|markt|akker|meent|ring|"
    r"wal|baan|tuin|eind|einde|heuvel|ven|wold|woud|zand|boer|maker|bakker)s?$"
)
_ROLE_ENDS = (
    *("leider", "leidster", "begeleider", "begeleidster", "agent", "agente", "werker", "werkster", "arts", "leraar"),
    *("lerares", "docent", "docente", "verpleegkundige", "verlener", "verleenster", "consulent", "consulente"),
    *("coördinator", "coordinator", "regisseur", "manager", "trainer", "coach", "moeder", "vader", "zoon", "dochter"),
    *("broer", "zus", "vriend", "vriendin", "collega", "buurman", "buurvrouw", "rechercheur", "medewerker"),
    *("medewerkster", "ambtenaar", "adviseur", "therapeut", "therapeute", "kundige", "voogd", "hulp", "genoot", "genote"),
)
_ORGANISATION_ENDS = (
    *("vereniging", "club", "school", "moskee", "praktijk", "ziekenhuis", "kliniek", "stichting", "dagverblijf"),
    *("instelling", "centrum", "college", "lyceum", "camping", "restaurant", "bedrijf", "winkel", "kerk"),
)
_JOINTS = ("", "s", "e", "en", "-", "s-", "n")
_SHORT_AGE = re.compile(r"\d+(?:,\d+)?")
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
        if found & _ORDINARY and len(word) > _SHORTEST_COMPOUND:
            if word.endswith(_ROLE_ENDS):
                found |= int(Trait.ROLE | Trait.CAPITAL)
            elif word.endswith(_ORGANISATION_ENDS):
                found |= int(Trait.ORGANISATION)
        return found

    def _judge(self, word: str) -> int:
        listed = self._traits.get(word)
        if listed is not None:
            if word.endswith("s") and self._traits.get(word[:-1], 0) & _SURNAME:
                return listed | int(Trait.DUAL | Trait.SURNAME)  # "Bakkers vrouw"
            if listed == _NAME and "-" in word and self._hyphenated(word) & _CAPITAL:
                return _ORDINARY | _CAPITAL  # "Noord-Afrikaans"
            return listed
        if word.endswith(("'s", "'")):
            bare = word.removesuffix("'s").removesuffix("'")
            if bare in self._traits:
                return self._traits[bare] & ~int(Trait.FREQUENT)
        if any(map(str.isdigit, word)):
            return self._with_digits(word)
        if "-" in word:
            return self._hyphenated(word)
        if self._compound(word):
            branded = any(
                self._traits.get(word[:cut], 0) & _CAPITAL for cut in range(4, len(word) - 3)
            )
            return _ORDINARY | (_CAPITAL if branded else 0)  # "Facebookberichten"
        if self._misspelt(word):
            return _ORDINARY | _GUESSED
        return 0

    def _with_digits(self, word: str) -> int:
        if _WITH_DIGITS.fullmatch(word):
            return _ORDINARY
        head, _, tail = word.partition("-")
        if tail and _SHORT_AGE.fullmatch(head) and len(head) < 4 and self.traits(tail) & _ORDINARY:
            return _ORDINARY
        return 0

    def _hyphenated(self, word: str) -> int:
        """Ordinary if all of its parts are, and a name as soon as one of them is."""
        parts = [self.traits(part) for part in word.split("-") if part]
        if parts and all(part & _ORDINARY for part in parts):
            kept = parts[-1] & int(Trait.ROLE | Trait.TITLE | Trait.CAPITAL)
            return _ORDINARY | kept | (int(Trait.DUAL) if all(p & _SURNAME for p in parts) else 0)
        return _NAME if any(part & _NAME for part in parts) else 0

    def _compound(self, word: str) -> bool:
        """Two listed words, the first perhaps with a linking letter: `woonkamerraam`."""
        if len(word) < _SHORTEST_COMPOUND:
            return False
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART):
            tail = word[cut:]
            if _NAME_ENDS.fullmatch(tail) or not self._part(tail):
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
