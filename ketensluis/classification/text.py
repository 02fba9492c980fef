"""What a narrative says of violence in the domestic circle, as ids of listed words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

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
        everywhere = _Found()
        hits: list[int] = []
        for at, word in enumerate(words):
            if word in whole or word[:_PREFIX] in stems:
                hits.append(at)
            elif word in _ENDS and hits:
                everywhere.add(self._read(words, hits, found))
                hits = []
        everywhere.add(self._read(words, hits, found))
        for _, who in everywhere.circle:
            for _, what in everywhere.violence:
                if who.across:
                    found[f"text:{who.id}+{what.id}"] = self._weight_pair
        if everywhere.circle and not found:
            found[_CIRCLE_ONLY] = self._weight_circle
        return found

    def _read(self, words: list[str], hits: list[int], found: dict[str, float]) -> _Found:
        """Reads one sentence, of which `hits` are the places of words that may be listed."""
        here = _Found()
        for at in hits:
            for kind, term in self._lexicon.terms(words, at):
                if not self._counts(words, at, kind, term):
                    continue
                if kind == "phrase":
                    found[f"text:{term.id}"] = self._weight_pair
                else:
                    (here.circle if kind == "circle" else here.violence).append((at, term))
        for where, what in here.violence:
            for at, who in here.circle:
                if abs(where - at) <= self._distance:
                    found[f"text:{who.id}+{what.id}"] = self._weight_pair
        return here

    def _counts(self, words: list[str], at: int, kind: str, term: Term) -> bool:
        """Whether the term means in this place what it is listed for."""
        if kind == "circle":
            return not term.possessive or (at > 0 and words[at - 1] in self._possessives)
        if self._negated(words, at):
            return False
        return kind == "phrase" or not self._by_outsider(words, at)

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


@dataclass(slots=True)
class _Found:
    """Words of the circle and of violence, with their places."""

    circle: list[tuple[int, Term]] = field(default_factory=list)
    violence: list[tuple[int, Term]] = field(default_factory=list)

    def add(self, other: _Found) -> None:
        self.circle += other.circle
        self.violence += other.violence


class _Lexicon:
    """Listed words: whole ones by their first word, and stems by their first letters."""

    def __init__(self, text: Text) -> None:
        self.whole: dict[str, list[tuple[list[str], str, Term]]] = {}
        self.stems: dict[str, list[tuple[str, str, Term]]] = {}
        kinds = (
            ("phrase", text.phrases),
            ("circle", text.circle_words),
            ("violence", text.violence_words),
        )
        for kind, terms in kinds:
            for term in terms:
                for words in map(str.split, term.words):
                    self.whole.setdefault(words[0], []).append((words, kind, term))
                for stem in term.stems:
                    self.stems.setdefault(stem[:_PREFIX], []).append((stem, kind, term))

    def terms(self, words: list[str], at: int) -> Iterator[tuple[str, Term]]:
        """The terms that the words from a place on stand for."""
        for listed, kind, term in self.whole.get(words[at], ()):
            if len(listed) == 1 or words[at : at + len(listed)] == listed:
                yield kind, term
        for stem, kind, term in self.stems.get(words[at][:_PREFIX], ()):
            if words[at].startswith(stem):
                yield kind, term
