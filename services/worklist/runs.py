"""Alarms as the work list keeps them: one row per run of a clock, from its warning to its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from ketensluis.model.ledger import Alarm
from services.worklist.process import Key
from services.worklist.tables import cases, runs
from services.worklist.upsert import among, chunks, upsert

__all__ = ["LEVELS", "apply_alarms", "sync_runs"]

# From mild to severe; the most severe one that was told is the run's level.
LEVELS = ("due_soon", "overdue", "no_route", "escalated")
_RunKey = tuple[str, str, str, datetime]
_COPIED = ("unit", "region", "sent", "restricted")


def apply_alarms(connection: Connection, alarms: Sequence[Alarm]) -> set[Key]:
    """Enter the alarms, in the order of their topic; the obligations that they are about.

    A repeat under the same id is the same kind of alarm about the same run, and changes
    nothing. What comes after the run was cleared leaves it cleared.
    """
    touched = {(each.incident_id, each.recipient) for each in alarms}
    known: dict[_RunKey, dict[str, Any]] = {}
    for keys in chunks(touched):
        for row in connection.execute(select(runs).where(among(runs, keys))).mappings():
            known[row["incident_id"], row["recipient"], row["clock"], row["due_at"]] = dict(row)
    changed: dict[_RunKey, dict[str, Any]] = {}
    for alarm in alarms:
        key = (alarm.incident_id, alarm.recipient, alarm.clock, alarm.due_at)
        known[key] = changed[key] = _told(known.get(key) or _new(key), alarm)
    upsert(connection, runs, list(changed.values()))
    return touched


def sync_runs(connection: Connection, keys: Iterable[Key]) -> None:
    """Let the runs of these obligations be seen by whoever sees their case."""
    of_case = and_(cases.c.incident_id == runs.c.incident_id, cases.c.recipient == runs.c.recipient)
    copied = {name: select(cases.c[name]).where(of_case).scalar_subquery() for name in _COPIED}
    for some in chunks(keys):
        connection.execute(update(runs).where(among(runs, some)).values(copied))


def _new(key: _RunKey) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(column.name for column in runs.columns)
    return row | dict(zip(("incident_id", "recipient", "clock", "due_at"), key, strict=True))


def _told(run: dict[str, Any], alarm: Alarm) -> dict[str, Any]:
    """The run with the alarm in it; of each kind the first one counts."""
    told = dict(run)
    if told[f"{alarm.kind}_at"] is None:
        told[f"{alarm.kind}_at"] = alarm.raised_at
        if alarm.kind == "escalated":
            told["escalated_to"] = alarm.addressed_to
        elif alarm.kind != "cleared":
            told["first_addressed_to"] = told["first_addressed_to"] or alarm.addressed_to
    reached = [level for level in LEVELS if told[f"{level}_at"] is not None]
    told["level"] = reached[-1] if reached else "cleared"
    told["addressed_to"] = told["escalated_to"] or told["first_addressed_to"] or alarm.addressed_to
    told["role"] = told["addressed_to"].partition("/")[2]
    told["theirs"] = (told["first_addressed_to"] or "").startswith(f"{alarm.recipient}/")
    told["open"] = told["cleared_at"] is None
    return told
