"""The thread in which Faust's consumer fetches, made to read what was committed."""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

__all__ = ["CommittedThread"]


class CommittedThread(driver.AIOKafkaConsumerThread):
    """Reads committed records; `consumed` is where the last fetch has brought each partition."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.consumed: dict[TP, int] = {}

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Read when the consumer starts, which is after this.
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - no other way in
        return consumer

    async def _fetch_records(self, consumer: AIOKafkaConsumer, *args: Any, **options: Any) -> Any:
        records = await super()._fetch_records(consumer, *args, **options)
        subscription = consumer._subscription.subscription  # noqa: SLF001 - `position` may wait
        assignment = subscription.assignment if subscription else None
        consumed = assignment.all_consumed_offsets() if assignment else {}
        self.consumed = {place: each.offset for place, each in consumed.items()}
        return records

    def last_stable_offset(self, place: TP) -> int | None:
        """The offset before which every transaction on the partition has ended.

        None before the first fetch, and of a partition that is another's by now.
        """
        consumer = self._ensure_consumer()
        found: int | None = (
            consumer.last_stable_offset(place) if place in consumer.assignment() else None
        )
        return found
