"""Which alarms and requests a moment asks for: absence made an event, each one once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ketensluis.ledger.clocks import Clocks, Deadline, running
from ketensluis.ledger.events import Events
from ketensluis.ledger.legs import legs
from ketensluis.model.ids import derived_id
from ketensluis.model.ledger import Alarm, Case
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import INCIDENTS, party
from ketensluis.model.record import Coordinates

__all__ = ["Raised", "alarms", "coordinates", "next_moment", "requests", "resolve"]

Kind = Literal["due_soon", "overdue", "escalated", "cleared", "no_route"]
# What was raised before: the key of each clock's run, and the kinds of alarm it gave.
Raised = Mapping[str, tuple[str, ...]]
_NO_ROUTE = frozenset({"no_agreement", "agreement_expired"})


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of one clock: the same clock that starts anew is another run."""

    clock: str
    recipient: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"{self.clock}|{self.recipient}|{self.due_at.isoformat()}"

    @classmethod
    def of(cls, key: str) -> _Run:
        clock, recipient, due_at = key.split("|")
        return cls(clock, recipient, datetime.fromisoformat(due_at))


def alarms(
    cases: Iterable[Case], clocks: Clocks, as_of: datetime, raised: Raised
) -> tuple[Alarm, ...]:
    """The alarms that are due at that moment and were not raised before.

    A deadline that passed unseen is raised as `overdue` whenever it is seen; its warning no
    longer matters and is left out. What was raised and no longer runs is `cleared`. The id
    depends on incident, recipient, clock, deadline and kind only.
    """
    by_recipient = {case.recipient: case for case in cases}
    found: list[Alarm] = []
    current: set[str] = set()
    for case in by_recipient.values():
        for run, kinds, to in _runs(case, clocks, as_of):
            current.add(run.key)
            known = raised.get(run.key, ())
            found.extend(
                _alarm(case, run, kind, to[kind], as_of) for kind in kinds if kind not in known
            )
    for key, kinds_raised in raised.items():
        run = _Run.of(key)
        case_of_run = by_recipient.get(run.recipient)
        if key not in current and "cleared" not in kinds_raised and case_of_run is not None:
            to_unit = f"{party('police', case_of_run.unit)}/hg_coordinator"
            found.append(_alarm(case_of_run, run, "cleared", to_unit, as_of))
    return tuple(found)


def resolve(raised: Raised, now: Iterable[Alarm]) -> dict[str, tuple[str, ...]]:
    """What was raised, with these alarms added."""
    known = dict(raised)
    for alarm in now:
        key = _Run(alarm.clock, alarm.recipient, alarm.due_at).key
        known[key] = (*known.get(key, ()), alarm.kind)
    return known


def next_moment(cases: Iterable[Case], clocks: Clocks, as_of: datetime) -> datetime | None:
    """The first moment after `as_of` at which a clock of these cases has something to say."""
    moments = [
        moment
        for case in cases
        for moment in (*_moments(running(case, clocks, as_of)), case.hold_until)
        if moment is not None and moment > as_of
    ]
    return min(moments, default=None)


def requests(
    events: Events, cases: Iterable[Case], as_of: datetime
) -> tuple[DisclosureRequest, ...]:
    """What disclosure is to decide again: holds that are over, and rejections for region.

    Ids depend on what is asked, not on when, so a repeat is recognised. A region that has
    already rejected this incident is not asked again: that needs a person.
    """
    where = coordinates(events)
    if where is None:
        return ()
    known = {case.recipient: case for case in cases}
    found: list[DisclosureRequest] = []
    about: tuple[str | int, ...]
    for case in known.values():
        if case.state == "held" and case.hold_until is not None and case.hold_until <= as_of:
            about = (case.incident_id, case.recipient, case.sequence, case.hold_until.isoformat())
            found.append(_request(case, where, "hold_over", about, as_of, case.recipient))
        region = _right_region(events, case)
        if region is not None and party("vt", region) not in known:
            to = party("vt", region)
            about = (case.incident_id, case.recipient, str(case.message_id), region)
            found.append(_request(case, where, "reroute", about, as_of, to))
    return tuple(found)


def coordinates(events: Events) -> Coordinates | None:
    """Where the newest version of the incident that has a decision lies, or None."""
    versions = sorted(
        (event.sequence, event.record)
        for event in events
        if event.kind == "decision" and event.record.startswith(f"{INCIDENTS}[")
    )
    if not versions:
        return None
    topic, _, place = versions[-1][1].partition("[")
    partition, _, offset = place.partition("]@")
    return Coordinates(topic, int(partition), int(offset))


def _runs(
    case: Case, clocks: Clocks, as_of: datetime
) -> Iterator[tuple[_Run, tuple[Kind, ...], Mapping[Kind, str]]]:
    """The runs that call for alarms now, with their kinds and to whom each goes."""
    for deadline in running(case, clocks, as_of):
        run = _Run(deadline.clock, deadline.recipient, deadline.due_at)
        to: dict[Kind, str] = {
            "due_soon": deadline.addressed_to,
            "overdue": deadline.addressed_to,
            "escalated": deadline.escalated_to,
        }
        yield run, _KINDS[deadline.state], to
    if case.state == "refused" and case.reason in _NO_ROUTE:
        run = _Run("route", case.recipient, case.decided_at or case.registered_at)
        yield run, ("no_route",), {"no_route": f"{party('police', case.unit)}/supervisor"}


def _alarm(case: Case, run: _Run, kind: Kind, to: str, as_of: datetime) -> Alarm:
    return Alarm(
        alarm_id=derived_id("alarm", case.incident_id, run.key, kind),
        kind=kind,
        clock=run.clock,
        incident_id=case.incident_id,
        recipient=run.recipient,
        due_at=run.due_at,
        raised_at=as_of,
        addressed_to=to,
        unit=case.unit,
        region=case.region,
    )


def _right_region(events: Events, case: Case) -> str | None:
    """The region that a rejection in force names, if it is another one."""
    if case.state != "rejected":
        return None
    leg = legs(events)[case.recipient]
    evidence = {rung.evidence for rung in case.rungs if rung.name == "rejected" and not rung.note}
    for event in events:
        if event.event_id in evidence and leg.sent(event.message_id):
            right = event.region if event.code == "wrong_region" else None
            return right if right and party("vt", right) != case.recipient else None
    return None


def _request(
    case: Case,
    where: Coordinates,
    reason: Literal["hold_over", "reroute"],
    about: tuple[str | int, ...],
    as_of: datetime,
    recipient: str,
) -> DisclosureRequest:
    return DisclosureRequest(
        request_id=derived_id("request", reason, *about),
        incident_id=case.incident_id,
        topic=where.topic,
        partition=where.partition,
        offset=where.offset,
        reason=reason,
        recipient=recipient,
        instead_of=case.recipient if reason == "reroute" else None,
        requested_at=as_of,
    )


def _moments(deadlines: Iterable[Deadline]) -> Iterator[datetime]:
    for deadline in deadlines:
        yield from (deadline.warn_at, deadline.due_at, deadline.escalate_at)


_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "running": (),
    "due_soon": ("due_soon",),
    "overdue": ("overdue",),
    "escalated": ("overdue", "escalated"),
}
