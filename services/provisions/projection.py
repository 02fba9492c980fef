"""Takes records into the register, exactly once: the offsets are part of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused
from ketensluis.model.party import PROCESSING_LOG
from ketensluis.model.processing import SealedSubject
from ketensluis.model.record import Record
from ketensluis.processing_log.activities import Activities
from ketensluis.processing_log.lines import Line, Subject, lines_of
from services.provisions.process import Row, key_id, known_rows, line_row, process
from services.provisions.tables import found_by, keys, known, lines, positions, unreadable

__all__ = ["Moved", "Register"]

_AT_ONCE = 1_000  # parameters of one statement


class Moved(Exception):  # noqa: N818 - named after what happened to the offsets
    """Another worker has taken this batch in."""


class Register:
    """The tables as a reader of the topic fills them."""

    def __init__(
        self, engine: Engine, codec: Codec, activities: Activities, topic: str = PROCESSING_LOG
    ) -> None:
        self.topic = topic
        self._writer = engine.execution_options(writes=True)
        self._codec = codec
        self._activities = activities

    def positions(self) -> dict[int, int]:
        """Up to which offset of each partition the tables hold what the topic told."""
        asked = select(positions.c.partition, positions.c.next_offset)
        with self._writer.connect() as connection:
            rows = connection.execute(asked.where(positions.c.topic == self.topic))
            return {partition: offset for partition, offset in rows}  # noqa: C416 - typed so

    def apply(self, records: Sequence[Record], begin: Mapping[int, int]) -> dict[int, int]:
        """Take a batch in, in one transaction; `begin` is where its partitions stood.

        Returns where they stand now.

        Raises:
            Moved: they did not stand there any more; nothing was changed.
            KetensluisError: `no_activity`; nothing was changed.
            SQLAlchemyError: the database did not take it; nothing was changed.
        """
        end = {one.coordinates.partition: one.coordinates.offset + 1 for one in records}
        with self._writer.begin() as connection:
            self._move(connection, begin, end)
            batch = _Batch()
            for record in records:
                self._take(connection, record, batch)
            batch.write(connection)
        return end

    def _move(
        self, connection: Connection, begin: Mapping[int, int], end: Mapping[int, int]
    ) -> None:
        """Move the offsets first: it locks them, and no work is done in vain. In one order."""
        for partition in sorted(end):
            row = {"topic": self.topic, "partition": partition, "next_offset": end[partition]}
            if partition not in begin:
                made = _insert(connection, positions).values(row)
                if connection.execute(made.returning(positions.c.topic)).first() is None:
                    raise Moved
                continue
            here = (positions.c.topic == self.topic) & (positions.c.partition == partition)
            stood = positions.c.next_offset == begin[partition]
            if connection.execute(update(positions).where(here, stood).values(row)).rowcount != 1:
                raise Moved

    def _take(self, connection: Connection, record: Record, batch: _Batch) -> None:
        try:
            found = process(record, self._codec)
        except Refused as error:
            place = record.coordinates
            row = {"topic": place.topic, "partition": place.partition, "offset": place.offset}
            batch.faults.append({**row, "code": error.code})
            return
        if found.sealed_key is not None:
            batch.keys[key_id(found.sealed_key)] = found.sealed_key
        if found.subjects and found.sealed_key is not None:
            sealed_key = found.sealed_key
            batch.known[found.incident_id] = [Subject(each, sealed_key) for each in found.subjects]
        before: Sequence[Subject] = ()
        if any(action.kind in {"consult", "erase"} for action in found.actions):
            before = batch.known.get(found.incident_id) or _known(connection, found.incident_id)
        batch.lines += lines_of(found, before, self._activities)


@dataclass(slots=True)
class _Batch:
    """What a batch adds, to be written at once; the last persons of an incident count."""

    keys: dict[str, bytes] = field(default_factory=dict)
    known: dict[str, list[Subject]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    faults: list[Row] = field(default_factory=list)

    def write(self, connection: Connection) -> None:
        """Add it all; what is there already stays."""
        _add(connection, keys, [{"key_id": k, "sealed_key": v} for k, v in self.keys.items()])
        incidents = sorted(self.known)
        for start in range(0, len(incidents), _AT_ONCE):
            some = incidents[start : start + _AT_ONCE]
            connection.execute(delete(known).where(known.c.incident_id.in_(some)))
        rows = [row for incident, them in self.known.items() for row in known_rows(incident, them)]
        _add(connection, known, rows)
        _add(connection, lines, [line_row(each) for each in self.lines])
        _add(connection, found_by, list(_pseudonyms(self.lines)))
        _add(connection, unreadable, self.faults)


def _known(connection: Connection, incident_id: str) -> list[Subject]:
    asked = (
        select(known, keys.c.sealed_key)
        .join_from(known, keys, known.c.key_id == keys.c.key_id)
        .where(known.c.incident_id == incident_id)
        .order_by(known.c.place)
    )
    return [
        Subject(
            SealedSubject(
                id_type=row["subject_kind"],
                sealed=row["sealed"],
                pseudonyms=tuple(row["pseudonyms"].split()),
            ),
            row["sealed_key"],
        )
        for row in connection.execute(asked).mappings()
    ]


def _pseudonyms(told: Iterable[Line]) -> Iterable[Row]:
    for line in told:
        for pseudonym in line.subject.sealed.pseudonyms if line.subject else ():
            yield {"pseudonym": pseudonym, "trace_id": line.trace_id, "span_id": line.span_id}


def _add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add what is not there yet."""
    if rows:
        connection.execute(_insert(connection, table), rows)


def _insert(connection: Connection, table: Table) -> Any:
    own: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    return own.insert(table).on_conflict_do_nothing()
