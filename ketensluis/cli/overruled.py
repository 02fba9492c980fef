"""Whether the hub took an override in: who was told that it holds must be able to rely on it."""

from __future__ import annotations

import asyncio

from ketensluis.avro.codec import Codec
from ketensluis.errors import KetensluisError, Refused
from ketensluis.kafka.tail import Tail
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import Quarantined
from ketensluis.model.override import Override
from ketensluis.model.party import LEDGER_EVENTS, QUARANTINE
from ketensluis.model.record import Coordinates, Record

__all__ = ["ANSWERED_ON", "answered"]

ANSWERED_ON = (LEDGER_EVENTS, QUARANTINE)
"""Where the hub answers: on the ledger, or by an entry in quarantine."""

_DEADLINE_SECONDS = 30.0


async def answered(tail: Tail, given: Override, place: Coordinates, codec: Codec) -> None:
    """Return when the override is on the ledger; `place` is where its record lies.

    Raises:
        KetensluisError: the hub refused it, with the refusal's code; or `not_taken_in_yet`.
    """
    deadline = asyncio.get_running_loop().time() + _DEADLINE_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        for record in await tail.poll():
            if _tells(record, given, place, codec):
                return
    raise KetensluisError(
        "not_taken_in_yet",
        f"override {given.override_id} was sent, and the hub has not answered",
        "see whether disclosure runs; it counts from when `sluis overrides` lists it",
    )


def _tells(record: Record, given: Override, place: Coordinates, codec: Codec) -> bool:
    """Whether the record says that it holds.

    Raises:
        KetensluisError: it says that it was refused.
    """
    if record.value is None:
        return False
    try:
        if record.coordinates.topic == QUARANTINE:
            entry = codec.decode(record.value, Quarantined)
            if entry.place == str(place):
                raise KetensluisError(entry.code, entry.sentence, entry.remedy)
            return False
        if record.key != given.incident_id.encode():
            return False
        event = codec.decode(record.value, LedgerEvent)
    except Refused:  # somebody else's, and not for this command to judge
        return False
    return event.kind == "override" and given.override_id in event.overrides
