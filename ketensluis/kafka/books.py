"""The books as they lie on the topics: what came in, what the ledger says of it, every case.

Two sides that know nothing of each other: the records on the incoming topics, and the records
that ledger events and quarantine entries name as their cause. What is on the first and not on
the second is open: not handled yet, or lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ketensluis.avro.codec import Codec
from ketensluis.kafka.scan import scan
from ketensluis.model.ledger import Alarm, Case, LedgerEvent
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import (
    INCIDENTS,
    LEDGER_ALARMS,
    LEDGER_CASES,
    LEDGER_EVENTS,
    QUARANTINE,
    REQUESTS,
)
from ketensluis.model.quarantine import incident_of
from ketensluis.model.record import Record

__all__ = ["BOOK_TOPICS", "Books", "read_books"]

BOOK_TOPICS = (INCIDENTS, LEDGER_EVENTS, LEDGER_CASES, LEDGER_ALARMS, QUARANTINE)


@dataclass
class Books:
    """Filled record by record, in any order of topics.

    Attributes:
        incoming: the incident that each incoming record is about, by its coordinates.
        accounted: the coordinates that a ledger event or a quarantine entry names.
        decided: the incidents that a decision is about.
        cases: the newest row of each obligation, by its key.
        quarantined: the incident, where one is named, of each quarantine entry by its id.
        alarms: the alarms by id.
    """

    codec: Codec
    incoming: dict[str, str | None] = field(default_factory=dict)
    accounted: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    cases: dict[bytes, Case] = field(default_factory=dict)
    quarantined: dict[str, str | None] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)

    @property
    def open(self) -> list[str]:
        """The incoming records of which nothing is known yet."""
        return [place for place in self.incoming if place not in self.accounted]

    def enter(self, record: Record) -> None:
        """Take one record into the books."""
        match record.coordinates.topic:
            case t if t == LEDGER_EVENTS:
                self._event(record)
            case t if t == LEDGER_CASES:
                self._case(record)
            case t if t == LEDGER_ALARMS and record.value:
                alarm = self.codec.decode(record.value, Alarm)
                self.alarms[alarm.alarm_id] = alarm
            case t if t == QUARANTINE:
                self._quarantine(record)
            case t if t == REQUESTS:
                pass  # the hub asks itself: what comes of it is a ledger event of the incident
            case _:
                self.incoming[str(record.coordinates)] = incident_of(record)

    def _event(self, record: Record) -> None:
        if record.value:
            event = self.codec.decode(record.value, LedgerEvent)
            self.accounted.add(event.record)
            if event.kind == "decision":
                self.decided.add(event.incident_id)

    def _case(self, record: Record) -> None:
        key = record.key or b""
        if record.value:
            self.cases[key] = self.codec.decode(record.value, Case)
        else:
            self.cases.pop(key, None)

    def _quarantine(self, record: Record) -> None:
        if record.value:
            entry = self.codec.decode(record.value, Quarantined)
            self.quarantined[entry.quarantine_id] = entry.incident_id
            self.accounted.add(entry.place)


async def read_books(bootstrap: str, codec: Codec, also: Iterable[str] = ()) -> Books:
    """The books as of now; `also` names further incoming topics (`responses.<party>`).

    Raises:
        Unavailable: Kafka does not answer.
        KetensluisError: the topics of the chain were not made.
    """
    books = Books(codec)
    async for record in scan(bootstrap, [*BOOK_TOPICS, *also]):
        books.enter(record)
    return books
