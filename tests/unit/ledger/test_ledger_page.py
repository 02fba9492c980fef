"""`docs/explanation/ledger.md` and the how-to of the work list name tests; they are there."""

from __future__ import annotations

import re

import pytest
from made_incidents import ROOT


@pytest.mark.parametrize("page", ["explanation/ledger.md", "how-to/worklist.md"])
def test_every_test_and_file_that_a_page_on_tracking_names_is_there(page: str):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    names = set(re.findall(r"`(test_\w+)`", text))
    files = set(re.findall(r"`((?:tests|ketensluis|services)/[\w/.]+)`", text))
    assert len(names) >= 5
    defined = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"^\s*(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert names <= defined
    assert [each for each in files if not (ROOT / each).exists()] == []
