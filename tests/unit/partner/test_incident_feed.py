"""A line that was refused: sealed where there is a key for it, and else not sent along at all."""

from __future__ import annotations

from pathlib import Path

from made_keys import MemoryKeyring
from made_mail import AT, World

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Sealer
from ketensluis.errors import Refused
from ketensluis.model.messages import Quarantined
from ketensluis.partner.incident_feed import FeedLine, record_of

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
