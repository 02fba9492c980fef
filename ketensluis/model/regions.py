"""The map of municipalities, police units and Veilig Thuis regions, as of a date.

A code that had ceased is read as its successor; a date before the map begins is read as the
map's earliest state; both are recorded as notes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.municipalities import FILE, Municipality, read_municipalities
from ketensluis.model.party import party

__all__ = ["Located", "RegionMap", "load_regions"]


class Located(msgspec.Struct, frozen=True):
    """The municipality that counts on a date, and what had to be read otherwise for it."""

    municipality: Municipality
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionMap:
    """Every municipality by code, its periods in order; `version` is the file's SHA-256."""

    periods: Mapping[str, tuple[Municipality, ...]]
    units: tuple[str, ...]
    regions: tuple[str, ...]
    version: str

    @property
    def offices(self) -> tuple[str, ...]:
        """The parties of the public prosecution: one office per police unit's name."""
        return tuple(party("om", unit) for unit in self.units)

    def knows(self, code: str) -> bool:
        """Whether a municipality of this code exists or has existed."""
        return code in self.periods

    def municipality(self, code: str, on: date) -> Located:
        """The municipality that the code stands for on a local date.

        Raises:
            Refused: `unknown_municipality`, if the map never knew the code.
        """
        notes: list[str] = []
        while True:
            periods = self.periods.get(code)
            if periods is None:
                raise Refused(
                    "unknown_municipality",
                    "a municipality is not in the map of municipalities",
                    f"correct the code, or add the municipality to {FILE}",
                )
            found = _as_of(periods, on)
            if found.valid_from > on:
                notes.append(f"{code} is not in the map before {found.valid_from}, read as of then")
            ended = found.valid_until
            if ended is None or on < ended or found.successor is None:
                return Located(found, tuple(notes))
            notes.append(f"{code} ceased {ended}, read as {found.successor}")
            code = found.successor

    def code_of(self, name: str, on: date) -> str | None:
        """The code of the municipality of that name on a date, if there is exactly one."""
        found = {
            period.code
            for periods in self.periods.values()
            for period in periods
            if period.name.casefold() == name.casefold()
            and period.valid_from <= on
            and (period.valid_until is None or on < period.valid_until)
        }
        return found.pop() if len(found) == 1 else None


def load_regions(folder: Path) -> RegionMap:
    """Reads the map from the folder of reference data.

    Raises:
        KetensluisError: `bad_reference`, naming file, line and what is wrong there.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise KetensluisError(
            "bad_reference", f"{path}: cannot be read as UTF-8 text", "put the reference data back"
        ) from error
    periods = read_municipalities(path, text)
    every = [municipality for several in periods.values() for municipality in several]
    return RegionMap(
        periods=periods,
        units=tuple(sorted({one.unit for one in every})),
        regions=tuple(sorted({one.region for one in every})),
        version=hashlib.sha256(content).hexdigest(),
    )


def _as_of(periods: tuple[Municipality, ...], on: date) -> Municipality:
    """The period that covers the date, else the last one before it, else the first."""
    chosen = periods[0]
    for period in periods[1:]:
        if period.valid_from <= on:
            chosen = period
    return chosen
