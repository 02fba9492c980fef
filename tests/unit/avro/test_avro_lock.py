"""A version, once locked, stays; a new one is added only if it reads all earlier ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from schema_folders import alter, copy_of_schemas, field, unlocked_copy, without

from ketensluis.avro.lock import load_locked, lock, read_lock
from ketensluis.avro.subjects import MESSAGES, subject_of
from ketensluis.errors import KetensluisError


def files(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def add_a_field(schema: Any) -> None:
    schema["fields"].append({"name": "extra", "type": "string", "default": "", "doc": "New."})


def test_the_first_lock_gives_every_message_a_version_and_an_id_of_its_own(tmp_path: Path) -> None:
    added = lock(unlocked_copy(tmp_path))
    assert {entry.subject for entry in added} == set(map(subject_of, MESSAGES))
    assert {entry.version for entry in added} == {1}
    assert len({entry.id for entry in added}) == len(MESSAGES)


def test_nothing_is_added_where_nothing_changed(tmp_path: Path) -> None:
    folder = copy_of_schemas(tmp_path)
    before = files(folder)
    assert lock(folder) == []
    assert files(folder) == before


def test_a_compatible_change_becomes_the_next_version_and_the_earlier_one_is_kept(
    tmp_path: Path,
) -> None:
    folder = copy_of_schemas(tmp_path)
    highest = max(entry.id for entry in read_lock(folder))
    before = read_lock(folder)
    alter(folder, "Receipt", add_a_field)
    (added,) = lock(folder)
    assert (added.version, added.id) == (2, highest + 1)
    assert set(read_lock(folder)) == {*before, added}
    texts = [k.text for k in load_locked(folder) if k.subject == "nl.ketensluis.Receipt"]
    assert ["extra" in text for text in texts] == [False, True]


def test_a_change_of_words_is_no_new_version_and_the_locked_copy_says_the_new_words(
    tmp_path: Path,
) -> None:
    folder = copy_of_schemas(tmp_path)
    alter(folder, "Receipt", lambda schema: schema.update(doc="Said better."))
    assert lock(folder) == []
    (text,) = (k.text for k in load_locked(folder) if k.subject == "nl.ketensluis.Receipt")
    assert json.loads(text)["doc"] == "Said better."


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("incompatible_schema", lambda schema: field(schema, "digest").update(type="long")),
        ("bad_schema", lambda schema: field(schema, "digest").pop("doc")),
        ("bad_schema", lambda schema: schema["fields"].append(
            {"name": "bomb", "type": {"type": "array", "items": "null"}, "default": [], "doc": "x"}
        )),
        ("bad_schema", lambda schema: schema["fields"].append("nonsense")),
    ],
    ids=["incompatible", "undocumented", "unbounded", "no schema"],
)  # fmt: skip
def test_a_schema_that_may_not_be_locked_changes_nothing(
    tmp_path: Path, code: str, change: Any
) -> None:
    folder = copy_of_schemas(tmp_path)
    alter(folder, "Acceptance", add_a_field)
    alter(folder, "Receipt", change)
    before = files(folder)
    with pytest.raises(KetensluisError) as caught:
        lock(folder)
    assert caught.value.code == code
    assert files(folder) == before


def test_a_locked_version_that_was_edited_is_found(tmp_path: Path) -> None:
    folder = copy_of_schemas(tmp_path)
    alter(folder / "versions", "Receipt.v1", lambda schema: without(schema, "digest"))
    with pytest.raises(KetensluisError) as caught:
        load_locked(folder)
    assert caught.value.code == "schema_differs"
    assert "versions/Receipt.v1.avsc" in caught.value.sentence


def test_a_locked_version_that_is_gone_is_found(tmp_path: Path) -> None:
    folder = copy_of_schemas(tmp_path)
    (folder / "versions" / "Receipt.v1.avsc").unlink()
    with pytest.raises(KetensluisError) as caught:
        load_locked(folder)
    assert caught.value.code == "bad_lock"


def test_a_lock_that_is_none_is_found(tmp_path: Path) -> None:
    folder = copy_of_schemas(tmp_path)
    (folder / "registry.lock.json").write_text("{", encoding="ascii")
    with pytest.raises(KetensluisError) as caught:
        read_lock(folder)
    assert caught.value.code == "bad_lock"
