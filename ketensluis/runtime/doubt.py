"""A transaction of which it is not known how it ended: seeing to it that it has ended.

Kafka's coordinator drops the markers of a transaction for partitions that have no leader at that
moment, takes these partitions for deleted, and may hold the transaction to be complete (seen with
4.3.1 on one node that stopped, or started, while a commit was decided). Its records then neither
show nor go away, and the next transaction of the same producer ends them as it ends itself: a
batch that was done again would show twice. So whoever did not hear how a transaction ended asks
what was committed, and ends what may be left of it in the same way, before doing anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from ketensluis.closing import closed

__all__ = ["Doubt", "Doubts", "settle"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a transaction had written whose end was not heard.

    Attributes:
        places: the partitions of its records.
        offsets: by input partition, the offset that it committed for the group.
        group: the consumer group.
    """

    places: frozenset[TopicPartition]
    offsets: Mapping[TopicPartition, int]
    group: str


Doubts = dict[str, Doubt]
"""By transactional id; kept for as long as a worker runs."""


async def settle(producer: AIOKafkaProducer, doubt: Doubt, bootstrap: str) -> bool:
    """End what may be left of the transaction; whether it was committed.

    The producer has taken over the transactional id, so what is committed now is final.

    Raises:
        KafkaError: Kafka is away.
    """
    done = await _committed(bootstrap, doubt)
    await producer.begin_transaction()
    for place in doubt.places:
        # A marker is written to each partition of a transaction, also where it has no record.
        producer._txn_manager.maybe_add_partition_to_txn(place)  # noqa: SLF001 - no public way
    if done:
        await producer.commit_transaction()
    else:
        await producer.send_offsets_to_transaction(dict(doubt.offsets), doubt.group)
        await producer.abort_transaction()
    return done


async def _committed(bootstrap: str, doubt: Doubt) -> bool:
    """Whether the group has come as far; the offsets were committed with the records, or not."""
    asked = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=doubt.group, enable_auto_commit=False
    )
    try:
        await asked.start()
        found = {place: await asked.committed(place) for place in doubt.offsets}
    finally:
        await closed(asked.stop())
    return all((found[place] or 0) >= offset for place, offset in doubt.offsets.items())
