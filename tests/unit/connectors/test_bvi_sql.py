"""The rows of a view: one that is no incident is named, and the next ones go."""

from __future__ import annotations

from pathlib import Path

from chain_rig import registration
from made_incidents import AT, REGIONS
from msgspec.json import encode
from sqlalchemy import text

from connectors.bvi.sql import SqlSource, engine_of
from ketensluis.errors import Refused


def test_a_row_that_is_not_utf8_is_named_and_the_rows_behind_it_go(tmp_path: Path):
    engine = engine_of(f"sqlite:///{tmp_path / 'bvi.db'}")
    rows = {1: encode(registration(1)), 2: b'{"team": "Z\xfcid"}', 4: encode(registration(2))}
    with engine.begin() as connection:
        connection.execute(text("create table changes (change_number integer, incident text)"))
        put = text("insert into changes values (:number, cast(:incident as text))")
        for number, incident in rows.items():
            connection.execute(put, {"number": number, "incident": incident})
        connection.execute(text("insert into changes values (3, null)"))

    source = SqlSource(engine, "changes", REGIONS, lambda: AT)
    lines = [line for chunk in source.read(None) for line in chunk.lines]

    told = [
        (line.place, line.result.code if isinstance(line.result, Refused) else None)
        for line in lines
    ]
    assert told == [
        ("changes:1", None),
        ("changes:2", "bad_utf8"),
        ("changes:3", "bad_json"),
        ("changes:4", None),
    ]
    assert lines[1].raw == rows[2]
