"""The closed list of marks that stand in for what was masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

__all__ = ["Cover", "Mark", "Span"]


class Mark(StrEnum):
    """What a masked place was; the value is the word between the brackets."""

    NAME = "naam"
    PHONE = "telefoon"
    ADDRESS = "adres"
    PLACE = "plaats"
    PLATE = "kenteken"
    EMAIL = "e-mail"
    ACCOUNT = "account"
    WEBSITE = "website"
    BANK = "rekening"
    BSN = "bsn"
    BIRTH_DATE = "geboortedatum"
    DOCUMENT = "document"
    CASE = "zaaknummer"
    NUMBER = "nummer"
    SCHOOL = "school"
    CARE = "zorginstelling"
    WORSHIP = "gebedshuis"
    CLUB = "vereniging"
    VENUE = "gelegenheid"
    COMPANY = "bedrijf"
    ORGANISATION = "organisatie"
    SHELTER = "opvang"

    # That of `Enum` is several times as slow, and marks are looked up for every word.
    __hash__ = str.__hash__

    @property
    def text(self) -> str:
        """The mark as it stands in a masked text, such as `[naam]`."""
        return f"[{self.value}]"


class Span(NamedTuple):
    """A piece of the text, by character offsets, and its mark; without a mark it stays as it is."""

    start: int
    end: int
    mark: Mark | None


class Cover:
    """Spans that do not overlap, and which of them lies where."""

    def __init__(self, length: int, near: Sequence[tuple[int, int]] = ()) -> None:
        self.near = near
        """The stretches of the text around its digits."""
        self._owners: list[Span | None] = [None] * length
        self._spans: set[Span] = set()

    def met(self, start: int, end: int) -> list[Span]:
        """The spans that reach into this stretch, in order."""
        return list(dict.fromkeys(filter(None, self._owners[start:end])))

    def put(self, span: Span) -> None:
        """Lay `span` down; what it meets is taken away whole."""
        for other in self.met(span.start, span.end):
            self._owners[other.start : other.end] = [None] * (other.end - other.start)
            self._spans.discard(other)
        self._owners[span.start : span.end] = [span] * (span.end - span.start)
        self._spans.add(span)

    def owners(self, stretches: Iterable[tuple[int, int]]) -> set[Mark | None] | None:
        """The marks of the spans that lie over all of these stretches; None if a sign is free."""
        found: set[Mark | None] = set()
        for start, end in stretches:
            for owner in set(self._owners[start:end]):
                if owner is None:
                    return None
                found.add(owner.mark)
        return found

    def spans(self) -> list[Span]:
        """All spans, in order."""
        return sorted(self._spans, key=attrgetter("start"))
