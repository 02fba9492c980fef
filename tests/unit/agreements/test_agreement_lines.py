"""Where `check` says that something stands, how bad it is, and what is no fault at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_incidents import REGIONS
from written import HEAD, RULE

from ketensluis.agreements.book import Agreements, check
from ketensluis.agreements.faults import Fault
from ketensluis.errors import KetensluisError

OTHER = HEAD.replace("id: test", "id: other")


def found(folder: Path, *texts: str) -> list[Fault]:
    for name, text in zip("abcd", texts, strict=False):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return check(folder, REGIONS)


def said(folder: Path, *texts: str) -> list[tuple[str, int, str, str]]:
    """All but that a field is not mentioned, which nearly all of them are not."""
    each = [one for one in found(folder, *texts) if one.code != "unmentioned_field"]
    return [(one.file, one.line, one.code, one.level) for one in each]


def only(*regions: str) -> str:
    return HEAD.replace("vt:*\n", f"om:*\nregion: [{', '.join(regions)}]\n") + RULE


def test_a_fault_is_told_on_the_line_of_its_own_part(tmp_path: Path):
    rules = (
        "  - why: w\n    fields:\n      - team\n      - team\n    id: one\n"
        "  - why: w\n    fields: [unit]\n    id: one\n"
    )
    assert said(tmp_path, HEAD + rules) == [
        ("a.yaml", 15, "same_field", "fault"),
        ("a.yaml", 16, "same_rule", "fault"),
        ("a.yaml", 19, "same_rule", "fault"),
    ]


def test_each_region_that_there_is_not_is_told_on_its_line_by_name(tmp_path: Path):
    head = HEAD.replace("vt:*\n", "vt:*\nregion:\n  - utrecht\n  - nergens\n  - elders\n")
    each = [one for one in found(tmp_path, head + RULE) if one.level == "fault"]
    assert [(one.line, one.code) for one in each] == [
        (7, "unknown_region"),
        (8, "unknown_region"),
    ]
    assert "`nergens`" in each[0].sentence
    assert "`elders`" in each[1].sentence


def test_what_is_odd_but_can_be_signed_is_a_warning_on_its_line(tmp_path: Path):
    rules = (
        RULE
        + "  - why: w\n    fields: [team]\n    id: some\n    when: {risk: high}\n"
        + "  - {id: none, why: w, fields: [team], action: withhold}\n"
    )
    later = OTHER.replace("2022-", "2024-").replace("2021-", "2023-")
    assert said(tmp_path, HEAD + rules, later + RULE) == [
        ("a.yaml", 17, "unreachable_rule", "warning"),
        ("b.yaml", 5, "gap", "warning"),
    ]
    unmentioned = [one for one in check(tmp_path) if one.code == "unmentioned_field"]
    assert {(one.line, one.level) for one in unmentioned} == {(11, "warning")}


def test_the_same_version_is_told_on_its_line(tmp_path: Path):
    assert said(tmp_path, HEAD + RULE, HEAD.replace("vt:*", "om:*") + RULE) == [
        ("b.yaml", 2, "same_version", "fault")
    ]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (("utrecht", "twente"), ("twente", "zeeland"), True),
        (("utrecht",), ("twente",), False),
        (("'*'",), ("twente",), False),  # the one with a region goes before the one for all
        (("'*'",), ("'*'",), True),
    ],
)
def test_two_overlap_where_they_have_a_region_in_common(
    tmp_path: Path,
    one: tuple[str, ...],
    other: tuple[str, ...],
    overlap: bool,  # noqa: FBT001 - a case
):
    second = only(*other).replace("id: test", "id: other", 1)
    assert [each[2] for each in said(tmp_path, only(*one), second)] == ["overlap"] * overlap


def test_between_agreements_for_two_regions_there_is_no_gap(tmp_path: Path):
    later = only("twente").replace("id: test", "id: other", 1)
    later = later.replace("2022-", "2024-").replace("2021-", "2023-")
    assert said(tmp_path, only("utrecht"), later) == []


def test_an_agreement_with_a_party_that_there_is_not_is_not_loaded(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(HEAD.replace("vt:*", "vt:nergens") + RULE, encoding="utf-8")
    assert Agreements.load(tmp_path).all
    with pytest.raises(KetensluisError, match=r"a\.yaml:4: unknown_recipient") as raised:
        Agreements.load(tmp_path, REGIONS)
    assert "more" not in raised.value.sentence


def test_of_two_faults_it_is_told_that_there_is_one_more(tmp_path: Path):
    head = HEAD.replace("police\n", "police:nergens\n").replace("vt:*", "vt:nergens")
    (tmp_path / "a.yaml").write_text(head + RULE, encoding="utf-8")
    with pytest.raises(KetensluisError, match="unknown_provider") as raised:
        Agreements.load(tmp_path, REGIONS)
    assert raised.value.sentence.endswith(", and 1 more")


def test_a_folder_without_an_agreement_is_told_by_its_name(tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert [(one.file, one.line, one.code) for one in check(empty)] == [
        ("empty", 1, "no_agreements")
    ]
