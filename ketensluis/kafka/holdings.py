"""What the hub holds of each incident, read from the topics: what retention decides upon."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused
from ketensluis.kafka.books import BOOK_TOPICS, Books
from ketensluis.kafka.cluster import existing
from ketensluis.kafka.quarantine import Entries
from ketensluis.kafka.scan import scan
from ketensluis.model.dossier import DossierLink
from ketensluis.model.ledger import Case, LedgerEvent
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import DOSSIER_LINKS, INCIDENTS, LEDGER_EVENTS, QUARANTINE
from ketensluis.model.record import Record
from ketensluis.retention.held import Held, open_alarms
from ketensluis.retention.told import Told

__all__ = ["Holdings", "read_holdings"]

_ANSWERS = "responses."


@dataclass
class Holdings:
    """Filled record by record, each topic in its own order.

    Attributes:
        books: the books, which say what is open.
        entries: what is in quarantine, and what became of it.
        receipts: when each message was received, by its id.
    """

    codec: Codec
    books: Books = field(init=False)
    entries: Entries = field(init=False)
    receipts: dict[str, datetime] = field(default_factory=dict)
    _told: dict[str, Told] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.books = Books(self.codec)
        self.entries = Entries(partial(self.codec.decode, expected=Quarantined))

    def enter(self, record: Record) -> None:
        """Take one record in; what cannot be read is open in the books, and stays."""
        at = record.coordinates
        if at.topic != DOSSIER_LINKS:
            self.books.enter(record)
        with contextlib.suppress(Refused):
            if at.topic == DOSSIER_LINKS:
                link = self.codec.decode(record.value or b"", DossierLink)
                self._of(link.incident_id).keys(link.sequence, link.keys)
            elif at.topic == LEDGER_EVENTS:
                event = self.codec.decode(record.value or b"", LedgerEvent)
                self._of(event.incident_id).event(event)
                if event.kind == "received" and event.message_id is not None:
                    self.receipts.setdefault(event.message_id, event.occurred_at)
            elif at.topic == QUARANTINE:
                self.entries.enter(record)
            elif at.topic == INCIDENTS and record.key is not None:
                self._of(record.key.decode(errors="replace")).record(at)

    def held(self) -> list[Held]:
        """What is held of every incident, by its id."""
        cases: dict[str, list[Case]] = {}
        for case in self.books.cases.values():
            cases.setdefault(case.incident_id, []).append(case)
        undecided: dict[str, list[str]] = {}
        for place in self.books.open:
            undecided.setdefault(self.books.incoming[place] or "", []).append(place)
        alarms = open_alarms(self.books.alarms.values())
        waiting: dict[str, list[str]] = {}
        for entry in self.entries.all():
            if entry.state == "open" and entry.incident_id is not None:
                waiting.setdefault(entry.incident_id, []).append(entry.quarantine_id)
        return [
            told.held(
                cases.get(name, ()), undecided.get(name, ()), alarms.get(name, ()),
                waiting.get(name, ()),
            )
            for name, told in sorted(self._told.items())
        ]  # fmt: skip

    def _of(self, incident_id: str) -> Told:
        found = self._told.get(incident_id)
        if found is None:
            found = self._told[incident_id] = Told(incident_id)
        return found


async def read_holdings(bootstrap: str, codec: Codec) -> Holdings:
    """What is held now; an answer that nothing on the ledger names yet is unfinished too.

    Raises:
        Unavailable: Kafka does not answer.
        KetensluisError: the topics of the chain were not made.
    """
    holdings = Holdings(codec)
    answers = sorted(each for each in await existing(bootstrap) if each.startswith(_ANSWERS))
    async for record in scan(bootstrap, [*BOOK_TOPICS, DOSSIER_LINKS, *answers]):
        holdings.enter(record)
    return holdings
