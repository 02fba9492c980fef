"""An incident as a recipient sees it: the Incident's structure, only what was let through.

Every field may be missing, and every value is in the form in which it was let through (a
birth date may be a year, a time a day), so the leaves are text. A list that is None was not
released; an empty one was released and is empty.
"""

from __future__ import annotations

import msgspec

__all__ = ["ReleasedIncident"]


class _Struct(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Immutable, by keyword, and closed."""


class ReleasedPlace(_Struct, frozen=True, kw_only=True):
    """Where it happened."""

    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    city: str | None = None


class ReleasedAddress(_Struct, frozen=True, kw_only=True):
    """A person's home."""

    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    city: str | None = None
    municipality: str | None = None
    secret: bool | None = None


class ReleasedPerson(_Struct, frozen=True, kw_only=True):
    """Someone in the incident."""

    person_id: str | None = None
    role: str | None = None
    given_names: str | None = None
    surname: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    bsn: str | None = None
    address: ReleasedAddress | None = None
    phone: str | None = None
    email: str | None = None
    anonymous: bool | None = None
    police_employee: bool | None = None


class ReleasedRelation(_Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """How two persons are related."""

    from_: str | None = None
    to: str | None = None
    kind: str | None = None


class ReleasedMeasure(_Struct, frozen=True, kw_only=True):
    """A measure."""

    kind: str | None = None
    imposed_at: str | None = None
    until: str | None = None


class ReleasedRisk(_Struct, frozen=True, kw_only=True):
    """The outcome of a risk instrument."""

    instrument: str | None = None
    level: str | None = None
    assessed_at: str | None = None


class ReleasedOfficer(_Struct, frozen=True, kw_only=True):
    """The reporting officer."""

    number: str | None = None
    team: str | None = None


class ReleasedHold(_Struct, frozen=True, kw_only=True):
    """A hold that was on the incident."""

    reason: str | None = None
    until: str | None = None
    by_role: str | None = None


class ReleasedIncident(_Struct, frozen=True, kw_only=True):
    """What one recipient may know of one version of one incident."""

    incident_id: str | None = None
    sequence: int | None = None
    event: str | None = None
    registered_at: str | None = None
    occurred_at: str | None = None
    recorded_at: str | None = None
    unit: str | None = None
    team: str | None = None
    municipality: str | None = None
    place: ReleasedPlace | None = None
    incident_class: str | None = None
    project_codes: tuple[str, ...] | None = None
    case_type: str | None = None
    violence: tuple[str, ...] | None = None
    children_present: str | None = None
    persons: tuple[ReleasedPerson, ...] | None = None
    relations: tuple[ReleasedRelation, ...] | None = None
    measures: tuple[ReleasedMeasure, ...] | None = None
    risk: tuple[ReleasedRisk, ...] | None = None
    narrative: str | None = None
    reporting_officer: ReleasedOfficer | None = None
    hold: ReleasedHold | None = None
    restricted: bool | None = None
