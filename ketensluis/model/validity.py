"""What an incident must satisfy beyond its types, whichever way it came in."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from operator import mul

from ketensluis.model.incident import Incident, Person
from ketensluis.model.intake_codes import refusal
from ketensluis.model.local_time import local_date
from ketensluis.model.regions import RegionMap
from ketensluis.model.texts import check_texts

__all__ = ["check", "is_role", "notes", "passes_eleven_test", "real_date"]

MAX_INCIDENT_ID = 64  # characters
_MAX_SEQUENCE = 2**63 - 1  # what Avro calls a long
_YEARS = range(1900, 3000)

_ROLE = re.compile(r"[a-z]+([_-][a-z]+)*")
_BSN = re.compile(r"[0-9]{9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MUNICIPALITY = re.compile(r"GM[0-9]{4}")
_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_OF_ZEROS = ord("0") * sum(_BSN_WEIGHTS)  # what digits have more than their value, as bytes


def check(incident: Incident, regions: RegionMap) -> None:
    """Refuses an incident that the contract does not allow.

    Raises:
        Refused: with a code of `intake_codes.CODES`, the field's path and a remedy.
    """
    check_texts(incident)
    if len(incident.incident_id) > MAX_INCIDENT_ID:
        raise refusal("too_long", "incident_id", f"has more than {MAX_INCIDENT_ID} characters")
    if not incident.incident_id.isprintable():  # it stands in headers and lists, on one line
        raise refusal(
            "bad_format", "incident_id", "holds more than plain characters and spaces",
            "write it on one line, without tabs and signs that are not seen",
        )  # fmt: skip
    if not 1 <= incident.sequence <= _MAX_SEQUENCE:
        raise refusal("out_of_range", "sequence", f"is not from 1 to {_MAX_SEQUENCE}")
    _check_times(incident)
    if incident.unit not in regions.units:
        raise refusal("unknown_unit", "unit", "is not a police unit of the map")
    _check_municipality(incident.municipality, "municipality", regions)
    known: set[str] = set()
    for index, person in enumerate(incident.persons):
        path = f"persons[{index}]"
        if person.person_id in known:
            raise refusal("repeated_person", f"{path}.person_id", "is an earlier person's")
        known.add(person.person_id)
        _check_person(person, path, regions)
    for index, relation in enumerate(incident.relations):
        for end, person_id in (("from", relation.from_), ("to", relation.to)):
            if person_id not in known:
                raise refusal("unknown_person", f"relations[{index}].{end}", "is nobody here")


def notes(incident: Incident) -> tuple[str, ...]:
    """What is odd but allowed, by path: never with the value."""
    day = local_date(incident.occurred_at).isoformat()
    found: list[str] = []
    if incident.hold is not None and not is_role(incident.hold.by_role):
        found.append("hold.by_role is no role's code, and not kept")
    for index, person in enumerate(incident.persons):
        if person.bsn is not None and not passes_eleven_test(person.bsn):
            found.append(f"persons[{index}].bsn fails the 11-test")
        if person.birth_date is not None and person.birth_date > day:
            found.append(f"persons[{index}].birth_date is after the incident, read as unknown")
    return tuple(found)


def is_role(text: str) -> bool:
    """Whether it has the form of a role's code, such as `hg_coordinator`; a name has not."""
    return _ROLE.fullmatch(text) is not None


def passes_eleven_test(bsn: str) -> bool:
    """Whether nine digits satisfy the weighted sum that every issued BSN satisfies."""
    total = sum(map(mul, _BSN_WEIGHTS, bsn.encode())) - _OF_ZEROS
    return total % 11 == 0 and bsn.strip("0") != ""


@lru_cache(maxsize=1_024)  # while an incident is decided, it is asked of each person many times
def real_date(text: str | None) -> date | None:
    """The date of the calendar that the text is, written YYYY-MM-DD; None if it is none."""
    if text is None or not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check_person(person: Person, path: str, regions: RegionMap) -> None:
    if person.bsn and not _BSN.fullmatch(person.bsn):
        raise refusal("bad_format", f"{path}.bsn", "is not nine digits")
    if person.birth_date and not real_date(person.birth_date):
        raise refusal("bad_date", f"{path}.birth_date", "is not a date YYYY-MM-DD")
    if person.address is not None and person.address.municipality:
        _check_municipality(person.address.municipality, f"{path}.address.municipality", regions)


def _check_municipality(code: str, path: str, regions: RegionMap) -> None:
    if not regions.knows(code):
        if not _MUNICIPALITY.fullmatch(code):
            raise refusal("bad_format", path, "is not GM and four digits")
        raise refusal("unknown_municipality", path, "is not in the map of municipalities")


def _check_times(incident: Incident) -> None:
    _check_time(incident.registered_at, "registered_at")
    _check_time(incident.occurred_at, "occurred_at")
    _check_time(incident.recorded_at, "recorded_at")
    for index, measure in enumerate(incident.measures):
        _check_time(measure.imposed_at, f"measures[{index}].imposed_at")
        _check_time(measure.until, f"measures[{index}].until")
    for index, risk in enumerate(incident.risk):
        _check_time(risk.assessed_at, f"risk[{index}].assessed_at")
    if incident.hold is not None:
        _check_time(incident.hold.until, "hold.until")


def _check_time(time: datetime | None, path: str) -> None:
    if time is not None and (time.utcoffset() is None or time.year not in _YEARS):
        raise refusal("bad_time", path, "has no offset, or is not from 1900 to 2999")
