"""Writes a step of a story down as an incident, in all its versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from ketensluis.made_up.draw import Draw
from ketensluis.made_up.intended import Intended, intended
from ketensluis.made_up.people import Dossier, Member
from ketensluis.made_up.scenes import Step
from ketensluis.model.incident import (
    Event,
    Hold,
    Incident,
    Measure,
    MeasureKind,
    Officer,
    Person,
    Relation,
    Risk,
    RiskInstrument,
    RiskLevel,
)

__all__ = ["MadeUp", "Registered", "write_down"]

_ORDER = timedelta(days=10)  # Wet tijdelijk huisverbod, article 2
_TEAMS = ("Team Noord", "Team Zuid", "Team Centrum", "Team West", "Team Buitengebied")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One record as it arrives, when, and what was meant by it."""

    at: datetime
    incident: Incident
    intended: Intended


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration that is under way: its step, its dossier, its id and its time."""

    story: str
    step: Step
    dossier: Dossier
    incident_id: str
    at: datetime
    pace: timedelta


def write_down(draw: Draw, registered: Registered) -> Iterator[MadeUp]:
    """Every version of one registration, in order of time."""
    step, dossier, at = registered.step, registered.dossier, registered.at
    occurred = at - timedelta(minutes=draw.whole(5, 300))
    officer = Officer(number=f"{draw.whole(100_000, 999_999)}", team=draw.pick(_TEAMS))
    first = _incident(registered, step, occurred, officer)
    yield MadeUp(at, first, intended(registered.story, step, dossier, withdrawn=False))
    moment = at
    for sequence, change in enumerate(step.later, start=2):
        moment += change.after * registered.pace + timedelta(seconds=draw.whole(1, 600))
        moment = moment.replace(microsecond=0)
        step = change.apply(step)
        version = (
            _withdrawal(first)
            if change.withdrawn
            else _incident(registered, step, occurred, officer)
        )
        event: Event = "withdrawn" if change.withdrawn else "amended"
        version = msgspec.structs.replace(
            version, sequence=sequence, event=event, recorded_at=moment
        )
        meant = intended(registered.story, step, dossier, withdrawn=change.withdrawn)
        yield MadeUp(moment, version, meant)


def _incident(registered: Registered, step: Step, occurred: datetime, officer: Officer) -> Incident:
    dossier, at = registered.dossier, registered.at
    ids = {part: f"p{number}" for number, part in enumerate(step.roles, start=1)}
    return Incident(
        incident_id=registered.incident_id,
        sequence=1,
        event="registered",
        registered_at=at,
        occurred_at=occurred,
        unit=dossier.municipality.unit,
        team=officer.team or "",
        municipality=dossier.municipality.code,
        place=dossier.place,
        incident_class=step.kind,
        project_codes=step.codes,
        case_type=step.case,
        violence=step.violence,
        children_present=step.children,
        persons=tuple(_person(step, dossier.members[part], part, ids[part]) for part in step.roles),
        relations=_relations(step, dossier, ids),
        measures=tuple(_measure(kind, at) for kind in step.measures),
        risk=(*_risk("rihg", step.rihg, at), *_risk("sash", step.sash, at)),
        narrative=step.text.format_map(dossier.words),
        reporting_officer=officer,
        hold=_hold(step, at, registered.pace),
        restricted=step.restricted or None,
    )


def _withdrawal(first: Incident) -> Incident:
    """Only what the contract requires, and no content."""
    return Incident(
        incident_id=first.incident_id,
        sequence=first.sequence,
        event="withdrawn",
        registered_at=first.registered_at,
        occurred_at=first.occurred_at,
        unit=first.unit,
        team=first.team,
        municipality=first.municipality,
        incident_class=first.incident_class,
    )


def _person(step: Step, member: Member, part: str, person_id: str) -> Person:
    role = step.roles[part]
    anonymous = part in step.anonymous
    person = member.person(person_id, role, home=member.home, known=step.known and not anonymous)
    if anonymous:
        person = msgspec.structs.replace(person, anonymous=True, phone=member.phone)
    if part in step.secret and person.address is not None:
        address = msgspec.structs.replace(person.address, secret=True)
        person = msgspec.structs.replace(person, address=address)
    if part in step.police:
        person = msgspec.structs.replace(person, police_employee=True)
    return person


def _relations(step: Step, dossier: Dossier, ids: dict[str, str]) -> tuple[Relation, ...]:
    if not step.codes and "relation" not in step.because:
        return ()
    return tuple(
        Relation(from_=ids[one], to=ids[other], kind=kind)
        for one, other, kind in dossier.cast.relations
        if one in ids and other in ids
    )


def _measure(kind: MeasureKind, at: datetime) -> Measure:
    return Measure(
        kind=kind, imposed_at=at, until=at + _ORDER if kind == "restraining_order" else None
    )


def _risk(instrument: RiskInstrument, level: RiskLevel | None, at: datetime) -> tuple[Risk, ...]:
    return (Risk(instrument=instrument, level=level, assessed_at=at),) if level else ()


def _hold(step: Step, at: datetime, pace: timedelta) -> Hold | None:
    if step.hold is None:
        return None
    return Hold(reason=step.hold, until=at + 3 * pace, by_role="hulpofficier_van_justitie")
