"""Masks Dutch police prose: what is not recognised as ordinary language does not stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from ketensluis.errors import KetensluisError
from ketensluis.model.incident import Address, Person, Place
from ketensluis.model.resources import resource
from ketensluis.redaction.masking.dates import judge_dates
from ketensluis.redaction.masking.lexicon import Lexicon
from ketensluis.redaction.masking.marks import Mark, Span
from ketensluis.redaction.masking.names import judge_words
from ketensluis.redaction.masking.numbers import judge_numbers
from ketensluis.redaction.masking.patterns import find_patterns
from ketensluis.redaction.masking.phrases import Phrases
from ketensluis.redaction.masking.record import Record, read_record
from ketensluis.redaction.masking.spoken import find_spoken
from ketensluis.redaction.masking.surroundings import Surroundings
from ketensluis.redaction.masking.tables import Tables, load_tables
from ketensluis.redaction.masking.tokens import Sentence, read

__all__ = ["Masker"]

_REMEDY = "install the program anew, or restore the folder reference/masking"
# Marks that, side by side, are parts of one thing: a given name and a surname, a street and a town.
_JOINS = frozenset({Mark.NAME, Mark.ADDRESS, Mark.PLACE, Mark.ORGANISATION})


class Masker:
    """Word lists and judges in memory; immutable after loading, so safe to share."""

    def __init__(self, tables: Tables) -> None:
        self._lexicon = Lexicon(tables)
        self._phrases = Phrases(tables)
        self._surroundings = Surroundings(tables)

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Build the tables from `folder`, by default the lists that ship with the program.

        Errors: KetensluisError `masker_unavailable`; then no text may be released.
        """
        try:
            return cls(load_tables(folder or resource("reference") / "masking"))
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise KetensluisError(
                "masker_unavailable",
                f"the word lists of the masking cannot be read ({type(error).__name__})",
                _REMEDY,
            ) from error

    def mask(self, text: str, persons: Sequence[Person] = (), place: Place | None = None) -> str:
        """`text` with a mark such as `[naam]` for whatever points to a person.

        Errors: KetensluisError `masking_failed`; the caller then withholds this text.
        """
        return _render(text, self.find(text, persons, place))

    def find(
        self, text: str, persons: Sequence[Person] = (), place: Place | None = None
    ) -> list[Span]:
        """The places that `mask` replaces, in order and apart from each other.

        Errors: KetensluisError `masking_failed`.
        """
        try:
            return self._find(text, read_record(persons, place))
        except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise KetensluisError(
                "masking_failed",
                f"a text could not be masked ({type(error).__name__})",
                "the text is withheld; report it with the incident's number",
            ) from error

    def mask_line(self, line: Mapping[str, Any]) -> dict[str, str]:
        """One line of `sluis mask`: `id`, `text`, `persons`, `place` to `id` and `masked_text`.

        What is odd in persons or place is passed over, as the text is masked all the same.
        Errors: KetensluisError `no_text` where `text` is no string, or `masking_failed`.
        """
        text = line.get("text")
        if not isinstance(text, str):
            raise KetensluisError("no_text", "the field text is not a string")
        listed = line.get("persons")
        persons = [_person(entry) for entry in listed] if isinstance(listed, list) else []
        place = _only(Place, line.get("place"))
        return {"id": line.get("id", ""), "masked_text": self.mask(text, persons, place)}

    def _find(self, text: str, record: Record) -> list[Span]:
        sentence = read(text, self._lexicon)
        spans = _first_come(find_patterns(text))
        judged = judge_dates(sentence, spans, record)
        _settle(sentence, [*judged, *find_spoken(sentence)])
        self._phrases.judge(sentence, record)
        self._surroundings.before_names(sentence)
        judge_words(sentence, record)
        judge_numbers(sentence)
        self._surroundings.after_names(sentence)
        return _joined(sentence, judged)


def _first_come(spans: Iterable[Span]) -> list[Span]:
    """The spans that do not reach into one that came before them, save the one that holds it."""
    taken: list[Span] = []
    for span in spans:
        met = [other for other in taken if span.end > other.start and span.start < other.end]
        if not met:
            taken.append(span)
        elif len(met) == 1 and span.mark is met[0].mark and span.start <= met[0].start <= met[0].end <= span.end:
            taken[taken.index(met[0])] = span
    return taken


def _settle(sentence: Sentence, spans: list[Span]) -> None:
    """Give the tokens that a span touches its mark."""
    for span in spans:
        at = bisect_right(sentence.ends, span.start)
        while at < len(sentence) and sentence.starts[at] < span.end:
            if not sentence.settled[at]:
                sentence.settle(at, at + 1, span.mark)
            at += 1


def _joined(sentence: Sentence, spans: list[Span]) -> list[Span]:
    """All that is marked, in order; parts of one thing that stand side by side become one."""
    pieces = [span for span in spans if span.mark]
    for at, mark in enumerate(sentence.marks):
        if mark is not None:
            pieces.append(Span(sentence.starts[at], sentence.ends[at], mark))
    pieces.sort(key=lambda piece: (piece.start, -piece.end))
    found: list[Span] = []
    for piece in pieces:
        if found and piece.start < found[-1].end:
            found[-1] = found[-1]._replace(end=max(piece.end, found[-1].end))
        elif found and _one(sentence.text[found[-1].end : piece.start], found[-1].mark, piece.mark):
            found[-1] = found[-1]._replace(end=piece.end)
        else:
            found.append(piece)
    return found


def _one(between: str, left: Mark | None, right: Mark | None) -> bool:
    """Whether two marks with nothing of weight between them are parts of one thing."""
    if between.strip(" -'’") or "\n" in between:
        return False
    return left is right or (left in _JOINS and right in _JOINS)


def _render(text: str, spans: list[Span]) -> str:
    out, done = [], 0
    for start, end, mark in spans:
        if mark is not None:
            out += [text[done:start], mark.text]
            done = end
    return "".join([*out, text[done:]])


def _person(entry: object) -> Person:
    """A person with the fields that are as they should be; the others are passed over."""
    fields = {key: value for key, value in entry.items() if isinstance(value, str)} if isinstance(entry, dict) else {}
    address = _only(Address, entry.get("address")) if isinstance(entry, dict) else None
    return Person(
        person_id="",
        role="involved",
        given_names=fields.get("given_names"),
        surname=fields.get("surname"),
        birth_date=fields.get("birth_date"),
        bsn=fields.get("bsn"),
        phone=fields.get("phone"),
        email=fields.get("email"),
        address=address,
    )


def _only(kind: type[Any], entry: object) -> Any:
    if not isinstance(entry, dict):
        return None
    names = kind.__struct_fields__
    return kind(**{key: value for key, value in entry.items() if key in names and isinstance(value, str)})
