"""Every fault of a file is told at once: whoever mends one does not find the next behind it."""

from __future__ import annotations

import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from made_incidents import REGIONS
from ruamel.yaml import YAML
from written import HEAD, RULE

from ketensluis.agreements.book import Agreements, check
from ketensluis.errors import KetensluisError
from ketensluis.model.resources import resource

BAD = """\
id: Politie VT
version: 1
provider: politie
recipient: vt:utrechtt
region: [utrecht, "*"]
valid_from: 2026-13-01
valid_until: 2025-01-01
purpose: {nl: doel}
legal_basis: []
ground: toestemming
decided_by: ""
shown_to_suspect: ja
aplies_when: {}
release:
  - id: Een
    why: reden
    fields: [incident_id, incident_id]
  - id: wie
    why: reden
    fields: ["persons", "persons[].name"]
    when: {role: slachtoffer, age: {from: 18, under: 12}}
  - id: wie
    fields: ["persons[].birth_date"]
    action: generalise
    to: week
  - id: tekst
    why: reden
    fields: narrative
    action: generalise
    to: day
  - id: straat
    why: reden
    fields: place.street
    action: mask
    when: {role: victim}
  - id: nummer
    why: reden
    fields: sequence
    action: pseudonymise
  - reden
  - id: override.x
    why: reden
    fields: 7
"""
ALL = [
    (1, "bad_value", "`id`: is not in the form that is asked: write lower-case letters"),
    (1, "missing_key", "`public_interest`: is required"),
    (2, "bad_value", "`version`: is not a text"),
    (3, "unknown_provider", "incidents are provided by `police`"),
    (4, "unknown_recipient", "there is no `vt:utrechtt`"),
    (5, "bad_value", "`region` is `*` or a list of regions"),
    (6, "bad_value", "2026-13-01 is not a date of the calendar"),
    (8, "missing_key", "`purpose.en`: is required"),
    (9, "bad_value", "`legal_basis`: is empty"),
    (10, "bad_value", "`ground`: `toestemming` is not one of 'statute'"),
    (11, "bad_value", "`decided_by`: is empty"),
    (12, "bad_value", "`shown_to_suspect`: is not true or false"),
    (13, "unknown_key", "`aplies_when`: is no key that can stand here; is `applies_when` meant?"),
    (15, "bad_value", "rule `Een`, `id`: is not in the form that is asked"),
    (17, "same_field", "rule `Een`, field `incident_id`: it is named twice"),
    (18, "same_rule", "rule `wie` is there more than once"),
    (20, "not_a_leaf", "rule `wie`, field `persons`: name what is meant"),
    (20, "unknown_field", "rule `wie`, field `persons[].name`: there is no such field"),
    (21, "bad_value", "rule `wie`, `when.age`: nobody has that age"),
    (21, "bad_value", "rule `wie`, `when.role`: `slachtoffer` is not one of 'victim'"),
    (22, "missing_key", "rule `wie`, `why`: is required"),
    (22, "same_rule", "rule `wie` is there more than once"),
    (25, "bad_value", "rule `wie`, `to`: `week` is not one of 'day'"),
    (28, "free_text_unmasked", "rule `tekst`, field `narrative`"),
    (33, "condition_out_of_place", "rule `straat`, field `place.street`"),
    (33, "not_free_text", "rule `straat`, field `place.street`"),
    (38, "not_pseudonymisable", "rule `nummer`, field `sequence`"),
    (40, "bad_value", "rule number 7: is not a mapping of keys to values"),
    (41, "bad_value", "rule `override.x`: such an id belongs to what no agreement writes"),
    (43, "bad_value", "rule `override.x`, `fields`: is neither a text nor a list of texts"),
]


def told(folder: Path, text: str) -> list[tuple[int, str, str]]:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    found = check(folder, REGIONS)
    return [(each.line, each.code, each.sentence) for each in found if each.level == "fault"]


