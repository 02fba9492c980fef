"""The page on evidence tells of the codes that there are."""

from __future__ import annotations

import re
from pathlib import Path

from made_evidence import VERIFIER

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "explanation" / "evidence.md").read_text()


def test_the_page_tells_of_every_code_of_the_verifier_and_of_no_other():
    table = PAGE.partition("| code | what it means |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    told = set(re.findall(r"`(\w+)`", " ".join(rows)))
    source = VERIFIER.read_text()
    there = re.findall(r"(?:\(|yield |= )\"([a-z]+_[a-z_]+|truncated|unsigned)\",", source)
    assert told == {*there}


def test_the_page_says_how_long_the_verifier_is():
    (said,) = re.findall(r"Of its (\d+) lines", PAGE)
    assert int(said) == len(VERIFIER.read_text().splitlines())
