"""What records lead to on a real Apache Kafka, when all parts behave and records do not."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from prometheus_client import CollectorRegistry
from stage_kafka import answer, counting, has, origins, produce, running, scan, settings_for, status
from waiting import until

from ketensluis.errors import KetensluisError
from ketensluis.runtime.worker import Worker

pytestmark = pytest.mark.kafka
Topics = Any


async def test_every_record_leads_to_one_output_and_one_count(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=4, out=2, quarantine=1, state=4)
    sent = await produce(bootstrap, names["incoming"], map(str, range(3_000)), keys=37)
    async with running(counting(names), settings_for(bootstrap, tmp_path, batch_records=200)):
        await until(lambda: has(bootstrap, names["out"], 3_000))
    assert origins(await scan(bootstrap, names["out"])) == sorted(sent)
    last = {record.key: record.value for record in await scan(bootstrap, names["state"])}
    assert last == {b"key-%d" % n: b"%d" % len(range(n, 3_000, 37)) for n in range(37)}


async def test_outputs_of_one_key_keep_the_order_of_their_inputs(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=4, out=2, quarantine=1)
    await produce(bootstrap, names["incoming"], map(str, range(2_000)), keys=5)
    async with running(counting(names), settings_for(bootstrap, tmp_path, batch_records=70)):
        await until(lambda: has(bootstrap, names["out"], 2_000))
    by_key: dict[bytes | None, list[int]] = {}
    for record in await scan(bootstrap, names["out"]):
        by_key.setdefault(record.key, []).append(int(record.value or b""))
    assert all(values == sorted(values) for values in by_key.values())


async def test_a_refused_record_is_quarantined_and_its_neighbours_pass(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=1, out=1, quarantine=1, state=1)
    sent = await produce(
        bootstrap, names["incoming"], ["a", "refuse b", "c", "fail d", "e"], keys=1
    )
    registry = CollectorRegistry()
    worker = Worker(counting(names), settings_for(bootstrap, tmp_path), registry)
    work = asyncio.create_task(worker.run())
    await until(lambda: has(bootstrap, names["quarantine"], 2))
    worker.stop()
    await work
    assert [record.value for record in await scan(bootstrap, names["out"])] == [b"a", b"c", b"e"]
    refused = await scan(bootstrap, names["quarantine"])
    assert [(record.header("code"), record.value) for record in refused] == [
        (b"unwanted", b"refuse b"),
        (b"stage_failure", b"fail d"),
    ]
    assert origins(refused) == [sent[1], sent[3]]
    counted = {(await scan(bootstrap, names["state"]))[-1].value}
    assert counted == {b"3"}, "what a refused record remembered is forgotten with it"
    for code in ("unwanted", "stage_failure"):
        labels = {"service": worker._stage.name, "code": code}
        assert registry.get_sample_value("ketensluis_records_quarantined_total", labels) == 1
    labels = {"service": worker._stage.name}
    assert registry.get_sample_value("ketensluis_records_refused_total", labels) == 2


async def test_a_record_of_an_aborted_transaction_is_not_seen(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=1, out=1, quarantine=1)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="aborts") as producer:
        for value, ends_well in ((b"no", False), (b"yes", True), (b"never", False)):
            await producer.begin_transaction()
            await producer.send_and_wait(names["incoming"], value)
            await (producer.commit_transaction if ends_well else producer.abort_transaction)()
    async with running(counting(names), settings_for(bootstrap, tmp_path)) as worker:
        await until(lambda: has(bootstrap, names["out"], 1))
        await until(lambda: caught_up(worker))
        assert await status(worker.health.port, "healthz") == 200
    assert [record.value for record in await scan(bootstrap, names["out"])] == [b"yes"]


async def answers(worker: Worker, path: str, wanted: int) -> bool:
    return await status(worker.health.port, path) == wanted


def caught_up(worker: Worker) -> bool:
    return worker._metrics.lag("0")._value.get() == 0


async def test_a_referred_record_is_read_again_and_a_gone_one_is_refused(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=1, requests=1, out=1, quarantine=1)
    incoming = names["incoming"]
    await produce(bootstrap, incoming, ["first", "second", "third"], keys=1)
    await produce(
        bootstrap,
        names["requests"],
        [f"again {incoming} 0 1", f"again {incoming} 0 99", f"again {names['out']} 0 0", "plain"],
        keys=1,
    )
    async with running(counting(names), settings_for(bootstrap, tmp_path)):
        await until(lambda: has(bootstrap, names["out"], 5))
        await until(lambda: has(bootstrap, names["quarantine"], 2))
    values = Counter(record.value for record in await scan(bootstrap, names["out"]))
    assert values == {b"first": 1, b"second": 2, b"third": 1, b"plain": 1}
    refused = await scan(bootstrap, names["quarantine"])
    assert [record.header("code") for record in refused] == [b"record_gone", b"record_foreign"]


@pytest.mark.parametrize("limit", ["record_bytes", "out", "quarantine"])
async def test_an_output_that_is_too_large_quarantines_its_input_and_no_other(
    bootstrap: str, topics: Topics, tmp_path: Path, limit: str
):
    small = {"max.message.bytes": "60000"}
    names = topics(
        incoming=1,
        out=(1, small if limit != "record_bytes" else {}),
        quarantine=(1, {"max.message.bytes": "1000"} if limit == "quarantine" else {}),
    )
    padding = " " + "y" * 2_000
    values = [str(n) for n in range(40)]
    values[17] = f"large 70000{padding}" if limit != "quarantine" else "refuse" + padding
    values[17] = values[17].replace(padding, "") if limit != "quarantine" else values[17]
    sent = await produce(bootstrap, names["incoming"], values, keys=3)
    most = {"record_bytes": 50_000} if limit == "record_bytes" else {}
    async with running(counting(names), settings_for(bootstrap, tmp_path, **most)):
        await until(lambda: has(bootstrap, names["out"], 39))
        await until(lambda: has(bootstrap, names["quarantine"], 1))
    refused = await scan(bootstrap, names["quarantine"])
    assert origins(refused) == [sent[17]]
    assert refused[0].header("code") == (
        b"unwanted" if limit == "quarantine" else b"output_too_large"
    )
    assert refused[0].value == (b"" if limit == "quarantine" else values[17].encode())
    passed = origins(await scan(bootstrap, names["out"]))
    assert passed == sorted(sent[:17] + sent[18:])


async def test_what_may_heal_is_waited_for_and_the_other_partitions_go_on(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=2, out=1, quarantine=1)
    await produce(bootstrap, names["incoming"], ["away"], partition=0)
    await produce(bootstrap, names["incoming"], map(str, range(50)), partition=1)
    stage = counting(names, healed=tmp_path / "healed")
    async with running(stage, settings_for(bootstrap, tmp_path)) as worker:
        await until(lambda: has(bootstrap, names["out"], 50))
        await until(lambda: answers(worker, "healthz", 503))
        assert "0:registry_away" in (await answer(worker.health.port, "healthz"))[1]
        (tmp_path / "healed").touch()
        await until(lambda: has(bootstrap, names["out"], 51))
        await until(lambda: answers(worker, "healthz", 200))
    assert not await scan(bootstrap, names["quarantine"])


async def test_an_idle_worker_stays_healthy_past_the_limit(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=2, out=1, quarantine=1)
    settings = settings_for(bootstrap, tmp_path, stuck_after=1.0)
    async with running(counting(names), settings) as worker:
        await until(lambda: answers(worker, "readyz", 200))
        opened = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < opened + 3 * settings.stuck_after:
            assert await status(worker.health.port, "healthz") == 200
            await asyncio.sleep(0.1)


async def test_metrics_name_what_was_done(bootstrap: str, topics: Topics, tmp_path: Path):
    names = topics(incoming=1, out=1, quarantine=1)
    await produce(bootstrap, names["incoming"], map(str, range(20)))
    async with running(counting(names), settings_for(bootstrap, tmp_path)) as worker:
        await until(lambda: has(bootstrap, names["out"], 20))
        await until(lambda: answers(worker, "readyz", 200))
        text = (await answer(worker.health.port, "metrics"))[1]
    service, incoming = worker._stage.name, names["incoming"]
    for line in (
        f'ketensluis_records_consumed_total{{service="{service}",topic="{incoming}"}} 20.0',
        f'ketensluis_records_produced_total{{service="{service}",topic="{names["out"]}"}} 20.0',
        f'ketensluis_tasks{{service="{service}"}} 1.0',
        f'ketensluis_last_progress_timestamp_seconds{{partition="0",service="{service}"}}',
        f'ketensluis_batch_seconds_count{{service="{service}"}}',
    ):
        assert line in text


async def test_a_partition_that_is_let_go_is_not_told_of_as_behind(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=1, out=1, quarantine=1)
    begun = time.time()
    async with running(counting(names), settings_for(bootstrap, tmp_path)) as worker:
        await until(lambda: answers(worker, "readyz", 200))
        assert worker._metrics.progress("0")._value.get() >= begun
        worker._metrics.lag("0").set(7)
    assert caught_up(worker)


async def test_inputs_with_other_partition_counts_are_an_error_that_names_them(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=2, requests=3, out=1, quarantine=1)
    with pytest.raises(KetensluisError) as caught:
        await Worker(counting(names), settings_for(bootstrap, tmp_path)).run()
    assert caught.value.code == "partitions_differ"
    assert names["requests"] in caught.value.sentence


async def test_a_topic_that_is_not_there_yet_is_waited_for(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(out=1, quarantine=1)
    names["incoming"] = names["out"].replace("out", "late")
    async with running(counting(names), settings_for(bootstrap, tmp_path)) as worker:
        await until(lambda: answers(worker, "healthz", 503))
        assert "topic_missing" in (await answer(worker.health.port, "healthz"))[1]
        assert await status(worker.health.port, "readyz") == 503
        client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await client.start()
        await client.create_topics([NewTopic(names["incoming"], 1, 1)])
        await client.close()
        await produce(bootstrap, names["incoming"], ["a"])
        await until(lambda: has(bootstrap, names["out"], 1))
        await until(lambda: answers(worker, "healthz", 200))


async def test_outputs_bear_the_time_of_the_clock_that_is_set(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=1, out=1, quarantine=1)
    clock = tmp_path / "clock"
    clock.write_text("2026-03-01T12:00:00+01:00")
    await produce(bootstrap, names["incoming"], ["a"])
    async with running(counting(names), settings_for(bootstrap, tmp_path, clock_file=clock)):
        await until(lambda: has(bootstrap, names["out"], 1))
    assert (await scan(bootstrap, names["out"]))[0].timestamp_ms == 1_772_362_800_000


async def test_memory_is_rebuilt_from_its_changelog_and_goes_on(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=2, out=1, quarantine=1, state=2)
    stage = counting(names)
    for turn in (1, 2, 3):
        await produce(bootstrap, names["incoming"], map(str, range(100)), keys=1)
        async with running(stage, settings_for(bootstrap, tmp_path / f"empty-{turn}")):
            await until(lambda turn=turn: has(bootstrap, names["out"], turn * 100))
    assert (await scan(bootstrap, names["state"]))[-1].value == b"300"
