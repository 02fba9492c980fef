"""A year as its records lie on the topics, with the log over them; made to be read twice.

Every message, receipt and ledger event belongs to another, by the ids that an audit follows.
The parties, the log and its witnesses sign in earnest, but for what is under encryption, which
nobody can check who has not the keys. One referral in fifty has no receipt, and an alarm instead.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._audited_signers import Signers
from ketensluis.agreements.book import Agreements
from ketensluis.avro.codec import Codec
from ketensluis.journal.checkpoints import Head, cosign, sign
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.entry import Entry
from ketensluis.journal.growing import Growing
from ketensluis.journal.keys import JournalKeys, load_log_keys, load_witness_keys
from ketensluis.journal.notes import Note
from ketensluis.model.ledger import Alarm, LedgerEvent
from ketensluis.model.record import Coordinates, Headers, Record
from ketensluis.model.resources import resource

__all__ = ["CODEC", "AuditedYear"]

CODEC = Codec.from_lock()
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
REGIONS = ("utrecht", "twente", "flevoland", "drenthe", "haaglanden", "groningen")
WITNESSES = ("police", "om:limburg", "vt:zeeland")
_ANSWERS = (("accepted", "acceptance"), ("assessed", "safety-assessment"), ("feedback", "feedback"))
_VALUE = b"v" * 900
_UNANSWERED = 50
_YEAR = timedelta(days=365)


@dataclass
class AuditedYear:
    """So many incidents, each with all that comes of it, evenly over a year."""

    incidents: int
    folder: Path
    files: dict[str, bytes] = field(default_factory=dict)
    daily: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        regions = tuple(f"vt:{region}" for region in REGIONS)
        self.signers = Signers(self.folder, ("hub", "police", *regions), FIRST)
        make_demo_journal_keys(self.folder, ("hub", *WITNESSES))
        self.keys = JournalKeys.load(self.folder)
        self._log = load_log_keys(self.folder)[0]
        self._witnesses = [load_witness_keys(self.folder, each)[0] for each in WITNESSES]
        version = ("politie-veilig-thuis", "2")
        self._version = (*version, Agreements.load(resource("agreements")).digests[version])

    def records(self) -> Iterator[Record]:
        """Every record, in the order in which it came."""
        offsets: Counter[tuple[str, int]] = Counter()
        for number in range(self.incidents):
            at = FIRST + _YEAR * number / self.incidents
            yield from self._incident(number, at, offsets)

    def journal(self) -> None:
        """The log over all records, with a state that was seen at each day's end."""
        growing, day, last = Growing(), 1, FIRST
        for record in self.records():
            last = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
            if last >= FIRST + timedelta(days=day):
                self.daily.append(self._seen(growing, FIRST + timedelta(days=day)))
                day = (last - FIRST).days + 1
            for tile in growing.add(Entry.of(record).encode()):
                self.files[tile.path] = tile.content
        for tile in growing.partial():
            self.files[tile.path] = tile.content
        self.daily.append(self._seen(growing, last))

    def fetch(self, path: str) -> bytes:
        """A file of the log."""
        try:
            return self.files[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    def _seen(self, growing: Growing, at: datetime) -> Note:
        note = sign(Head(self._log.public.name, growing.size, growing.root()), self._log)
        return note.with_lines(cosign(note, key, int(at.timestamp())) for key in self._witnesses)

    def _incident(
        self, number: int, at: datetime, offsets: Counter[tuple[str, int]]
    ) -> Iterator[Record]:
        incident, recipient, message = _incident_id(number), _recipient(number), f"m{number}"
        region = recipient.removeprefix("vt:")

        def lay(topic: str, value: bytes, headers: Headers = (), after: int = 0) -> Record:
            partition = number % 4
            place = Coordinates(topic, partition, offsets[topic, partition])
            offsets[topic, partition] += 1
            came = int(at.timestamp() * 1000) + after
            return Record(place, incident.encode(), value, headers, came)

        def signed(party: str, kind: str, topic: str, **told: str) -> Record:
            told = {"message_id": f"{kind}-{number}", **told}
            headers = self.signers.headers(
                party, kind, _VALUE, topic=topic, incident=incident, at=at, **told
            )
            return lay(topic, _VALUE, headers)

        came = signed("police", "incident", "police.incidents")
        yield came
        digest = hashlib.sha256(message.encode()).hexdigest()
        event = LedgerEvent(
            event_id=f"d{number}", kind="decision", incident_id=incident, sequence=1,
            recipient=recipient, occurred_at=at, record=str(came.coordinates),
            unit="Midden-Nederland", municipality="GM0344", region=region, event="registered",
            classification="hg", outcome="released", registered_at=at, labelled_at=at,
            decided_at=at, sent_at=at, message_id=message, agreement=self._version[0],
            agreement_version=self._version[1], agreement_digest=self._version[2],
            released_digest=digest, released_fields=40, withheld_fields=12,
        )  # fmt: skip
        yield lay("ledger.events", CODEC.encode(event))
        mail = {"message_id": message, "recipient": recipient, "digest": digest}
        yield signed("hub", "referral", f"referrals.{region}", **mail)
        if number % _UNANSWERED == 0:
            alarm = CODEC.encode(_alarm(number, at + timedelta(hours=1)))
            yield lay("ledger.alarms", alarm, after=3_600_000)
            return
        for kind, name in (("received", "receipt"), *_ANSWERS):
            answer = signed(recipient, name, f"responses.vt.{region}", causation=message)
            yield answer
            told = LedgerEvent(
                event_id=f"{kind}{number}", kind=kind,  # type: ignore[arg-type]
                incident_id=incident, sequence=0, recipient=recipient, occurred_at=at,
                record=str(answer.coordinates), unit="Midden-Nederland", message_id=message,
                digest=digest if kind == "received" else None,
            )  # fmt: skip
            yield lay("ledger.events", CODEC.encode(told))
            if kind != "received":
                topic = "feedback.police.midden-nederland"
                yield signed("hub", "feedback-notice", topic, recipient="police")


def _alarm(number: int, at: datetime) -> Alarm:
    return Alarm(
        alarm_id=f"a{number}", kind="overdue", clock="receipt",
        incident_id=_incident_id(number), recipient=_recipient(number), due_at=at,
        raised_at=at, addressed_to=_recipient(number), unit="Midden-Nederland", region=None,
    )  # fmt: skip


def _incident_id(number: int) -> str:
    return f"PL0900-{number:010d}"


def _recipient(number: int) -> str:
    return f"vt:{REGIONS[number % len(REGIONS)]}"
