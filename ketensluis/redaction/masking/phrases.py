"""Finds what is known as a whole: institutions, shelters, towns and the record's own addresses."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.record import Record
from ketensluis.redaction.masking.tables import Tables
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.word_lists import Phrase, PhraseTable, by_head
from ketensluis.redaction.masking.written import Calls, Written

__all__ = ["Phrases"]

# A town of more words than these is meant whatever stands before it.
_UNMISTAKABLE = 2


class Phrases:
    """Sequences of words that are judged together."""

    def __init__(self, tables: Tables) -> None:
        self._kept = tables.phrases
        self._towns = tables.towns
        self._shelters = tables.shelters
        tables_read = (self._kept, self._towns, self._shelters)
        self._heads = frozenset(head for table in tables_read for head in table)
        self._first = frozenset(head[0] for head in self._heads)

    def begins(self, word: Written) -> bool:
        """Whether a phrase may begin at a word."""
        return word.lower in self._first

    def judge(self, tokens: Tokens, calls: Calls, record: Record) -> None:
        """Settle each phrase of the text: shelters and addresses masked, institutions kept."""
        lines = by_head(record.lines)
        streets = {head[0] for head in lines}
        begin = calls[self.begins]
        if streets:
            begin = sorted({*begin, *(at for at, t in enumerate(tokens) if t.lower in streets)})
        for at in begin:
            if not tokens[at].settled:
                self._judge_one(tokens, at, lines)

    def _judge_one(self, tokens: Tokens, at: int, lines: PhraseTable) -> None:
        first = tokens[at].lower
        heads = [
            head
            for head in ((first, tokens[at + 1].lower), (first,))
            if head in self._heads or head in lines
        ]
        if not heads:
            return
        for table, mark in (
            (self._shelters, Mark.SHELTER),
            (lines, Mark.ADDRESS),
            (self._towns, Mark.PLACE),
            (self._kept, None),
        ):
            for phrase in (phrase for head in heads for phrase in table.get(head, ())):
                if _here(tokens, at, phrase) and _meant(tokens, at, phrase, mark):
                    settle(tokens, at, at + len(phrase), mark)
                    return


def _here(tokens: Tokens, at: int, phrase: Phrase) -> bool:
    return tuple(token.lower for token in tokens[at : at + len(phrase)]) == phrase


def _meant(tokens: Tokens, at: int, phrase: Phrase, mark: Mark | None) -> bool:
    """A shelter of one word needs its capital; a town a capital, or a word such as `in`."""
    if mark is Mark.SHELTER:
        return len(phrase) > 1 or tokens[at].capital
    if mark is Mark.PLACE:
        towards = tokens[at - 1].traits & Trait.TOWARDS or tokens[at - 1].lower == "bij"
        last = tokens[at + len(phrase) - 1]
        long = len(phrase) > _UNMISTAKABLE
        return last.capital or long or bool(towards and not last.traits & Trait.SPOT)
    return True
