"""`sluis replay` on a day that a real chain made: by offset, resumed, explained by field."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from audited_day import PROJECT, Day
from chain_rig import sluis

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def replay(day: Day, *told: object, processes: int = 1) -> dict[str, Any]:
    home = day.folder / ".ketensluis"
    done = sluis("replay", "--home", home, "--json", *told, processes=processes)
    assert not done.stderr, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# The program as it is, on reference data in another folder.
_ON_FILE = """
import sys
from collections import Counter
from pathlib import Path
from services.disclosure import on_file

folder, shipped = Path(sys.argv.pop(1)), on_file.resource
on_file.resource = lambda name: folder if name == "reference" else shipped(name)
from ketensluis.cli.main import main
main()
"""


def program(text: str, *told: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, told)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The same agreements, but for one field that is not released any more."""
    folder = tmp_path / "agreements"
    shutil.copytree(PROJECT / "agreements", folder)
    path = folder / "politie-veilig-thuis-2.yaml"
    text = path.read_text()
    assert text.count("      - incident_class\n") == 1
    path.write_text(text.replace("      - incident_class\n", ""))
    return folder


def test_a_difference_is_explained_by_field_and_rule_and_only_where_it_was_asked_about(
    day: Day, edited: Path
):
    found = replay(day, "--agreements", edited)["differences"]
    assert {each["what"] for each in found} >= {"agreement_digest", "released_digest", "field"}
    fields = [each for each in found if each["what"] == "field"]
    assert {(each["path"], each["was"], each["now"], each["rule"]) for each in fields} == {
        ("incident_class", "released", "withheld", "default-deny")
    }
    assert {each["incident_id"] for each in fields} == {
        "PL0900-2026000201", "PL0900-2026000202",
    }  # fmt: skip

    first = min(each["record"] for each in found)
    partition, offset = first.removeprefix("police.incidents[").split("]@")
    told = ("--partition", partition, "--offsets", f"{offset}:{offset}")
    part = replay(day, "--agreements", edited, *told)["differences"]
    assert part == [each for each in found if each["record"] == first]


def test_reference_data_edited_afterwards_are_found_by_every_decision(day: Day, tmp_path: Path):
    folder = tmp_path / "reference"
    shutil.copytree(PROJECT / "reference", folder)
    for file, old, new in (
        ("gemeenten.csv", "Midden-Nederland,flevoland", "Midden-Nederland,utrecht"),
        ("classification.yaml", "threshold: 1.0", "threshold: 2.0"),
    ):
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
    asked = ("replay", "--home", day.folder / ".ketensluis", "--verify", "--json")
    done = program(_ON_FILE, folder, *asked)
    found = json.loads(done.stdout)
    assert (done.returncode, found["decided"]) == (1, 3)
    whats = Counter(each["what"] for each in found["differences"])
    assert whats == {"regions_digest": 3, "classification_digest": 3}


def test_several_processes_find_the_same_in_the_same_order_and_go_on_where_one_was(
    day: Day, edited: Path, tmp_path: Path
):
    alone = replay(day, "--agreements", edited)
    assert replay(day, "--agreements", edited, processes=3) == alone

    path = tmp_path / "diary.json"
    told = ("--agreements", edited, "--resume", path)
    assert replay(day, *told, processes=3) == alone
    diary = json.loads(path.read_text())
    del diary["done"]["0"], diary["done"]["2"]
    path.write_text(json.dumps(diary))
    assert replay(day, *told, processes=2) == alone


def test_a_replay_goes_on_where_it_was_interrupted_and_another_one_does_not(
    day: Day, tmp_path: Path
):
    path = tmp_path / "diary.json"
    assert replay(day, "--resume", path) == {
        "decided": 3,
        "compared": 3,
        "differences": [],
        "erased": 0,
        "erasures": [],
    }
    diary = json.loads(path.read_text())
    busy = [number for number, done in diary["done"].items() if done["decided"]]
    # As if it had been interrupted after that partition, with a count that tells it was kept.
    kept = diary["done"][busy[0]]
    diary["done"] = {busy[0]: {**kept, "decided": kept["decided"] + 100}}
    path.write_text(json.dumps(diary))
    assert replay(day, "--resume", path)["decided"] == 103

    home = day.folder / ".ketensluis"
    since = ("--since", "2026-01-01T00:00:00Z")
    done = sluis("replay", "--home", home, "--resume", path, *since)
    assert done.returncode == 1
    assert "another_replay" in done.stderr
