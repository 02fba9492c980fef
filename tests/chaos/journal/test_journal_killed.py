"""The journal is killed at every step: no entry is lost, none is twice, none changes places."""

from __future__ import annotations

import itertools
import random

import pytest
from journal_rig import JournalProcess, Rig, in_order, rebuilt
from waiting import until

from ketensluis.journal.checkpoints import open_checkpoint
from ketensluis.journal.entry import Entry
from ketensluis.journal.growing import Growing
from ketensluis.journal.proofs import check_consistency, consistency_proof
from ketensluis.journal.tiles import node_of, tiles_of

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

STEPS = (
    ("before entries are committed", 1),
    ("before entries are committed", 3),
    ("within the transaction of entries", 2),
    ("after entries are committed", 2),
    ("before full tiles are written", 2),
    ("after full tiles are written", 3),
    ("before tiles are settled", 2),
    ("while tiles go to disk", 3),
    ("half of state.json is written", 2),
    ("after tiles are settled", 2),
    ("before checkpoints are committed", 1),
    ("within the transaction of checkpoints", 1),
    ("after checkpoints are committed", 1),
    ("half of checkpoint is written", 2),
    ("after a checkpoint is shown", 2),
    ("while the log is read back", 1),
)


async def test_killed_at_every_step_nothing_is_lost_repeated_or_reordered(rig: Rig):
    await rig.send(60, "begin")
    for number, (step, turn) in enumerate(STEPS):
        await rig.send(60, f"round{number}")
        if step == "while the log is read back":
            rig.log().folder.clear()
        process = JournalProcess(rig, step=step, turn=turn)
        try:
            await until(process.dead)
        finally:
            process.kill()
        assert process.process.returncode == -9, f"it was not killed at: {step}"
    await finish(rig)
    await all_holds(rig)


async def test_killed_at_random_moments_nothing_is_lost_repeated_or_reordered(rig: Rig):
    chance = random.Random(6)  # noqa: S311 - reproducible, no secret
    await rig.send(300, "begin")
    for number in range(6):
        process = JournalProcess(rig)
        try:
            await rig.send(40, f"round{number}")
            least = len(await rig.entries()) + chance.randrange(1, 200)
            await until(lambda least=least: _has(rig, least))
        finally:
            process.kill()
    await finish(rig)
    await all_holds(rig)


async def _has(rig: Rig, least: int) -> bool:
    return len(await rig.entries()) >= min(least, len(rig.sent))


async def finish(rig: Rig) -> None:
    """Let it run undisturbed until it is done."""
    process = JournalProcess(rig)
    try:
        await until(rig.done)
        process.process.terminate()
        await until(process.dead)
    finally:
        process.kill()


async def all_holds(rig: Rig) -> None:
    entries, inputs = await rig.entries(), await rig.inputs()
    assert sorted(str(Entry.decode(each).coordinates) for each in entries) == sorted(inputs)
    assert all(offsets == sorted(offsets) for _, offsets in in_order(entries))
    assert await files_are_those_of(rig, entries)
    await checkpoints_continue_each_other(rig, entries)


async def files_are_those_of(rig: Rig, entries: list[bytes]) -> bool:
    """The tiles on disk are those that follow from the entries, to the byte."""
    files, wanted = rig.files(), {}
    growing = Growing()
    for entry in entries:
        wanted.update({tile.path: tile.content for tile in growing.add(entry)})
    wanted.update({tile.path: tile.content for tile in growing.partial()})
    assert set(dict(tiles_of(len(entries)))) <= set(wanted)
    return wanted.items() <= files.items()


async def checkpoints_continue_each_other(rig: Rig, entries: list[bytes]) -> None:
    heads = [open_checkpoint(note, rig.keys.log) for note in await rig.checkpoints()]
    sizes = [head.size for head in heads]
    assert sizes == sorted(set(sizes)), "each checkpoint tells of more than the last"
    assert heads[-1].root == rebuilt(entries).root()
    node = node_of(rig.log().folder.fetch, len(entries))
    for old, new in itertools.pairwise(heads):
        proof = consistency_proof(node, old.size, new.size)
        check_consistency(old.size, new.size, proof, old.root, new.root)
