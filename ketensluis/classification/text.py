"""What a narrative says of violence in the domestic circle, as ids of listed words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ketensluis.classification.rules import Term, Text

__all__ = ["TextReader"]

_TOKEN = re.compile("[^\\W\\d_]+(?:['\u2019-][^\\W\\d_]+)*|[.!?;\n,]")
_JOINTS = str.maketrans("", "", "'\u2019-")
_ENDS = frozenset(".!?;\n")
_PREFIX = 4  # letters of a stem that the index goes by
_CIRCLE_ONLY = "text:circle"
_NEGATION_REACH = 3  # words
# Where a negation's reach ends: "hij kon niet weg, hij sloeg haar" denies no blow.
_CLAUSE = frozenset({",", "en", "maar", "want", "omdat", "toen", "waarna", "waarop", "dus"})
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
        self._circle = _Index(text.circle_words)
        self._violence = _Index(text.violence_words)
        self._phrases = _phrases(text.phrases)

    def signals(self, narrative: str) -> dict[str, float]:
        """The signals of a text, each with its weight, by the ids of the words found."""
        found: dict[str, float] = {}
        sentence: list[str] = []
        for token in _TOKEN.findall(narrative.lower()):
            if token in _ENDS:
                self._read(sentence, found)
                sentence = []
            else:
                sentence.append(token.translate(_JOINTS))
        self._read(sentence, found)
        return found

    def _read(self, words: list[str], found: dict[str, float]) -> None:
        circle: list[tuple[int, str]] = []
        violence: list[tuple[int, str]] = []
        for at, word in enumerate(words):
            if word in self._phrases:
                self._read_phrases(words, at, found)
            term = self._circle.find(word)
            if term and (not term.possessive or (at and words[at - 1] in self._possessives)):
                circle.append((at, term.id))
            term = self._violence.find(word)
            if term and not self._negated(words, at) and not self._by_outsider(words, at):
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

    def _read_phrases(self, words: list[str], at: int, found: dict[str, float]) -> None:
        for term_id, phrase in self._phrases[words[at]]:
            if tuple(words[at : at + len(phrase)]) == phrase and not self._negated(words, at):
                found[f"text:{term_id}"] = self._weight_pair

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


class _Index:
    """Terms by whole word, and by the first letters of their stems."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._words = {word: term for term in terms for word in term.words}
        self._stems: dict[str, list[tuple[str, Term]]] = {}
        for term in terms:
            for stem in term.stems:
                self._stems.setdefault(stem[:_PREFIX], []).append((stem, term))

    def find(self, word: str) -> Term | None:
        term = self._words.get(word)
        if term is None and (stems := self._stems.get(word[:_PREFIX])):
            term = next((term for stem, term in stems if word.startswith(stem)), None)
        return term


def _phrases(terms: Iterable[Term]) -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
    """Phrases by their first word."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for term in terms:
        for phrase in term.words:
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((term.id, words))
    return found
