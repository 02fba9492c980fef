"""`sluis monitoring`, as an operator types it; and the figures of certificates."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from chain_rig import sluis
from typer import BadParameter

from ketensluis.cli.monitoring import _named
from ketensluis.envelope.directory import Directory, party_folder
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.model.resources import resource
from ketensluis.runtime.certificate_dates import CertificateDates
from tests.unit.envelope.parts import AT, HUB, VT


def written(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_dashboards_rules_and_targets_are_written(tmp_path: Path):
    done = sluis(
        "monitoring", tmp_path / "out", "--home", tmp_path,
        "--program", "worklist=10.0.0.7:8080", "--program", "tracker=[::1]:9000",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = written(tmp_path / "out")
    assert set(found) == {
        "grafana/coordinators.json", "grafana/operators.json", "prometheus/alertmanager.yml",
        "prometheus/alerts.yml", "prometheus/prometheus.yml", "prometheus/recording.yml",
        "prometheus/targets.json",
    }  # fmt: skip
    assert all(name.rpartition("/")[2] in done.stdout for name in found)
    for name in found.keys() - {"prometheus/targets.json"}:
        assert found[name] == (resource("deploy") / name).read_text()
    assert json.loads(found["prometheus/targets.json"]) == [
        {"targets": ["10.0.0.7:8080"], "labels": {"program": "worklist"}},
        {"targets": ["[::1]:9000"], "labels": {"program": "tracker"}},
    ]


def test_the_how_to_names_the_command_and_the_files_as_they_are(tmp_path: Path):
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "dashboards.md").read_text()
    (typed,) = re.findall(r"^\$ sluis (monitoring .*)$", page, re.MULTILINE)
    done = sluis(*shlex.split(typed), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = set(re.findall(r"([a-z]+\.(?:json|yml))", page))
    assert {path.name for path in (tmp_path / "watch").rglob("*.*")} == told


def test_what_the_operator_changed_stays_and_the_rest_is_renewed(tmp_path: Path):
    assert sluis("monitoring", tmp_path / "out", "--home", tmp_path).returncode == 0
    for name in ("alertmanager.yml", "prometheus.yml", "alerts.yml"):
        (tmp_path / "out" / "prometheus" / name).write_text("changed")
    done = sluis("monitoring", tmp_path / "out", "--home", tmp_path)
    found = written(tmp_path / "out" / "prometheus")
    assert (found["alertmanager.yml"], found["prometheus.yml"]) == ("changed", "changed")
    assert found["alerts.yml"] != "changed"
    assert "kept as it is" in done.stderr
    assert "no hub runs in this home" in done.stderr


@pytest.mark.parametrize("told", ["worklist=8080", "=h:1", "a=http://h:1", "a=h:1/m", "A b=h:1"])
def test_a_program_that_is_no_place_is_refused(told: str):
    with pytest.raises(BadParameter, match="NAME=HOST:PORT"):
        _named(told)


def test_wrong_usage_writes_nothing(tmp_path: Path):
    done = sluis("monitoring", tmp_path / "out", "--program", "worklist")
    assert done.returncode == 2
    assert "NAME=HOST:PORT" in done.stderr
    assert not (tmp_path / "out").exists()


def test_of_a_party_the_certificate_that_lasts_longest_counts(tmp_path: Path):
    make_demo_pki(tmp_path, [HUB, VT], AT)
    first = dates(tmp_path)
    assert set(first) == {(party, use) for party in (HUB, VT) for use in ("signing", "encryption")}
    shutil.rmtree(party_folder(tmp_path, VT))
    make_demo_pki(tmp_path, [HUB, VT], AT + timedelta(days=300))
    renewed = dates(tmp_path)
    days = timedelta(seconds=renewed[VT, "signing"] - first[VT, "signing"]).days
    assert days == 300
    assert renewed[HUB, "signing"] == first[HUB, "signing"]


def dates(folder: Path) -> dict[tuple[str, str], float]:
    (found,) = CertificateDates(Directory.load(folder)).collect()
    return {(each.labels["party"], each.labels["use"]): each.value for each in found.samples}
