"""What the tracker decides: an event or a moment in, what to remember and to tell out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from ketensluis.ledger.alarms import alarms, next_moment, requests, resolve
from ketensluis.ledger.clocks import Clocks, overdue, running
from ketensluis.ledger.events import add
from ketensluis.ledger.fold import cases
from ketensluis.model.ledger import Alarm, Case, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from services.tracker.remembered import Remembered

__all__ = ["Told", "Tracking"]


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome: the table's new value, and what goes to the three topics.

    `once` is what must have left before it is remembered, or a crash in between loses it; the
    rows are sent again whenever the event is, so nothing depends on their being remembered.
    """

    known: Remembered
    rows: tuple[Case, ...]
    alarms: tuple[Alarm, ...]
    requests: tuple[DisclosureRequest, ...]

    @property
    def once(self) -> tuple[Alarm | DisclosureRequest, ...]:
        """What is sent one time only."""
        return (*self.alarms, *self.requests)


class Tracking:
    """The tracker's function, with the clocks that it goes by; pure."""

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks

    def event(self, known: Remembered, event: LedgerEvent, now: datetime) -> Told:
        """What an event changes. The same event again tells the same rows."""
        events = add(known.events, event)
        return self._look(msgspec.structs.replace(known, events=events), now)

    def moment(self, known: Remembered, now: datetime) -> Told:
        """What the passing of time changes."""
        return self._look(known, now)

    def _look(self, known: Remembered, now: datetime) -> Told:
        found = cases(known.events)
        new_alarms = alarms(found, self._clocks, now, known.raised)
        asked = tuple(
            request
            for request in requests(known.events, found, now)
            if request.request_id not in known.asked
        )
        rows = tuple(self._row(case, now) for case in found)
        return Told(
            Remembered(
                events=known.events,
                raised=resolve(known.raised, new_alarms),
                asked=(*known.asked, *(request.request_id for request in asked)),
                due=next_moment(found, self._clocks, now),
            ),
            rows,
            new_alarms,
            asked,
        )

    def _row(self, case: Case, now: datetime) -> Case:
        over = overdue(running(case, self._clocks, now))
        return msgspec.structs.replace(case, overdue=over) if over else case
