"""The pages of the documentation name tests and files; they are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from made_incidents import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))
_NAMED = re.compile(r"`(test_\w+)`")
_FILE = re.compile(r"`((?:tests|ketensluis|services|connectors|benchmarks)/[\w/]+\.\w+)`")
# Pages that stand or fall with the tests that they name, and how many these are at least.
LEAST = {
    "explanation/disclosure.md": 10,
    "explanation/evidence.md": 10,
    "explanation/ledger.md": 5,
    "how-to/worklist.md": 5,
}


@pytest.fixture(scope="module")
def defined() -> set[str]:
    function = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in texts for name in function.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_and_file_that_a_page_names_is_there(page: Path, defined: set[str]):
    text = page.read_text(encoding="utf-8")
    assert {name for name in _NAMED.findall(text) if name not in defined} == set()
    assert [file for file in _FILE.findall(text) if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("page", sorted(LEAST))
def test_a_page_of_promises_names_the_tests_that_show_them(page: str):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert len(set(_NAMED.findall(text))) >= LEAST[page]
