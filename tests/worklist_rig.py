"""A work list under test: cases and alarms as records, and both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from made_ledger import OM, VT, at
from sqlalchemy import Engine, select

from ketensluis.avro.codec import Codec
from ketensluis.errors import Unavailable
from ketensluis.model.dossier import DossierLink, Part
from ketensluis.model.ledger import Alarm, Case, Rung
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.settings import Settings
from services.worklist.access import Role, Viewer
from services.worklist.database import engine_of, migrate
from services.worklist.projection import Place, Projection
from services.worklist.tables import PROJECTED

CODEC = Codec.from_lock()
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
UNIT = "Midden-Nederland"
KEY = b"the dossiers' key, in a test of it"
COORDINATOR = Viewer(Role.HG_COORDINATOR, frozenset({UNIT}))
SUPERVISOR = Viewer(Role.SUPERVISOR, frozenset({UNIT}))
INTAKE = Viewer(Role.INTAKE, regions=frozenset({"utrecht"}))


def case(number: int = 1, **fields: Any) -> Case:
    """A referral that was sent and not received, unless told otherwise."""
    told: dict[str, Any] = {
        "incident_id": f"PL0900-{number}",
        "recipient": VT,
        "sequence": 1,
        "state": "sent",
        "outcome": "released",
        "classification": "hg",
        "signals": (),
        "unit": UNIT,
        "municipality": "GM0344",
        "region": "utrecht",
        "registered_at": at(number),
        "decided_at": at(number + 1),
        "sent_at": at(number + 1),
        "rungs": (
            Rung(name="registered", at=at(number), evidence="e1"),
            Rung(name="sent", at=at(number + 1), evidence="e1", code="released"),
        ),
        "owner": "police:midden-nederland",
        "changed_at": at(number + 1),
    }
    optional = {
        name: None
        for name, required in ((f.name, f.required) for f in msgspec.structs.fields(Case))
        if required
    }
    return Case(**{**optional, **told, **fields})


def held(number: int = 1, reason: str = "hold_investigation", **fields: Any) -> Case:
    """A referral on hold."""
    told: dict[str, Any] = {
        "state": "held",
        "outcome": "held",
        "reason": reason,
        "sent_at": None,
        "hold_until": at(10_000),
        "hold_by_role": "investigation_lead",
        "rungs": (
            Rung(name="registered", at=at(number), evidence="e1"),
            Rung(name="decided", at=at(number + 1), evidence="e1", code="held"),
            Rung(name="held", at=at(number + 1), evidence="e1", code=reason),
        ),
    }
    return case(number, **{**told, **fields})


def alarm(number: int = 1, kind: str = "overdue", clock: str = "receipt", **fields: Any) -> Alarm:
    """The receipt of that case's referral is overdue, unless told otherwise."""
    recipient = fields.pop("recipient", VT)
    told: dict[str, Any] = {
        "alarm_id": f"{number}-{recipient}-{kind}-{clock}",
        "kind": kind,
        "clock": clock,
        "incident_id": f"PL0900-{number}",
        "recipient": recipient,
        "due_at": at(number + 61),
        "raised_at": at(number + 61),
        "addressed_to": f"{recipient}/intake",
        "unit": UNIT,
        "region": "utrecht",
    }
    return Alarm(**{**told, **fields})


def escalated(number: int = 1, **fields: Any) -> Alarm:
    """The same clock, passed on to the sender's coordinator."""
    to = "police:midden-nederland/hg_coordinator"
    return alarm(number, "escalated", addressed_to=to, raised_at=at(number + 1_500), **fields)


def link(number: int = 1, *keys: str, sequence: int = 1, **fields: Any) -> DossierLink:
    """That incident's pseudonyms, in that version."""
    return DossierLink(
        incident_id=f"PL0900-{number}", sequence=sequence, labelled=True, keys=keys,
        topic="police.incidents", partition=0, offset=number, **fields,
    )  # fmt: skip


def acted(number: int, *keys: str, day: int | None = None, **roles: str) -> DossierLink:
    """That incident's pseudonyms, with who had which role on that day: `anna="victim"`."""
    parts = tuple(Part(role=role, keys=(f"person:{who}",)) for who, role in roles.items())
    persons = [key for part in parts for key in part.keys]
    happened = at(24 * 60 * (number if day is None else day))
    return link(number, *keys, *persons, parts=parts, occurred_at=happened)


Told = Case | Alarm | DossierLink | str


class Topic:
    """Records one after the other, as if they lay on one partition of each topic."""

    def __init__(self) -> None:
        self.ends: dict[Place, int] = {}

    def records(self, told: Iterable[Told]) -> list[Record]:
        """A case, an alarm, a link, or the key of a tombstone."""
        return [self._record(each) for each in told]

    def _record(self, each: Told) -> Record:
        if isinstance(each, DossierLink):
            return self.raw("dossier.links", each.incident_id.encode(), CODEC.encode(each))
        if isinstance(each, Alarm):
            return self.raw("ledger.alarms", each.incident_id.encode(), CODEC.encode(each))
        if isinstance(each, Case):
            key = f"{each.incident_id}|{each.recipient}".encode()
            return self.raw("ledger.cases", key, CODEC.encode(each))
        return self.raw("ledger.cases", each.encode(), None)

    def raw(self, topic: str, key: bytes | None, value: bytes | None) -> Record:
        offset = self.ends.get((topic, 0), 0)
        self.ends[topic, 0] = offset + 1
        return Record(Coordinates(topic, 0, offset), key, value, (), 0)


class OnPaper:
    """Consultations as they are put on record; `away` stands for a log that does not confirm."""

    def __init__(self) -> None:
        self.records: list[ProcessingRecord] = []
        self.away = False

    def confirm(self, records: Sequence[ProcessingRecord]) -> None:
        if self.away:
            raise Unavailable("log_away", "the log does not confirm")
        self.records += records

    def told(self) -> list[tuple[str, str, str | None, str | None]]:
        """What each says: the incident, the page, the role and its scope."""
        return [
            (each.incident_id, action.reason or "", action.by_role, action.by_scope)
            for each in self.records
            for action in each.actions
        ]


class Rig:
    """A database, and a projection that is fed by hand."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.topic = Topic()
        self.projection = Projection(engine, CODEC)
        self.log: list[Record] = []

    def tell(self, *told: Told) -> list[Record]:
        """Let these come in as one batch."""
        records = self.topic.records(told)
        self.apply(records)
        return records

    def apply(self, records: Sequence[Record]) -> None:
        self.projection.apply(records, self.projection.positions())
        self.log += records

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that follows from the topics."""
        return dump(self.engine)


def dump(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every projected table, sorted by its key."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in PROJECTED
        }


@pytest.fixture
def database_settings(database_url: str | None, tmp_path: Path) -> Settings:
    """Settings that name an empty database of each kind in turn."""
    return Settings(home=tmp_path, database_url=database_url)


@pytest.fixture
def engine(database_settings: Settings) -> Iterator[Engine]:
    """That database, with its tables."""
    engine = engine_of(database_settings)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def rig(engine: Engine) -> Rig:
    """A projection into it."""
    return Rig(engine)


__all__ = ["OM", "VT"]
