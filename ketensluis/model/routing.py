"""Who must hear of an incident: the Veilig Thuis region, and the office of the prosecution.

The region goes by the home of the youngest child, else of the victim, else by the place of
the incident, as of the local date of the incident. Among several, the youngest whose home
municipality is known counts; those without a usable birth date come after those with one,
and equals go by `person_id`, so that the order of persons makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ketensluis.model.incident import Incident, Person
from ketensluis.model.local_time import local_date
from ketensluis.model.party import party
from ketensluis.model.regions import RegionMap
from ketensluis.model.validity import real_date

__all__ = [
    "RULE_NOT_SHOWN",
    "Route",
    "RoutingRule",
    "is_minor",
    "local_date",
    "om_notice_owed",
    "om_office",
    "vt_route",
]

RoutingRule = Literal["home_of_youngest_child", "home_of_victim", "place_of_incident"]
RULE_NOT_SHOWN = "not_shown"
_HOME_NOTED = "the home's municipality is not in the map of that day, read as its successor"
_ADULT = 18  # years
_COERCION = frozenset(
    {
        "arrest",
        "detention",
        "suspended_detention",
        "restraining_order",
        "contact_ban",
        "area_ban",
        "behavioural_order",
    }
)


@dataclass(frozen=True, slots=True)
class Route:
    """The region, and how it was found.

    `region` and `shown_rule` may leave the hub. The other fields are kept out of `repr`,
    because they can tell where somebody with a secret address lives.
    """

    region: str
    rule: RoutingRule = field(repr=False)
    municipality: str = field(repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    secret: bool = field(default=False, repr=False)

    @property
    def recipient(self) -> str:
        """The party that the referral goes to."""
        return party("vt", self.region)

    @property
    def shown_rule(self) -> str:
        """The rule as recipients may see it: hidden where a secret address routed."""
        return RULE_NOT_SHOWN if self.secret else self.rule

    @property
    def shown_notes(self) -> tuple[str, ...]:
        """The notes as the ledger may know them.

        None where a secret address routed; of another home no municipality is named.
        """
        if self.secret or not self.notes:
            return ()
        return self.notes if self.rule == "place_of_incident" else (_HOME_NOTED,)


def vt_route(incident: Incident, regions: RegionMap) -> Route:
    """The Veilig Thuis region that the incident belongs to.

    Raises:
        Refused: `unknown_municipality`, if the municipality that counts never existed.
    """
    on = local_date(incident.occurred_at)
    children = [person for person in incident.persons if _is_child(person, on)]
    victims = [person for person in incident.persons if person.role == "victim"]
    ladder: tuple[tuple[RoutingRule, list[Person]], ...] = (
        ("home_of_youngest_child", children),
        ("home_of_victim", victims),
    )
    for rule, persons in ladder:
        person = _youngest_with_home(persons, on)
        if person is not None and person.address and person.address.municipality:
            code = person.address.municipality
            return _route(rule, code, on, regions, secret=person.address.secret is True)
    return _route("place_of_incident", incident.municipality, on, regions, secret=False)


def om_office(incident: Incident) -> str:
    """The office of the prosecution beside the police unit, e.g. `om:oost-nederland`."""
    return party("om", incident.unit)


def om_notice_owed(incident: Incident) -> bool:
    """Whether the prosecution is told: HG, and a measure of coercion."""
    return bool(incident.project_codes) and any(
        measure.kind in _COERCION for measure in incident.measures
    )


def is_minor(person: Person, on: date) -> bool:
    """Whether the person is known to be under 18 on a date.

    Who was born on 29 February comes of age on 1 March. A birth date after `on` tells nothing.
    """
    born = _born(person, on)
    if born is None:
        return False
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return years < _ADULT


def _is_child(person: Person, on: date) -> bool:
    if person.role in {"child", "child_witness"}:
        return True
    return person.role == "victim" and is_minor(person, on)


def _born(person: Person, on: date) -> date | None:
    born = real_date(person.birth_date)
    return born if born is not None and born <= on else None


def _youngest_with_home(persons: Iterable[Person], on: date) -> Person | None:
    at_home = [one for one in persons if one.address and one.address.municipality]

    def rank(person: Person) -> tuple[int, str]:
        born = _born(person, on)
        return (-born.toordinal() if born else 0, person.person_id)

    return min(at_home, key=rank, default=None)


def _route(rule: RoutingRule, code: str, on: date, regions: RegionMap, *, secret: bool) -> Route:
    located = regions.municipality(code, on)
    return Route(
        region=located.municipality.region,
        rule=rule,
        municipality=located.municipality.code,
        notes=located.notes,
        secret=secret,
    )
