"""Which alarms a moment asks for: absence made an event, each one once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ketensluis.ledger.clocks import Clocks, Deadline, running
from ketensluis.ledger.events import Events
from ketensluis.ledger.requests import wanted
from ketensluis.model.ids import derived_id
from ketensluis.model.ledger import Alarm, Case
from ketensluis.model.party import party

__all__ = ["Raised", "alarms", "next_moment", "resolve", "standing"]

Kind = Literal["due_soon", "overdue", "escalated", "cleared", "no_route"]
# What was raised before: the key of each clock's run, and the kinds of alarm it gave.
Raised = Mapping[str, tuple[str, ...]]


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
    longer matters and is left out. What was raised and no longer runs is `cleared`, which goes
    to whoever was told last. The id depends on incident, recipient, clock, deadline and kind only.
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
            told = clocks.told(run.clock, case_of_run, escalated="escalated" in kinds_raised)
            found.append(
                _alarm(case_of_run, run, "cleared", told or _supervisor(case_of_run), as_of)
            )
    return tuple(found)


def resolve(raised: Raised, now: Iterable[Alarm]) -> dict[str, tuple[str, ...]]:
    """What was raised, with these alarms added."""
    known = dict(raised)
    for alarm in now:
        key = _Run(alarm.clock, alarm.recipient, alarm.due_at).key
        known[key] = (*known.get(key, ()), alarm.kind)
    return known


def standing(raised: Raised, kind: Kind) -> dict[str, tuple[str, ...]]:
    """The clocks, by recipient, of which that alarm was raised and not cleared.

    Sorted, so that a row does not depend on the order in which they were raised.
    """
    found: dict[str, list[str]] = {}
    for key, kinds in raised.items():
        if kind in kinds and "cleared" not in kinds:
            run = _Run.of(key)
            found.setdefault(run.recipient, []).append(run.clock)
    return {recipient: tuple(sorted(over)) for recipient, over in found.items()}


def next_moment(
    events: Events, cases: Iterable[Case], clocks: Clocks, raised: Raised, asked: Iterable[str]
) -> datetime | None:
    """The first moment at which there is something to say that was not said before.

    It may lie in the past: what a late event makes due is due since then.
    """
    known = list(cases)
    done = frozenset(asked)
    moments = [
        moment for request, moment in wanted(events, known) if request.request_id not in done
    ]
    current: set[str] = set()
    for case in known:
        for deadline in running(case, clocks, case.registered_at):
            run = _Run(deadline.clock, deadline.recipient, deadline.due_at)
            current.add(run.key)
            moments.extend(_moments(deadline, raised.get(run.key, ())))
        if (route := _no_route(case)) is not None:
            current.add(route.key)
            if not raised.get(route.key):
                moments.append(route.due_at)
    moments.extend(
        _Run.of(key).due_at
        for key, kinds in raised.items()
        if key not in current and "cleared" not in kinds
    )
    return min(moments, default=None)


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
    if (route := _no_route(case)) is not None:
        yield route, ("no_route",), {"no_route": _supervisor(case)}


def _supervisor(case: Case) -> str:
    return f"{party('police', case.unit)}/supervisor"


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


def _moments(deadline: Deadline, known: Container[str]) -> Iterator[datetime]:
    """The moments of a run at which an alarm is still to be raised."""
    if "overdue" not in known:
        yield deadline.due_at
        if "due_soon" not in known:
            yield deadline.warn_at
    if "escalated" not in known:
        yield deadline.escalate_at


def _no_route(case: Case) -> _Run | None:
    """A refusal of any kind alarms: never silently continued, never silently stopped."""
    if case.state != "refused":
        return None
    return _Run("route", case.recipient, case.decided_at or case.registered_at)


_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "running": (),
    "due_soon": ("due_soon",),
    "overdue": ("overdue",),
    "escalated": ("overdue", "escalated"),
}
