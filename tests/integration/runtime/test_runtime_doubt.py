"""A commit of which Kafka drops the markers is done again, and shows once.

Kafka does so for partitions that have no leader at that moment. Here the coordinator is not told
of the transaction's partitions, which leaves the same behind: records and offsets under a
transaction that nobody knows to be open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError
from stage_kafka import counting, has, origins, produce, running, scan, settings_for
from waiting import until

from ketensluis.kafka.local import LocalKafka
from ketensluis.model.record import Output
from ketensluis.runtime import transactions as runtime_transactions
from ketensluis.runtime.doubt import Doubts
from ketensluis.runtime.transactions import Transactions

pytestmark = pytest.mark.kafka

TOPICS = {"incoming": 1, "out": 1, "quarantine": 1, "state": 1}


@pytest.fixture
async def trusting(tmp_path: Path) -> AsyncIterator[str]:
    """A Kafka that takes records of a transaction without asking its coordinator."""
    async with LocalKafka(tmp_path / "kafka") as kafka:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        await admin.start()
        try:
            check = {"transaction.partition.verification.enable": "false"}
            everyone = ConfigResource(ConfigResourceType.BROKER, "1", configs=check)
            await admin.alter_configs([everyone])
            await admin.create_topics([NewTopic(name, n, 1) for name, n in TOPICS.items()])
        finally:
            await admin.close()
        yield kafka.bootstrap


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The coordinator hears nothing of the first transaction; the list has whose it was."""
    begin, whose = AIOKafkaProducer.begin_transaction, []

    async def unheard(producer: AIOKafkaProducer) -> None:
        await begin(producer)
        if not whose:
            manager = producer._txn_manager
            whose.append(manager.transactional_id)
            manager.maybe_add_partition_to_txn = manager._txn_partitions.add
            add_offsets = manager.add_offsets_to_txn

            def offsets(positions: Any, group: str) -> Any:
                manager._txn_consumer_group = group
                return add_offsets(positions, group)

            manager.add_offsets_to_txn = offsets

    monkeypatch.setattr(AIOKafkaProducer, "begin_transaction", unheard)
    return whose


async def test_a_batch_whose_markers_were_dropped_is_done_again_and_shows_once(
    trusting: str, tmp_path: Path, forgotten: list[str]
):
    names = {name: name for name in TOPICS}
    stage = counting(names)
    sent = await produce(trusting, "incoming", map(str, range(30)), keys=1)
    async with running(stage, settings_for(trusting, tmp_path, batch_records=10)):
        await until(lambda: has(trusting, "out", len(sent)))
    assert forgotten == [f"{stage.name}-0"]
    assert Counter(origins(await scan(trusting, "out"))) == Counter(sent)
    assert (await scan(trusting, "state"))[-1].value == b"%d" % len(sent)


async def test_what_was_dropped_without_being_settled_would_show_with_the_next_commit(
    trusting: str, forgotten: list[str], monkeypatch: pytest.MonkeyPatch
):
    """That the fixture does what Kafka was seen to do, without which the others prove nothing."""

    async def left_alone(*_: Any) -> bool:
        return False

    monkeypatch.setattr(runtime_transactions, "settle", left_alone)
    assert await twice(trusting) == [b"once", b"once"]
    assert len(forgotten) == 1


async def test_settled_it_shows_once(trusting: str, forgotten: list[str]):
    assert await twice(trusting) == [b"once"]


async def twice(bootstrap: str) -> list[bytes | None]:
    """Commit a record in vain, and again; what is read of it."""
    doubts: Doubts = {}
    place = TopicPartition("incoming", 0)

    async def commit() -> None:
        opened = await Transactions.open(bootstrap, "writer-0", timeout_s=20.0, doubts=doubts)
        try:
            await opened.commit(
                [Output("out", b"key", b"once")], {place: 1}, group="readers", timestamp_ms=1
            )
        finally:
            await opened.discard()

    with pytest.raises(KafkaError):
        await commit()
    await commit()
    assert doubts == {}
    # Markers are written after the commit was answered, all of a partition's at once.
    await until(lambda: has(bootstrap, "out", 1))
    return [record.value for record in await scan(bootstrap, "out")]
