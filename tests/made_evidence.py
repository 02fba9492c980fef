"""A day of signed messages and ledger events, journalled, witnessed, and bundled as evidence."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from made_ledger import decision
from made_log import MadeLog

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.journal.checkpoints import cosign
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.entry import Entry
from ketensluis.journal.evidence import Evidence, write_bundle
from ketensluis.journal.keys import load_log_keys, load_witness_keys
from ketensluis.journal.notes import Note
from ketensluis.model.incident import Incident
from ketensluis.model.messages import FeedbackNotice, Receipt
from ketensluis.model.party import REMOVALS
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.model.removal import Removal

PARTIES = ("hub", "police", "vt:twente", "vt:zeeland", "om:limburg")
WITNESSES = ("vt:twente", "om:limburg")
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
VERIFIER = Path(__file__).parents[1] / "tools" / "verifier" / "verify_bundle.py"


def unix(at: datetime) -> int:
    return int(at.timestamp())


@dataclass
class Office:
    """Everyone's keys, and the records of a day as they came to lie on their topics."""

    pki: Path
    records: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        make_demo_pki(self.pki, PARTIES, MORNING)
        make_demo_journal_keys(self.pki, PARTIES)
        codec, directory = Codec.from_lock(), Directory.load(self.pki)
        self.sealers = {
            party: Sealer(Identity.load(self.pki, party), directory, codec.encode)
            for party in PARTIES
        }

    @classmethod
    def of_a_day(cls, pki: Path, count: int) -> Office:
        """With the records of so many incidents of one morning."""
        made = cls(pki)
        made.day(1, count, MORNING)
        return made

    def lay(self, output: Output, at: datetime) -> Record:
        """The record of an output, at the end of its topic."""
        offset = sum(each.coordinates.topic == output.topic for each in self.records)
        place = Coordinates(output.topic, 0, offset)
        record = Record(place, output.key, output.value, output.headers, unix(at) * 1000)
        self.records.append(record)
        return record

    def incident(self, number: int, at: datetime) -> Record:
        name = f"PL0600-{number:010d}"
        incident = Incident(
            incident_id=name,
            sequence=1,
            event="registered",
            registered_at=at,
            occurred_at=at,
            unit="Oost-Nederland",
            team="Enschede",
            municipality="GM0153",
            incident_class="quarrel",
        )
        topic = "police.incidents"
        sealed = self.sealers["police"].seal(incident, topic=topic, key=name, subject=name, at=at)
        return self.lay(sealed, at)

    def ledger(self, number: int, at: datetime) -> Record:
        name = f"PL0600-{number:010d}"
        came = [str(r.coordinates) for r in self.records if r.key == name.encode()]
        event = msgspec.structs.replace(decision(number), incident_id=name, record=came[0])
        topic = "ledger.events"
        plain = self.sealers["hub"].plain(event, topic=topic, key=name, subject=name, at=at)
        return self.lay(plain, at)

    def receipt(self, number: int, party: str, at: datetime) -> Record:
        name = f"PL0600-{number:010d}"
        message = Receipt(incident_id=name, message_id=f"m{number}", at=at, digest="0" * 64)
        topic = f"responses.{party.replace(':', '.')}"
        sealed = self.sealers[party].seal(message, topic=topic, key=name, subject=name, at=at)
        return self.lay(sealed, at)

    def feedback(self, number: int, at: datetime) -> Record:
        """Encrypted to the police: nobody else can read it, but it is in the log."""
        name = f"PL0600-{number:010d}"
        message = FeedbackNotice(
            message_id=f"f{number}",
            incident_id=name,
            unit="Oost-Nederland",
            sender="vt:twente",
            status="received",
            at=at,
        )
        topic = "feedback.police.oost-nederland"
        sealed = self.sealers["hub"].seal(
            message, topic=topic, key=name, subject=name, at=at, recipient="police"
        )
        return self.lay(sealed, at)

    def removal(self, partition: str, at: datetime) -> Record:
        """What the hub signs before retention empties a partition of mail."""
        topic, _, number = partition.rstrip("]").partition("[")
        told = Removal(
            removal_id="r1",
            topic=topic,
            partition=int(number),
            up_to=9_999,
            rules=("feedback-one-year",),
            messages=(),
            at=at,
        )
        seal = self.sealers["hub"].seal
        sealed = seal(told, topic=REMOVALS, key=partition, subject=partition, at=at)
        return Record(
            Coordinates(REMOVALS, 0, 0), sealed.key, sealed.value, sealed.headers, unix(at) * 1000
        )

    def day(self, first: int, count: int, begin: datetime) -> None:
        """So many incidents, each with its decision, its receipt and its feedback."""
        for number in range(first, first + count):
            at = begin + timedelta(minutes=number - first)
            self.incident(number, at)
            self.ledger(number, at)
            self.receipt(number, ("vt:twente", "vt:zeeland")[number % 2], at)
            self.feedback(number, at)


@dataclass
class Kept:
    """A log as an operator keeps it, and bundles it for an auditor."""

    office: Office
    folder: Path
    log: MadeLog = field(init=False)
    earlier: list[Note] = field(default_factory=list)
    records: dict[Coordinates, Record] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = MadeLog(*load_log_keys(self.office.pki))

    def journal(self, records: Iterable[Record]) -> None:
        for record in records:
            self.records[record.coordinates] = record
            self.log.add([Entry.of(record).encode()])

    def checkpoint(self, at: datetime, witnesses: Iterable[str] = WITNESSES) -> Note:
        """The head now, as these witnesses saw it."""
        note = self.log.checkpoint()
        keys = [load_witness_keys(self.office.pki, party)[0] for party in witnesses]
        return note.with_lines([cosign(note, key, unix(at)) for key in keys])

    def bundle(self, checkpoint: Note, **parts: int) -> Path:
        size = self.log.growing.size
        evidence = Evidence(
            checkpoint, tuple(self.earlier), parts.get("first", 0), parts.get("end", size)
        )
        public = self.office.pki / "public"
        write_bundle(self.folder, evidence, self.log.fetch, self.records.get, public)
        return self.folder


def records_of(bundle: Path) -> list[tuple[str, Record]]:
    """The entries of a bundle, each with its record, read back from the bytes that were hashed."""
    lines = (bundle / "entries.ndjson").read_bytes().splitlines()
    return [_record(*json.loads(line)) for line in lines]


def _record(entry: str, time: int, *parts: str | None) -> tuple[str, Record]:
    told = Entry.decode(entry.encode())
    key, value, packed = (None if it is None else base64.b64decode(it) for it in parts)
    headers = list[bytes]()
    while packed:
        size = int.from_bytes(packed[:4])
        headers.append(packed[4 : 4 + size])
        packed = packed[4 + size :]
    named = zip((it.decode() for it in headers[::2]), headers[1::2], strict=True)
    return entry, Record(told.coordinates, key, value, tuple(named), time)


def verify(bundle: Path, *told: str | Path) -> tuple[int, str]:
    """What the one-file verifier says, run as a stranger would: without the project."""
    ran = subprocess.run(
        [sys.executable, "-I", VERIFIER, bundle, *told], capture_output=True, text=True, check=False
    )
    assert not ran.stderr, ran.stderr
    return ran.returncode, ran.stdout
