"""Applies batches of records to the tables, exactly once: the offsets are part of the tables.

Two workers may project at the same time. Each batch moves its offsets from where it began to
where it ends, on the condition that they still stand there; the one that comes second finds
them moved, takes everything back, and reads on from where they stand now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, select, update

from ketensluis.avro.codec import Codec
from ketensluis.model.dossier import DossierLink
from ketensluis.model.party import DOSSIER_LINKS, LEDGER_ALARMS, LEDGER_CASES, PROCESSING_LOG
from ketensluis.model.record import Record
from services.worklist.links import apply_links
from services.worklist.process import (
    Key,
    LinkTold,
    Removed,
    RowTold,
    RunTold,
    Unreadable,
    process,
)
from services.worklist.runs import apply_alarms, sync_runs
from services.worklist.tables import (
    PROJECTED,
    cases,
    chases,
    conference_lines,
    ladders,
    positions,
    shown,
    unreadable,
)
from services.worklist.upsert import among, chunks, insert_new, upsert

__all__ = ["Moved", "Place", "Projection", "Topics"]

Place = tuple[str, int]


class Moved(Exception):  # noqa: N818 - named after what happened to the offsets
    """Another worker has projected this batch, or the tables were rebuilt."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics that are projected, and the one on which consultations are put on record."""

    cases: str = LEDGER_CASES
    alarms: str = LEDGER_ALARMS
    processing: str = PROCESSING_LOG
    links: str = DOSSIER_LINKS

    @property
    def all(self) -> tuple[str, ...]:
        """Those that are projected."""
        return self.cases, self.alarms, self.links


class Projection:
    """The tables as a reader of the topics fills them."""

    def __init__(self, engine: Engine, codec: Codec, topics: Topics | None = None) -> None:
        self.topics = topics or Topics()
        self._writer = engine.execution_options(writes=True)
        self._codec = codec

    def positions(self) -> dict[Place, int]:
        """Up to where the tables hold what the topics told."""
        with self._writer.connect() as connection:
            return _positions(connection)

    def apply(self, records: Sequence[Record], begin: Mapping[Place, int]) -> dict[Place, int]:
        """Apply a batch in one transaction; `begin` is where its partitions stood.

        Returns where they stand now.

        Raises:
            Moved: they did not stand there any more; nothing was changed.
            SQLAlchemyError: the database did not take it; nothing was changed.
        """
        with self._writer.begin() as connection:
            return self._apply(connection, records, begin)

    def rebuild(self, batches: Iterable[Sequence[Record]]) -> int:
        """Fill the tables anew from the whole of both topics, in one transaction.

        Who reads meanwhile sees the old content, then the new, never a part. What the topics
        do not hold (chases, conferences) stays. Returns how many records were read.
        """
        count = 0
        with self._writer.begin() as connection:
            for table in PROJECTED:
                connection.execute(delete(table))
            reached: dict[Place, int] = {}
            for batch in batches:
                reached |= self._apply(connection, batch, reached)
                count += len(batch)
        return count

    def _apply(
        self, connection: Connection, records: Sequence[Record], begin: Mapping[Place, int]
    ) -> dict[Place, int]:
        end: dict[Place, int] = {}
        for record in records:
            place = record.coordinates
            end[place.topic, place.partition] = place.offset + 1
        _move(connection, {place: begin.get(place) for place in end}, end)
        rows: dict[Key, RowTold | Removed] = {}
        alarms: list[RunTold] = []
        told_links: list[DossierLink] = []
        faults: list[Unreadable] = []
        for record in records:
            change = process(
                record, self._codec, cases_topic=self.topics.cases, links_topic=self.topics.links
            )
            match change:
                case RowTold() | Removed():
                    rows[change.key] = change  # compacted: only the last one of a key counts
                case RunTold():
                    alarms.append(change)
                case LinkTold():
                    told_links.append(change.link)
                case Unreadable():
                    faults.append(change)
        _remove(connection, [key for key, each in rows.items() if isinstance(each, Removed)])
        # By key: two that write at once then wait for each other, instead of for ever.
        _put(connection, [rows[key] for key in sorted(rows)])
        told = apply_alarms(connection, [each.alarm for each in alarms])
        sync_runs(connection, {*rows, *told})
        apply_links(connection, told_links)
        _record_faults(connection, faults)
        return end


def _positions(connection: Connection) -> dict[Place, int]:
    rows = connection.execute(
        select(positions.c.topic, positions.c.partition, positions.c.next_offset)
    )
    return {(topic, partition): offset for topic, partition, offset in rows}


def _move(
    connection: Connection, begin: Mapping[Place, int | None], end: Mapping[Place, int]
) -> None:
    """Move the offsets first: it locks them, and no work is done in vain. In one order."""
    for topic, partition in sorted(end):
        was, will = begin[topic, partition], end[topic, partition]
        row = {"topic": topic, "partition": partition, "next_offset": will}
        if was is None:
            moved = insert_new(connection, positions, row)
        else:
            here = (positions.c.topic == topic) & (positions.c.partition == partition)
            where = update(positions).where(here, positions.c.next_offset == was)
            moved = connection.execute(where.values(row)).rowcount == 1
        if not moved:
            raise Moved


def _put(connection: Connection, changes: Iterable[RowTold | Removed]) -> None:
    told = [each for each in changes if isinstance(each, RowTold)]
    known: dict[Key, str] = {}
    for keys in chunks([each.key for each in told]):
        known |= {
            (incident, recipient): digest
            for incident, recipient, digest in connection.execute(
                select(shown.c.incident_id, shown.c.recipient, shown.c.digest).where(
                    among(shown, keys)
                )
            )
        }
    upsert(
        connection,
        cases,
        [{**each.row, "fresh": known.get(each.key) != each.row["digest"]} for each in told],
    )
    upsert(
        connection,
        ladders,
        [
            {"incident_id": each.key[0], "recipient": each.key[1], "rungs": each.rungs}
            for each in told
        ],
    )


def _remove(connection: Connection, keys: Sequence[Key]) -> None:
    for some in chunks(keys):
        # With the obligation goes all that was put on record about it here.
        for table in (cases, ladders, shown, chases, conference_lines):
            connection.execute(delete(table).where(among(table, some)))


def _record_faults(connection: Connection, faults: Iterable[Unreadable]) -> None:
    upsert(
        connection,
        unreadable,
        [
            {
                "topic": each.record.coordinates.topic,
                "partition": each.record.coordinates.partition,
                "offset": each.record.coordinates.offset,
                "code": each.code,
            }
            for each in faults
        ],
    )
