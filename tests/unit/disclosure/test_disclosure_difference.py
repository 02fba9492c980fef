"""The dry run before a new agreement is signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from made_incidents import AT, agreement, incident, rules

from ketensluis.agreements.book import Agreements
from services.disclosure.difference import RecipientDifference, diff

BORN = {"id": "born", "fields": ["persons[].birth_date"]}
TEAM = {"id": "team", "fields": ["team"]}
YEAR = BORN | {"action": "generalise", "to": "year"}


def between(old: list[Any], new: list[Any]) -> tuple[RecipientDifference, ...]:
    return diff(
        Agreements.of([agreement(*old)] if old else []),
        Agreements.of([agreement(*new)] if new else []),
        [incident(), incident(incident_id="PL2")],
        at=AT,
        rules=rules(agreement()),
    )


def test_equal_agreements_make_no_difference():
    assert between([BORN, TEAM], [TEAM, BORN]) == ()


def test_what_goes_in_a_less_protective_form_is_more():
    [found] = between([YEAR], [BORN, TEAM])
    assert found.to_json() == {
        "recipient": "vt:groningen",
        "outcomes": {},
        "more": {"persons[].birth_date": 4, "team": 2},
        "less": {},
        "examples": [
            {
                "direction": "more",
                "field": "persons[].birth_date",
                "incident_id": "PL0100-2026000001",
                "path": "persons[0].birth_date",
                "before": "generalise year",
                "after": "release",
            },
            {
                "direction": "more",
                "field": "team",
                "incident_id": "PL0100-2026000001",
                "path": "team",
                "before": "withhold",
                "after": "release",
            },
        ],
    }


def test_an_agreement_that_is_missing_shows_in_the_outcomes():
    [found] = between([TEAM], [])
    assert dict(found.outcomes) == {"released -> refused (no_agreement)": 2}
    assert dict(found.counts["less"]) == {"team": 2}


def test_a_successor_is_held_against_what_it_succeeds_each_on_a_day_of_its_own():
    ends, begins = AT.date() + timedelta(days=30), AT.date() + timedelta(days=30)
    old = Agreements.of([agreement(BORN, valid_until=ends)])
    new = Agreements.of([agreement(YEAR, version="2", valid_from=begins)])
    them = [incident(), incident(incident_id="PL2")]
    [too_early] = diff(old, new, them, at=AT, rules=rules(agreement()))
    assert dict(too_early.outcomes) == {"released -> refused (no_agreement)": 2}
    later = AT + timedelta(days=40)
    [too_late] = diff(old, new, them, at=later, rules=rules(agreement()))
    assert dict(too_late.outcomes) == {"refused (agreement_expired) -> released": 2}
    [found] = diff(old, new, them, at=AT, new_at=later, rules=rules(agreement()))
    assert (dict(found.outcomes), dict(found.counts["less"])) == ({}, {"persons[].birth_date": 4})
