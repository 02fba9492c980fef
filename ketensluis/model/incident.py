"""An incident as the police register it: the structure of one registration's version.

Field names and codes are those of the contract; anything that may be absent has a
default that means "null or empty". Times are aware datetimes in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

__all__ = [
    "Address",
    "Hold",
    "Incident",
    "Measure",
    "Officer",
    "Person",
    "Place",
    "Relation",
    "Risk",
]

Event = Literal["registered", "amended", "withdrawn"]
IncidentClass = Literal[
    "quarrel",
    "domestic_quarrel",
    "simple_assault",
    "aggravated_assault",
    "threat",
    "stalking",
    "vandalism",
    "disturbed_person",
    "neighbourhood_problem",
    "sexual_offence",
    "manslaughter_attempt",
    "arson_attempt",
    "other",
]
ProjectCode = Literal["female_partner", "male_partner", "parents", "family", "children"]
CaseType = Literal["report", "complaint", "ex_officio", "unknown"]
Violence = Literal[
    "physical",
    "psychological",
    "sexual",
    "threat",
    "stalking",
    "neglect",
    "economic",
    "honour_related",
    "witnessed",
]
YesNoUnknown = Literal["yes", "no", "unknown"]
Role = Literal[
    "victim",
    "suspect",
    "perpetrator",
    "involved",
    "child",
    "child_witness",
    "witness",
    "reporter",
]
Sex = Literal["f", "m", "x", "unknown"]
RelationKind = Literal[
    "partner",
    "ex_partner",
    "parent",
    "child",
    "sibling",
    "family",
    "household",
    "family_friend",
    "other",
    "none",
    "unknown",
]
MeasureKind = Literal[
    "restraining_order",
    "contact_ban",
    "area_ban",
    "behavioural_order",
    "arrest",
    "detention",
    "suspended_detention",
    "stop_talk",
    "stop_letter",
    "address_alert",
    "alarm_device",
]
RiskInstrument = Literal["rihg", "sash"]
RiskLevel = Literal["low", "medium", "high", "unknown"]
HoldReason = Literal["hold_investigation", "hold_safety"]


class _Struct(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Immutable, by keyword, and closed: a field that the contract lacks is refused."""


class Place(_Struct, frozen=True, kw_only=True):
    """Where it happened."""

    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    city: str | None = None


class Address(_Struct, frozen=True, kw_only=True):
    """A person's home; `secret` marks an address that nobody may be told."""

    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    city: str | None = None
    municipality: str | None = None
    secret: bool | None = None


class Person(_Struct, frozen=True, kw_only=True):
    """Someone in the incident, in the role that this incident gave them."""

    person_id: str
    role: Role
    given_names: str | None = None
    surname: str | None = None
    birth_date: str | None = None
    sex: Sex | None = None
    bsn: str | None = None
    address: Address | None = None
    phone: str | None = None
    email: str | None = None
    anonymous: bool | None = None
    police_employee: bool | None = None


class Relation(_Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """`from_` is the `kind` of `to`: from anna, to bert, parent = Anna is Bert's parent."""

    from_: str
    to: str
    kind: RelationKind


class Measure(_Struct, frozen=True, kw_only=True):
    """A measure against a person, from when and, where it ends, until when."""

    kind: MeasureKind
    imposed_at: datetime | None = None
    until: datetime | None = None


class Risk(_Struct, frozen=True, kw_only=True):
    """The outcome of a risk instrument."""

    instrument: RiskInstrument
    level: RiskLevel
    assessed_at: datetime | None = None


class Officer(_Struct, frozen=True, kw_only=True):
    """The reporting officer, by service number and team."""

    number: str | None = None
    team: str | None = None


class Hold(_Struct, frozen=True, kw_only=True):
    """Why it is not to be sent yet, until when, and which role decided so."""

    reason: HoldReason
    until: datetime
    by_role: str


class Incident(_Struct, frozen=True, kw_only=True):
    """One version (`sequence`) of one police registration."""

    incident_id: str
    sequence: int
    event: Event
    registered_at: datetime
    occurred_at: datetime
    unit: str
    team: str
    municipality: str
    incident_class: IncidentClass
    recorded_at: datetime | None = None
    place: Place | None = None
    project_codes: tuple[ProjectCode, ...] = ()
    case_type: CaseType | None = None
    violence: tuple[Violence, ...] = ()
    children_present: YesNoUnknown | None = None
    persons: tuple[Person, ...] = ()
    relations: tuple[Relation, ...] = ()
    measures: tuple[Measure, ...] = ()
    risk: tuple[Risk, ...] = ()
    narrative: str | None = None
    reporting_officer: Officer | None = None
    hold: Hold | None = None
    restricted: bool | None = None
