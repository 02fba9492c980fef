"""Asks for the offsets of many partitions at once."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

__all__ = ["track"]


def track(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> None:
    """Let a consumer learn these partitions together, without fetching from them.

    By itself aiokafka learns of one topic in each try to ask for offsets, 100 ms a topic.
    """
    consumer.assign(places)
    if not places:
        return
    # A position, whichever, so that it does not look for one; paused, so that it is not used.
    for place in places:
        consumer.seek(place, 0)
    consumer.pause(*places)
