"""What is told of a dossier: its incidents, and who had which role, by a number and not a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from ketensluis.classification.roles import PersonRoles
from ketensluis.model.local_time import local_date
from services.worklist.wording import roles_in_words

__all__ = ["DossierLine", "DossierOf", "PersonLine", "RoleCount", "RoleTurn", "person_lines"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class RoleCount(_Answer):
    """In how many incidents a person had a role."""

    role: str
    incidents: int


class RoleTurn(_Answer):
    """The person came to stand on the other side: who suffered did, or who did suffered."""

    on: date = Field(description="The local day on which that incident happened.")
    incident_id: str
    was: tuple[str, ...]
    now: tuple[str, ...]


class PersonLine(_Answer):
    """One person, by a number that counts within this answer alone."""

    number: int
    roles: tuple[RoleCount, ...]
    role_changes: tuple[RoleTurn, ...]
    words: str = Field(description="The same as a sentence.")


class DossierLine(_Answer):
    """One incident of a dossier."""

    incident_id: str
    registered_at: datetime
    unit: str
    classification: str
    children_present: str | None
    referred: bool = Field(description="Whether a message left for a recipient.")
    shares: tuple[str, ...] = Field(description="`person`, `address`: what it has in common.")
    roles: tuple[str, ...] = Field(description="Of each person in it, as `1: victim`.")


class DossierOf(_Answer):
    """The incidents that share a person or an address with one incident, and itself."""

    incident_id: str
    incidents: int
    labelled: int = Field(description="Of these, labelled as domestic violence.")
    referred: int = Field(description="Of these, with a message that left for a recipient.")
    not_referred: int
    more: bool = Field(description="There are more incidents than lines.")
    persons: tuple[PersonLine, ...] = Field(description="Those of this incident.")
    lines: tuple[DossierLine, ...] = Field(description="The newest first.")


def person_lines(persons: Iterable[PersonRoles]) -> tuple[PersonLine, ...]:
    """The persons, numbered in the order in which they are given."""
    return tuple(_line(number, each) for number, each in enumerate(persons, start=1))


def _line(number: int, person: PersonRoles) -> PersonLine:
    turns = tuple(
        RoleTurn(
            on=local_date(each.occurred_at),
            incident_id=each.incident_id,
            was=each.was,
            now=each.now,
        )
        for each in person.changes
    )
    return PersonLine(
        number=number,
        roles=tuple(RoleCount(role=role, incidents=count) for role, count in person.counts.items()),
        role_changes=turns,
        words=roles_in_words(number, person.counts.items(), [each.on for each in turns]),
    )
