"""The file of municipalities, `reference/gemeenten.csv`, read and checked line by line.

One row per municipality and period of validity, the last day exclusive.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketensluis.errors import KetensluisError

__all__ = ["FILE", "Municipality", "read_municipalities"]

FILE = "gemeenten.csv"
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


def read_municipalities(path: Path, text: str) -> dict[str, tuple[Municipality, ...]]:
    """Every municipality by code, its periods in order; `path` is where the text comes from.

    Raises:
        KetensluisError: `bad_reference`, naming file, line and what is wrong there.
    """
    rows = [
        (line, _row(path, line, row))
        for line, row in _rows(path, text.splitlines())  # csv would hide the line of a fault
    ]
    return _by_code(path, rows)


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
