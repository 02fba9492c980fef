"""What the register answers: to a person's request, and about an incident."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, Select, select

from ketensluis.processing_log.sealing import SubjectOpener
from services.provisions.tables import found_by, keys, lines

__all__ = ["about_incident", "about_person"]

_SHOWN = (
    "start_time", "kind", "name", "recipient", "incident_id", "unit", "agreement",
    "agreement_version", "legal_basis", "reason", "by_role", "by_scope", "message_id", "activity",
    "trace_id", "span_id",
)  # fmt: skip
Told = dict[str, Any]


def about_person(
    engine: Engine, pseudonyms: Iterable[str], since: datetime, *, every: bool = False
) -> list[Told]:
    """What was provided about a person since then, the oldest first; each once.

    With `every`, overrides and consultations too.
    """
    about = found_by.c.trace_id == lines.c.trace_id
    line = found_by.c.span_id == lines.c.span_id
    asked: Select[Any] = (
        select(*(lines.c[name] for name in _SHOWN))
        .distinct()
        .join_from(found_by, lines, about & line)
        .where(found_by.c.pseudonym.in_(sorted(set(pseudonyms))), lines.c.start_time >= since)
        .order_by(lines.c.start_time, lines.c.trace_id, lines.c.span_id)
    )
    if not every:
        asked = asked.where(lines.c.kind == "provide")
    with engine.connect() as connection:
        return [_told(row) for row in connection.execute(asked).mappings()]


def about_incident(
    engine: Engine, incident_id: str, opener: SubjectOpener | None = None
) -> Iterator[Told]:
    """Every line about an incident, the oldest first; opened, with whom it is about and who looked.

    Raises:
        Refused: the register's keys do not open an id.
    """
    by = keys.alias("by_keys")
    asked = (
        select(lines, keys.c.sealed_key, by.c.sealed_key.label("by_key"))
        .join_from(lines, keys, lines.c.key_id == keys.c.key_id, isouter=True)
        .join(by, lines.c.by_key_id == by.c.key_id, isouter=True)
        .where(lines.c.incident_id == incident_id)
        .order_by(
            lines.c.start_time,
            lines.c.trace_id,
            lines.c.parent_span_id.isnot(None),
            lines.c.span_id,
        )
    )
    with engine.connect() as connection:
        rows = connection.execute(asked).mappings().all()
    for row in rows:
        told = _told(row) | {"parent_span_id": row["parent_span_id"], "id_type": row["id_type"]}
        if opener is not None and row["sealed"] is not None:
            told["data_subject_id"] = opener.open(row["sealed"], incident_id, row["sealed_key"])
        if opener is not None and row["by_sealed"] is not None:
            told["by"] = opener.open(row["by_sealed"], incident_id, row["by_key"])
        yield told


def _told(row: RowMapping) -> Told:
    shape: dict[str, Callable[[Any], Any]] = {"legal_basis": lambda text: text.splitlines()}
    return {name: shape.get(name, lambda same: same)(row[name]) for name in _SHOWN}
