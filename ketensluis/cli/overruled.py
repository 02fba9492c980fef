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

__all__ = ["ANSWERED_ON", "answered", "outcome"]

ANSWERED_ON = (LEDGER_EVENTS, QUARANTINE)
"""Where the hub answers: on the ledger, or by an entry in quarantine."""

_DEADLINE_SECONDS = 30.0


async def answered(
    tail: Tail, given: Override, place: Coordinates, codec: Codec
) -> LedgerEvent | None:
    """What was decided under it, once it is on the ledger; None: nothing is owed to its recipient.

    `place` is where its record lies. Override and decision are of one transaction and one key.

    Raises:
        KetensluisError: the hub refused it, with the refusal's code; or `not_taken_in_yet`.
    """
    deadline = asyncio.get_running_loop().time() + _DEADLINE_SECONDS
    found: list[LedgerEvent] = []
    taken = False
    while asyncio.get_running_loop().time() < deadline:
        events = (_event(record, given, place, codec) for record in await tail.poll())
        found += [event for event in events if event is not None]
        decided = _decided(found, given)
        if decided is not None or taken:  # looked once more, as a batch may end between the two
            return decided
        taken = any(given.override_id in each.overrides for each in found)
    raise KetensluisError(
        "not_taken_in_yet",
        f"override {given.override_id} was sent, and the hub has not answered",
        "see whether disclosure runs; it counts from when `sluis overrides` lists it",
    )


def outcome(recipient: str, decided: LedgerEvent | None) -> str:
    """What an override led to: it may change nothing, and whoever gave it must see that."""
    if decided is None:
        return f"{recipient}: nothing is owed to it now; it counts as soon as something is"
    reason = decided.reason if decided.reason != decided.outcome else None
    return f"{recipient}: {decided.outcome}" + (f" ({reason})" if reason else "")


def _decided(found: list[LedgerEvent], given: Override) -> LedgerEvent | None:
    """The decision for the override's recipient that was made because of it."""
    because_of = {
        each.trigger
        for each in found
        if each.kind == "override" and given.override_id in each.overrides
    }
    for each in found:
        about = each.kind, each.recipient
        if about == ("decision", given.recipient) and each.trigger in because_of:
            return each
    return None


def _event(record: Record, given: Override, place: Coordinates, codec: Codec) -> LedgerEvent | None:
    """What the record says of the incident, if it is of the ledger.

    Raises:
        KetensluisError: it says that the override was refused.
    """
    if record.value is None:
        return None
    try:
        if record.coordinates.topic == QUARANTINE:
            entry = codec.decode(record.value, Quarantined)
            if entry.place == str(place):
                raise KetensluisError(entry.code, entry.sentence, entry.remedy)
            return None
        if record.key != given.incident_id.encode():
            return None
        return codec.decode(record.value, LedgerEvent)
    except Refused:  # somebody else's, and not for this command to judge
        return None
