"""The least that aiokafka needs for the same: `BOOTSTRAP GROUP INPUT OUTPUT`.

One consumer, one transactional producer, the sends of a batch gathered. It does not look
after rebalancing, failures, health or memory.
"""

from __future__ import annotations

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


async def main() -> None:
    """Run until killed."""
    bootstrap, group, source, target = sys.argv[1:]
    consumer = AIOKafkaConsumer(
        source,
        bootstrap_servers=bootstrap,
        group_id=group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 2**20,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, transactional_id=group, max_batch_size=512 * 1024
    )
    await producer.start()
    await consumer.start()
    while True:
        found = await consumer.getmany(timeout_ms=200, max_records=2_000)
        if not found:
            continue
        await producer.begin_transaction()
        sent = [
            await producer.send(target, one.value, one.key, headers=one.headers)
            for several in found.values()
            for one in several
        ]
        await asyncio.gather(*sent)
        offsets = {place: several[-1].offset + 1 for place, several in found.items()}
        await producer.send_offsets_to_transaction(offsets, group)
        await producer.commit_transaction()


if __name__ == "__main__":
    asyncio.run(main())
