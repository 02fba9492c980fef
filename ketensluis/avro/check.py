"""What can be wrong with the schemas as they lie in their folder (`sluis schemas check`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ketensluis.avro.compatibility import backward_transitive_faults
from ketensluis.avro.lock import Entry, current_file, load_locked, read_lock, schema_folder
from ketensluis.avro.schema import Schema, fingerprint, full_name, parse, unbounded, undocumented
from ketensluis.avro.subjects import MESSAGES, subject_of
from ketensluis.errors import KetensluisError

__all__ = ["check_all"]


def check_all(folder: Path | None = None) -> list[str]:
    """Every fault, each `FILE: what is wrong`; empty if all is well.

    Looked at: that every message has a schema of its name and no schema is without one; the
    house's shape (documented, bounded); that the lock has every current schema and the files
    are what was locked; ids and version numbers; BACKWARD_TRANSITIVE for every subject.
    """
    folder = folder or schema_folder()
    return [*_current(folder), *_strays(folder), *_lock(folder)]


def _current(folder: Path) -> Iterator[str]:
    locked = {entry.subject: entry.fingerprint for entry in _entries(folder)}
    for message in MESSAGES:
        file = current_file(message, folder)
        if not file.exists():
            yield f"{file.name}: missing, so {message.__name__} has no schema"
            continue
        try:
            schema = parse(file.read_text(encoding="utf-8"))
        except KetensluisError as error:
            yield f"{file.name}: {error.sentence}"
            continue
        if full_name(schema) != subject_of(message):
            yield f"{file.name}: defines {full_name(schema)}, not {subject_of(message)}"
        yield from (f"{file.name}: {path} has no doc" for path in undocumented(schema))
        yield from (f"{file.name}: {path} has no bound" for path in unbounded(schema))
        if locked.get(subject_of(message)) != fingerprint(schema):
            yield f"{file.name}: not the latest in registry.lock.json (sluis schemas lock)"


def _entries(folder: Path) -> tuple[Entry, ...]:
    try:
        return read_lock(folder)
    except KetensluisError:
        return ()  # reported by _lock


def _strays(folder: Path) -> Iterator[str]:
    ours = {current_file(message, folder) for message in MESSAGES}
    for file in sorted(set(folder.glob("*.avsc")) - ours):
        yield f"{file.name}: belongs to no message"


def _lock(folder: Path) -> Iterator[str]:
    try:
        locked = load_locked(folder)
    except KetensluisError as error:
        yield f"registry.lock.json: {error.sentence}"
        return
    if len({known.id for known in locked}) != len(locked):
        yield "registry.lock.json: two schemas have the same id"
    subjects: dict[str, list[Schema]] = {}
    for known in locked:
        versions = subjects.setdefault(known.subject, [])
        versions.append(known.schema)
        if known.version != len(versions):
            yield f"registry.lock.json: {known.subject} has no version {len(versions)}"
        if full_name(known.schema) != known.subject:
            yield f"registry.lock.json: {known.subject} is locked to {full_name(known.schema)}"
    for subject, versions in subjects.items():
        for fault in backward_transitive_faults(versions):
            yield f"registry.lock.json: {subject}: {fault}"
