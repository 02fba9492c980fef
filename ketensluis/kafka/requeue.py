"""Gives a refused record another chance, once: back on its topic, and its entry marked.

Both happen in one Kafka transaction under one transactional id for everybody, so of two
people who requeue at the same moment one is told so, and an entry never goes back twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from ketensluis.errors import KetensluisError
from ketensluis.kafka.fenced import fenced
from ketensluis.kafka.quarantine import Decode, Entry, find
from ketensluis.kafka.quarantine_markers import Requeue, marker_headers
from ketensluis.model.messages import Quarantined
from ketensluis.model.record import Coordinates

__all__ = ["REQUEUED_FROM", "requeue"]

REQUEUED_FROM = "requeued-from"
"""Header of a record that is back on its topic: the id of the entry that it was."""

_TRANSACTIONAL_ID = "quarantine-requeue"
_AGAIN = "look at sluis quarantine list, then try again"


async def requeue(
    bootstrap: str,
    decode: Decode,
    quarantine_id: str,
    *,
    at: datetime,
    by_role: str,
    unseal: Callable[[Quarantined], Quarantined],
) -> Coordinates:
    """Put the refused record back on its topic, as it was, and mark its entry: both or neither.

    Args:
        bootstrap: `host:port` of the cluster.
        decode: turns an entry's value into a Quarantined.
        quarantine_id: of the entry.
        at: now; it becomes the record's time, as of which it is decided.
        by_role: who has it done: a role, never a person's name.
        unseal: gives the entry with the record as it was.

    Raises:
        KetensluisError: `not_in_quarantine`; `already_requeued`; `not_requeueable`, it never
            lay on a topic; `requeue_taken_over`, somebody else requeues at this moment.
        Erased: its content was erased.
        Unavailable: `kafka_unavailable`; `entries` tells whether it was done.
    """
    taken_over = KetensluisError(
        "requeue_taken_over", "somebody else started a requeue at this moment", _AGAIN
    )
    async with fenced(
        bootstrap, _TRANSACTIONAL_ID, taken_over=taken_over, again=_AGAIN
    ) as producer:
        entry, refused = await find(bootstrap, decode, quarantine_id)
        _check(entry, refused)
        async with producer.transaction():
            back = await _put_back(producer, unseal(refused), at)
            await _put_marker(producer, entry, Requeue(at, by_role, str(back)))
    return back


def _check(entry: Entry, refused: Quarantined) -> None:
    if entry.requeued is not None:
        raise KetensluisError(
            "already_requeued",
            f"{entry.quarantine_id} went back as {entry.requeued.place}",
            "if that was refused again, it has an entry of its own",
        )
    # A record's place begins with its topic; that of a line of a file with the file.
    if not refused.place.startswith(f"{refused.topic}["):
        raise KetensluisError(
            "not_requeueable",
            f"{refused.place} never lay on a topic",
            "correct it where it came from, and send it again",
        )


async def _put_back(producer: AIOKafkaProducer, refused: Quarantined, at: datetime) -> Coordinates:
    headers = [(name, value) for name, value in refused.headers if name != REQUEUED_FROM]
    sent: RecordMetadata = await producer.send_and_wait(
        refused.topic,
        key=refused.key,
        value=refused.value,
        headers=[*headers, (REQUEUED_FROM, refused.quarantine_id.encode())],
        timestamp_ms=_milliseconds(at),
    )
    return Coordinates(sent.topic, sent.partition, sent.offset)


async def _put_marker(producer: AIOKafkaProducer, entry: Entry, done: Requeue) -> None:
    await producer.send_and_wait(
        entry.lies_at.topic,
        partition=entry.lies_at.partition,
        key=entry.quarantine_id.encode(),
        headers=marker_headers(entry.quarantine_id, done),
        timestamp_ms=_milliseconds(done.at),
    )


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
