"""A view in BVI's database, polled with a high-water mark.

The view has two columns: `change_number`, which is counted up with every version that is
recorded, and `incident`, the Incident as JSON. Rows that appear below the mark are found by
the numbers that were skipped (`connectors.bvi.gaps`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import (
    BigInteger,
    Engine,
    Text,
    cast,
    column,
    create_engine,
    event,
    or_,
    select,
    table,
)
from sqlalchemy.exc import SQLAlchemyError

from connectors.bvi.gaps import Marks
from connectors.bvi.source import Chunk
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.model.incident import Incident
from ketensluis.model.intake import MAX_LINE, parse_incident
from ketensluis.model.regions import RegionMap
from ketensluis.partner.incident_feed import FeedLine

__all__ = ["SqlSource", "engine_of"]

_CHUNK_ROWS = 200
_KEPT = 65_536  # bytes kept of a row that is longer than an incident may be
_VIEW = re.compile(r"(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)", re.ASCII)
_NUMBER = column("change_number", BigInteger)
_INCIDENT = cast(column("incident"), Text)


def engine_of(url: str) -> Engine:
    """The way to the database at an SQLAlchemy URL.

    Raises:
        KetensluisError: `bad_source`; never quotes the URL, which may hold a password.
    """
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except (SQLAlchemyError, ImportError) as error:
        raise KetensluisError(
            "bad_source",
            f"there is no way to the database: {type(error).__name__}",
            "give an SQLAlchemy URL, and install its driver (extra postgresql)",
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _take_any_bytes)
    return engine


def _take_any_bytes(connection: Any, _record: object) -> None:
    """SQLite keeps text of any bytes; by itself its driver reads no row from the first such on."""
    connection.text_factory = lambda stored: stored.decode(errors="surrogateescape")


@dataclass(frozen=True, slots=True)
class SqlSource:
    """The polled view; `now` is the source's clock."""

    engine: Engine
    view: str
    regions: RegionMap
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        if _VIEW.fullmatch(self.view) is None:
            raise KetensluisError(
                "bad_view", "the view is not named [SCHEMA.]NAME, in letters, digits and _"
            )

    @property
    def name(self) -> str:
        """The source's name, which says where its position is kept."""
        return f"sql-{self.view}"

    def read(self, position: str | None) -> Iterator[Chunk]:
        """The rows that have not been taken yet.

        Raises:
            Unavailable: the database does not answer.
        """
        marks = Marks.read(position)
        while rows := self._rows(marks):
            numbers = [number for number, _ in rows]
            marks, given_up = marks.after(numbers, int(self.now().timestamp()))
            if given_up:
                structlog.get_logger().warning(
                    "gaps_given_up",
                    count=given_up,
                    remedy="number the rows of the view by a sequence of their own",
                )
            lines = tuple(self._line(number, incident) for number, incident in rows)
            yield Chunk(lines, marks.text())

    def _line(self, number: int, incident: bytes) -> FeedLine:
        result: Incident | Refused
        try:
            result = parse_incident(incident, self.regions)
        except Refused as error:
            result = error
        raw = incident if len(incident) <= MAX_LINE else incident[:_KEPT]
        return FeedLine(f"{self.view}:{number}", result, raw)

    def _rows(self, marks: Marks) -> list[tuple[int, bytes]]:
        schema, _, name = self.view.rpartition(".")
        query = select(_NUMBER, _INCIDENT).select_from(table(name, schema=schema or None))
        if marks.mark is not None:
            skipped = (_NUMBER.between(gap.first, gap.last) for gap in marks.gaps)
            query = query.where(or_(marks.mark < _NUMBER, *skipped))
        else:
            query = query.where(_NUMBER.is_not(None))
        try:
            with self.engine.connect() as connection:
                found = connection.execute(query.order_by(_NUMBER).limit(_CHUNK_ROWS)).all()
        except SQLAlchemyError as error:
            raise Unavailable(
                "source_unavailable",
                f"the view {self.view} cannot be read: {type(error).__name__}",
                "check the database's address and the connector's rights on the view",
            ) from error
        return [
            (int(number), (incident or "").encode(errors="surrogateescape"))
            for number, incident in found
        ]
