"""Whether a rule's conditions hold: yes, no, or not to be told from what is known.

What cannot be told never lets anything through: see `ketensluis.redaction.rule_set`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, get_args

from ketensluis.agreements.conditions import Age, Conditions, IncidentConditions, PersonRelation
from ketensluis.model.incident import Incident, Person, RelationKind
from ketensluis.model.validity import real_date
from ketensluis.redaction.forms import age_on

__all__ = ["NO", "UNKNOWN", "YES", "Truth", "of_incident", "of_person"]

Truth = int
NO: Final = 0
UNKNOWN: Final = 1
YES: Final = 2

_INVERSE: dict[str, str] = {kind: kind for kind in get_args(RelationKind)}
_INVERSE |= {"parent": "child", "child": "parent"}


def _among(codes: frozenset[str], value: str | None) -> Truth:
    if value is not None and value in codes:
        return YES
    return UNKNOWN if value in {None, "unknown"} else NO


def _any_of(codes: frozenset[str], values: list[str]) -> Truth:
    if any(value in codes for value in values):
        return YES
    return UNKNOWN if "unknown" in values else NO


def of_incident(conditions: IncidentConditions) -> Callable[[Incident], Truth]:
    """The conditions on the incident as one function; without any, they hold."""
    tests: list[Callable[[Incident], Truth]] = []
    if conditions.case_type is not None:
        case_types = frozenset[str](conditions.case_type)
        tests.append(lambda incident: _among(case_types, incident.case_type))
    if conditions.incident_class is not None:
        classes = frozenset[str](conditions.incident_class)
        tests.append(lambda incident: YES if incident.incident_class in classes else NO)
    if conditions.violence is not None:
        kinds = frozenset[str](conditions.violence)
        tests.append(lambda incident: _any_of(kinds, list(incident.violence)))
    if conditions.risk is not None:
        levels = frozenset[str](conditions.risk)
        tests.append(
            lambda incident: _any_of(levels, [one.level for one in incident.risk] or ["unknown"])
        )
    if conditions.children_present is not None:
        answers = frozenset[str](conditions.children_present)
        tests.append(lambda incident: _among(answers, incident.children_present))
    if conditions.project_codes is not None:
        targets = frozenset[str](conditions.project_codes)
        tests.append(lambda incident: _any_of(targets, list(incident.project_codes)))
    if conditions.measures is not None:
        measures = frozenset[str](conditions.measures)
        tests.append(lambda incident: _any_of(measures, [one.kind for one in incident.measures]))
    return _all_of(tests)


def _all_of(tests: list[Callable[[Incident], Truth]]) -> Callable[[Incident], Truth]:
    """The least that any of them gives; where one says no, the others are not asked."""

    def holds(incident: Incident) -> Truth:
        found: Truth = YES
        for test in tests:
            found = min(found, test(incident))
            if found == NO:
                break
        return found

    return holds


def of_person(conditions: Conditions) -> Callable[[Incident, Person, date], Truth]:
    """The conditions on a person as one function; `date` is the local day of the incident."""
    roles = None if conditions.role is None else frozenset[str](conditions.role)
    relation, age = conditions.relation, conditions.age

    def holds(incident: Incident, person: Person, day: date) -> Truth:
        if roles is not None and person.role not in roles:
            return NO
        found = YES
        if age is not None:
            found = min(found, _aged(age, person, day))
        if relation is not None:
            found = min(found, _related(relation, incident, person, day))
        return found

    return holds


def _aged(asked: Age, person: Person, day: date) -> Truth:
    born = real_date(person.birth_date)
    if born is None or born > day:
        return UNKNOWN
    return YES if asked.from_ <= age_on(born, day) < asked.under else NO


def _related(asked: PersonRelation, incident: Incident, person: Person, day: date) -> Truth:
    """Whether the person is one of the kinds of somebody with one of the roles, of that age."""
    others = {
        other.person_id: YES if asked.of_age is None else _aged(asked.of_age, other, day)
        for other in incident.persons
        if other.role in asked.of
    }
    found: Truth = NO
    for one in incident.relations:
        if one.from_ == person.person_id and one.to in others:
            kind: str = one.kind
            other = one.to
        elif one.to == person.person_id and one.from_ in others:
            kind = _INVERSE[one.kind]
            other = one.from_
        else:
            continue
        if kind in asked.kind:
            found = max(found, others[other])
        elif kind == "unknown":
            found = max(found, min(UNKNOWN, others[other]))
    return found
