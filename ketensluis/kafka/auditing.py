"""Reads what an audit is about: the log's files, and then every record of its topics.

The order matters on a chain that goes on running: the log first, the records after it, so that
every entry has its record by then. What came in between lacks an entry, and is young.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx

from ketensluis.audit.heads import Heads
from ketensluis.audit.whole import Audit
from ketensluis.avro.codec import Codec
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.journal.checkpoints import Head
from ketensluis.journal.evidence import entries_of
from ketensluis.journal.growing import Growing
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note
from ketensluis.journal.scope import is_journalled
from ketensluis.journal.tiles import Fetch, Tile
from ketensluis.kafka.answering import kafka_answers
from ketensluis.kafka.asking import members
from ketensluis.kafka.checkpoints import checkpoints
from ketensluis.kafka.cluster import existing
from ketensluis.kafka.scan import scan
from ketensluis.model.party import CHECKPOINTS, COSIGNATURES
from ketensluis.model.record import Record

__all__ = ["Published", "Reading", "read_all", "read_heads", "read_log"]

# The witnesses look once a second; the files are a moment behind what is committed.
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.25


class Published(NamedTuple):
    """Where the log's states and what parties saw of them are published, and their keys."""

    bootstrap: str
    codec: Codec
    keys: JournalKeys


@dataclass
class Reading:
    """Who hears of what is read: `told` what, and how many so far; `keep` each record."""

    told: Callable[[str, int], None] = field(default=lambda _what, _count: None)
    keep: Callable[[Record], None] = field(default=lambda _record: None)


async def read_heads(fetch: Fetch, published: Published | None = None) -> Heads:
    """The log's states from its files, and from its topics where they are given.

    It waits a moment for the witnesses to have seen the newest state, and no longer.

    Raises:
        Unavailable: `log_away`, the log's files cannot be read; Kafka does not answer.
        Refused: what the log published is no checkpoint.
    """
    loop, notes = asyncio.get_running_loop(), tuple[Note, ...]()
    if published is not None:
        bootstrap, codec, keys = published
        await members(bootstrap)
        with kafka_answers():
            notes = await checkpoints(bootstrap, CHECKPOINTS, COSIGNATURES, codec, keys)
    deadline = loop.time() + _PATIENCE_SECONDS
    wanted = max((Head.parse(each.text).size for each in notes), default=0)
    while True:
        newest = await asyncio.to_thread(_note, fetch, "checkpoint")
        if newest is None:
            raise _away()
        heads = Heads(newest, await asyncio.to_thread(_note, fetch, "cosigned"), notes)
        wanted = wanted or heads.head.size
        if min(heads.head.size, heads.seen_size) >= wanted or loop.time() > deadline:
            return heads
        await asyncio.sleep(_PAUSE_SECONDS)


async def read_all(audit: Audit, bootstrap: str, fetch: Fetch, reading: Reading) -> None:
    """Give the audit every entry of the log, and every record.

    Raises:
        Unavailable: Kafka does not answer, or the log's files cannot be read.
    """
    await asyncio.to_thread(read_log, audit, fetch, reading)
    topics = sorted(filter(is_journalled, await existing(bootstrap)), key=_causes_last)
    count = 0
    async for record in scan(bootstrap, topics):
        audit.record(record)
        count += 1
        reading.keep(record)
        reading.told("records", count)


def _causes_last(topic: str) -> tuple[bool, str]:
    """What things follow from is read after them: whatever follows has its cause by then."""
    return topic.startswith(("police.", "responses.")), topic


def read_log(audit: Audit, fetch: Fetch, reading: Reading) -> None:
    """Give the audit every entry of the log and say that there are no more; its tiles too.

    Whoever wants a proof makes it from the tiles, so they must be those of the entries.

    Raises:
        Unavailable: `log_away`, the log's files cannot be read.
    """
    growing = Growing()
    try:
        for index, entry in entries_of(fetch, audit.heads.head.size):
            audit.entry(entry)
            _tiles(audit, fetch, growing.add(entry))
            reading.told("entries", index + 1)
        _tiles(audit, fetch, growing.partial())
    except httpx.HTTPError as error:
        raise _away() from error
    except (FileNotFoundError, KetensluisError):
        pass  # then the log does not end where it should, which is said
    audit.entries_end()


def _tiles(audit: Audit, fetch: Fetch, made: Iterable[Tile]) -> None:
    for tile in made:
        if tile.of_hashes:
            try:
                shown = tile.shown(fetch)
            except FileNotFoundError:
                shown = b""
            audit.tile(tile, shown)


def _note(fetch: Fetch, path: str) -> Note | None:
    try:
        return Note.parse(fetch(path).decode(errors="replace"))
    except (FileNotFoundError, Refused):
        return None
    except httpx.HTTPError as error:
        raise _away() from error


def _away() -> Unavailable:
    return Unavailable(
        "log_away",
        "the log's files cannot be read",
        "say where they are: --log with the address at which they are served, or their folder",
    )
