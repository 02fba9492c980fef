"""The record by which a refused one is kept: its entry on the quarantine topic, sealed.

What was refused may hold personal data in the clear, wherever in the record: so key, value and
headers are encrypted together, under a key of the entry's own, which is destroyed when the entry
is erased. What says why it was refused stays legible without a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from ketensluis.envelope import dossier_jwe
from ketensluis.envelope.keyring import Keyring
from ketensluis.envelope.sealing import Sealer
from ketensluis.errors import Refused
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import QUARANTINE
from ketensluis.model.quarantine import quarantine_id
from ketensluis.model.record import Output, Record

__all__ = ["entry_key", "entry_record", "make_entry_keys", "sealed_entry", "unsealed_entry"]


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of the record is sealed."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(_Content)


def entry_key(quarantine_id: str) -> str:
    """What the key of an entry is made for, as an incident's is for the incident's id."""
    return f"quarantine:{quarantine_id}"


def make_entry_keys(records: Sequence[Record], sealer: Sealer) -> None:
    """Make the keys of these records' entries at once, which is much faster than one by one.

    Raises:
        Unavailable: the key store cannot be used.
    """
    if records and sealer.keyring is not None:
        ids = (entry_key(quarantine_id(each)) for each in records)
        sealer.keyring.make(ids, max(each.sent_at for each in records))


def entry_record(entry: Quarantined, sealer: Sealer) -> Output:
    """The entry as a record; it is about the incident, where that is known.

    Raises:
        Unavailable: the key store cannot be used; the record is to be tried again.
    """
    return sealer.plain(
        sealed_entry(entry, sealer.keyring),
        topic=QUARANTINE,
        key=entry.quarantine_id,
        subject=entry.incident_id or entry.quarantine_id,
        at=entry.at,
    )


def sealed_entry(entry: Quarantined, keyring: Keyring | None) -> Quarantined:
    """The entry with its record sealed; as it is where there is no keyring.

    Raises:
        Unavailable: the key store cannot be used.
    """
    if keyring is None:
        return entry
    key = keyring.key_for(entry_key(entry.quarantine_id), entry.at)
    content = _ENCODER.encode(_Content(entry.key, entry.value, entry.headers))
    return msgspec.structs.replace(
        entry,
        key=None,
        value=dossier_jwe.encrypt(content, key),
        headers=(),
        key_id=key.key_id,
        size=len(entry.value or b""),
    )


def unsealed_entry(entry: Quarantined, keyring: Keyring) -> Quarantined:
    """The entry with the record as it was.

    Raises:
        Erased: its key was destroyed.
        Refused: `other_entrys_key`, `altered_value`, `bad_jwe`: it is not as it was sealed.
    """
    if entry.key_id is None:
        return entry
    key, value = keyring.key(entry.key_id), entry.value or b""
    if key.incident_id != entry_key(entry.quarantine_id):
        raise Refused("other_entrys_key", "the entry names the key of something else")
    try:
        found = _DECODER.decode(dossier_jwe.decrypt(value, key))
    except msgspec.MsgspecError as error:
        raise Refused("altered_value", "what is sealed in the entry is no record") from error
    return msgspec.structs.replace(
        entry, key=found.key, value=found.value, headers=found.headers, key_id=None, size=None
    )
