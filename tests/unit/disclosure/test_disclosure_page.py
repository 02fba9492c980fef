"""`docs/explanation/disclosure.md` names tests; they are there."""

from __future__ import annotations

import re

from made_incidents import ROOT

PAGE = (ROOT / "docs" / "explanation" / "disclosure.md").read_text(encoding="utf-8")


def test_every_test_and_file_that_the_page_names_is_there():
    names = set(re.findall(r"`(test_\w+)`", PAGE))
    files = set(re.findall(r"`((?:tests|services)/[\w/.]+)`", PAGE))
    assert len(names) >= 10
    defined = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert names <= defined
    assert [each for each in files if not (ROOT / each).exists()] == []
