"""A year with faults in it: each one is found, named and explained, and nothing else alarms.

The truth comes from the generator, which knows none of the code that judges here. The long
form, through Apache Kafka and the real tracker, is `test_year_on_kafka.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from benchmarks.year_parts.hub import Hub
from ketensluis.ledger.balance import balance
from ketensluis.ledger.reconciliation import reconcile, uncounted
from ketensluis.made_up.ledger_year.almanac import QUIET
from ketensluis.made_up.ledger_year.faults import EVERYWHERE
from ketensluis.made_up.ledger_year.truth import Asked, Expected, differences
from ketensluis.made_up.ledger_year.year import DOWN, LedgerYear
from ketensluis.model.ledger import Alarm
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "ledger.md"
OF_A_DAY = {"silent_region", "region_rejects", "clock_change", "holiday", "hub_down"}
OF_A_TOTAL = {
    "never_arrived", "quarantined", "not_counted", "counted_elsewhere", "no_total", "replaced",
}  # fmt: skip


class Lived:
    """The year, and the hub that lived through it."""

    def __init__(self) -> None:
        year = LedgerYear(2024, load_regions(resource("reference")), per_day=2, each=2)
        self.hub = Hub(DOWN)
        self.hub.run(year.arrivals(), QUIET)
        self.truth = year.truth


@pytest.fixture(scope="module")
def lived() -> Lived:
    return Lived()


def test_every_fault_is_found_in_its_time_and_nothing_else_alarms(lived: Lived):
    assert differences(lived.truth.expected, lived.hub.alarms) == []
    alarming = {each.fault for each in lived.truth.expected}
    assert alarming == (EVERYWHERE.keys() | OF_A_DAY) - {"label_late"}, "every fault was put in"


def test_the_faulty_incidents_end_where_the_generator_says(lived: Lived):
    found = {key: lived.hub.rows[key].state for key in lived.truth.ends}

    assert found == lived.truth.ends


def test_every_row_names_the_clocks_that_ran_out_and_were_not_stopped_since(lived: Lived):
    over: dict[tuple[str, str], set[str]] = {key: set() for key in lived.hub.rows}
    cleared = {
        each.key[:3] + each.key[4:] for each in lived.truth.expected if each.kind == "cleared"
    }
    for each in lived.truth.expected:
        if each.kind == "overdue" and each.key[:3] + each.key[4:] not in cleared:
            over[each.incident_id, each.recipient].add(each.clock)

    assert {key: set(row.overdue) for key, row in lived.hub.rows.items()} == over
    assert balance(lived.hub.rows.values())["overdue"] == sum(map(bool, over.values())) > 0


def test_a_label_that_came_three_weeks_late_is_shown_with_both_times_and_does_not_alarm(
    lived: Lived,
):
    late = [
        {rung.code: rung.at for rung in row.rungs if rung.name == "classified"}
        for row in lived.hub.rows.values()
        if [rung.code for rung in row.rungs if rung.name == "classified"] == ["not_hg", "hg"]
    ]

    assert len(late) == lived.truth.faults["label_late"] > 0
    for times in late:
        assert timedelta(days=20) < times["hg"] - times["not_hg"] < timedelta(days=22)


def test_the_hub_asks_for_exactly_the_decisions_that_it_has_to_ask_for(lived: Lived):
    found = {Asked.of(each): each.requested_at for each in lived.hub.requests}

    assert found == lived.truth.asked
    assert len(lived.hub.requests) == len(found)


def test_the_balance_is_the_generators_own_count_on_every_line(lived: Lived):
    sheet = balance(lived.hub.rows.values())

    assert {line: sheet[line] for line in lived.truth.counts} == lived.truth.counts
    assert sheet.holds


def test_control_totals_that_differ_are_named_and_what_can_be_explained_does_not_alarm(
    lived: Lived,
):
    truth = lived.truth
    found = reconcile(truth.totals, lived.hub.rows.values(), truth.quarantined)
    assert len(found) + len(uncounted(truth.totals)) == len(truth.days)
    for each in found:
        true = truth.days[each.unit, each.day]
        assert {
            name: set(getattr(each, name))
            for name in ("missing", "quarantined", "surplus", "moved", "elsewhere")
        } == {
            "missing": true.missing, "quarantined": true.quarantined, "surplus": true.surplus,
            "moved": true.moved, "elsewhere": true.elsewhere,
        }, (true.fault, each)  # fmt: skip
        assert each.late_labels == true.late_labels
        assert each.agrees == (true.fault not in {"never_arrived", "not_counted"})
    assert set(uncounted(truth.totals)) == {
        key for key, each in truth.days.items() if each.no_total
    }
    assert truth.faults.keys() >= OF_A_TOTAL


def test_the_page_says_of_every_fault_how_it_shows_and_of_every_clock_what_to_do(lived: Lived):
    page = PAGE.read_text(encoding="utf-8")
    faults = page.partition("## A year with faults in it")[2]
    first = re.findall(r"^\|([^|]*)\|", faults.partition("\n## ")[0], re.MULTILINE)
    said = set(re.findall(r"`(\w+)`", "".join(first)))
    assert said == set(lived.truth.faults) | {"label_late"}

    alarms = page.partition("## Alarms")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|[^|]*\|", alarms, re.MULTILINE))))
    assert {each.clock for each in lived.hub.alarms} <= told


def missed(expected: list[Expected], alarms: list[Alarm]) -> None:
    alarms.remove(next(each for each in alarms if each.kind == "overdue"))


def unexplained(expected: list[Expected], alarms: list[Alarm]) -> None:
    expected.remove(next(each for each in expected if each.kind == "escalated"))


def twice(expected: list[Expected], alarms: list[Alarm]) -> None:
    alarms.append(alarms[7])


def of_another_deadline(expected: list[Expected], alarms: list[Alarm]) -> None:
    alarms[3] = msgspec.structs.replace(alarms[3], due_at=alarms[3].due_at + timedelta(hours=1))


def too_late(expected: list[Expected], alarms: list[Alarm]) -> None:
    alarms[3] = msgspec.structs.replace(alarms[3], raised_at=QUIET)


def too_early(expected: list[Expected], alarms: list[Alarm]) -> None:
    place = next(n for n, each in enumerate(expected) if each.kind == "overdue")
    expected[place] = replace(expected[place], until=expected[place].until + timedelta(seconds=1))


def to_another_role(expected: list[Expected], alarms: list[Alarm]) -> None:
    alarms[3] = msgspec.structs.replace(alarms[3], addressed_to="police:twente/intake")


@pytest.mark.parametrize(
    "change",
    [missed, unexplained, twice, of_another_deadline, too_late, too_early, to_another_role],
)
def test_the_comparison_tells_each_way_in_which_alarms_can_be_wrong(
    lived: Lived, change: Callable[[list[Expected], list[Alarm]], None]
):
    expected, alarms = list(lived.truth.expected), list(lived.hub.alarms)
    change(expected, alarms)

    assert differences(expected, alarms)


@pytest.mark.parametrize(
    ("clock", "wrong"),
    [
        ("receipt", {"hours": 2}),
        ("acceptance", {"hours": 24}),
        ("safety_assessment", {"days": 5}),
        ("restraining_end", {"restraining_days": 11}),
    ],
)
def test_a_hub_with_one_wrong_clock_is_found_out(clock: str, wrong: Mapping[str, int]):
    year = LedgerYear(2024, load_regions(resource("reference")), per_day=0, each=4, days=30)
    hub = Hub(DOWN, {clock: wrong})
    hub.run(year.arrivals(), QUIET)

    said = differences(year.truth.expected, hub.alarms)
    assert said
    assert all(f" {clock} " in each for each in said), "and only by that clock"
