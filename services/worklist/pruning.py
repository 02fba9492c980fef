"""Takes out of the work list what is past the term of a case: it shows no more than that.

The ledger keeps the case, as the balance rests on it; a row that the topic tells again comes
back, and goes at the next look.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Engine, and_, delete, exists, func, not_, select
from sqlalchemy.exc import SQLAlchemyError

from ketensluis.ledger.working_days import local_day
from ketensluis.model.resources import resource
from ketensluis.retention.rules import Retention, load_retention
from ketensluis.runtime.clock import Clock
from services.worklist.tables import (
    cases,
    chases,
    conference_lines,
    ladders,
    linked,
    links,
    runs,
    shown,
)

__all__ = ["Pruning", "prune"]

_EVERY_SECONDS: Final = 3_600.0
_AT_ONCE: Final = 500
_OF_A_CASE: Final = (cases, ladders, runs, links, linked, shown, chases, conference_lines)


class Pruning:
    """Looks once an hour; a database that is away is asked again at the next look."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine.execution_options(writes=True)
        self._clock = clock
        self._retention = load_retention(resource("reference"))

    async def run(self) -> None:
        """Look on and on, until cancelled."""
        log = structlog.get_logger()
        while True:
            now = self._clock.now()
            try:
                gone = await asyncio.to_thread(prune, self._engine, self._retention, now)
            except SQLAlchemyError as error:
                log.warning("not_pruned", error=type(error).__name__)
            else:
                if gone:
                    log.info("pruned", incidents=gone)
            await asyncio.sleep(_EVERY_SECONDS)


def prune(engine: Engine, retention: Retention, now: datetime) -> int:
    """Take out the incidents past their term of which nothing is open; how many that were.

    Raises:
        SQLAlchemyError: the database did not take it; the rest goes at the next look.
    """
    rule = retention.rule("case", local_day(now))
    if rule is None:
        return 0
    start = (
        cases.c.registered_at
        if rule.counted_from == "registered"
        else func.coalesce(cases.c.closed_at, cases.c.decided_at, cases.c.registered_at)
    )
    a_run_is_open = exists().where(and_(runs.c.incident_id == cases.c.incident_id, runs.c.open))
    over = (
        select(cases.c.incident_id)
        .where(not_(a_run_is_open))
        .group_by(cases.c.incident_id)
        .having(func.max(start) < rule.term.over_before(now))
        .having(func.count().filter(cases.c.open) == 0)
        .limit(_AT_ONCE)
    )
    gone = 0
    while True:
        with engine.begin() as connection:
            incidents = sorted(connection.execute(over).scalars())
            for table in _OF_A_CASE:
                connection.execute(delete(table).where(table.c.incident_id.in_(incidents)))
        gone += len(incidents)
        if len(incidents) < _AT_ONCE:
            return gone
