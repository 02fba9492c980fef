"""What `check` and `load` say of agreements that are not in order: file, line, reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_incidents import ROOT
from written import HEAD, RULE

from ketensluis.agreements.book import Agreements, check
from ketensluis.errors import KetensluisError


def write(folder: Path, text: str, name: str = "a.yaml") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in check(folder) if fault.level == "fault"]


def warnings(folder: Path, code: str) -> list[str]:
    return [str(fault) for fault in check(folder) if fault.code == code]


def test_the_examples_are_sound_and_leave_no_field_unmentioned():
    assert check(ROOT / "agreements") == []
    assert all(agreement.example for agreement in Agreements.load(ROOT / "agreements").all)


@pytest.mark.parametrize(
    ("rule", "line", "code"),
    [
        ("  - {id: one, why: w, fields: [surname]}\n", 12, "unknown_field"),
        ("  - {id: one, why: w, fields: [place]}\n", 12, "not_a_leaf"),
        ("  - {id: one, why: w, fields: ['persons[].address']}\n", 12, "not_a_leaf"),
        ("  - {id: one, why: w, fields: [team, team]}\n", 12, "same_field"),
        ("  - {id: one, why: w, fields: [narrative]}\n", 12, "free_text_unmasked"),
        ("  - {id: one, why: w, fields: [team], action: mask}\n", 12, "not_free_text"),
        ("  - {id: one, why: w, fields: [team], when: {role: victim}}\n", 12, "condition_out_of"),
        (
            "  - {id: one, why: w, fields: [team], action: generalise, to: day}\n",
            12,
            "unsuitable_generalisation",
        ),
        (
            "  - {id: one, why: w, fields: [event], action: pseudonymise}\n",
            12,
            "not_pseudonymisable",
        ),
        ("  - {id: one, why: w, fields: [team], action: generalise}\n", 12, "bad_value"),
        ("  - {id: one, why: w, fields: [team], action: leak}\n", 12, "bad_value"),
        ("  - {id: one, why: w, fields: [team], wehn: {}}\n", 12, "unknown_key"),
        ("  - {id: one, fields: [team]}\n", 12, "missing_key"),
        ("  - {id: protected.x, why: w, fields: [team]}\n", 12, "bad_value"),
        (
            "  - {id: one, why: w, fields: ['persons[].sex'], when: {age: {from: 9, under: 9}}}\n",
            12,
            "bad_value",
        ),
        ("  - {id: default-deny, why: w, fields: [team]}\n", 12, "bad_value"),
        ("  - {id: override.o1, why: w, fields: [team]}\n", 12, "bad_value"),
        ("  - {id: outcome.no_hg, why: w, fields: [team]}\n", 12, "bad_value"),
        (RULE + RULE, 12, "same_rule"),
        ("  - {id: one, why: w, fields: [team\n", 13, "bad_yaml"),
        ("  - {id: one, id: two, why: w, fields: [team]}\n", 12, "bad_yaml"),
    ],
)
def test_a_fault_in_a_rule_is_named_with_its_line(tmp_path: Path, rule: Any, line: Any, code: Any):
    write(tmp_path, HEAD + rule)
    found = faults(tmp_path)
    assert any(fault.startswith(f"a.yaml:{line}: {code}") for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("valid_until: 2022-01-01", "valid_until: 2020-01-01", "bad_value"),
        ("recipient: vt:*", "recipient: zorg:*", "unknown_recipient"),
        ("recipient: vt:*", "recipient: vt:*\napplies_when: {risk: high}", "condition_out_of"),
        ("recipient: vt:*", "recipient: VT", "bad_value"),
        ("provider: police", "provider: police\nground: consent", "bad_value"),
        ("purpose: to test\n", "", "missing_key"),
        ("provider: police", "provider: police\nregion: ['*', twente]", "bad_value"),
    ],
)
def test_a_fault_in_the_head_is_named(tmp_path: Path, old: Any, new: Any, code: Any):
    write(tmp_path, HEAD.replace(old, new) + RULE)
    assert any(f": {code}" in fault for fault in faults(tmp_path))


def test_two_in_force_at_once_are_an_overlap(tmp_path: Path):
    write(tmp_path, HEAD + RULE)
    later = HEAD.replace('"1"', '"2"').replace("valid_from: 2021-01-01", "valid_from: 2021-12-31")
    write(tmp_path, later + RULE, "b.yaml")
    assert [fault.split(": ")[1] for fault in faults(tmp_path)] == ["overlap"]


def test_successive_versions_do_not_overlap_and_leave_no_gap(tmp_path: Path):
    write(tmp_path, HEAD + RULE)
    later = HEAD.replace('"1"', '"2"').replace("2022-", "2023-").replace("2021-", "2022-")
    write(tmp_path, later + RULE, "b.yaml")
    assert faults(tmp_path) == []
    assert warnings(tmp_path, "gap") == []


def test_a_gap_between_versions_is_a_warning(tmp_path: Path):
    write(tmp_path, HEAD + RULE)
    later = HEAD.replace('"1"', '"2"').replace("2022-01", "2023-01").replace("2021-01", "2022-02")
    write(tmp_path, later + RULE, "b.yaml")
    assert len(warnings(tmp_path, "gap")) == 1
    assert faults(tmp_path) == []


def test_the_same_id_and_version_twice_is_a_fault(tmp_path: Path):
    write(tmp_path, HEAD + RULE)
    write(tmp_path, HEAD.replace("vt:*", "vt:twente") + RULE, "b.yaml")
    assert any("same_version" in fault for fault in faults(tmp_path))


def test_a_field_that_no_rule_names_is_a_warning(tmp_path: Path):
    write(tmp_path, HEAD + RULE)
    unmentioned = warnings(tmp_path, "unmentioned_field")
    assert any("`persons[].bsn`" in each for each in unmentioned)
    assert not any("`incident_id`" in each for each in unmentioned)


def test_a_rule_that_another_always_outdoes_is_unreachable(tmp_path: Path):
    write(
        tmp_path,
        HEAD
        + "  - {id: children, why: w, fields: ['persons[].sex'], when: {role: [child]}}\n"
        + "  - {id: nobody, why: w, fields: ['persons[].sex'], action: withhold}\n",
    )
    assert [each.split("rule `")[1][:8] for each in warnings(tmp_path, "unreachable_rule")] == [
        "children"
    ]


def test_load_names_a_fault_and_their_number_on_one_line_and_loads_nothing(tmp_path: Path):
    write(tmp_path, HEAD + "  - {id: one, why: w, fields: [nothing, place]}\n")
    write(tmp_path, HEAD.replace("vt:*", "om:*") + RULE, "b.yaml")
    with pytest.raises(KetensluisError) as raised:
        Agreements.load(tmp_path)
    assert raised.value.code == "bad_agreements"
    assert "a.yaml:12: not_a_leaf" in raised.value.sentence
    assert raised.value.sentence.endswith(", and 2 more")
    assert "\n" not in str(raised.value)
    assert str(tmp_path) in raised.value.remedy


def test_an_empty_folder_is_a_fault(tmp_path: Path):
    with pytest.raises(KetensluisError, match="no_agreements"):
        Agreements.load(tmp_path)


def test_the_digest_changes_with_every_edit_of_a_file(tmp_path: Path):
    write(tmp_path, HEAD + RULE)
    before = Agreements.load(tmp_path).digests["test", "1"]
    write(tmp_path, HEAD + RULE + "# a remark\n")
    assert Agreements.load(tmp_path).digests["test", "1"] != before
