"""What every program exports: documented, bounded, and nothing about a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from panel_queries import METRIC, boards, choices, queries
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from watched_demo import Watched

from ketensluis.ledger.clock_data import load
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.trouble import CODES

DOCS = Path(__file__).parents[3] / "docs"
RULES = resource("deploy") / "prometheus"
_SECTION = re.compile(r"^## (Ketensluis\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_PARTS = re.compile(r"_(bucket|sum|count|total|created)$")


def documented() -> set[str]:
    """The metrics that have a row in a table of the reference, and the recorded series."""
    text = (DOCS / "reference" / "metrics.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `(ketensluis[_:][a-z0-9_:]+)`", text, re.MULTILINE))


def rules() -> Iterator[dict[str, Any]]:
    for path in (RULES / "recording.yml", RULES / "alerts.yml"):
        for group in YAML(typ="safe").load(path)["groups"]:
            yield from group["rules"]


def recorded() -> set[str]:
    return {rule["record"] for rule in rules() if "record" in rule}


def used() -> set[str]:
    """Every metric that a panel, a choice or a rule names."""
    asked = [query.expr for board in boards().values() for query in queries(board)]
    asked += [metric for board in boards().values() for metric, _ in choices(board)]
    asked += [rule["expr"] for rule in rules()]
    return {name for expr in asked for name in METRIC.findall(expr)}


def family(name: str) -> str:
    """The metric to which a series belongs."""
    return name if ":" in name else _PARTS.sub("", name)


def exported(watched: Watched) -> dict[str, set[tuple[str, str]]]:
    """Each metric of ours, with every label and value that it has."""
    found: dict[str, set[tuple[str, str]]] = {}
    for page in watched.pages().values():
        for each in text_string_to_metric_families(page):
            if each.name.startswith("ketensluis_"):
                labels = found.setdefault(family(each.name), set())
                labels.update(pair for sample in each.samples for pair in sample.labels.items())
    return found


def test_every_metric_that_a_panel_or_a_rule_names_is_documented():
    assert {family(name) for name in used()} <= documented()
    assert recorded() <= documented()


def test_every_alert_has_its_runbook_and_no_runbook_is_of_no_alert():
    text = (DOCS / "how-to" / "alerts.md").read_text(encoding="utf-8")
    sections = dict(_SECTION.findall(text))
    assert set(sections) == {rule["alert"] for rule in rules() if "alert" in rule}
    for name, section in sections.items():
        assert "**What it means.**" in section, name
        assert "**What to do.**" in section, name


@pytest.mark.kafka
@pytest.mark.timeout(300)
class TestExported:
    def test_every_metric_is_documented_and_every_documented_one_is_exported(
        self, watched: Watched
    ):
        assert set(exported(watched)) == {name for name in documented() if ":" not in name}

    def test_every_metric_that_a_panel_or_a_rule_names_is_exported(self, watched: Watched):
        assert {family(name) for name in used()} - recorded() <= set(exported(watched))

    def test_every_label_is_from_a_list_that_does_not_grow_with_the_incidents(
        self, watched: Watched
    ):
        allowed = lists(watched)
        for metric, labels in exported(watched).items():
            for label, value in labels:
                assert label in allowed, f"{metric} has a label that is on no list: {label}"
                assert allowed[label](value), f"{metric} has {label}={value}"

    def test_nothing_of_an_incident_or_a_person_is_in_a_metric(self, watched: Watched):
        for metric, labels in exported(watched).items():
            for label, value in labels:
                assert not re.search(r"PL\d{4}|\d{9}|urn:|@", value), (metric, label)


def lists(watched: Watched) -> dict[str, Callable[[str], bool]]:
    """For each label, whether it may have the value."""
    regions = load_regions(resource("reference"))
    clocks = {each.name for each in load(resource("reference") / "clocks.yaml").clocks}
    parties = {
        path.name.replace(".", ":")
        for path in (watched.settings.home / "pki" / "parties").iterdir()
    }
    topics = set(watched.topics())
    programs = {
        "disclosure", "responses", "dossiers", "tracker", "journal", "worklist", "provisions",
    }  # fmt: skip
    closed = {
        "service": programs,
        "topic": topics,
        "party": parties,
        "use": {"signing", "encryption"},
        "unit": {*regions.units, "other"},
        "region": {*regions.regions, "other", ""},
        "clock": {*clocks, "route", "other"},
        "kind": {"vt", "om", "other", "due_soon", "overdue", "escalated", "cleared", "no_route"},
        "level": {"due_soon", "overdue", "escalated", "no_route"},
        "classification": {"hg", "suspected", "not_hg"},
        "age": {"day", "week", "five_weeks", "ten_weeks", "older"},
        "definitions": {"1"},
        "step": {"label", "referral", "receipt", "feedback", "registration_to_feedback"},
        "rung": {
            "registered", "decided", "sent", "received", "accepted", "rejected", "assessed",
            "fed_back", "closed",
        },
    }  # fmt: skip
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("ketensluis", "services")
        for path in resource(folder).rglob("*.py")
    )
    return {
        **{label: values.__contains__ for label, values in closed.items()},
        "le": lambda value: value == "+Inf" or float(value) > 0,
        "partition": lambda value: value.isdigit() and int(value) < 64,
        # These are words of the program's own.
        "code": lambda value: value in CODES or f'"{value}"' in source,
        "state": lambda value: f'"{value}"' in source,
        "reason": lambda value: f'"{value}"' in source,
    }