def test_a_file_with_thirty_faults_is_told_of_each_by_line_and_reason(tmp_path: Path):
    found = told(tmp_path, BAD)
    for line, code, sentence in ALL:
        assert any((line, code) == each[:2] and each[2].startswith(sentence) for each in found), (
            line,
            code,
            sentence,
        )
    assert len(found) == len(ALL), "and of nothing else"


def test_a_fault_of_a_key_hides_none_among_the_files_of_a_folder(tmp_path: Path):
    (tmp_path / "b.yaml").write_text(HEAD.replace("id: test", "id: other") + RULE)
    found = told(tmp_path, HEAD.replace("a test", '""') + RULE)
    assert [each[1] for each in found] == ["bad_value", "overlap"]


@pytest.mark.parametrize("key", ["valid_from: 2021-01-01", "recipient: vt:*"])
def test_what_is_put_aside_is_not_held_against_other_agreements(tmp_path: Path, key: str):
    (tmp_path / "b.yaml").write_text(HEAD.replace("id: test", "id: other") + RULE)
    found = told(tmp_path, HEAD.replace(key, f"{key.partition(':')[0]}: 7") + RULE)
    assert [each[1] for each in found] == ["bad_value"]


def test_an_agreement_about_what_there_is_not_is_told_of_that_alone(tmp_path: Path):
    found = told(tmp_path, "about: weather\n" + HEAD + RULE.replace("incident_id", "rain"))
    assert [each[:2] for each in found] == [(1, "bad_value")]


@pytest.mark.parametrize("date", ["2021/02/30", "2021/02/28", "30-02-2021", "'2021-02-30'"])
def test_a_date_that_is_written_otherwise_is_a_fault_by_itself(tmp_path: Path, date: str):
    [found] = told(tmp_path, HEAD.replace("2021-01-01", date) + RULE)
    assert found[:2] == (5, "bad_value")


def test_warnings_of_a_sound_text_come_along_and_of_touched_rules_none(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(HEAD.replace("a test", '""') + RULE)
    assert {each.code for each in check(tmp_path)} == {"bad_value", "unmentioned_field"}
    (tmp_path / "a.yaml").write_text(HEAD + RULE.replace("because", '""'))
    assert {each.code for each in check(tmp_path)} == {"bad_value"}


ODD: list[Any] = [
    None, True, 7, 1.5, "", "x", "*", "2021/02/30", [], {}, [[]], [None], {"x": {}}, ["x", 7],
    {"from": 3}, {1: 2},
]  # fmt: skip


def spoilt(node: Any, chance: random.Random) -> Any:
    """The same with here and there another value, key or item."""
    if chance.random() < 0.02:
        return chance.choice(ODD)
    if isinstance(node, dict):
        found = {key: spoilt(value, chance) for key, value in node.items()}
        if chance.random() < 0.05:
            found.pop(chance.choice(list(found) or [""]), None)
        if chance.random() < 0.05:
            found[chance.choice(["x", 7, "when", "action", "to"])] = chance.choice(ODD)
        return found
    if isinstance(node, list):
        return [spoilt(each, chance) for each in node]
    return node


@pytest.mark.parametrize("seed", [*range(10), 182, 268, 307, 354])
def test_however_a_file_is_spoilt_check_ends_and_nothing_spoilt_is_loaded(
    tmp_path: Path, seed: int
):
    chance = random.Random(seed)  # noqa: S311 - reproducible
    path = chance.choice(sorted(resource("agreements").glob("*.yaml")))
    sound = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    tree = spoilt(sound, chance)
    out = StringIO()
    YAML(typ="safe", pure=True).dump(tree, out)
    found = told(tmp_path, out.getvalue())
    assert all(each[0] >= 1 and "stand-in" not in each[2] for each in found)
    if found:
        with pytest.raises(KetensluisError) as refused:
            Agreements.load(tmp_path, REGIONS)
        assert refused.value.code == "bad_agreements"
    else:
        assert len(Agreements.load(tmp_path, REGIONS).all) == 1
