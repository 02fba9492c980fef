"""`docs/tutorial-auditor.md`, typed as it stands there."""

from __future__ import annotations

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
