"""An override counts only as the police gave it: the hub's own word for it is not enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from made_ledger import INCIDENT, VT, decision
from msgspec.structs import replace

from ketensluis.audit.findings import Findings, Window
from ketensluis.audit.overruled import OverridesAudit
from ketensluis.audit.sources import Source
from ketensluis.avro.codec import Codec
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.override import Override
from ketensluis.model.record import Coordinates, Record

CODEC = Codec.from_lock()
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLACE = "ledger.events[0]@5"
GIVEN = Override(
    override_id="o1", incident_id=INCIDENT, recipient=VT, effect="release",
    paths=("persons[victim].address",), reason="consent", by_role="privacy_officer", given_at=AT,
    until=AT + timedelta(days=30),
)  # fmt: skip
TOLD = LedgerEvent(
    event_id="e1", kind="override", incident_id=INCIDENT, sequence=1, recipient=VT, occurred_at=AT,
    record="police.incidents[0]@7", trigger="disclosure.requests[0]@1", code="release",
    reason="consent", overrides=("o1",), by_role="privacy_officer", until=GIVEN.until,
    paths=GIVEN.paths,
)  # fmt: skip


def found(
    given: Override | None, *told: LedgerEvent, refused: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    findings = Findings(Window(None, None, AT))
    audit = OverridesAudit(findings, CODEC.decode)
    if given is not None:
        place = Coordinates("police.overrides", 0, 3)
        audit.record(str(place), Record(place, b"", CODEC.encode(given), (), 0))
    for event in told:
        audit.event(event, Source(PLACE, event.incident_id, 0))
    audit.conclude(set(refused))
    return [(each.code, each.place) for each in findings.found]


UNDER = decision(1, overrides=("o1",))


def test_an_override_as_the_police_gave_it_is_no_finding():
    assert found(GIVEN, TOLD, UNDER) == []


def test_an_override_that_the_police_did_not_give_is_found():
    """As a request on the hub's own topic can say it: it is decided by, and replays."""
    assert found(None, TOLD) == [("override_not_given", PLACE)]


def test_a_decision_under_an_override_that_nobody_gave_is_found_also_without_an_event_of_it():
    assert found(None, UNDER) == [("override_not_given", PLACE)]


def test_an_override_that_the_hub_refused_does_not_count():
    assert found(GIVEN, TOLD, refused=("police.overrides[0]@3",)) == [("override_not_given", PLACE)]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"incident_id": "PL0900-2026000002"},
        {"recipient": "vt:zeeland"},
        {"effect": "withhold"},
        {"paths": ("narrative",)},
        {"reason": "mistake"},
        {"by_role": "case_officer"},
        {"until": GIVEN.until - timedelta(days=29)},
        {"ends": "o0"},
    ],
    ids=lambda otherwise: next(iter(otherwise)),
)
def test_an_override_that_the_police_gave_otherwise_is_found(otherwise: dict[str, Any]):
    assert found(replace(GIVEN, **otherwise), TOLD) == [("override_not_given", PLACE)]
