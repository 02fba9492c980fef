"""Every fault of the schema folder is told, with its file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from schema_folders import alter, copy_of_schemas, field, without

from ketensluis.avro.check import check_all
from ketensluis.avro.lock import lock
from ketensluis.avro.schema import fingerprint, parse


def relock(folder: Path, change: Callable[[Any], object]) -> None:
    file = folder / "registry.lock.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content["schemas"])
    file.write_text(json.dumps(content), encoding="utf-8")


def test_our_own_schemas_have_no_fault() -> None:
    assert check_all() == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda folder: (folder / "Receipt.avsc").unlink(),
            "Receipt.avsc: missing, so Receipt has no schema",
        ),
        (
            lambda folder: (folder / "Receipt.avsc").write_text("{", encoding="ascii"),
            "Receipt.avsc: the text is not an Avro schema of a record",
        ),
        (
            lambda folder: (folder / "Odd.avsc").write_text("{}", encoding="ascii"),
            "Odd.avsc: belongs to no message",
        ),
        (
            lambda folder: alter(folder, "Receipt", lambda s: field(s, "digest").pop("doc")),
            "Receipt.avsc: nl.ketensluis.Receipt.digest has no doc",
        ),
        (
            lambda folder: alter(folder, "Incident", lambda s: field(s, "event")["codes"].pop()),
            "Incident.avsc: not the latest in registry.lock.json (sluis schemas lock)",
        ),
        (
            lambda folder: alter(folder / "versions", "Receipt.v1", lambda s: without(s, "unit")),
            (
                "registry.lock.json: versions/Receipt.v1.avsc is not what registry.lock.json says"
                " was locked as nl.ketensluis.Receipt version 1"
            ),
        ),
        (
            lambda folder: relock(folder, lambda entries: entries[0].update(id=entries[1]["id"])),
            "registry.lock.json: two schemas have the same id",
        ),
        (
            lambda folder: relock(folder, lambda entries: entries[0].update(version=2)),
            "registry.lock.json: nl.ketensluis.Acceptance has no version 1",
        ),
        (
            lambda folder: (folder / "registry.lock.json").write_text("[]", encoding="ascii"),
            "registry.lock.json: registry.lock.json is not a lock: Expected `object`, got `array`",
        ),
    ],
)
def test_a_fault_is_named_with_its_file(
    tmp_path: Path, change: Callable[[Path], object], fault: str
) -> None:
    folder = copy_of_schemas(tmp_path)
    change(folder)
    assert fault in check_all(folder)


def test_an_incompatible_version_that_was_written_into_the_lock_by_hand_is_found(
    tmp_path: Path,
) -> None:
    folder = copy_of_schemas(tmp_path)
    alter(folder, "Receipt", lambda s: s["fields"].append(
        {"name": "extra", "type": "string", "default": "", "doc": "New."}
    ))  # fmt: skip
    lock(folder)

    def swap(entries: Any) -> None:
        first, second = (e for e in entries if e["subject"] == "nl.ketensluis.Receipt")
        for key in ("fingerprint", "file"):
            first[key], second[key] = second[key], first[key]

    alter(folder, "Receipt", lambda s: s["fields"][-1].pop("default"))
    assert any("not the latest in registry.lock.json" in fault for fault in check_all(folder))
    alter(folder, "Receipt", lambda s: without(s, "extra"))
    relock(folder, swap)
    assert check_all(folder) == []  # a field may go: the reader ignores it


def test_a_version_that_cannot_read_an_earlier_one_is_found(tmp_path: Path) -> None:
    folder = copy_of_schemas(tmp_path)
    versions = folder / "versions"
    receipt = json.loads((versions / "Receipt.v1.avsc").read_text(encoding="utf-8"))
    field(receipt, "digest")["type"] = "long"
    (versions / "Receipt.v2.avsc").write_text(json.dumps(receipt), encoding="utf-8")
    (folder / "Receipt.avsc").write_text(json.dumps(receipt), encoding="utf-8")
    relock(folder, lambda entries: entries.append({
        "subject": "nl.ketensluis.Receipt", "version": 2, "id": 99,
        "fingerprint": fingerprint(parse(json.dumps(receipt))), "file": "versions/Receipt.v2.avsc",
    }))  # fmt: skip
    (fault,) = check_all(folder)
    assert fault.startswith(
        "registry.lock.json: nl.ketensluis.Receipt: version 2 cannot read version 1:"
        " nl.ketensluis.Receipt.digest: type_mismatch"
    )
