"""The connector's own register of what it published, for the police's control totals.

It lies with the police, beside the connector, and holds ids, units and days; the hub never
sees more of it than the totals. What is entered again changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Column, Date, Integer, MetaData, String, Table, create_engine, delete, select
from sqlalchemy.dialects.sqlite import insert

from ketensluis.model.incident import Incident
from ketensluis.model.local_time import local_date
from ketensluis.model.messages import ControlTotal

__all__ = ["Register"]

_TABLES = MetaData()
_INCIDENTS = Table(
    "incidents",
    _TABLES,
    Column("incident_id", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("hg", Integer, nullable=False),
)
_DAYS = Table(
    "days_to_report",
    _TABLES,
    Column("day", Date, primary_key=True),
)


class Register:
    """One row per incident: the unit and local day of its registration, and whether it is HG."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(f"sqlite:///{path}")
        _TABLES.create_all(self._engine)

    def enter(self, incidents: Iterable[Incident]) -> None:
        """Enter what is about to be published; the totals of its days are to be reported."""
        rows = [
            {
                "incident_id": each.incident_id,
                "unit": each.unit,
                "day": local_date(each.registered_at),
                "sequence": each.sequence,
                "hg": int(bool(each.project_codes)),
            }
            for each in incidents
        ]
        if not rows:
            return
        entry = insert(_INCIDENTS)
        newer = entry.excluded
        with self._engine.begin() as connection:
            connection.execute(
                entry.on_conflict_do_update(
                    index_elements=["incident_id"],
                    set_={"sequence": newer.sequence, "hg": newer.hg},
                    where=newer.sequence > _INCIDENTS.c.sequence,
                ),
                rows,
            )
            days = [{"day": day} for day in {row["day"] for row in rows}]
            connection.execute(insert(_DAYS).on_conflict_do_nothing(), days)

    def totals_due(self, at: datetime) -> tuple[ControlTotal, ...]:
        """The totals of every day that is over and changed since it was reported."""
        today = local_date(at)
        found = select(_INCIDENTS).join(_DAYS, _DAYS.c.day == _INCIDENTS.c.day)
        found = found.where(_DAYS.c.day < today)
        groups: dict[tuple[str, date], list[tuple[str, int]]] = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(found):
                groups[row.unit, row.day].append((row.incident_id, row.hg))
        return tuple(
            ControlTotal(
                unit=unit,
                day=day,
                incidents=len(rows),
                hg=sum(hg for _, hg in rows),
                incident_ids=tuple(sorted(incident_id for incident_id, _ in rows)),
                counted_at=at,
            )
            for (unit, day), rows in sorted(groups.items())
        )

    def reported(self, totals: Iterable[ControlTotal]) -> None:
        """Remember that these totals have been published."""
        days = {total.day for total in totals}
        with self._engine.begin() as connection:
            connection.execute(delete(_DAYS).where(_DAYS.c.day.in_(days)))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
