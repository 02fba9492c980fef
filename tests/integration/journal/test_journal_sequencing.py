"""Every record becomes an entry once, in its partition's order, under a signed checkpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from journal_rig import WITNESSES, Rig, in_order, rebuilt
from stage_kafka import answer, status
from waiting import until

from ketensluis.avro.codec import Codec
from ketensluis.errors import KetensluisError
from ketensluis.journal.checkpoints import cosigned, open_checkpoint
from ketensluis.journal.entry import Entry
from ketensluis.journal.hashing import leaf_hash
from ketensluis.journal.keys import load_log_keys
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import Note
from ketensluis.journal.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
)
from ketensluis.journal.rotation import retire_log_key, rotate_log_key
from ketensluis.journal.tiles import node_of
from ketensluis.kafka.checkpoints import checkpoints
from ketensluis.partner.lookout import lookout_of
from ketensluis.partner.witnessing import attend_log
from ketensluis.runtime.clock import SystemClock
from services.journal.worker import JournalWorker

pytestmark = pytest.mark.kafka


@asynccontextmanager
async def keeping(rig: Rig) -> AsyncIterator[JournalWorker]:
    """The journal in this process, until the block ends; its own failure is raised."""
    worker = JournalWorker(rig.log())
    work = asyncio.create_task(worker.run())
    try:
        await until(lambda: work.done() or worker.ready().good)
        if work.done():
            await work
        yield worker
    finally:
        worker.stop()
        await work


async def journalled(rig: Rig) -> None:
    async with keeping(rig):
        await until(rig.done)


async def test_every_committed_record_is_an_entry_once_and_in_order(rig: Rig):
    await rig.send(300, "first")
    await journalled(rig)
    await rig.send(40, "second")
    await journalled(rig)
    entries, inputs = await rig.entries(), await rig.inputs()
    assert {str(Entry.decode(each).coordinates) for each in entries} == set(inputs)
    assert len(entries) == len(inputs)
    for each in map(Entry.decode, entries):
        assert each.differs(inputs[str(each.coordinates)]) is None
    assert all(offsets == sorted(offsets) for _, offsets in in_order(entries))


async def test_the_files_prove_each_entry_and_each_earlier_checkpoint(rig: Rig):
    await rig.send(300, "first")
    await journalled(rig)
    await rig.send(40, "second")
    await journalled(rig)
    log, notes = rig.log(), await rig.checkpoints()
    heads = [open_checkpoint(note, rig.keys.log) for note in notes]
    entries, last = await rig.entries(), heads[-1]
    node = node_of(log.folder.fetch, last.size)
    assert last.size == len(entries)
    assert last.root == rebuilt(entries).root()
    for index in range(0, last.size, 37):
        proof = inclusion_proof(node, index, last.size)
        check_inclusion(leaf_hash(entries[index]), index, last.size, proof, last.root)
    assert len(heads) > 1
    for head in heads:
        proof = consistency_proof(node, head.size, last.size)
        check_consistency(head.size, last.size, proof, head.root, last.root)


async def test_a_lost_folder_is_made_again_to_the_byte(rig: Rig):
    await rig.send(200, "first")
    await journalled(rig)
    before = rig.files()
    rig.log().folder.clear()
    await journalled(rig)
    assert before.items() <= rig.files().items()


@pytest.mark.parametrize("file", ["state.json", "tile/0/003.p/*9", "tile/entries/003.p/*9"])
async def test_a_damaged_folder_is_made_again_to_the_byte(rig: Rig, file: str):
    await rig.send(285, "first")
    await journalled(rig)
    before = rig.files()
    (damaged,) = (rig.home / "journal").glob(file)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    await journalled(rig)
    assert before.items() <= rig.files().items()


async def test_nothing_is_signed_on_top_of_entries_that_are_not_those_of_the_last_checkpoint(
    rig: Rig,
):
    """An operator replaced the topic of entries: the journal itself finds it."""
    await rig.send(50, "first")
    await journalled(rig)
    client = AIOKafkaAdminClient(bootstrap_servers=rig.bootstrap)
    await client.start()
    topic = f"{rig.prefix}journal.entries"
    await client.delete_topics([topic])
    await until(lambda: _gone(client, topic))
    await client.create_topics([NewTopic(topic, 1, 1)])
    await client.close()
    with pytest.raises(KetensluisError, match="journal_broken"):
        await journalled(rig)


async def _gone(client: AIOKafkaAdminClient, topic: str) -> bool:
    return topic not in await client.list_topics()


async def test_a_topic_that_is_made_later_is_journalled_too(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.journal.inputs._TOPICS_SECONDS", 0.2)
    await rig.send(10, "first")
    client = AIOKafkaAdminClient(bootstrap_servers=rig.bootstrap)
    await client.start()
    async with keeping(rig):
        await until(rig.done)
        await client.create_topics([NewTopic(f"{rig.prefix}referrals.twente", 1, 1)])
        await client.create_topics([NewTopic(f"{rig.prefix}ledger.cases", 1, 1)])
        from stage_kafka import produce  # noqa: PLC0415

        rig.sent += await produce(rig.bootstrap, f"{rig.prefix}referrals.twente", ["one"])
        await produce(rig.bootstrap, f"{rig.prefix}ledger.cases", ["not journalled"])
        await until(rig.done)
    await client.close()
    assert {Entry.decode(each).coordinates.topic.removeprefix(rig.prefix) for each in
            await rig.entries()} == {"referrals.twente", "ledger.events", "police.incidents",
                                     "quarantine"}  # fmt: skip


async def test_two_journals_at_once_make_one_log(rig: Rig, tmp_path: Path):
    """Each has a group of its own here, so that nobody tells them apart but the fencing."""
    await rig.send(100, "first")
    other = Rig(rig.bootstrap, tmp_path, rig.prefix, rig.sent)
    async with keeping(rig):
        await until(rig.done)
        async with keeping(other):
            await rig.send(100, "second")
            await until(rig.done)
    entries = await rig.entries()
    assert len(entries) == len(await rig.inputs())
    assert all(offsets == sorted(offsets) for _, offsets in in_order(entries))


async def test_it_tells_over_http_how_it_fares(rig: Rig):
    await rig.send(10, "first")
    async with keeping(rig) as worker:
        await until(rig.done)
        port = worker.health.port
        assert await status(port, "readyz") == 200
        assert await status(port, "healthz") == 200
        metrics = (await answer(port, "metrics"))[1]
        assert f"ketensluis_journal_entries {len(rig.sent)}" in metrics


async def test_a_checkpoint_that_is_none_is_not_cosigned_and_does_not_stop_the_witness(rig: Rig):
    from stage_kafka import produce  # noqa: PLC0415

    stop, looks, codec = asyncio.Event(), list[int](), Codec.from_lock()
    topics = f"{rig.prefix}journal.checkpoints", f"{rig.prefix}journal.cosignatures"
    await produce(rig.bootstrap, topics[0], ["rubbish"])
    lookout = lookout_of(
        rig.home / "pki", WITNESSES[0], rig.home / "witness", rig.log().folder.fetch
    )
    looking = attend_log(
        [lookout], rig.bootstrap, codec, SystemClock(), stop,
        checkpoints=topics[0], cosignatures=topics[1], told=looks.append,
    )  # fmt: skip
    task = asyncio.create_task(looking)
    await until(lambda: _twice(looks))
    stop.set()
    await task
    assert lookout.last is None


async def _twice(looks: list[int]) -> bool:
    return len(looks) > 1


@asynccontextmanager
async def witnessed(rig: Rig) -> AsyncIterator[Callable[[int], Awaitable[bool]]]:
    """All parties look for as long as this lasts; tells whether all cosigned a state so large."""
    stop, codec, fetch = asyncio.Event(), Codec.from_lock(), rig.log().folder.fetch
    topics = f"{rig.prefix}journal.checkpoints", f"{rig.prefix}journal.cosignatures"
    watching = [
        asyncio.create_task(
            attend_log(
                [lookout_of(rig.home / "pki", party, rig.home / party, fetch)],
                rig.bootstrap, codec, SystemClock(), stop,
                checkpoints=topics[0], cosignatures=topics[1],
            )
        )
        for party in WITNESSES
    ]  # fmt: skip

    async def seen(size: int) -> bool:
        keys = rig.keys
        notes = await checkpoints(rig.bootstrap, *topics, codec, keys)
        return any(
            open_checkpoint(note, keys.log).size == size
            and len(cosigned(note, keys.witnesses.values())) == len(WITNESSES)
            for note in notes
        )

    yield seen
    stop.set()
    await asyncio.gather(*watching)


async def test_parties_cosign_the_checkpoints_of_a_running_journal(rig: Rig):
    async with witnessed(rig) as seen, keeping(rig):
        for turn in ("first", "second"):
            await rig.send(30, turn)
            await until(rig.done)
            await until(lambda: seen(len(rig.sent)))


async def test_the_logs_key_is_renewed_under_a_running_journal_and_its_witnesses(rig: Rig):
    """Nobody is started anew; a journal that is opened later goes on from what the new signed."""
    pki, signers = rig.home / "pki", list[set[bytes]]()
    (old,) = load_log_keys(pki)
    async with witnessed(rig) as seen, keeping(rig):
        for turn in ("old", "both", "new"):
            if turn == "both":
                new = rotate_log_key(pki, len(rig.sent))
            elif turn == "new":
                retire_log_key(pki, old.public.key_id.hex(), len(rig.sent))
            await rig.send(30, turn)
            await until(rig.done)
            await until(lambda: seen(len(rig.sent)))
            note = Note.parse((rig.home / "journal" / "checkpoint").read_text())
            signers.append({line.key_id for line in rig.keys.log.lines(note)})
    ids = old.public.key_id, new.key.key_id
    assert signers == [{ids[0]}, set(ids), {ids[1]}]
    for party in WITNESSES:
        assert LogKeys.parse((rig.home / party / "keys").read_text()) == rig.keys.log
    await rig.send(30, "later")
    await journalled(rig)
    for note in await rig.checkpoints():
        open_checkpoint(note, rig.keys.log)
