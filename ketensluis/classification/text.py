"""What a narrative says of violence in the domestic circle, as ids of listed words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ketensluis.classification.rules import Term, Text

__all__ = ["TextReader"]

_TOKEN = re.compile(r"[^\W\d_]+|[.!?;,\n]")
_JOINTS = re.compile("['\u2019-]")
_ENDS = frozenset(".!?;\n")
_PREFIX = 4  # letters of a stem that the index goes by
_CIRCLE_ONLY = "text:circle"
_NEGATION_REACH = 3  # words
# Where a negation's reach ends: "hij kon niet weg, hij sloeg haar" denies no blow.
_CLAUSE = _ENDS | frozenset({",", "en", "maar", "want", "omdat", "toen", "waarna", "waarop", "dus"})
_AGENT_REACH = 4  # words after "door" in which an outsider is the one who did it
_PASSIVE = re.compile(r"(?:ge|be|mis|ver|aange|uitge|neerge|lastigge)\w+(?:d|t|en)")


class TextReader:
    """Finds the listed words in a text; built once per version of the rules."""

    def __init__(self, text: Text) -> None:
        self._weight_pair = text.pair
        self._weight_circle = text.circle
        self._distance = text.distance
        self._negations = frozenset(text.negations)
        self._possessives = frozenset(text.possessives)
        self._outsiders = frozenset(text.outsiders)
        self._lexicon = _Lexicon(text)

    def signals(self, narrative: str) -> dict[str, float]:
        """The signals of a text, each with its weight, by the ids of the words found."""
        found: dict[str, float] = {}
        words = _TOKEN.findall(_JOINTS.sub("", narrative.lower()))
        whole, stems = self._lexicon.whole, self._lexicon.stems
        hits: list[int] = []
        for at, word in enumerate(words):
            if word in whole or word[:_PREFIX] in stems:
                hits.append(at)
            elif word in _ENDS and hits:
                self._read(words, hits, found)
                hits = []
        self._read(words, hits, found)
        return found

    def _read(self, words: list[str], hits: list[int], found: dict[str, float]) -> None:
        """Reads one sentence, of which `hits` are the places of words that may be listed."""
        circle: list[tuple[int, str]] = []
        violence: list[tuple[int, str]] = []
        for at in hits:
            for kind, term in self._lexicon.terms(words[at]):
                if kind == "phrase":
                    self._read_phrase(words, at, term, found)
                elif kind == "circle":
                    if not term.possessive or (at and words[at - 1] in self._possessives):
                        circle.append((at, term.id))
                elif not self._negated(words, at) and not self._by_outsider(words, at):
                    violence.append((at, term.id))
        near = [
            (who, what)
            for where, what in violence
            for at, who in circle
            if abs(where - at) <= self._distance
        ]
        for who, what in near:
            found[f"text:{who}+{what}"] = self._weight_pair
        if circle and not near:
            found.setdefault(_CIRCLE_ONLY, self._weight_circle)

    def _read_phrase(self, words: list[str], at: int, term: Term, found: dict[str, float]) -> None:
        for phrase in map(str.split, term.words):
            if words[at : at + len(phrase)] == phrase and not self._negated(words, at):
                found[f"text:{term.id}"] = self._weight_pair

    def _negated(self, words: list[str], at: int) -> bool:
        for word in reversed(words[max(0, at - _NEGATION_REACH) : at]):
            if word in _CLAUSE:
                return False
            if word in self._negations:
                return True
        return False

    def _by_outsider(self, words: list[str], at: int) -> bool:
        """Whether the violence was suffered "door een onbekende", and so not in the circle."""
        if not _PASSIVE.fullmatch(words[at]):
            return False
        around = range(max(0, at - _AGENT_REACH), min(len(words), at + _AGENT_REACH))
        return any(
            words[where] == "door"
            and not self._outsiders.isdisjoint(words[where + 1 : where + 1 + _AGENT_REACH])
            for where in around
        )


class _Lexicon:
    """Listed words: whole ones (of phrases the first), and stems by their first letters."""

    def __init__(self, text: Text) -> None:
        self.whole: dict[str, list[tuple[str, Term]]] = {}
        self.stems: dict[str, list[tuple[str, str, Term]]] = {}
        kinds = (
            ("phrase", text.phrases),
            ("circle", text.circle_words),
            ("violence", text.violence_words),
        )
        for kind, terms in kinds:
            for term in terms:
                for word in dict.fromkeys(words.split()[0] for words in term.words):
                    self.whole.setdefault(word, []).append((kind, term))
                for stem in term.stems:
                    self.stems.setdefault(stem[:_PREFIX], []).append((stem, kind, term))

    def terms(self, word: str) -> Iterable[tuple[str, Term]]:
        """The terms that the word stands for."""
        yield from self.whole.get(word, ())
        for stem, kind, term in self.stems.get(word[:_PREFIX], ()):
            if word.startswith(stem):
                yield kind, term
