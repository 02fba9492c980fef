"""Finds what is known as a whole: institutions that stay, shelters and the record's own addresses."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.record import Record
from ketensluis.redaction.masking.tables import Tables
from ketensluis.redaction.masking.tokens import Sentence

__all__ = ["Phrases"]


class Phrases:
    """Sequences of words that are judged together."""

    def __init__(self, tables: Tables) -> None:
        self._kept = tables.phrases
        self._towns = tables.towns
        shelters: dict[str, list[tuple[str, ...]]] = {}
        for shelter in tables.shelters:
            words = tuple(re.findall(r"[^\W_]+(?:-[^\W_]+)*", shelter))
            shelters.setdefault(words[0], []).append(words)
        self._shelters = shelters
        self._heads = frozenset((*self._kept, *self._towns, *shelters))

    def judge(self, sentence: Sentence, record: Record) -> None:
        """Settle each phrase of the text: shelters and addresses masked, institutions kept."""
        lines: dict[str, list[tuple[str, ...]]] = {}
        for line in record.lines:
            lines.setdefault(line[0], []).append(line)
        heads = self._heads
        for at, lower in enumerate(sentence.lowers):
            if sentence.settled[at] or (lower not in heads and lower not in lines):
                continue
            for phrase in self._shelters.get(lower, ()):
                if _here(sentence, at, phrase) and (len(phrase) > 1 or sentence.words[at][0].isupper()):
                    sentence.settle(at, at + len(phrase), Mark.SHELTER)
            for line in lines.get(lower, ()):
                if _here(sentence, at, line) and not sentence.settled[at]:
                    sentence.settle(at, at + len(line), Mark.ADDRESS)
            for town in self._towns.get(lower, ()):
                if _here(sentence, at, town) and not sentence.settled[at] and _town(sentence, at, len(town)):
                    sentence.settle(at, at + len(town), Mark.PLACE)
            if sentence.settled[at]:
                continue
            for phrase in self._kept.get(lower, ()):
                if _here(sentence, at, phrase):
                    sentence.settle(at, at + len(phrase), None)
                    break


def _here(sentence: Sentence, at: int, phrase: tuple[str, ...]) -> bool:
    return tuple(sentence.lowers[at : at + len(phrase)]) == phrase


def _town(sentence: Sentence, at: int, length: int) -> bool:
    """`Den Ham` by its capitals, `de meern` by the word before it."""
    if sentence.words[at + length - 1][0].isupper():
        return True
    return bool(at) and sentence.lowers[at - 1] in {"in", "te", "uit", "naar", "nabij", "bij", "vanuit"}
