"""Which clocks of a case run at a moment, and how far each is: silence made visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from ketensluis.ledger.clock_data import Clock, ClockFile
from ketensluis.ledger.fold import settled
from ketensluis.ledger.moments import moment, withdrawal_under_way
from ketensluis.ledger.pauses import pauses
from ketensluis.ledger.terms import due, order_end
from ketensluis.ledger.working_days import local_day
from ketensluis.model.ledger import Case
from ketensluis.model.party import party

__all__ = ["Clocks", "Deadline", "overdue", "running"]

State = Literal["running", "due_soon", "overdue", "escalated"]
_THE_SENDERS = frozenset({"rejected", "hold_until", "restrained"})


@dataclass(frozen=True, slots=True)
class Deadline:
    """A running clock of one case; `state` is as of the moment that was asked about.

    `addressed_to` and `escalated_to` are a party and one of its roles, `vt:utrecht/intake`.
    """

    clock: str
    incident_id: str
    recipient: str
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    escalate_at: datetime
    state: State
    addressed_to: str
    escalated_to: str


class Clocks:
    """The clocks in force, ready to be asked."""

    def __init__(self, data: ClockFile) -> None:
        self._calendar = data.calendar
        self._named: dict[str, tuple[Clock, ...]] = {}
        for clock in data.clocks:
            self._named[clock.name] = (*self._named.get(clock.name, ()), clock)

    @property
    def names(self) -> tuple[str, ...]:
        """The clocks' names, in the order of the file."""
        return tuple(self._named)

    def of(self, name: str, case: Case) -> tuple[Clock, datetime] | None:
        """The clock of that name that counts for the case, and since when; None: none runs."""
        best: tuple[tuple[bool, int], Clock, datetime] | None = None
        for clock in self._named[name]:
            started = moment(case, clock.start)
            if started is None or not _in_force(clock, started):
                continue
            weight = _weight(clock, case)
            if weight is not None and (best is None or weight > best[0]):
                best = weight, clock, started
        return best and best[1:]

    def told(self, name: str, case: Case, *, escalated: bool) -> str | None:
        """Who was told of that clock of the case last, also when it no longer runs.

        None if no clock of the file has that name for it.
        """
        best: tuple[tuple[bool, int], Clock] | None = None
        for clock in self._named.get(name, ()):
            weight = _weight(clock, case)
            if weight is not None and (best is None or weight >= best[0]):
                best = weight, clock
        return None if best is None else _addresses(best[1], case)[escalated]

    def due(self, clock: Clock, case: Case, start: datetime) -> datetime | None:
        """When that clock of the case, started then, is over (UTC); None while it stands still."""
        if clock.ends is not None and (until := moment(case, clock.ends)) is not None:
            return order_end(start, until)
        paused = pauses(case, clock.pauses) if clock.pauses else ()
        return due(clock.term, start, self._calendar, paused)


def running(case: Case, clocks: Clocks, as_of: datetime) -> tuple[Deadline, ...]:
    """The clocks of the case that run at that moment, in the order of the file.

    A settled case runs none, and a paused clock does not run. While a withdrawal is under way
    only its receipt is awaited; after a rejection only its sender's clock runs, for the dossier
    is the sender's again, and those of a restraining order, which a rejection does not stop.
    """
    if settled(case):
        return ()
    found = []
    for name in clocks.names:
        counted = clocks.of(name, case)
        if counted is None:
            continue
        clock, started = counted
        if moment(case, clock.stop) is not None or _idle(case, clock):
            continue
        due_at = clocks.due(clock, case, started)
        if due_at is not None:
            found.append(_deadline(case, clock, started, due_at, as_of))
    return tuple(found)


def overdue(deadlines: Sequence[Deadline]) -> tuple[str, ...]:
    """The names of those that are over, in the order of the alphabet, as in a case's row."""
    return tuple(sorted(each.clock for each in deadlines if each.state in {"overdue", "escalated"}))


def _deadline(
    case: Case, clock: Clock, started: datetime, due_at: datetime, as_of: datetime
) -> Deadline:
    warn_at = max(started, due_at - clock.warn_before.length)
    escalate_at = due_at + max(clock.escalate_after.length, timedelta(microseconds=1))
    state: State = "running"
    for since, name in ((warn_at, "due_soon"), (due_at, "overdue"), (escalate_at, "escalated")):
        if as_of >= since:
            state = name  # type: ignore[assignment]  # the three literals above
    addressed_to, escalated_to = _addresses(clock, case)
    return Deadline(
        clock=clock.name,
        incident_id=case.incident_id,
        recipient=case.recipient,
        started_at=started,
        warn_at=warn_at,
        due_at=due_at,
        escalate_at=escalate_at,
        state=state,
        addressed_to=addressed_to,
        escalated_to=escalated_to,
    )


def _addresses(clock: Clock, case: Case) -> tuple[str, str]:
    """To whom its alarms go, and to whom it is escalated.

    A recipient to whom nothing was sent is told nothing: not even that there is an incident.
    """
    sender = party("police", case.unit)
    escalated = f"{sender}/{clock.escalated_to}"
    if clock.addressed_to == "sender":
        return f"{sender}/{clock.role}", escalated
    return f"{case.recipient}/{clock.role}" if case.sent_at else escalated, escalated


def _idle(case: Case, clock: Clock) -> bool:
    if withdrawal_under_way(case):
        return clock.start != "sent"
    return case.state == "rejected" and clock.start not in _THE_SENDERS


def _in_force(clock: Clock, started: datetime) -> bool:
    day = local_day(started)
    return clock.valid_from <= day and (clock.valid_until is None or day <= clock.valid_until)


def _weight(clock: Clock, case: Case) -> tuple[bool, int] | None:
    """How specific the clock is for this case; None if it is not for it."""
    here = case.region in clock.regions
    if not here and "*" not in clock.regions:
        return None
    matching = [len(each) for each in clock.recipients if fnmatchcase(case.recipient, each)]
    return (here, max(matching)) if matching else None
