"""Where partitions end now, for who reads them in parts and is to see the same each time."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from ketensluis.committed import committed_reader
from ketensluis.kafka.answering import away
from ketensluis.kafka.offsets import track

__all__ = ["ends"]


async def ends(bootstrap: str, places: Sequence[tuple[str, int]]) -> list[int]:
    """The last stable offset of each of these, a topic and a partition's number; in their order.

    Raises:
        Unavailable: `kafka_unavailable`.
    """
    asked = [TopicPartition(*place) for place in places]
    try:
        async with committed_reader(bootstrap) as consumer:
            track(consumer, asked)
            found = await consumer.end_offsets(asked)
    except (KafkaError, OSError) as error:  # a TimeoutError is an OSError too
        raise away(bootstrap, error) from error
    return [found[each] for each in asked]
