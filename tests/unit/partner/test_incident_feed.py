"""A line that was refused: sealed where there is a key for it, and else not sent along at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from made_incidents import incident
from made_keys import MemoryKeyring
from made_mail import AT, World

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.keyring import DossierKey
from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.refusal import unsealed_entry
from ketensluis.errors import Refused
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import INCIDENTS, QUARANTINE
from ketensluis.partner.incident_feed import FeedLine, record_of, records_of

CODEC = Codec.from_lock()
LINE = FeedLine("/home/anna/day.ndjson:3", Refused("bad_json", "it is not JSON"), b"Anna van Dam")


def kept(sealer: Sealer) -> tuple[Quarantined, bytes]:
    value = record_of(LINE, sealer, AT).value or b""
    return CODEC.decode(value, Quarantined), value


def test_without_a_key_to_seal_it_the_line_stays_with_who_has_it(tmp_path: Path):
    entry, value = kept(World(tmp_path).sealer("police"))
    assert b"Anna" not in value
    assert b"anna" not in value
    assert (entry.place, entry.value, entry.size) == ("day.ndjson:3", None, 12)


def test_with_a_key_it_goes_along_sealed(tmp_path: Path):
    World(tmp_path)
    sealer = Sealer(
        Identity.load(tmp_path, "police"), Directory.load(tmp_path), CODEC.encode,
        keyring=MemoryKeyring(),
    )  # fmt: skip
    entry, value = kept(sealer)
    assert b"Anna" not in value
    assert (entry.size, entry.key_id is not None) == (12, True)


class CountedKeyring(MemoryKeyring):
    """Counts how often keys are made, and what was asked for that was not there."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[int] = []
        self.missed: list[str] = []

    def make(self, incident_ids: Iterable[str], at: datetime) -> None:
        wanted = list(incident_ids)
        self.made.append(len(wanted))
        for each in wanted:
            super().key_for(each, at)

    def key_for(self, incident_id: str, at: datetime) -> DossierKey:
        if all(key.incident_id != incident_id for key in self.keys.values()):
            self.missed.append(incident_id)
        return super().key_for(incident_id, at)


def test_the_keys_of_many_lines_are_made_at_once_those_of_refused_ones_too(tmp_path: Path):
    World(tmp_path)
    keyring = CountedKeyring()
    sealer = Sealer(
        Identity.load(tmp_path, "police"), Directory.load(tmp_path), CODEC.encode, keyring=keyring
    )
    refused = [FeedLine(f"day.ndjson:{n}", LINE.result, f"Anna {n}".encode()) for n in range(40)]
    lines = [refused[0], FeedLine("day.ndjson:40", incident(), b""), *refused[1:]]

    records = records_of(lines, sealer, AT)

    assert (keyring.made, keyring.missed) == ([41], [])
    assert [each.topic for each in records] == [QUARANTINE, INCIDENTS, *[QUARANTINE] * 39]
    entries = [CODEC.decode(each.value or b"", Quarantined) for each in (records[0], *records[2:])]
    assert [unsealed_entry(each, keyring).value for each in entries] == [e.raw for e in refused]
