"""How large and how deep a file may be, and what cannot be read at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from written import HEAD, RULE

from ketensluis.agreements.book import check

GOOD = HEAD + RULE
DEEP = "a.yaml:1: bad_yaml: it is nested too deep"


def told(folder: Path, text: str) -> list[str]:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return [str(each) for each in check(folder) if each.level == "fault"]


@pytest.mark.parametrize(
    ("brackets", "deep"),
    [
        ("[" * 100, False),
        ("{" * 101, True),
        ("[]{}" * 100, False),  # beside each other
        ("]}" * 5 + "[" * 100, False),  # what closes nothing gives no room
        ("]}" * 5 + "[" * 101, True),
        ("[[]" + "[" * 100, True),
        ("[]" + "[" * 100, False),
    ],
)
def test_brackets_are_nested_at_most_a_hundred_deep(tmp_path: Path, brackets: str, deep: bool):  # noqa: FBT001 - a case
    found = told(tmp_path, f"{GOOD}# {brackets}\n")
    assert [each.startswith(DEEP) for each in found] == [True] * deep


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not(tmp_path: Path):
    room = 262_144 - len(GOOD)
    assert told(tmp_path, GOOD + "#" * room) == []
    assert told(tmp_path, GOOD + "#" * (room + 1)) == [
        "a.yaml:1: unreadable: it has more than 262144 bytes"
    ]


def test_what_cannot_be_opened_is_told_with_the_reason(tmp_path: Path):
    (tmp_path / "a.yaml").mkdir()
    assert [str(each) for each in check(tmp_path)] == [
        "a.yaml:1: unreadable: cannot be read: Is a directory"
    ]


def test_a_time_that_does_not_exist_is_told_where_no_date_can_be_named(tmp_path: Path):
    found = told(tmp_path, GOOD.replace("2021-01-01", "2021-01-01T25:00:00"))
    assert found == ["a.yaml:1: bad_value: a date or number in it does not exist"]


def test_a_mapping_is_no_list_of_fields(tmp_path: Path):
    (found,) = told(tmp_path, HEAD + RULE.replace("[incident_id]", "{incident_id: 1}"))
    assert found.startswith("a.yaml:14: bad_value: ")
    assert "fields`" in found
