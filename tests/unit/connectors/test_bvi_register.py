"""The police's control totals: per unit and local day, when the day is over, and when changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from made_incidents import incident

from connectors.bvi.register import Register
from ketensluis.model.incident import Incident
from ketensluis.model.messages import ControlTotal

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    register = Register(tmp_path / "deep" / "register.sqlite3")
    yield register
    register.close()


def one(number: int, registered_at: str, **changed: Any) -> Incident:
    return incident(incident_id=f"PL-{number}", registered_at=registered_at, **changed)


def brief(totals: tuple[ControlTotal, ...]) -> list[tuple[str, date, int, int]]:
    return [(each.unit, each.day, each.incidents, each.hg) for each in totals]


def test_a_day_that_is_over_is_counted_per_unit_with_its_ids(register: Register):
    register.enter(
        [
            one(1, "2026-03-04T10:00:00Z"),
            one(2, "2026-03-04T11:00:00Z", project_codes=[]),
            one(3, "2026-03-04T11:00:00Z", unit="Limburg"),
            one(4, "2026-03-05T10:00:00Z"),
        ]
    )
    totals = register.totals_due(NOON)
    assert brief(totals) == [
        ("Limburg", date(2026, 3, 4), 1, 1),
        ("Noord-Nederland", date(2026, 3, 4), 2, 1),
    ]
    assert totals[1].incident_ids == ("PL-1", "PL-2")
    assert totals[1].counted_at == NOON


@pytest.mark.parametrize(
    ("registered_at", "day"),
    [
        ("2026-01-31T22:59:59Z", date(2026, 1, 31)),  # winter: UTC+1
        ("2026-01-31T23:00:00Z", date(2026, 2, 1)),
        ("2026-07-31T21:59:59Z", date(2026, 7, 31)),  # summer: UTC+2
        ("2026-07-31T22:00:00Z", date(2026, 8, 1)),
        ("2026-03-28T22:59:59Z", date(2026, 3, 28)),  # the night in which summer begins
        ("2026-03-29T21:59:59Z", date(2026, 3, 29)),  # that day has 23 hours
        ("2026-03-29T22:00:00Z", date(2026, 3, 30)),
        ("2026-10-25T22:59:59Z", date(2026, 10, 25)),  # and this one 25
        ("2026-10-25T23:00:00Z", date(2026, 10, 26)),
    ],
)
def test_a_day_begins_at_midnight_in_amsterdam(register: Register, registered_at: str, day: date):
    register.enter([one(1, registered_at)])
    (total,) = register.totals_due(datetime(2026, 12, 1, tzinfo=UTC))
    assert total.day == day


@pytest.mark.parametrize(
    ("at", "over"),
    [
        (datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), True),
    ],
)
def test_a_day_is_over_at_midnight_in_amsterdam(register: Register, at: datetime, over: bool):  # noqa: FBT001
    register.enter([one(1, "2026-03-29T10:00:00Z")])
    assert bool(register.totals_due(at)) is over


def test_what_was_reported_is_reported_again_only_when_it_changed(register: Register):
    register.enter([one(1, "2026-03-04T10:00:00Z")])
    register.reported(register.totals_due(NOON))
    assert register.totals_due(NOON) == ()
    register.enter([one(2, "2026-03-04T10:00:00Z")])
    assert brief(register.totals_due(NOON)) == [("Noord-Nederland", date(2026, 3, 4), 2, 2)]


def test_a_later_version_counts_under_its_first_day_and_with_its_label(register: Register):
    register.enter([one(1, "2026-03-04T10:00:00Z", project_codes=[])])
    register.enter([one(1, "2026-03-04T10:00:00Z", sequence=2, event="amended")])
    register.enter([one(1, "2026-03-04T10:00:00Z", project_codes=[])])  # the first, once more
    assert brief(register.totals_due(NOON)) == [("Noord-Nederland", date(2026, 3, 4), 1, 1)]


def test_what_is_entered_twice_counts_once_also_after_a_restart(register: Register, tmp_path: Path):
    register.enter([one(1, "2026-03-04T10:00:00Z")])
    register.close()
    again = Register(tmp_path / "deep" / "register.sqlite3")
    again.enter([one(1, "2026-03-04T10:00:00Z")])
    assert brief(again.totals_due(NOON)) == [("Noord-Nederland", date(2026, 3, 4), 1, 1)]
    again.close()
