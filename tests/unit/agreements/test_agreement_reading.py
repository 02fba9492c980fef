"""Files that are no agreement, each told by file, line and what to do; none ends the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from written import HEAD, RULE

from ketensluis.agreements.book import Agreements, check
from ketensluis.model.resources import resource

GOOD = HEAD + RULE
NESTED = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9) if before else '1'}]\n"
    for before, name in zip(["", *"abcdefghijk"], "abcdefghijkl", strict=True)
)


def told(folder: Path, content: bytes, name: str = "a.yaml") -> list[str]:
    (folder / name).write_bytes(content)
    return [str(each) for each in check(folder) if each.level == "fault"]


@pytest.mark.parametrize(
    ("content", "starts"),
    [
        (GOOD.encode("utf-16"), "a.yaml:1: unreadable: is not UTF-8"),
        (GOOD.replace("because", "één").encode("latin-1"), "a.yaml:13: unreadable: is not UTF-8"),
        (GOOD.replace("    why", "\twhy").encode(), "a.yaml:13: bad_yaml: not YAML"),
        (GOOD.replace("because", "be\x00cause").encode(), "a.yaml:13: bad_yaml: not YAML"),
        ((GOOD + "---\n" + GOOD).encode(), "a.yaml:15: bad_yaml: not YAML"),
        ((GOOD + "id: other\n").encode(), "a.yaml:15: bad_yaml: not YAML"),
        (b"a: " + b"[" * 5000 + b"]" * 5000, "a.yaml:1: bad_yaml: it is nested too deep"),
        (b"- " * 5000, "a.yaml:1: bad_yaml: it is nested too deep"),
        ((GOOD + "#" * 262_144).encode(), "a.yaml:1: unreadable: it has more than 262144 bytes"),
        (b"&a\nid: *a\n", "a.yaml:1: missing_key: `version`"),
        (NESTED.encode(), "a.yaml:1: unknown_key: `a`"),
        (GOOD.replace("to test", "!!omap x").encode(), "a.yaml:1: bad_yaml: not YAML that can be"),
        (GOOD.replace("to test", "!!set x").encode(), "a.yaml:1: bad_yaml: not YAML that can be"),
        ((GOOD + '"a\\nb": 1\n').encode(), "a.yaml:15: unknown_key: `a b`: is no key"),
        (b"- id: one\n", "a.yaml:1: bad_value: an agreement is a mapping"),
        (
            GOOD.replace("2021-01-01", "2021-02-30").encode(),
            "a.yaml:5: bad_value: 2021-02-30 is not a date of the calendar",
        ),
        (
            GOOD.replace("2021-01-01", '"2021-01-01"').encode(),
            "a.yaml:5: bad_value: `valid_from`: is not a date: write it as 2026-01-31",
        ),
        (
            GOOD.replace("2022-01-01", "2020-01-01").encode(),
            "a.yaml:6: bad_value: `valid_until` must lie after",
        ),
        (
            GOOD.replace("provider", "ground: consent\nprovider").encode(),
            "a.yaml:3: bad_value: `ground` other than statute needs `ground_explained`",
        ),
        (
            GOOD.replace('"1"', "1").encode(),
            "a.yaml:2: bad_value: `version`: is not a text: put it in quotes",
        ),
        (
            GOOD.replace("vt:*", "VT:Utrecht").encode(),
            "a.yaml:4: bad_value: `recipient`: is not in the form that is asked: write one",
        ),
        (
            GOOD.replace("purpose", "purpos").encode(),
            "a.yaml:7: unknown_key: `purpos`: is no key that can stand here; is `purpose` meant?",
        ),
        (
            (GOOD + "    when: {rol: victim}\n").encode(),
            "a.yaml:15: unknown_key: rule `one`, `when.rol`: is no key that can stand here; is `r",
        ),
        (
            (GOOD + "    when: {role: slachtoffer}\n").encode(),
            "a.yaml:15: bad_value: rule `one`, `when.role`: `slachtoffer` is not one of 'victim'",
        ),
        (
            GOOD.replace("[incident_id]", "[]").encode(),
            "a.yaml:14: bad_value: rule `one`, `fields`: is empty: name at least one",
        ),
        (
            GOOD.replace("[incident_id]", "[incident]").encode(),
            "a.yaml:14: unknown_field: rule `one`, field `incident`: there is no such field; is `i",
        ),
        (
            GOOD.replace("recipient: vt:*", "recipient: vt:*\nregion: [Utrecht]").encode(),
            "a.yaml:5: bad_value: `region`: ",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    tmp_path: Path, content: bytes, starts: str
):
    found = told(tmp_path, content)
    assert any(each.startswith(starts) for each in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "remedy"),
    [
        ("recipient: vt:*", "recipient: vt:*\nregion: *", 5, "a `*` by itself stands in quotes"),
        ("    why", "\twhy", 13, "indent with spaces, not with tabs"),
        ("because", "@home", 13, "begins with such a character stands in quotes"),
        ("because", "this: that", 13, "a text that holds `: ` stands in quotes"),
        ("[incident_id]", "[persons[].sex]", 14, "a path with `[]` stands in quotes"),
        ("to test", "'to test", 7, "the quotes that open here are not closed"),
        ("    fields", "      fields", 14, "begin in one column"),
        ("release:", "---\nrelease:", 11, "one file holds one agreement"),
    ],
)
def test_a_common_slip_in_yaml_is_told_with_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, remedy: str
):
    (found,) = told(tmp_path, GOOD.replace(old, new).encode())
    assert found.startswith(f"a.yaml:{line}: bad_yaml: not YAML: ")
    assert remedy in found


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        (HEAD + RULE.replace("[incident_id]", "&f [incident_id]")).encode()
        + b"  - id: two\n    why: w\n    fields: *f\n",
    ],
)
def test_a_byte_order_mark_other_line_ends_and_aliases_are_read(tmp_path: Path, content: bytes):
    assert told(tmp_path, content) == []


@pytest.mark.parametrize("name", ["b.yml", "b.YAML"])
def test_a_file_that_is_passed_over_for_its_name_is_a_fault(tmp_path: Path, name: str):
    (tmp_path / "README.md").write_text("what these are")
    assert told(tmp_path, GOOD.encode()) == []
    found = told(tmp_path, GOOD.encode(), name)
    assert [each.split(": ")[:2] for each in found] == [[f"{name}:1", "not_read"]]


def test_one_file_can_be_checked_and_loaded_by_itself(tmp_path: Path):
    (tmp_path / "broken.yaml").write_text("- no\n")
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    assert [each for each in check(path) if each.level == "fault"] == []
    assert [each.id for each in Agreements.load(path).all] == ["test"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    found = [str(each) for each in check(tmp_path / "none")]
    assert found == ["none:1: no_agreements: there is no such folder"]


def test_every_example_is_marked_so_and_explained_beside_the_others():
    page = (resource("agreements") / "README.md").read_text(encoding="utf-8")
    for path in sorted(resource("agreements").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# EXAMPLE."), path.name
        (agreement,) = Agreements.load(path).all
        assert agreement.example, path.name
        assert f"| `{path.name}` |" in page
        assert agreement.legal_basis, path.name
        for said in (agreement.purpose, *(rule.why for rule in agreement.release)):
            assert said.nl != said.en, path.name
