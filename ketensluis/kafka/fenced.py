"""What only one at a time may do on the topics: whoever begins fences off who had begun before.

From then on nobody else can commit under that transactional id, so what is read stays true until
the own transaction is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced

from ketensluis.closing import closed
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.kafka.asking import members
from ketensluis.kafka.limits import LARGEST_BATCH_BYTES
from ketensluis.model.record import Output

__all__ = ["commit", "fenced"]


@asynccontextmanager
async def fenced(
    bootstrap: str, transactional_id: str, *, taken_over: KetensluisError, again: str
) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that fenced off all others of that id.

    Raises:
        KetensluisError: `taken_over`, if somebody else began meanwhile.
        Unavailable: `kafka_unavailable`; its remedy is `again` once there was a producer.
    """
    await members(bootstrap)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        transactional_id=transactional_id,
        max_request_size=LARGEST_BATCH_BYTES,
    )
    try:
        await producer.start()
        yield producer
    except ProducerFenced as error:
        raise taken_over from error
    except (KafkaError, OSError) as error:
        raise Unavailable(
            "kafka_unavailable",
            f"Apache Kafka at {bootstrap} did not confirm: {type(error).__name__}",
            again,
        ) from error
    finally:
        await closed(producer.stop())


async def commit(producer: AIOKafkaProducer, outputs: Iterable[Output], at: datetime) -> None:
    """Put these records on their topics with that time, all or none."""
    async with producer.transaction():
        sent = [
            await producer.send(
                each.topic,
                key=each.key,
                value=each.value,
                headers=list(each.headers),
                partition=each.partition,
                timestamp_ms=int(at.timestamp() * 1000),
            )
            for each in outputs
        ]
        await asyncio.gather(*sent)
