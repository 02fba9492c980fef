"""What no agreement can release: hidden addresses, shelters, anonymous reporters, sources.

Everything here is found by looking at the incident alone, person by person and as sets, so
that neither rules nor the order of persons can change it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ketensluis.model.incident import Address, Incident, Person, Place

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
    r"blijf[ -]?(?:van[ -]mijn[ -]lijf|groep|huis)|(?:vrouwen|mannen|nood|crisis|maatschappelijke )"
    r"opvang|opvanghuis|safe ?house|schuil(?:adres|plaats|plek)|oranje huis|onderduik",
    re.IGNORECASE,
)
_ADDRESS_LEAVES = ("street", "house_number", "postcode", "city", "municipality")
_PLACE_LEAVES = ("street", "house_number", "postcode", "city")
_TELLING = ("street", "postcode", "city", "municipality")


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

    def __bool__(self) -> bool:
        return bool(self.persons or self.leaves or self.narrative)


def _key(text: str | None) -> str:
    """A value without case, spaces and punctuation, so that spellings of one place are equal."""
    return "".join(char for char in (text or "").casefold() if char.isalnum())


def _is_shelter(place: Address | Place | None) -> bool:
    return place is not None and any(
        text and _SHELTER.search(text) for text in (place.street, place.city)
    )


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


def _same_house(one: Address | Place, other: Address | Place) -> bool:
    """Whether both may be one house: nothing that both tell differs, and they share a street.

    What one of them does not tell cannot tell them apart; so doubt counts as the same.
    """
    if any(
        _key(getattr(one, leaf)) != _key(getattr(other, leaf))
        for leaf in ("house_number", "city")
        if getattr(one, leaf) and getattr(other, leaf)
    ):
        return False
    return any(
        _key(getattr(one, leaf)) == _key(getattr(other, leaf)) != ""
        for leaf in ("postcode", "street")
    )


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
    for index, person in enumerate(incident.persons):
        address = person.address
        if address is None:
            continue
        whole = address is hidden or _same_house(address, hidden)
        for leaf in _ADDRESS_LEAVES:
            if whole or _repeats(address, hidden, leaf):
                _keep(leaves, f"persons[{index}].address.{leaf}", rule)
    place = incident.place
    if place is not None:
        if _same_house(place, hidden):
            _whole_place(leaves, rule)
        for leaf in ("street", "postcode", "city"):
            if _repeats(place, hidden, leaf):
                _keep(leaves, f"place.{leaf}", rule)
    if hidden.municipality and _key(incident.municipality) == _key(hidden.municipality):
        _keep(leaves, "municipality", rule)


def _repeats(one: Address | Place, hidden: Address, leaf: str) -> bool:
    return leaf in _TELLING and _key(getattr(one, leaf)) == _key(getattr(hidden, leaf)) != ""


def _unnamed(incident: Incident, *, shown_to_suspect: bool) -> Iterator[tuple[int, str]]:
    """Persons of whom nothing goes, also where they stand in the incident a second time."""
    anonymous = [person for person in incident.persons if person.anonymous]
    for index, person in enumerate(incident.persons):
        if any(_same_person(person, other) for other in anonymous):
            yield index, ANONYMOUS
        if shown_to_suspect and person.role == "reporter":
            yield index, SOURCE


def _same_person(one: Person, other: Person) -> bool:
    if one is other or (one.bsn is not None and one.bsn == other.bsn):
        return True
    return (
        one.birth_date is not None
        and one.birth_date == other.birth_date
        and _key(one.surname) == _key(other.surname) != ""
        and _key(one.given_names) == _key(other.given_names)
    )


def _hide_traces(incident: Incident, found: Protection) -> None:
    """What of others would point to somebody of whom nothing goes."""
    gone = [incident.persons[index] for index in found.persons]
    rule = min(found.persons.values())
    found.narrative = rule
    for index, person in enumerate(incident.persons):
        for leaf in ("phone", "email"):
            value = _key(getattr(person, leaf))
            if value and any(value == _key(getattr(one, leaf)) for one in gone):
                _keep(found.leaves, f"persons[{index}].{leaf}", rule)
    if incident.place is None:
        return
    staying = [p for index, p in enumerate(incident.persons) if index not in found.persons]
    if _lives_at(gone, incident.place) and not _lives_at(staying, incident.place):
        _whole_place(found.leaves, rule)


def _lives_at(persons: Iterable[Person], place: Place) -> bool:
    return any(p.address is not None and _same_house(p.address, place) for p in persons)
