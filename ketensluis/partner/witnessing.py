"""Lets the lookouts of parties look at each new checkpoint of the hub's log, and say they saw it.

One program at a time looks for a party: two memories would be no memory.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused, Unavailable
from ketensluis.journal.checkpoints import Head
from ketensluis.journal.notes import Note
from ketensluis.kafka.answering import kafka_answers
from ketensluis.kafka.checkpoints import last_checkpoint
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.party import CHECKPOINTS, COSIGNATURES
from ketensluis.model.record import Output
from ketensluis.partner.lookout import LOG_AWAY, Lookout
from ketensluis.runtime.clock import Clock, milliseconds

__all__ = ["attend_log", "look_once"]

_PAUSE_SECONDS = 1.0


async def attend_log(
    lookouts: Sequence[Lookout],
    bootstrap: str,
    codec: Codec,
    clock: Clock,
    stop: asyncio.Event,
    *,
    checkpoints: str = CHECKPOINTS,
    cosignatures: str = COSIGNATURES,
    told: Callable[[int], None] = lambda _size: None,
) -> None:
    """Look at the log's last checkpoint again and again, and publish what was cosigned.

    What does not continue is told once and not cosigned; only people can do anything about it.
    `told` hears after each look how large the log was.

    Raises:
        Unavailable: Kafka does not answer.
    """
    async with Publisher(bootstrap) as publisher:
        while not stop.is_set():
            note = None
            try:
                with kafka_answers():
                    note = await last_checkpoint(bootstrap, checkpoints, codec)
            except Refused as error:  # what lies there is no checkpoint at all
                for each in lookouts:
                    each.distrust(error)
            if note is not None:
                await look_once(lookouts, note, publisher, clock, cosignatures)
            told(0 if note is None else Head.parse(note.text).size)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PAUSE_SECONDS)


async def look_once(
    lookouts: Sequence[Lookout],
    note: Note,
    publisher: Publisher,
    clock: Clock,
    cosignatures: str = COSIGNATURES,
) -> None:
    """Let each look at the checkpoint, and publish what it cosigned.

    Raises:
        Unavailable: Kafka does not answer.
    """
    for lookout in lookouts:
        now = clock.now()
        try:
            seen = await asyncio.to_thread(lookout.look, note, now)
        except Refused as error:
            lookout.distrust(error)
            continue
        except Unavailable as error:
            if error.code != LOG_AWAY:
                raise
            continue
        if seen is not None:
            output = Output(cosignatures, _origin(seen), str(seen).encode())
            await publisher.publish([output], timestamp_ms=milliseconds(now))
            lookout.given(seen)


def _origin(note: Note) -> bytes:
    return note.text.partition("\n")[0].encode()
