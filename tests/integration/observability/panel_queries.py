"""What the panels of a dashboard ask Prometheus, and which of them get nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketensluis.model.resources import resource

Board = dict[str, Any]
Ask = Callable[[str], bool]
METRIC = re.compile(r"\bketensluis[_:][a-z0-9_:]+")
# What Grafana fills in, as a viewer has it who chooses nothing.
_FILLED = {"$unit": ".*", "$region": ".*", "$__rate_interval": "1m"}
_LABEL_VALUES = re.compile(r"label_values\((?P<metric>[^,]+), (?P<label>\w+)\)")


@dataclass(frozen=True)
class Query:
    """One query of one panel."""

    board: str
    panel: str
    expr: str


def folder() -> Path:
    return resource("deploy") / "grafana"


def boards() -> dict[str, Board]:
    """The dashboards, as they lie in the repository."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder().glob("*.json"))}


def panels(board: Board) -> Iterator[Board]:
    """Every panel that is no row, also those in a row that is folded."""
    for panel in board["panels"]:
        yield from panel.get("panels", ())
        if panel["type"] != "row":
            yield panel


def queries(board: Board) -> Iterator[Query]:
    """Every query, with what Grafana fills in."""
    for panel in panels(board):
        for target in panel["targets"]:
            expr = target["expr"]
            for name, value in _FILLED.items():
                expr = expr.replace(name, value)
            yield Query(board["uid"], panel["title"], expr)


def choices(board: Board) -> Iterator[tuple[str, str]]:
    """The metric and the label of every variable that asks Prometheus."""
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            found = _LABEL_VALUES.fullmatch(variable["query"])
            assert found is not None, variable["query"]
            yield found["metric"], found["label"]


def without_data(board: Board, ask: Ask) -> list[Query]:
    """The queries that get nothing; a panel that asks nothing at all counts as one."""
    empty = [
        Query(board["uid"], panel["title"], "") for panel in panels(board) if not panel["targets"]
    ]
    return empty + [each for each in queries(board) if not ask(each.expr)]
