"""The entrance: one line of JSON becomes an incident, or is refused with field and remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, NoReturn

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake_codes import CODES, conflicting, refusal
from ketensluis.model.json_form import RepeatedKey, content_digest, incident_from_json, to_json
from ketensluis.model.regions import RegionMap
from ketensluis.model.validity import check, notes

__all__ = [
    "CODES",
    "MAX_LINE",
    "Line",
    "check",
    "conflicting",
    "content_digest",
    "json_value",
    "notes",
    "parse_incident",
    "raw_lines",
    "read_lines",
    "to_json",
]

MAX_LINE = 1_048_576  # bytes: a full narrative written in \\u escapes takes 393,216
_KEPT = 65_536  # bytes kept of a line that is longer than that, to find it by
_BLANK = b" \t\r"
_BOM = b"\xef\xbb\xbf"
_READ = len(_BOM) + MAX_LINE + 1


class Line(NamedTuple):
    """A line of a file: its number from 1, what it holds or why not, and its bytes.

    Of a line that is too long, `raw` is the beginning.
    """

    number: int
    result: Incident | Refused
    raw: bytes


def parse_incident(line: bytes, regions: RegionMap) -> Incident:
    """The incident that one line of JSON stands for, checked.

    Raises:
        Refused: with a code of `CODES`, the field's path and a remedy.
    """
    incident = incident_from_json(json_value(line))
    check(incident, regions)
    return incident


def json_value(line: bytes) -> Any:
    """What one line of JSON says; an object in which a key stands twice is a `RepeatedKey`.

    Raises:
        Refused: `too_long`, `bad_utf8`, `bad_json`.
    """
    if len(line) > MAX_LINE:
        raise refusal("too_long", "", f"has more than {MAX_LINE} bytes")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise refusal("bad_utf8", "", f"is not UTF-8 at byte {error.start + 1}") from None
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise refusal("bad_json", "", "is nested too deep") from None
    except json.JSONDecodeError as error:
        raise refusal("bad_json", "", f"is not JSON at character {error.pos + 1}") from None
    except ValueError:  # an integer of more digits than Python reads
        raise refusal("bad_json", "", "holds a number of too many digits") from None


def read_lines(stream: BinaryIO, regions: RegionMap) -> Iterator[Line]:
    """The lines of a stream, each as an incident or as its refusal; blank ones are skipped."""
    for number, raw, refused in raw_lines(stream):
        yield Line(number, refused or _attempt(raw, regions), raw)


def raw_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes, Refused | None]]:
    """The lines of a stream by number; of one that is too long the beginning, and its refusal.

    Lines end at 0x0A only; blank ones are skipped. A byte order mark is skipped at the beginning
    of the stream, as RFC 8259 (section 8.1) allows. Memory is bounded by `MAX_LINE`.
    """
    number = 0
    while raw := stream.readline(_READ):
        number += 1
        whole = raw.endswith(b"\n")
        line = raw.removesuffix(b"\n")
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) > MAX_LINE:
            if not whole:
                _skip_rest(stream)
            refused = refusal("too_long", "", f"has more than {MAX_LINE} bytes")
            yield number, line[:_KEPT], refused
        elif line.strip(_BLANK):
            yield number, line, None


def _attempt(line: bytes, regions: RegionMap) -> Incident | Refused:
    try:
        return parse_incident(line, regions)
    except Refused as error:
        return error


def _skip_rest(stream: BinaryIO) -> None:
    while chunk := stream.readline(MAX_LINE):
        if chunk.endswith(b"\n"):
            return


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    repeated = RepeatedKey(found)
    for key, _ in pairs:
        if key in seen:
            repeated.key = key
            break
        seen.add(key)
    return repeated


def _constant(_name: str) -> NoReturn:
    raise refusal("bad_json", "", "holds NaN or Infinity")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
