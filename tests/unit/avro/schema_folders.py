"""Copies of the schema folder that a test may alter."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ketensluis.avro.lock import lock, schema_folder


def copy_of_schemas(to: Path) -> Path:
    """The schemas as they are, locked as they are."""
    return Path(shutil.copytree(schema_folder(), to / "avro"))


def unlocked_copy(to: Path) -> Path:
    """The schemas as they are, with no version locked."""
    folder = copy_of_schemas(to)
    shutil.rmtree(folder / "versions")
    (folder / "registry.lock.json").unlink()
    return folder


def alter(folder: Path, message: str, change: Callable[[Any], object]) -> None:
    """Edits one message's current schema, as a developer would."""
    file = folder / f"{message}.avsc"
    schema = json.loads(file.read_text(encoding="utf-8"))
    change(schema)
    file.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")


def field(schema: Any, name: str) -> Any:
    """The field of that name."""
    return next(entry for entry in schema["fields"] if entry["name"] == name)


def without(schema: Any, name: str) -> None:
    """Takes the field of that name out."""
    schema["fields"].remove(field(schema, name))


def folder_with_an_older_receipt(to: Path, name: str) -> Path:
    """As it was before Receipt had the field `name`; locked as version 1."""
    folder = unlocked_copy(to)
    alter(folder, "Receipt", lambda schema: without(schema, name))
    lock(folder)
    return folder
