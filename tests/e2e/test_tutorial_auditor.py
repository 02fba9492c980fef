"""`docs/tutorial-auditor.md`, typed as it stands there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from audited_day import Day
from chain_rig import sluis
from page_steps import seen

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def test_every_command_of_the_auditors_tutorial_shows_what_the_page_says(day: Day):
    for step, said in day.said:
        assert seen(step.shown, said), f"{step.commands}\n{said}"


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("--broker", "127.0.0.1:1"), 1, "kafka_unavailable"),
        (("--since", "yesterday"), 2, "--since"),
        (("--since", "2026-12-01T00:00:00Z", "--until", "2026-12-01T00:00:00Z"), 2, "--until"),
    ],
)
def test_an_audit_that_cannot_be_made_says_why_in_one_line(
    day: Day, asked: tuple[str, ...], code: int, said: str
):
    done = sluis("audit", *asked, "--home", day.folder / ".ketensluis")
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_that_was_altered_does_not_hold_and_says_so(day: Day, tmp_path: Path):
    altered = tmp_path / "report.json"
    altered.write_bytes((day.folder / "report" / "report.json").read_bytes() + b" ")
    shutil.copy(day.folder / "report" / "report.json.jws", tmp_path)
    done = sluis("verify", altered, "--home", day.folder / ".ketensluis")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("signature: does NOT hold: bad_signature")


def test_a_message_that_only_its_log_does_not_bear_out_is_not_said_to_hold(
    day: Day, tmp_path: Path
):
    shutil.copytree(day.folder / ".ketensluis" / "journal", tmp_path / "log")
    (tmp_path / "log" / "cosigned").unlink()
    (message, *_) = sorted((day.folder / "mail").glob("*.msg"))
    asked = ("verify", message, "--home", day.folder / ".ketensluis")
    assert sluis(*asked).stdout.splitlines()[-1] == "all of it holds"
    done = sluis(*asked, "--log", tmp_path / "log")
    assert done.returncode == 1
    assert "witnesses: does NOT hold: nobody has seen the log" in done.stdout
    assert done.stdout.splitlines()[-1] == "NOT all of it holds"
