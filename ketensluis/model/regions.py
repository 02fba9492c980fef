"""The map of municipalities, police units and Veilig Thuis regions, as of a date.

The map is `reference/gemeenten.csv`: one row per municipality and period of validity, the
last day exclusive. A code that had ceased is read as its successor; a date before the map
begins is read as the map's earliest state; both are recorded as notes.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.party import party

__all__ = ["Located", "Municipality", "RegionMap", "load_regions"]

_FILE = "gemeenten.csv"
_COLUMNS = (
    "gemeentecode",
    "gemeente",
    "geldig_vanaf",
    "geldig_tot",
    "opgevolgd_door",
    "veiligheidsregio",
    "politie_eenheid",
    "vt_regio",
)
_OPTIONAL = {"geldig_tot", "opgevolgd_door"}
_CODE = re.compile(r"GM[0-9]{4}")
_REGION = re.compile(r"[a-z][a-z-]*")


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality during one period; `valid_until` is the first day after it."""

    code: str
    name: str
    valid_from: date
    valid_until: date | None
    successor: str | None
    safety_region: str
    unit: str
    region: str


@dataclass(frozen=True, slots=True)
class Located:
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
                    f"correct the code, or add the municipality to {_FILE}",
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
    path = folder / _FILE
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise KetensluisError(
            "bad_reference", f"{path}: cannot be read as UTF-8 text", "put the reference data back"
        ) from error
    rows = [
        (line, _row(path, line, row))
        for line, row in _rows(path, text.splitlines())  # csv would hide the line of a fault
    ]
    periods = _by_code(path, rows)
    every = [municipality for _, municipality in rows]
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


def _rows(path: Path, lines: list[str]) -> Iterable[tuple[int, dict[str, str]]]:
    reader = csv.reader(lines, strict=True)
    try:
        header = tuple(next(reader, ()))
        if header != _COLUMNS:
            raise _fault(path, 1, f"the header is not {','.join(_COLUMNS)}")
        for row in reader:
            if len(row) != len(_COLUMNS):
                raise _fault(path, reader.line_num, f"{len(row)} fields, not {len(_COLUMNS)}")
            yield reader.line_num, dict(zip(_COLUMNS, row, strict=True))
    except csv.Error as error:
        raise _fault(path, reader.line_num, str(error)) from error


def _row(path: Path, line: int, row: dict[str, str]) -> Municipality:
    for column, value in row.items():
        if not value and column not in _OPTIONAL:
            raise _fault(path, line, f"{column} is empty")
    for column in ("gemeentecode", "opgevolgd_door"):
        if row[column] and not _CODE.fullmatch(row[column]):
            raise _fault(path, line, f"{column} is not GM and four digits")
    if not _REGION.fullmatch(row["vt_regio"]):
        raise _fault(path, line, "vt_regio is not written in lower case with hyphens")
    start, end = (
        _date(path, line, column, row[column]) for column in ("geldig_vanaf", "geldig_tot")
    )
    if start is None or (end is not None and end <= start):
        raise _fault(path, line, "geldig_tot is not after geldig_vanaf")
    if row["opgevolgd_door"] and end is None:
        raise _fault(path, line, "opgevolgd_door is given without geldig_tot")
    return Municipality(
        code=row["gemeentecode"],
        name=row["gemeente"],
        valid_from=start,
        valid_until=end,
        successor=row["opgevolgd_door"] or None,
        safety_region=row["veiligheidsregio"],
        unit=row["politie_eenheid"],
        region=row["vt_regio"],
    )


def _date(path: Path, line: int, column: str, value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise _fault(path, line, f"{column} is not a date YYYY-MM-DD") from error


def _by_code(
    path: Path, rows: list[tuple[int, Municipality]]
) -> dict[str, tuple[Municipality, ...]]:
    periods: dict[str, tuple[Municipality, ...]] = {}
    for line, one in sorted(rows, key=lambda row: (row[1].code, row[1].valid_from)):
        before = periods.get(one.code, ())
        if before and (before[-1].valid_until is None or one.valid_from < before[-1].valid_until):
            raise _fault(path, line, f"{one.code} overlaps its earlier period")
        if before and before[-1].successor is not None:
            raise _fault(path, line, f"{one.code} returns after it had a successor")
        periods[one.code] = (*before, one)
    for line, one in rows:
        _check_succession(path, line, one, periods)
    return periods


def _check_succession(
    path: Path, line: int, one: Municipality, periods: Mapping[str, tuple[Municipality, ...]]
) -> None:
    """A period that ends leads on: to a later one of its own, or along successors to an end."""
    last = periods[one.code][-1]
    if one is last and one.valid_until is not None and one.successor is None:
        raise _fault(path, line, f"{one.code} ceased without opgevolgd_door")
    seen = {one.code}
    code = one.successor
    while code is not None:
        if code not in periods:
            raise _fault(path, line, f"opgevolgd_door {code} is not in the map")
        if code in seen:
            raise _fault(path, line, f"the successors of {one.code} run in a circle")
        seen.add(code)
        code = periods[code][-1].successor


def _fault(path: Path, line: int, sentence: str) -> KetensluisError:
    return KetensluisError(
        "bad_reference", f"{path}:{line}: {sentence}", "correct the line in the reference data"
    )
