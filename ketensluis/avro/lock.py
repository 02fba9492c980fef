"""registry.lock.json: which schema has which version and id, and the only way to add one.

`schemas/avro/<Message>.avsc` is the schema that people edit. `lock` copies it to
`versions/<Message>.v<n>.avsc` and writes its version, id and fingerprint down; copies are
never edited. Where no registry is configured, these ids are the ids on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from ketensluis.avro.compatibility import backward_faults
from ketensluis.avro.schema import Schema, fingerprint, parse, unbounded, undocumented
from ketensluis.avro.subjects import MESSAGES, subject_of
from ketensluis.errors import KetensluisError
from ketensluis.model.resources import resource

__all__ = [
    "Entry",
    "LockedSchema",
    "current_file",
    "load_locked",
    "lock",
    "read_lock",
    "schema_folder",
]

_LOCK = "registry.lock.json"
_VERSIONS = "versions"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the lock; `file` is relative to the schema folder."""

    subject: str
    version: int
    id: int
    fingerprint: str
    file: str


class _Lock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    compatibility: Literal["BACKWARD_TRANSITIVE"] = "BACKWARD_TRANSITIVE"
    schemas: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class LockedSchema:
    """A version of a subject with its parsed schema and its text, as registered."""

    subject: str
    version: int
    id: int
    fingerprint: str
    schema: Schema
    text: str


def schema_folder() -> Path:
    """Where the schemas lie: in the checkout, or inside the installed package."""
    return resource("schemas") / "avro"


def current_file(message: type[msgspec.Struct], folder: Path) -> Path:
    """The file of the message's schema that people edit."""
    return folder / f"{message.__name__}.avsc"


def read_lock(folder: Path) -> tuple[Entry, ...]:
    """The entries by subject and version; none where there is no lock yet.

    Raises:
        KetensluisError: `bad_lock`, if the file is not a lock.
    """
    file = folder / _LOCK
    if not file.exists():
        return ()
    try:
        entries = msgspec.json.decode(file.read_bytes(), type=_Lock).schemas
    except msgspec.DecodeError as error:
        raise KetensluisError("bad_lock", f"{_LOCK} is not a lock: {error}") from error
    return tuple(sorted(entries, key=lambda entry: (entry.subject, entry.version)))


def load_locked(folder: Path | None = None) -> tuple[LockedSchema, ...]:
    """Every locked version, oldest first within its subject.

    Raises:
        KetensluisError: `bad_lock` or `bad_schema`; `schema_differs` if a file is not what was
            locked.
    """
    folder = folder or schema_folder()
    return tuple(_locked(entry, folder) for entry in read_lock(folder))


def _locked(entry: Entry, folder: Path) -> LockedSchema:
    try:
        text = (folder / entry.file).read_text(encoding="utf-8")
    except OSError as error:
        raise KetensluisError(
            "bad_lock", f"{_LOCK} names {entry.file}, which cannot be read", "restore the file"
        ) from error
    schema = parse(text)
    if fingerprint(schema) != entry.fingerprint:
        raise KetensluisError(
            "schema_differs",
            f"{entry.file} is not what {_LOCK} says was locked as {entry.subject}"
            f" version {entry.version}",
            "restore the file: a locked version is never edited",
        )
    return LockedSchema(entry.subject, entry.version, entry.id, entry.fingerprint, schema, text)


def lock(folder: Path | None = None) -> list[Entry]:
    """Locks every schema that changed as a new version; returns what was added.

    A change of `doc` only is no new version: the locked copy takes the new text.

    Raises:
        KetensluisError: `incompatible_schema` if a changed schema cannot read an earlier
            version, `bad_schema` if it has not the house's shape. Nothing is written then.
    """
    folder = folder or schema_folder()
    locked = load_locked(folder)
    texts: dict[str, str] = {}
    added: list[Entry] = []
    for message in MESSAGES:
        earlier = [known for known in locked if known.subject == subject_of(message)]
        text = current_file(message, folder).read_text(encoding="utf-8")
        schema = parse(text)
        _require_shape(schema)
        if earlier and earlier[-1].fingerprint == fingerprint(schema):
            texts[_copy(message.__name__, earlier[-1].version)] = text
            continue
        _require_backward(schema, earlier)
        version = len(earlier) + 1
        texts[_copy(message.__name__, version)] = text
        number = max((*(known.id for known in locked), *(entry.id for entry in added)), default=0)
        added.append(_entry(message, version, number + 1, schema))
    _write(folder, texts, sorted((*read_lock(folder), *added), key=lambda entry: entry.id))
    return added


def _copy(name: str, version: int) -> str:
    return f"{_VERSIONS}/{name}.v{version}.avsc"


def _entry(message: type[msgspec.Struct], version: int, number: int, schema: Schema) -> Entry:
    return Entry(
        subject=subject_of(message),
        version=version,
        id=number,
        fingerprint=fingerprint(schema),
        file=_copy(message.__name__, version),
    )


def _require_shape(schema: Schema) -> None:
    if places := undocumented(schema):
        raise KetensluisError("bad_schema", f"no doc at {', '.join(places)}", "say what it means")
    if places := unbounded(schema):
        raise KetensluisError(
            "bad_schema",
            f"no bound to what a few bytes may claim at {', '.join(places)}",
            "let lists hold items that take bytes, and no record hold itself",
        )


def _require_backward(schema: Schema, earlier: Sequence[LockedSchema]) -> None:
    if faults := list(_incompatibilities(schema, earlier)):
        raise KetensluisError(
            "incompatible_schema",
            "; ".join(faults),
            "add fields with a default, keep types, and let code lists only grow",
        )


def _incompatibilities(schema: Schema, earlier: Sequence[LockedSchema]) -> Iterator[str]:
    for known in earlier:
        for fault in backward_faults(reader=schema, writer=known.schema):
            yield f"cannot read version {known.version}: {fault}"


def _write(folder: Path, texts: dict[str, str], entries: Sequence[Entry]) -> None:
    (folder / _VERSIONS).mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    form = msgspec.json.format(msgspec.json.encode(_Lock(schemas=tuple(entries))), indent=2)
    (folder / _LOCK).write_bytes(form + b"\n")
