"""The moment of takeover: what the earlier holder could still commit is seen, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import ProducerFenced
from counting_stage import Counting
from stage_kafka import counting, has, origins, produce, running, scan, settings_for
from waiting import until

from ketensluis.runtime.transactions import Transactions

pytestmark = pytest.mark.kafka
Topics = Any


async def half_done(bootstrap: str, stage: Counting, sent: list[str]) -> AIOKafkaProducer:
    """An earlier holder of partition 0 that has done half of the records, all but the commit."""
    earlier = AIOKafkaProducer(
        bootstrap_servers=bootstrap, transactional_id=f"{stage.name}-0", enable_idempotence=True
    )
    await earlier.start()
    await earlier.begin_transaction()
    half = len(sent) // 2
    for origin in sent[:half]:
        headers = [("from", origin.encode())]
        await earlier.send_and_wait(stage.output, b"earlier", b"key-0", headers=headers)
    assert stage.state_topic is not None
    await earlier.send_and_wait(stage.state_topic, b"%d" % half, b"key-0", partition=0)
    offsets = {TopicPartition(stage.inputs[0], 0): half}
    await earlier.send_offsets_to_transaction(offsets, stage.name)
    return earlier


async def assert_all_once(bootstrap: str, names: dict[str, str], sent: list[str]) -> None:
    assert origins(await scan(bootstrap, names["out"])) == sorted(sent)
    assert (await scan(bootstrap, names["state"]))[-1].value == b"%d" % len(sent)


async def test_what_the_earlier_holder_commits_just_before_takeover_is_not_done_again(
    bootstrap: str, topics: Topics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    names = topics(incoming=1, out=1, quarantine=1, state=1)
    stage = counting(names)
    sent = await produce(bootstrap, names["incoming"], map(str, range(10)), keys=1)
    earlier = await half_done(bootstrap, stage, sent)
    take_over = Transactions.open

    async def commit_first(*arguments: Any, **named: Any) -> Transactions:
        await earlier.commit_transaction()
        monkeypatch.undo()
        return await take_over(*arguments, **named)

    monkeypatch.setattr(Transactions, "open", commit_first)
    async with running(stage, settings_for(bootstrap, tmp_path)):
        await until(lambda: has(bootstrap, names["out"], 10))
    await earlier.stop()
    await assert_all_once(bootstrap, names, sent)


async def test_after_takeover_the_earlier_holder_can_commit_no_more(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=1, out=1, quarantine=1, state=1)
    stage = counting(names)
    sent = await produce(bootstrap, names["incoming"], map(str, range(10)), keys=1)
    earlier = await half_done(bootstrap, stage, sent)
    async with running(stage, settings_for(bootstrap, tmp_path)):
        await until(lambda: has(bootstrap, names["out"], 10))
        with pytest.raises(ProducerFenced):
            await earlier.commit_transaction()
    await earlier.stop()
    await assert_all_once(bootstrap, names, sent)
