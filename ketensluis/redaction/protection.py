"""What no agreement can release: hidden addresses, shelters, anonymous reporters, sources.

Everything here is found by looking at the incident alone, person by person and as sets, so
that neither rules nor the order of persons can change it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ketensluis.model.incident import Address, Incident, Person, Place
from ketensluis.redaction.houses import house_of
from ketensluis.redaction.spelling import key, plain
from ketensluis.redaction.towns import names_town, town

__all__ = [
    "ANONYMOUS",
    "SECRET_ADDRESS",
    "SHELTER",
    "SOURCE",
    "Protection",
    "hidden_addresses",
    "protect",
]

SECRET_ADDRESS = "protected.secret_address"  # noqa: S105 - the name of a rule
SHELTER = "protected.shelter"
ANONYMOUS = "protected.anonymous_reporter"
SOURCE = "protected.source"

_SHELTER = re.compile(
    r"blijf[ -]?(?:van[ -]m(?:ij|')n[ -]lijf|groep|huis)"
    r"|(?:vrouwen|mannen|nood|crisis|maatschappelijke)[ -]?opvang"
    r"|opvang(?:huis|locatie|centrum|adres)|safe[ -]?house|schuil(?:adres|plaats|plek)"
    r"|oranje[ -]?huis|onderduik"
)
# One of these is in every text that the pattern finds; looking for them is ten times faster.
_SHELTER_HINTS = ("opvang", "blijf", "safe", "schuil", "oranje", "onderduik")
_ADDRESS_LEAVES = ("street", "house_number", "postcode", "city", "municipality")
_NATIONAL = 9  # digits of a Dutch telephone number after 0, +31 or 0031
_NOWHERE = Place()
_TEAM = "reporting_officer.team"
_PLACE_LEAVES = ("street", "house_number", "postcode", "city")


@dataclass
class Protection:
    """What is kept back of one incident towards one recipient.

    Attributes:
        persons: persons of whom nothing goes, by index, and the rule that says so.
        leaves: single leaves by concrete path (`persons[0].address.city`), and the rule.
        narrative: the rule that keeps the whole narrative back, if any.
    """

    persons: dict[int, str] = field(default_factory=dict)
    leaves: dict[str, str] = field(default_factory=dict)
    narrative: str | None = None


def _is_shelter(place: Address | Place | None) -> bool:
    return place is not None and _names_shelter(place.street, place.city)


@lru_cache(maxsize=1_024)  # while an incident is decided, it is asked of each address many times
def _names_shelter(street: str | None, city: str | None) -> bool:
    text = plain(f"{street}\n{city}").lower()
    for hint in _SHELTER_HINTS:
        if hint in text:
            return _SHELTER.search(text) is not None
    return False


def hidden_addresses(incident: Incident) -> Iterator[tuple[Address, str]]:
    """The addresses that nobody may be told, each with the rule that protects it."""
    for person in incident.persons:
        address = person.address
        if address is None:
            continue
        if address.secret:
            yield address, SECRET_ADDRESS
        elif _is_shelter(address):
            yield address, SHELTER


def protect(incident: Incident, *, shown_to_suspect: bool) -> Protection:
    """What is kept back, whatever the agreement says.

    Towards the suspect's side the reporter, too, is kept back: source protection, Wmo 2015
    art. 4.1.8(3).
    """
    found = Protection()
    hidden = tuple(hidden_addresses(incident))
    for address, rule in hidden:
        _hide_address(incident, address, rule, found.leaves)
    if _is_shelter(incident.place):
        _whole_place(found.leaves, SHELTER)
    for index, rule in _unnamed(incident, shown_to_suspect=shown_to_suspect):
        found.persons[index] = min(rule, found.persons.get(index, rule))
    if found.persons:
        _hide_traces(incident, found)
        # Of who is gone no more is told than that: a secret address is something about them, too.
        gone = tuple(f"persons[{index}]." for index in found.persons)
        found.leaves = {at: rule for at, rule in found.leaves.items() if not at.startswith(gone)}
    return found


def _whole_place(leaves: dict[str, str], rule: str) -> None:
    for leaf in _PLACE_LEAVES:
        _keep(leaves, f"place.{leaf}", rule)
    _keep(leaves, "municipality", rule)


def _keep(leaves: dict[str, str], path: str, rule: str) -> None:
    """Withhold a leaf; of several rules the first by name is told, whatever their order."""
    leaves[path] = min(rule, leaves.get(path, rule))


def _hide_address(incident: Incident, hidden: Address, rule: str, leaves: dict[str, str]) -> None:
    """The address itself, the same house elsewhere, and every leaf that repeats a part of it."""
    house = house_of(hidden)
    for index, person in enumerate(incident.persons):
        address = person.address
        if address is None:
            continue
        other = house_of(address)
        whole = address is hidden or house.may_be(other)
        for leaf in _ADDRESS_LEAVES if whole else house.repeated_in(other):
            _keep(leaves, f"persons[{index}].address.{leaf}", rule)
    other = house_of(incident.place or _NOWHERE, incident.municipality)
    if house.may_be(other):
        _whole_place(leaves, rule)
    for leaf in house.repeated_in(other):
        _keep(leaves, leaf if leaf == "municipality" else f"place.{leaf}", rule)
    if hidden.city:
        _hide_names(incident, hidden.city, rule, leaves)


def _hide_names(incident: Incident, city: str, rule: str, leaves: dict[str, str]) -> None:
    """A police unit that is named as the town, and a team that is named after it."""
    if town(incident.unit) == town(city):
        _keep(leaves, "unit", rule)
    officer = incident.reporting_officer
    for path, team in (("team", incident.team), (_TEAM, officer.team if officer else None)):
        if team and names_town(team, city):
            _keep(leaves, path, rule)


def _unnamed(incident: Incident, *, shown_to_suspect: bool) -> Iterator[tuple[int, str]]:
    """Persons of whom nothing goes, also where they stand in the incident a second time."""
    anonymous = [person for person in incident.persons if person.anonymous]
    for index, person in enumerate(incident.persons):
        if anonymous and any(_same_person(person, other) for other in anonymous):
            yield index, ANONYMOUS
        if shown_to_suspect and person.role == "reporter":
            yield index, SOURCE


def _same_person(one: Person, other: Person) -> bool:
    """Whether both may be one: by number, or by name where no birth date tells them apart."""
    if one is other or (one.bsn is not None and one.bsn == other.bsn):
        return True
    if key(one.surname) != key(other.surname) or key(one.given_names) != key(other.given_names):
        return False
    if one.birth_date and other.birth_date:
        return one.birth_date == other.birth_date and bool(one.surname)
    # Without a date a full name is enough, unless numbers differ; a surname alone is a family's.
    return bool(one.surname and one.given_names) and not (one.bsn and other.bsn)


def _hide_traces(incident: Incident, found: Protection) -> None:
    """What of others would point to somebody of whom nothing goes."""
    gone = [incident.persons[index] for index in found.persons]
    rule = min(found.persons.values())
    found.narrative = rule
    for index, person in enumerate(incident.persons):
        for leaf in ("phone", "email"):
            value = _reach(person, leaf)
            if value and any(value == _reach(one, leaf) for one in gone):
                _keep(found.leaves, f"persons[{index}].{leaf}", rule)
    if incident.place is None:
        return
    staying = [p for index, p in enumerate(incident.persons) if index not in found.persons]
    if _lives_at(gone, incident.place) and not _lives_at(staying, incident.place):
        _whole_place(found.leaves, rule)


def _reach(person: Person, leaf: str) -> str:
    """A number or address by which somebody is reached; a number without its country's."""
    value = key(getattr(person, leaf))
    return value[-_NATIONAL:] if leaf == "phone" else value


def _lives_at(persons: Iterable[Person], place: Place) -> bool:
    house = house_of(place)
    return any(p.address is not None and house_of(p.address).may_be(house) for p in persons)
