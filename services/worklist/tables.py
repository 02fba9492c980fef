"""The work list's tables. Incident ids, codes and times: no personal data, no free text.

`cases`, `ladders`, `runs`, `links`, `linked`, `unreadable` and `positions` follow from the topics
alone and can be rebuilt from them. `chases`, `conferences`, `conference_lines`, `shown` and
`lookups` are the work list's own record: they are in no topic, and belong in the database's backup.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    true,
)

from ketensluis.runtime.database import Instant

__all__ = [
    "PROJECTED",
    "cases",
    "chases",
    "conference_lines",
    "conferences",
    "ladders",
    "linked",
    "links",
    "lookups",
    "metadata",
    "positions",
    "runs",
    "shown",
    "unreadable",
]

metadata = MetaData()


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _instant(name: str, *, null: bool = True) -> Column[datetime]:
    return Column(name, Instant, nullable=null)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _key() -> tuple[Column[str], Column[str]]:
    return (
        Column("incident_id", Text, primary_key=True),
        Column("recipient", Text, primary_key=True),
    )


# One row per obligation. `open`: somebody still owes something. `sent`: a message left.
# `restricted`: it is, or was, held as the restricted class. `digest`: of what a case conference
# is shown of it, and `fresh`: that differs from what the last one was shown.
cases = Table(
    "cases", metadata, *_key(),
    _text("kind"), Column("sequence", BigInteger, nullable=False), _text("state"), _flag("open"),
    _flag("sent"), _flag("restricted"), _text("outcome"), _text("reason", null=True),
    _text("classification"), _text("signals"), _text("unit"), _text("municipality"),
    _text("region", null=True), _text("children_present", null=True),
    _instant("registered_at", null=False), _instant("labelled_at"), _instant("decided_at"),
    _instant("sent_at"), _instant("received_at"), _instant("accepted_at"),
    _instant("rejected_at"), _instant("assessed_at"), _instant("fed_back_at"),
    _instant("closed_at"), _instant("hold_until"), _text("hold_by_role", null=True),
    _text("message_id", null=True), _text("agreement", null=True),
    _text("agreement_version", null=True), _text("instead_of", null=True), _text("overdue"),
    _text("owner"), _instant("changed_at"), _text("digest"), _flag("fresh"),
)  # fmt: skip

# The rungs, as JSON: read for one incident at a time, so kept out of the rows that are scanned.
ladders = Table("ladders", metadata, *_key(), _text("rungs"))

# One row per run of a clock, as its alarms told. `unit`, `sent` and `restricted` are those of
# the case, for who may see it; without a case nobody may. `theirs`: the recipient is to act.
runs = Table(
    "runs", metadata, *_key(), Column("clock", Text, primary_key=True),
    Column("due_at", Instant, primary_key=True),
    _instant("due_soon_at"), _instant("overdue_at"), _instant("escalated_at"),
    _instant("no_route_at"), _instant("cleared_at"),
    _text("first_addressed_to", null=True), _text("escalated_to", null=True),
    _text("level"), _text("addressed_to"), _text("role"), _flag("theirs"), _flag("open"),
    _text("unit", null=True), _text("region", null=True),
    Column("sent", Boolean), Column("restricted", Boolean),
)  # fmt: skip

# The keyed pseudonyms of persons and addresses, each with the incidents that have it. SQLite
# keeps such rows in their key's own order, once, if told so.
links = Table(
    "links", metadata, Column("subject", Text, primary_key=True),
    Column("incident_id", Text, primary_key=True), sqlite_with_rowid=False,
)  # fmt: skip

# The version of each incident whose pseudonyms `links` holds, which these are, when the incident
# happened, and as JSON who of them had which role: read for few incidents at a time.
linked = Table(
    "linked", metadata, Column("incident_id", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False), _text("subjects"), _instant("occurred_at"),
    Column("parts", Text, nullable=False, server_default="[]"), sqlite_with_rowid=False,
)  # fmt: skip

# Records that are none of these: passed over, but on record.
unreadable = Table(
    "unreadable", metadata,
    Column("topic", Text, primary_key=True), Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True), _text("code"),
)  # fmt: skip

# The offset after the last record whose effect is in the tables, committed with it.
positions = Table(
    "positions", metadata,
    Column("topic", Text, primary_key=True), Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)  # fmt: skip

chases = Table(
    "chases", metadata,
    Column("number", Integer, primary_key=True), _text("incident_id"), _text("recipient"),
    _text("code"), _text("by_role"), _text("by_scope"), _instant("at", null=False),
    Column("follow_up_on", Date),
)  # fmt: skip

conferences = Table(
    "conferences", metadata,
    Column("number", Integer, primary_key=True), _text("partner"), _text("by_role"),
    _text("by_scope"), _instant("at", null=False),
)  # fmt: skip

conference_lines = Table(
    "conference_lines", metadata,
    Column("number", Integer, primary_key=True), *_key(), _text("line"),
)  # fmt: skip

# What the last list showed of each obligation.
shown = Table("shown", metadata, *_key(), _text("digest"), _text("state"))

# Who looked up what is known of a person or an address, as keyed pseudonyms, and what was shown.
lookups = Table(
    "lookups", metadata,
    Column("number", Integer, primary_key=True), _instant("at", null=False), _text("by_role"),
    _text("by_scope"), _text("purpose"), _text("kind"), _text("subjects"), _text("incident_ids"),
)  # fmt: skip

PROJECTED = (cases, ladders, runs, links, linked, unreadable, positions)

# Chosen for the questions of `queries.py`: each filter has an index that also holds the order,
# and covers only what is open, which stays small while the years pile up.
_open_cases = cases.c.open.is_(true())
_open_runs = runs.c.open.is_(true())
_fresh_cases = and_(cases.c.fresh.is_(true()), cases.c.sent.is_(true()))
_ON_CASES: tuple[tuple[str, tuple[Column[Any], ...]], ...] = (
    ("ix_open", (cases.c.registered_at, cases.c.incident_id, cases.c.recipient)),
    ("ix_open_unit", (cases.c.unit, cases.c.registered_at, cases.c.incident_id)),
    ("ix_open_region", (cases.c.region, cases.c.registered_at, cases.c.incident_id)),
    ("ix_open_recipient", (cases.c.recipient, cases.c.registered_at, cases.c.incident_id)),
    ("ix_open_count", (cases.c.state, cases.c.unit, cases.c.restricted)),
    ("ix_open_count_unit", (cases.c.unit, cases.c.state, cases.c.restricted)),
)
for _name, _columns in _ON_CASES:
    Index(_name, *_columns, sqlite_where=_open_cases, postgresql_where=_open_cases)
Index(
    "ix_fresh", cases.c.recipient, cases.c.unit, cases.c.registered_at,
    sqlite_where=_fresh_cases, postgresql_where=_fresh_cases,
)  # fmt: skip
_ON_RUNS: tuple[tuple[str, tuple[Column[Any], ...]], ...] = (
    ("ix_due", (runs.c.due_at, runs.c.incident_id)),
    ("ix_due_unit", (runs.c.unit, runs.c.due_at)),
    ("ix_due_recipient", (runs.c.recipient, runs.c.due_at)),
    ("ix_due_role", (runs.c.role, runs.c.unit, runs.c.due_at)),
    ("ix_due_count", (runs.c.unit, runs.c.level, runs.c.restricted)),
)
for _name, _columns in _ON_RUNS:
    Index(_name, *_columns, sqlite_where=_open_runs, postgresql_where=_open_runs)
Index("ix_chases", chases.c.incident_id)
Index("ix_conferences", conferences.c.partner)
Index("ix_lookups", lookups.c.by_scope)
