"""A view in BVI's database, polled with a high-water mark.

The view has two columns: `change_number`, which grows with every version that is recorded, and
`incident`, the Incident as JSON text. A number is handed out before its transaction commits, so
a lower one can appear after a higher one: numbers that were skipped are asked for again for an
hour (choice) before they count as never used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Engine, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from connectors.bvi.source import Chunk
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.model.incident import Incident
from ketensluis.model.intake import parse_incident
from ketensluis.model.regions import RegionMap
from ketensluis.partner.incident_feed import FeedLine

__all__ = ["SqlSource"]

_CHUNK_ROWS = 1000
_GAP_KEPT_SECONDS = 3600
# The position is kept in the metadata of a Kafka offset, which holds 4 KiB.
_MOST_GAPS = 100
_SEARCHED = 10_000


class _Position(msgspec.Struct, frozen=True):
    """The highest number seen, and the numbers skipped below it, each with when."""

    mark: int = 0
    gaps: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SqlSource:
    """The polled view; `now` is the source's clock."""

    engine: Engine
    view: str
    regions: RegionMap
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        if not self.view.replace("_", "").replace(".", "").isalnum():
            raise KetensluisError(
                "bad_view", "the name of the view holds other than letters, digits, _ and ."
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
        last = msgspec.json.decode(position, type=_Position) if position else _Position()
        while rows := self._rows(last):
            last = _advanced(last, [number for number, _ in rows], int(self.now().timestamp()))
            lines = tuple(
                FeedLine(f"{self.view}:{number}", self._parsed(incident), incident)
                for number, incident in rows
            )
            yield Chunk(lines, msgspec.json.encode(last).decode())

    def _parsed(self, incident: bytes) -> Incident | Refused:
        try:
            return parse_incident(incident, self.regions)
        except Refused as error:
            return error

    def _rows(self, last: _Position) -> list[tuple[int, bytes]]:
        query = text(
            f"SELECT change_number, incident FROM {self.view} "  # noqa: S608 - checked above
            "WHERE change_number > :mark OR change_number IN :gaps "
            "ORDER BY change_number LIMIT :most"
        ).bindparams(bindparam("gaps", expanding=True))
        values = {
            "mark": last.mark,
            "gaps": [number for number, _ in last.gaps],
            "most": _CHUNK_ROWS,
        }
        try:
            with self.engine.connect() as connection:
                found = connection.execute(query, values).all()
        except SQLAlchemyError as error:
            raise Unavailable(
                "source_unavailable",
                f"the view {self.view} cannot be read: {type(error).__name__}",
                "check the database's address and the connector's rights on the view",
            ) from error
        return [(int(number), str(incident).encode()) for number, incident in found]


def _advanced(last: _Position, numbers: list[int], at: int) -> _Position:
    mark = max(last.mark, numbers[-1])
    # Before the first row that was ever seen there are no gaps, only history.
    begin = (last.mark or numbers[0] - 1) + 1
    taken = set(numbers)
    kept = [(n, seen) for n, seen in last.gaps if n not in taken and at - seen < _GAP_KEPT_SECONDS]
    recent = range(max(begin, mark - _SEARCHED), mark)
    fresh = [(n, at) for n in recent if n not in taken]
    return _Position(mark, tuple((*kept, *fresh)[-_MOST_GAPS:]))
