"""Reading topics to their end, whatever lies at that end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from waiting import until

from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.scan import Span, read_one, scan
from ketensluis.kafka.tail import open_tail
from ketensluis.model.record import Coordinates, Output, Record

pytestmark = pytest.mark.kafka
_DEADLINE = 90.0


async def everything(
    bootstrap: str, *what: str | Span, since_ms: int | None = None
) -> list[Record]:
    async with asyncio.timeout(_DEADLINE):
        return [record async for record in scan(bootstrap, what, since_ms=since_ms)]


async def values(bootstrap: str, *what: str | Span, since_ms: int | None = None) -> list[bytes]:
    return [r.value or b"" for r in await everything(bootstrap, *what, since_ms=since_ms)]


async def shows(bootstrap: str, topic: str, *expected: bytes) -> bool:
    return await values(bootstrap, topic) == [*expected]


async def shorter(bootstrap: str, topic: str, records: int) -> bool:
    return len(await everything(bootstrap, topic)) < records


async def publish(bootstrap: str, topic: str, *written: bytes, partition: int = 0) -> None:
    async with Publisher(bootstrap) as publisher:
        outputs = [Output(topic, value[:1], value, partition=partition) for value in written]
        await publisher.publish(outputs, timestamp_ms=1_000)


@contextlib.asynccontextmanager
async def transactional(bootstrap: str, name: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=name)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def test_an_empty_topic_has_nothing_and_ends(bootstrap: str, topics: Callable[..., dict]):
    assert not await everything(bootstrap, topics(empty=3)["empty"])


async def test_records_come_whole_and_partition_by_partition(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(several=2)["several"]
    headers = (("ce_id", b"1"), ("ce_id", b"2"), ("empty", b""))
    async with Publisher(bootstrap) as publisher:
        placed = await publisher.publish(
            [
                Output(topic, b"k", b"in one", headers, partition=1),
                Output(topic, None, b"in nought", partition=0),
                Output(topic, b"k", None, partition=1),
            ],
            timestamp_ms=1_577_836_800_000,
        )
    assert placed == [Coordinates(topic, 1, 0), Coordinates(topic, 0, 0), Coordinates(topic, 1, 1)]
    assert await everything(bootstrap, topic) == [
        Record(Coordinates(topic, 0, 0), None, b"in nought", (), 1_577_836_800_000),
        Record(Coordinates(topic, 1, 0), b"k", b"in one", headers, 1_577_836_800_000),
        Record(Coordinates(topic, 1, 1), b"k", None, (), 1_577_836_800_000),
    ]


async def test_what_was_aborted_is_not_read_and_the_end_is_found_behind_it(
    bootstrap: str, topics: Callable[..., dict]
):
    names = topics(mixed=1, aborted=1)
    async with transactional(bootstrap, names["mixed"]) as producer:
        for number in range(4):
            await producer.begin_transaction()
            for topic in names.values():
                await producer.send_and_wait(topic, b"%d" % number)
            if number in {0, 2}:
                await producer.send_and_wait(names["mixed"], b"%d again" % number)
                await producer.abort_transaction()
            elif number == 1:
                await producer.commit_transaction()
            else:
                await producer.abort_transaction()
    assert await values(bootstrap, names["mixed"]) == [b"1"]
    assert await values(bootstrap, *names.values()) == [b"1", b"1"]


async def test_a_topic_of_nothing_but_aborted_records_ends(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(aborted=1)["aborted"]
    async with transactional(bootstrap, topic) as producer:
        for _ in range(3):
            await producer.begin_transaction()
            await producer.send_and_wait(topic, b"never")
            await producer.abort_transaction()
    assert not await everything(bootstrap, topic)


async def test_an_open_transaction_hides_what_lies_behind_its_first_record(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(open=1)["open"]
    await publish(bootstrap, topic, b"before")
    async with transactional(bootstrap, topic) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"undecided")
        await publish(bootstrap, topic, b"after")
        assert await values(bootstrap, topic) == [b"before"]
        await producer.commit_transaction()
    # A commit is seen a moment after it is confirmed.
    await until(lambda: shows(bootstrap, topic, b"before", b"undecided", b"after"))


async def test_compaction_leaves_gaps_that_are_passed_over(
    bootstrap: str, topics: Callable[..., dict]
):
    compacted = {
        "cleanup.policy": "compact",
        "segment.bytes": str(2**20),
        "min.cleanable.dirty.ratio": "0.01",
        "delete.retention.ms": "0",
    }
    topic = topics(compacted=(1, compacted))["compacted"]
    await publish(bootstrap, topic, *(b"%d" % (n % 3) + bytes(100_000) for n in range(40)))
    async with transactional(bootstrap, topic) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"never", key=b"0")
        await producer.abort_transaction()
    # Kafka looks for something to compact every 15 s, and tells nobody.
    await until(lambda: shorter(bootstrap, topic, 40))
    found = await everything(bootstrap, topic)
    assert {record.key for record in found} == {b"0", b"1", b"2"}
    assert found[-1].coordinates.offset == 39


async def test_since_leaves_out_what_is_older_wherever_it_lies(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(times=1)["times"]
    async with Publisher(bootstrap) as publisher:
        for moment in (10, 30, 20, 40):
            await publisher.publish([Output(topic, None, b"%d" % moment)], timestamp_ms=moment)
    assert await values(bootstrap, topic, since_ms=30) == [b"30", b"40"]
    assert await values(bootstrap, topic, since_ms=0) == [b"10", b"30", b"20", b"40"]
    assert not await everything(bootstrap, topic, since_ms=41)


async def test_a_span_is_read_from_its_start_until_before_its_end(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(span=1)["span"]
    await publish(bootstrap, topic, b"a", b"b", b"c", b"d")
    assert await values(bootstrap, Span(topic, 0, 1, 3)) == [b"b", b"c"]
    assert await values(bootstrap, Span(topic, 0, 3, 99)) == [b"d"]
    assert not await everything(bootstrap, Span(topic, 0, 4))


async def test_a_span_that_begins_before_what_is_kept_is_not_silently_shortened(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(shortened=1)["shortened"]
    await publish(bootstrap, topic, b"a", b"b", b"c")
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=2)})
    await admin.close()
    assert await values(bootstrap, topic) == [b"c"]
    with pytest.raises(KetensluisError) as gone:
        await everything(bootstrap, Span(topic, 0, 1))
    assert gone.value.code == "records_gone"
    with pytest.raises(Refused) as one_gone:
        await read_one(bootstrap, Coordinates(topic, 0, 1))
    assert one_gone.value.code == "record_gone"


async def test_one_record_is_read_by_its_coordinates_and_nothing_else_in_its_place(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(one=1)["one"]
    async with transactional(bootstrap, topic) as producer, producer.transaction():
        await producer.send_and_wait(topic, b"zero")
    await until(lambda: shows(bootstrap, topic, b"zero"))
    await publish(bootstrap, topic, b"two")
    assert (await read_one(bootstrap, Coordinates(topic, 0, 0))).value == b"zero"
    assert (await read_one(bootstrap, Coordinates(topic, 0, 2))).value == b"two"
    for marker_or_beyond in (1, 3):
        with pytest.raises(Refused, match="holds no committed record"):
            await read_one(bootstrap, Coordinates(topic, 0, marker_or_beyond))


async def test_a_topic_that_does_not_exist_is_named(bootstrap: str):
    with pytest.raises(KetensluisError, match=r"polcie\.incidents") as unknown:
        await everything(bootstrap, "polcie.incidents")
    assert unknown.value.code == "unknown_topic"


async def test_a_cluster_that_is_away_is_said_to_be(free_port: int):
    with pytest.raises(Unavailable, match=f"127.0.0.1:{free_port}"):
        await everything(f"127.0.0.1:{free_port}", "any")


async def test_what_fails_in_whoever_follows_a_topic_is_not_said_to_be_kafkas(
    bootstrap: str, topics: Callable[..., dict]
):
    name = topics(followed=1)["followed"]
    with pytest.raises(BrokenPipeError):
        async with open_tail(bootstrap, [name]):
            raise BrokenPipeError  # as when `sluis watch` is read by a pipe that ends
