"""Publishing for connectors and commands: in order, in full, or with an error."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable

import pytest

from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.scan import scan
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.record import Output

pytestmark = pytest.mark.kafka


async def test_thousands_keep_their_order_and_their_places_are_told(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(many=1)["many"]
    async with Publisher(bootstrap) as publisher:
        outputs = (Output(topic, b"k", b"%d" % number) for number in range(2_500))
        placed = await publisher.publish(outputs, timestamp_ms=1)
    found = [record async for record in scan(bootstrap, topic)]
    assert [record.value for record in found] == [b"%d" % number for number in range(2_500)]
    assert [record.coordinates for record in found] == placed


@pytest.mark.parametrize("timestamp_ms", [0, 1_577_836_800_000, 4_102_444_800_000])
async def test_a_time_of_a_simulated_clock_is_kept(
    bootstrap: str, topics: Callable[..., dict], timestamp_ms: int
):
    """1970, 2020 and 2100: Kafka by itself refuses what is an hour ahead."""
    topic = topics(times=1)["times"]
    async with Publisher(bootstrap) as publisher:
        await publisher.publish([Output(topic, None, b"")], timestamp_ms=timestamp_ms)
    assert [record.timestamp_ms async for record in scan(bootstrap, topic)] == [timestamp_ms]


async def test_two_mebibytes_go_through_and_three_are_refused(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(large=1)["large"]
    async with Publisher(bootstrap) as publisher:
        await publisher.publish([Output(topic, b"k", bytes(2 * 2**20))], timestamp_ms=1)
        with pytest.raises(Refused) as refused:
            await publisher.publish([Output(topic, b"k", bytes(3 * 2**20))], timestamp_ms=1)
        await publisher.publish([Output(topic, b"k", b"and goes on")], timestamp_ms=1)
    assert refused.value.code == "too_large"
    sizes = [len(record.value or b"") async for record in scan(bootstrap, topic)]
    assert sizes == [2 * 2**20, len(b"and goes on")]


async def test_a_topic_that_does_not_exist_is_told(bootstrap: str):
    async with Publisher(bootstrap) as publisher:
        with pytest.raises(KetensluisError, match=r"polcie\.incidents") as unknown:
            await publisher.publish([Output("polcie.incidents", None, b"")], timestamp_ms=1)
    assert unknown.value.code == "unknown_topic"


async def test_a_topic_made_after_the_publisher_started_is_found(
    bootstrap: str, topics: Callable[..., dict]
):
    async with Publisher(bootstrap) as publisher:
        await publisher.publish([Output(topics(a=1)["a"], None, b"")], timestamp_ms=1)
        await publisher.publish([Output(topics(b=1)["b"], None, b"")], timestamp_ms=1)


async def test_a_topic_of_which_the_broker_has_yet_to_hear_is_waited_for(bootstrap: str):
    """A topic is made by the controller; each broker hears of it a moment later."""
    topic = f"test.late.{uuid.uuid4().hex[:12]}"
    async with Publisher(bootstrap) as publisher, asyncio.TaskGroup() as tasks:
        output = Output(topic, b"k", b"v")
        publishing = tasks.create_task(publisher.publish([output], timestamp_ms=1))
        await apply(bootstrap, [TopicPlan(topic, partitions=1, replication=1)])
        assert [each.offset for each in await publishing] == [0]


async def test_a_cluster_that_is_away_is_said_to_be(free_port: int):
    with pytest.raises(Unavailable, match=f"127.0.0.1:{free_port}"):
        async with Publisher(f"127.0.0.1:{free_port}"):
            pass
