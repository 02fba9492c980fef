"""What a record of a ledger's topic, or of `dossier.links`, changes in the tables: pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused
from ketensluis.ledger.fold import settled
from ketensluis.model.dossier import DossierLink
from ketensluis.model.ledger import Alarm, Case
from ketensluis.model.party import DOSSIER_LINKS
from ketensluis.model.record import Record
from services.worklist.tables import cases

__all__ = [
    "Change",
    "Key",
    "LinkTold",
    "Removed",
    "RowTold",
    "RunTold",
    "Unreadable",
    "process",
    "separated",
]

Key = tuple[str, str]
Row = dict[str, Any]
_RESTRICTED = "restricted_class"
# What is news to a case conference when it changes.
_SHOWN = (
    "sequence", "state", "children_present", "overdue", "owner", "sent_at", "received_at",
    "accepted_at", "rejected_at", "assessed_at", "fed_back_at", "closed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowTold:
    """The newest row of an obligation, and its ladder."""

    key: Key
    row: Row
    rungs: str


@dataclass(frozen=True, slots=True)
class Removed:
    """The obligation is no longer kept: its row's tombstone."""

    key: Key


@dataclass(frozen=True, slots=True)
class RunTold:
    """An alarm about one run of one clock."""

    alarm: Alarm


@dataclass(frozen=True, slots=True)
class LinkTold:
    """The pseudonyms of one version of an incident."""

    link: DossierLink


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is none of these; `code` says why."""

    record: Record
    code: str


Change = RowTold | Removed | RunTold | LinkTold | Unreadable


def process(
    record: Record, codec: Codec, *, cases_topic: str, links_topic: str = DOSSIER_LINKS
) -> Change:
    """The change that the record makes; never raises for a bad one."""
    try:
        if record.coordinates.topic == links_topic:
            return _link(record, codec)
        return (_case if record.coordinates.topic == cases_topic else _alarm)(record, codec)
    except Refused as error:
        return Unreadable(record, error.code)


def separated(text: str) -> tuple[str, ...]:
    """The codes that one column holds."""
    return tuple(text.split(" ")) if text else ()


def _case(record: Record, codec: Codec) -> RowTold | Removed:
    key = _key(record.key)
    if record.value is None:
        return Removed(key)
    case = codec.decode(record.value, Case)
    if (case.incident_id, case.recipient) != key:
        raise Refused("wrong_key", "the row's key is of another obligation")
    return _told(key, case)


def _alarm(record: Record, codec: Codec) -> RunTold:
    if record.value is None:
        raise Refused("no_value", "an alarm without a value")
    return RunTold(codec.decode(record.value, Alarm))


def _link(record: Record, codec: Codec) -> LinkTold:
    if record.value is None:
        raise Refused("no_value", "a link without a value")
    return LinkTold(codec.decode(record.value, DossierLink))


def _key(key: bytes | None) -> Key:
    incident, bar, recipient = (key or b"").decode(errors="replace").rpartition("|")
    if not bar or not incident or not recipient:
        raise Refused("wrong_key", "the row's key names no obligation")
    return incident, recipient


def _told(key: Key, case: Case) -> RowTold:
    # Left out with what is no column: the routing rule, which can betray a secret address.
    row = {name: getattr(case, name) for name in case.__struct_fields__ if name in cases.c}
    row |= {
        "signals": " ".join(case.signals),
        "overdue": " ".join(case.overdue),
        "kind": case.recipient.partition(":")[0],
        "open": not settled(case),
        "sent": case.sent_at is not None,
        "restricted": _restricted(case),
        "labelled_at": next(
            (each.at for each in case.rungs if each.name == "classified" and each.code == "hg"),
            None,
        ),
    }
    content = msgspec.json.encode([row[name] for name in _SHOWN])
    row["digest"] = hashlib.sha256(content).hexdigest()[:16]
    return RowTold(key, row, msgspec.json.encode(case.rungs).decode())


def _restricted(case: Case) -> bool:
    """Whether it is, or ever was, held as the restricted class (a police employee's case)."""
    return case.reason == _RESTRICTED or any(
        each.name == "held" and each.code == _RESTRICTED for each in case.rungs
    )
