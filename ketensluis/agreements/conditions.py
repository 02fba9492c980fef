"""When a rule applies: conditions on the incident, and on the person that a field is of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ketensluis.model.incident import (
    CaseType,
    IncidentClass,
    MeasureKind,
    ProjectCode,
    RelationKind,
    RiskLevel,
    Role,
    Violence,
    YesNoUnknown,
)

__all__ = ["Age", "Conditions", "IncidentConditions", "PersonRelation"]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


OneOrMore = (BeforeValidator(_as_tuple), BeforeValidator(_as_list), Field(min_length=1))
CLOSED = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Age(BaseModel):
    """Age in whole years on the day of the incident: from (inclusive) to under (exclusive)."""

    model_config = CLOSED

    from_: Annotated[int, Field(alias="from", ge=0, le=150)] = 0
    under: Annotated[int, Field(ge=1, le=151)] = 151

    @model_validator(mode="after")
    def _not_empty(self) -> Age:
        if self.from_ >= self.under:
            msg = "nobody has that age: `from` must be lower than `under`"
            raise ValueError(msg)
        return self


class PersonRelation(BaseModel):
    """The person is `kind` of someone whose role is `of`: `child` of a `victim`.

    With `of_age` that other one must have that age: `parent` of a `victim` under 18.
    """

    model_config = CLOSED

    kind: Annotated[tuple[RelationKind, ...], *OneOrMore]
    of: Annotated[tuple[Role, ...], *OneOrMore]
    of_age: Age | None = None


class IncidentConditions(BaseModel):
    """Conditions on the incident as a whole; all that are given must hold.

    Each lists codes of which one is enough.
    """

    model_config = CLOSED

    case_type: Annotated[tuple[CaseType, ...], *OneOrMore] | None = None
    incident_class: Annotated[tuple[IncidentClass, ...], *OneOrMore] | None = None
    violence: Annotated[tuple[Violence, ...], *OneOrMore] | None = None
    risk: Annotated[tuple[RiskLevel, ...], *OneOrMore] | None = None
    children_present: Annotated[tuple[YesNoUnknown, ...], *OneOrMore] | None = None
    project_codes: Annotated[tuple[ProjectCode, ...], *OneOrMore] | None = None
    measures: Annotated[tuple[MeasureKind, ...], *OneOrMore] | None = None


class Conditions(IncidentConditions):
    """The same, with conditions on the person whose field it is."""

    role: Annotated[tuple[Role, ...], *OneOrMore] | None = None
    relation: PersonRelation | None = None
    age: Age | None = None

    @property
    def on_person(self) -> bool:
        """Whether anything is asked of the person."""
        return not (self.role is None and self.relation is None and self.age is None)

    @property
    def on_incident(self) -> bool:
        """Whether anything is asked of the incident."""
        return any(getattr(self, name) is not None for name in IncidentConditions.model_fields)
