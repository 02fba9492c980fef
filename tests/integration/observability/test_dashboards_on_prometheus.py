"""Every query of every panel, asked of a real Prometheus that watched a real demo."""

from __future__ import annotations

import copy

import pytest
from chain_rig import eventually
from conftest import Watched
from panel_queries import Query, boards, choices, panels, queries, without_data

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
        eventually(all_have, 20)
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
    found = without_data(board, watched.prometheus.has)
    assert [(each.panel, each.expr) for each in found] == [(broken["title"], query)]


def test_a_panel_that_asks_nothing_is_found(watched: Watched):
    board = copy.deepcopy(boards()["operators"])
    broken = next(panels(board))
    broken["targets"] = []
    found = without_data(board, watched.prometheus.has)
    assert [each.panel for each in found] == [broken["title"]]
