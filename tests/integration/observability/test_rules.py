"""The rules by themselves: they load, they fire when they should and not beside it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_rig import program
from ruamel.yaml import YAML

from ketensluis.model.resources import resource

HERE = Path(__file__).parent / "promtool"
RULES = resource("deploy") / "prometheus"
# What is about a case goes to `ledger.alarms` and the work list, never to Alertmanager.
ABOUT_CASES = re.compile(
    r"ketensluis[_:](cases|incidents|clocks_open|oldest_open|step_seconds|alarms|requests)"
)


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def alerts() -> dict[str, dict[str, Any]]:
    return {
        rule["alert"]: rule
        for group in read(RULES / "alerts.yml")["groups"]
        for rule in group["rules"]
    }


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=RULES, capture_output=True, text=True, check=False)


def test_prometheus_takes_the_configuration_and_its_rules(tmp_path: Path):
    for path in RULES.glob("*.yml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "targets.json").write_text("[]")
    done = run(program("promtool"), "check", "config", tmp_path / "prometheus.yml")
    assert done.returncode == 0, done.stderr
    assert "2 rule files found" in done.stdout


def test_alertmanager_takes_the_configuration():
    done = run(program("amtool"), "check-config", RULES / "alertmanager.yml")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("severity", "receiver"), [("urgent", "on_duty"), ("work_day", "operators")]
)
def test_an_alert_goes_where_its_severity_says(severity: str, receiver: str):
    config = f"--config.file={RULES / 'alertmanager.yml'}"
    done = run(
        program("amtool"), "config", "routes", "test", config, f"severity={severity}",
        f"--verify.receivers={receiver}",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted(HERE.glob("*.yml")), ids=lambda path: path.stem)
def test_rules_give_what_is_expected_of_them(path: Path):
    done = run(program("promtool"), "test", "rules", path)
    assert done.returncode == 0, done.stdout


def test_a_threshold_that_is_moved_is_noticed(tmp_path: Path):
    """The negative fixture: the same expectations, of rules with a fault in them."""
    for name in ("recording.yml", "alerts.yml"):
        text = (RULES / name).read_text()
        assert "> 100" in text or name == "recording.yml"
        (tmp_path / name).write_text(text.replace("> 100", "> 1000"))
    expected = (HERE / "alerts.yml").read_text().replace("../../../../deploy/prometheus/", "")
    (tmp_path / "expected.yml").write_text(expected)
    done = run(program("promtool"), "test", "rules", tmp_path / "expected.yml")
    assert done.returncode != 0
    assert "KetensluisBehind" in done.stdout + done.stderr


def test_every_alert_is_expected_to_fire_and_not_to_fire():
    asked = [
        told
        for path in HERE.glob("*.yml")
        for test in read(path)["tests"]
        for told in test.get("alert_rule_test", ())
    ]
    fires = {told["alertname"] for told in asked if told["exp_alerts"]}
    silent = {told["alertname"] for told in asked if not told["exp_alerts"]}
    assert fires == silent == set(alerts())


def test_every_alert_calls_somebody_or_waits_and_names_its_runbook():
    for name, rule in alerts().items():
        assert rule["labels"] in ({"severity": "urgent"}, {"severity": "work_day"}), name
        assert rule["annotations"]["runbook"] == f"docs/how-to/alerts.md#{name.lower()}"


def test_no_alert_is_about_a_case():
    for name, rule in alerts().items():
        assert not ABOUT_CASES.search(rule["expr"]), name
    assert ABOUT_CASES.search("sum(ketensluis:cases_open:max) > 5")
    assert ABOUT_CASES.search("max(ketensluis_clocks_open) > 5")
