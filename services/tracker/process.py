"""What the tracker decides: an event or a moment in, what to remember and to tell out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ketensluis.ledger.alarms import alarms, next_moment, resolve, standing
from ketensluis.ledger.clocks import Clocks
from ketensluis.ledger.events import add
from ketensluis.ledger.fold import cases, settled
from ketensluis.ledger.requests import requests
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

    def events(self, known: Remembered, told: Iterable[LedgerEvent]) -> Told:
        """What events of one incident change. The same events again tell the same rows.

        Nothing is raised here: an event that answers these may be the next on the topic,
        and only who has read that far may speak of silence.
        """
        events = known.events
        for event in told:
            events = add(events, event)
        return self._told(msgspec.structs.replace(known, events=events))

    def moment(self, known: Remembered, as_of: datetime) -> Told:
        """What the passing of time until then changes."""
        found = cases(known.events)
        new = alarms(found, self._clocks, as_of, known.raised)
        asked = tuple(
            request
            for request in requests(known.events, found, as_of)
            if request.request_id not in known.asked
        )
        remembered = msgspec.structs.replace(
            known,
            raised=resolve(known.raised, new),
            asked=(*known.asked, *(request.request_id for request in asked)),
        )
        return self._told(remembered, new, asked)

    def _told(
        self,
        known: Remembered,
        new: tuple[Alarm, ...] = (),
        asked: tuple[DisclosureRequest, ...] = (),
    ) -> Told:
        found = cases(known.events)
        due = next_moment(known.events, found, self._clocks, known.raised, known.asked)
        over = standing(known.raised, "overdue")
        rows = tuple(
            msgspec.structs.replace(case, overdue=over[case.recipient])
            if case.recipient in over and not settled(case)
            else case
            for case in found
        )
        return Told(msgspec.structs.replace(known, due=due), rows, new, asked)
