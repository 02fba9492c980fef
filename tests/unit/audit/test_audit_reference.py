"""The map of regions and the classification that decided are those on file, or it is found."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from made_incidents import CLASSIFIER, REGIONS, ROOT
from made_ledger import decision

from ketensluis.audit.rules import Rules
from ketensluis.classification.classifier import load_classifier
from ketensluis.cli.audit import rules_on_file
from ketensluis.ledger.events import decided_at
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.local_time import local_date
from ketensluis.model.region_states import RegionStates
from ketensluis.runtime.settings import Settings

on_file = cache(lambda: rules_on_file(Settings()))
STATES = RegionStates.of(REGIONS)
OF_2021 = STATES.on(date(2021, 6, 1))


def of(**said: Any) -> LedgerEvent:
    return decision(5, **said)


def codes(event: LedgerEvent, rules: Rules | None = None) -> list[str]:
    return [code for code, _ in (rules or on_file()).reference_faults(event)]


def test_a_decision_by_what_is_on_file_is_no_finding():
    day = local_date(decided_at(of()))
    digest = CLASSIFIER.digest(day)
    assert codes(of(regions_digest=OF_2021, classification_digest=digest)) == []
    assert codes(of()) == [], "from before a decision said by what it was made"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"regions_digest": "0" * 64}, "edited_regions"),
        ({"regions_digest": ""}, "edited_regions"),
        ({"classification_digest": "0" * 64}, "edited_classification"),
        ({"classification_digest": ""}, "edited_classification"),
    ],
)
def test_a_decision_by_anything_else_is_found(said: dict[str, str], code: str):
    assert codes(of(**said)) == [code]


def test_a_classification_of_another_day_is_found(tmp_path: Path):
    """It is on file, but not as what was in force on the day of the decision."""
    text = (ROOT / "reference" / "classification.yaml").read_text()
    _, _, version = text.partition("versions:\n")
    later = version.replace("2021-01-01", "2027-01-01", 1).replace(": 1.0", ": 1.5", 1)
    (tmp_path / "classification.yaml").write_text(text + later)
    classifier = load_classifier(tmp_path)
    rules = dataclasses.replace(on_file(), classifier=classifier)
    then, another = (classifier.digest(date(year, 3, 2)) for year in (2026, 2028))
    assert then == CLASSIFIER.digest(date(2026, 3, 2)) != another
    assert codes(of(classification_digest=then), rules) == []
    assert codes(of(classification_digest=another), rules) == ["edited_classification"]


def test_the_map_says_one_thing_from_one_change_to_the_next_and_nothing_twice():
    assert STATES.days[0] == date(2021, 1, 1)
    assert STATES.on(date(1999, 1, 1)) == STATES.on(date(2021, 1, 1)) == OF_2021
    assert STATES.on(date(2021, 12, 31)) == OF_2021 != STATES.on(date(2022, 1, 1))
    assert len(set(STATES.digests)) == len(STATES.digests) == len(STATES.days)
