"""The books as they lie on the topics: what came in, what the ledger says of it, every case.

Two sides that know nothing of each other: the records on the incoming topics, and the records
that ledger events and quarantine entries name as their cause. What is on the first and not on
the second is open: not handled yet, or lost. A record of the books themselves that cannot be
read is open likewise, until a quarantine entry names it or a readable row takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused
from ketensluis.kafka.scan import scan
from ketensluis.ledger.answers import ANSWERS
from ketensluis.ledger.source import Answered
from ketensluis.model.ledger import Alarm, Case, LedgerEvent
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import (
    DOSSIER_LINKS,
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
        answered: incident, sender and message of every answer.
    """

    codec: Codec
    incoming: dict[str, str | None] = field(default_factory=dict)
    accounted: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    cases: dict[bytes, Case] = field(default_factory=dict)
    quarantined: dict[str, str | None] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    answered: set[Answered] = field(default_factory=set)
    _unread_rows: dict[bytes, str] = field(default_factory=dict)

    @property
    def open(self) -> list[str]:
        """The incoming records of which nothing is known yet."""
        return [place for place in self.incoming if place not in self.accounted]

    def enter(self, record: Record) -> None:
        """Take one record into the books."""
        topic, place = record.coordinates.topic, str(record.coordinates)
        try:
            match topic:
                case t if t == LEDGER_EVENTS:
                    self._event(record)
                case t if t == LEDGER_CASES:
                    self._case(record)
                case t if t == LEDGER_ALARMS:
                    self._alarm(record)
                case t if t == QUARANTINE:
                    self._quarantine(record)
                case t if t in {DOSSIER_LINKS, REQUESTS}:
                    pass  # the hub asks itself: what comes of it is a ledger event
                case _:
                    self.incoming[place] = incident_of(record)
        except Refused:
            # Whatever it said, nobody may believe that the books are complete without it.
            self.incoming[place] = incident_of(record)
            if topic == QUARANTINE:
                self.quarantined[place] = None

    def _event(self, record: Record) -> None:
        event = self.codec.decode(record.value or b"", LedgerEvent)
        self.accounted.add(event.record)
        if event.kind == "decision":
            self.decided.add(event.incident_id)
        elif event.kind in ANSWERS and event.recipient is not None:
            self.answered.add((event.incident_id, event.recipient, event.message_id))

    def _case(self, record: Record) -> None:
        key = record.key or b""
        # If this row cannot be read, the one before it is no longer true either.
        self.cases.pop(key, None)
        before = self._unread_rows.pop(key, None)
        if before is not None:
            del self.incoming[before]
        if record.value is None:
            return
        try:
            self.cases[key] = self.codec.decode(record.value, Case)
        except Refused:
            self._unread_rows[key] = str(record.coordinates)
            raise

    def _alarm(self, record: Record) -> None:
        alarm = self.codec.decode(record.value or b"", Alarm)
        self.alarms[alarm.alarm_id] = alarm

    def _quarantine(self, record: Record) -> None:
        if record.value is not None:  # without a value it marks an entry as requeued
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
