"""The closed list of marks that stand in for what was masked."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Mark", "Span"]


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

    @property
    def text(self) -> str:
        """The mark as it stands in a masked text, such as `[naam]`."""
        return f"[{self.value}]"


class Span(NamedTuple):
    """A piece of the text, by character offsets, and its mark; without a mark it stays as it is."""

    start: int
    end: int
    mark: Mark | None
