"""Every query of every panel, asked of a real Prometheus that watched a real demo."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from panel_queries import METRIC, Query, boards, choices, panels, queries, without_data
from waiting import eventually
from watched_demo import Watched

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", sorted(boards()))
def test_every_query_of_every_panel_has_data(watched: Watched, name: str):
    board = boards()[name]
    asked = list(queries(board))
    assert len(asked) >= len(list(panels(board))) > 10
    last: list[list[Query]] = []

    def all_have() -> bool:
        last.append(without_data(board, watched.prometheus.has))
        return not last[-1]

    try:
        eventually(all_have, 90)
    except AssertionError:
        pytest.fail(f"without data: {last[-1]}")


@pytest.mark.parametrize("name", sorted(boards()))
def test_every_choice_has_values(watched: Watched, name: str):
    for metric, label in choices(boards()[name]):
        found = watched.prometheus.get(f"label/{label}/values", **{"match[]": metric})
        assert len([each for each in found if each]) > 1, (metric, label)


@pytest.mark.parametrize(
    "query", ["sum(ketensluis_no_such_metric)", "sum(", "sum(ketensluis_cases) / 0 > 1e308 < 0"]
)
def test_a_panel_with_a_bad_query_is_found(watched: Watched, query: str):
    board = copy.deepcopy(boards()["coordinators"])
    broken = next(panels(board))
    broken["targets"][0]["expr"] = query

    def alone() -> bool:
        """The others have data, once they were scraped."""
        found = without_data(board, watched.prometheus.has)
        return [(each.panel, each.expr) for each in found] == [(broken["title"], query)]

    eventually(alone, 90)


def test_a_panel_that_asks_nothing_is_found(watched: Watched):
    board = copy.deepcopy(boards()["operators"])
    broken = next(panels(board))
    broken["targets"] = []

    def alone() -> bool:
        """The others have data, once they were scraped."""
        found = without_data(board, watched.prometheus.has)
        return [each.panel for each in found] == [broken["title"]]

    eventually(alone, 90)


def test_the_figures_are_those_of_the_balance(watched: Watched):
    told = watched.balance.totals()
    ask = watched.prometheus.value

    def agree() -> bool:
        return ask("sum(ketensluis:cases:max)") == told["obligations"]

    eventually(agree, 90)
    for rung in ("sent", "received", "accepted", "rejected", "assessed"):
        assert ask(f'sum(ketensluis:cases_reached:max{{rung="{rung}"}})') >= told[rung], rung
    # An obligation that went elsewhere was sent, but the balance counts where it went to last.
    elsewhere = ask('sum(ketensluis:cases:max{state="rerouted"})')
    assert ask('sum(ketensluis:cases_reached:max{rung="sent"})') - told["sent"] <= elsewhere
    assert ask('sum(ketensluis:cases:max{state="undecided"})') == told["undecided"]
    assert ask('sum(ketensluis:incidents:max{classification="hg"})') == told["hg"]
    assert ask('sum(ketensluis:incidents:max{classification="suspected"})') == told["suspected"]
    assert told["suspected"] > 0
    assert told["sent"] > 0
    assert ask("sum(ketensluis:cases_not_sent:max)") == (
        told["not_required"] + told["held"] + told["undecided"]
    )


def test_no_rule_leaves_a_series_of_the_work_list_out(watched: Watched):
    """A label that a recording rule forgets would add up what is apart."""
    rules = watched.prometheus.get("rules")["groups"]
    group = next(each for each in rules if each["name"] == "ketensluis-figures")
    for rule in group["rules"]:
        assert rule["health"] == "ok", rule
        metric = METRIC.search(rule["query"])
        assert metric is not None

        def as_many(of: str = metric[0], as_: str = rule["name"]) -> bool:
            found = watched.prometheus.value(f"count({of})")
            return 0 < found == watched.prometheus.value(f"count({as_})")

        eventually(as_many, 90)


def test_a_refused_record_calls_the_operators(watched: Watched):
    """The rules as they are: one record that is none, and Alertmanager hears of it."""
    firing = 'ALERTS{alertname="KetensluisRefused",alertstate="firing"}'
    eventually(lambda: watched.prometheus.series(firing), 90)

    def named(alerts: list[Any]) -> set[str]:
        return {each["labels"]["alertname"] for each in alerts}

    eventually(lambda: "KetensluisRefused" in named(watched.alertmanager.alerts()), 90)
    sent = watched.alertmanager.sent
    eventually(lambda: "KetensluisRefused" in named(sent.get("operators", [])), 90)
    told = next(
        each for each in sent["operators"] if each["labels"]["alertname"] == "KetensluisRefused"
    )
    assert told["status"] == "firing"
    assert told["labels"] | {"service": "disclosure", "severity": "work_day"} == told["labels"]
    assert told["annotations"]["runbook"].startswith("docs/how-to/alerts.md#")
    assert "PL0100" not in str(told)
    assert "KetensluisRefused" not in named(sent.get("on_duty", []))
