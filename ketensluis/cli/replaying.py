"""Replays partition by partition, in one process or several, and remembers what is done."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import msgspec

from ketensluis.cli.replay_asked import Asked, Done, Mark, Told
from ketensluis.cli.replay_crew import divided, hands
from ketensluis.cli.replay_diary import Basis, Diary
from ketensluis.errors import KetensluisError
from ketensluis.model.party import INCIDENTS
from ketensluis.model.resources import resource
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from services.disclosure.rules import RuleBook

__all__ = ["basis_of", "ended_as_interrupted", "few_collections", "replay_all"]

_OBJECTS: Final = 100_000  # that are made between two collections; Python's own number is 700


def replay_all(
    settings: Settings,
    rules: RuleBook,
    asked: Asked,
    diary: Diary,
    showing: AbstractContextManager[Told],
) -> Done:
    """Decide again what was asked; what the diary has is not done again.

    It is the same replay as one that was never stopped: each partition is read as it was when
    its replay began, and what is found is in the same order.

    It is done by `settings.processes`; what is found is the same, and in the same order.
    `showing` is entered when they have started, and hears how far they are.

    Raises:
        Unavailable: Kafka does not answer.
        KetensluisError: `another_replay`; `process_ended`, one of them was killed;
            `no_partition`.
    """
    from ketensluis.cli.replay_partition import replay_partition
    from ketensluis.kafka.cluster import partitions

    done = diary.done
    count = asyncio.run(partitions(settings.bootstrap, [INCIDENTS]))[INCIDENTS]
    if asked.partition is not None and asked.partition >= count:
        raise KetensluisError(
            "no_partition", f"{INCIDENTS} has no partition {asked.partition}",
            f"name one from 0 to {count - 1}, or none for all",
        )  # fmt: skip
    numbers = list(range(count)) if asked.partition is None else [asked.partition]
    left = [number for number in numbers if number not in done]

    def one(number: int, told: Told) -> Done:
        mark, marks = diary.marks.get(number), diary.path is not None
        return asyncio.run(
            replay_partition(settings, rules, number, asked, told, mark, marks=marks)
        )

    several = min(settings.processes, len(left))
    crew = hands(one, several if several > 1 else 0)
    with _rules_left_alone(), crew as among, showing as shown:

        def told(number: int, count: int, expected: int, mark: Mark | None = None) -> None:
            shown(number, count, expected)
            diary.told(number, count, expected, mark)

        came = divided(among, left, told) if among else ((each, one(each, told)) for each in left)
        for number, found in came:
            diary.finished(number, found)
    return Done(
        sum(done[number].decided for number in numbers),
        tuple(found for number in numbers for found in done[number].differences),
        tuple(each for number in numbers for each in done[number].erased),
        sum(done[number].compared for number in numbers),
    )


def basis_of(settings: Settings, rules: RuleBook, asked: Asked) -> Basis:
    """What the replay is of that these settings and this question make.

    Raises:
        Unavailable: Kafka does not answer.
    """
    from ketensluis.kafka.cluster import cluster_id

    digest = hashlib.sha256(msgspec.json.encode(sorted(rules.agreements.digests.items())))
    for path in sorted(resource("reference").rglob("*")):
        if path.is_file():
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    cluster = asyncio.run(cluster_id(settings.bootstrap))
    return Basis(asked, cluster, digest.hexdigest(), version("ketensluis"))


@contextmanager
def ended_as_interrupted() -> Iterator[None]:
    """SIGTERM ends what is done as Ctrl-C does: asyncio closes what is open, and passes it on.

    Also where SIGINT itself is ignored, as in what a script starts in the background.
    """
    usual = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


@contextmanager
def few_collections() -> Iterator[None]:
    """Looks for cycles seldom: neither what is loaded for a replay nor deciding makes any."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _rules_left_alone() -> Iterator[None]:
    """What was loaded is not gone through for cycles, and is shared by processes as it is."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
