"""`docs/tutorial-auditor.md`, typed as it stands there."""

from __future__ import annotations

import pytest
from audited_day import Day
from page_steps import seen

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def test_every_command_of_the_auditors_tutorial_shows_what_the_page_says(day: Day):
    for step, said in day.said:
        assert seen(step.shown, said), f"{step.commands}\n{said}"
