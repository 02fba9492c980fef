"""The dashboards that lie in the repository: made by the code, sound, and without judgement."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from panel_queries import Board, boards, panels, queries
from real_parts import without

from deploy.grafana.writing import dashboards

_PACKAGES = ("typescript@5.9.3", "@grafana/schema@11.6.0")
_JUDGING = re.compile(r"green|red|orange|yellow|GrYlRd|RdYlGr|palette-classic", re.IGNORECASE)


def test_what_lies_in_the_repository_is_what_the_code_makes():
    assert dashboards() == {f"{name}.json": board for name, board in boards().items()}, (
        "run `make dashboards`"
    )


@pytest.mark.parametrize("name", sorted(boards()))
def test_panels_have_a_title_a_description_and_a_place_of_their_own(name: str):
    board = boards()[name]
    taken: set[tuple[int, int]] = set()
    for panel in panels(board):
        assert panel["title"]
        assert len(panel["description"]) > 10, panel["title"]
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24, panel["title"]
        assert not taken & cells, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


@pytest.mark.parametrize("name", sorted(boards()))
def test_no_number_is_called_good_or_bad_by_its_colour(name: str):
    for panel in panels(boards()[name]):
        assert not _JUDGING.search(json.dumps(panel["fieldConfig"])), panel["title"]
        colour = panel["fieldConfig"]["defaults"]["color"]
        assert colour == {"mode": "shades", "fixedColor": "blue"}, panel["title"]


def test_every_share_stands_beside_its_numerator_and_its_denominator():
    board = boards()["coordinators"]
    shown = {" ".join(query.expr.split()) for query in queries(board)}
    shares = [
        expr.split(" / ") for expr in shown if " / " in expr and "histogram_quantile" not in expr
    ]
    assert len(shares) >= 6
    # The mean has the number of them beside it; the sum of seconds tells nobody anything.
    assert [
        side for share in shares for side in share if side not in shown and "_sum:" not in side
    ] == []


def test_the_version_of_the_definitions_is_shown():
    board = boards()["coordinators"]
    assert "ketensluis_figures_info" in {query.expr for query in queries(board)}


# --- the types of Grafana itself


def change(alter: Callable[[Any], None]) -> Board:
    board = copy.deepcopy(boards()["operators"])
    alter(board)
    return board


def graph(board: Board) -> Board:
    return next(each for each in panels(board) if each["type"] == "timeseries")


# Each named after its fault, and what the compiler must say of it.
FAULTY = {
    "a_word_for_a_number": ("type 'number'", change(lambda board: board.update(schemaVersion="9"))),
    "a_field_of_no_dashboard": ("colour", change(lambda board: board.update(colour="blue"))),
    "a_unit_that_is_a_number": (
        "unit",
        change(lambda board: graph(board)["fieldConfig"]["defaults"].update(unit=1)),
    ),
    "a_legend_that_is_a_word": (
        "legend",
        change(lambda board: graph(board)["options"].update(legend="right")),
    ),
    "a_kind_of_panel_that_is_not": ("type", change(lambda board: graph(board).update(type="graf"))),
}


@pytest.fixture(scope="session")
def complaints(pytestconfig: pytest.Config) -> dict[str, str]:
    """What TypeScript has against each dashboard by Grafana's own types; "" if it is sound."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        without("node and npm", "not on the path")
    assert node is not None
    assert npm is not None
    assert pytestconfig.cache is not None
    home = pytestconfig.cache.mkdir("grafana-schema")
    if not (home / "node_modules" / "@grafana" / "schema").is_dir():
        install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *_PACKAGES]
        done = subprocess.run(install, cwd=home, capture_output=True, text=True, check=False)
        if done.returncode:
            without(" and ".join(_PACKAGES), done.stderr.strip()[-200:])
    types = Path(__file__).with_name("dashboard_types.ts").read_text()
    asked = boards() | {name: board for name, (_, board) in FAULTY.items()}
    for name, board in asked.items():
        (home / f"{name}.ts").write_text(types.replace("BOARD", json.dumps(board)))
    command = [
        node, "node_modules/typescript/bin/tsc", "--strict", "--noEmit", "--skipLibCheck",
        "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler",
        "--noErrorTruncation", *(f"{name}.ts" for name in asked),
    ]  # fmt: skip
    # To a file: Node leaves what a pipe has not taken when the compiler ends.
    with (home / "told.txt").open("w") as told:
        done = subprocess.run(command, cwd=home, stdout=told, stderr=subprocess.PIPE, check=False)
    assert done.returncode, f"the compiler finds nothing wrong: {done.stderr.decode()[-200:]}"
    found = dict.fromkeys(asked, "")
    name = ""
    for line in (home / "told.txt").read_text().splitlines(keepends=True):
        name = line.partition(".ts(")[0] if ": error TS" in line else name
        found[name] += line
    return found


@pytest.mark.parametrize("name", sorted(boards()))
def test_grafanas_own_types_take_the_dashboard(complaints: dict[str, str], name: str):
    assert complaints[name] == ""


@pytest.mark.parametrize("name", sorted(FAULTY))
def test_grafanas_own_types_refuse_a_dashboard_with(complaints: dict[str, str], name: str):
    told = complaints[name]
    assert "error TS" in told
    assert "Cannot find module" not in told
    assert FAULTY[name][0] in told
