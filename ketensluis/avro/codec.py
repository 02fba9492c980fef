"""Messages to and from Confluent-framed Avro values: the hot path of every stage.

The frame is a zero byte, the schema's id in four bytes (big-endian), and the Avro binary
encoding. Ids come from `registry.lock.json` or from a registry; the frame is the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
from fastavro import schemaless_reader

from ketensluis.avro.compatibility import resolution_faults
from ketensluis.avro.lock import LockedSchema, load_locked
from ketensluis.avro.reader import Read, compile_reader
from ketensluis.avro.registry import Registry, registered
from ketensluis.avro.schema import Schema, full_name, unbounded
from ketensluis.avro.subjects import MESSAGES, subject_of
from ketensluis.avro.writer import UnfitValueError, Write, compile_writer
from ketensluis.errors import KetensluisError, Refused

__all__ = ["Codec"]

T = TypeVar("T", bound=msgspec.Struct)

_MAGIC = 0
_FRAME = 5
_PATH = re.compile(r" - at `(?:key in )?\$\.?([\w.\[\]]*)`$")


class Codec:
    """Encodes by the newest locked schema; decodes what any known version wrote.

    Its only state is the schemas that it fetched, and the functions that it made of its own: of a
    message's when it is first written or read, as most programs have a few kinds only.
    """

    def __init__(
        self, schemas: Iterable[LockedSchema], fetch: Callable[[int], Schema] | None = None
    ) -> None:
        """Takes every known version; `fetch` gives the schema of an id that is not among them."""
        self._fetch = fetch
        self._writers: dict[int, tuple[str, Schema]] = {}
        self._current: dict[str, LockedSchema] = {}
        for known in schemas:
            self._writers[known.id] = known.subject, known.schema
            if (
                known.subject not in self._current
                or self._current[known.subject].version < known.version
            ):
                self._current[known.subject] = known
        self._encoders: dict[type[msgspec.Struct], tuple[bytes, Write]] = {}
        self._readers: dict[type[msgspec.Struct], tuple[LockedSchema, Read]] = {}

    @classmethod
    def from_lock(cls, folder: Path | None = None) -> Self:
        """With the ids of `registry.lock.json`.

        Raises:
            KetensluisError: `bad_lock`, `bad_schema` or `schema_differs`.
        """
        return cls(load_locked(folder))

    @classmethod
    def from_registry(
        cls,
        url: str,
        *,
        token: str | None = None,
        register: bool = False,
        folder: Path | None = None,
    ) -> Self:
        """With the ids of a Confluent-compatible registry; `register` adds what it lacks.

        A user and password may stand in the URL, `token` is a bearer token; neither is logged.

        Raises:
            Unavailable: `registry_unavailable` or `schema_not_registered`.
            KetensluisError: `bad_registry_url`, `schema_differs` or `incompatible_schema`.
        """
        client = Registry(url, token=token)
        return cls(registered(client, load_locked(folder), register=register), client.schema)

    def encode(self, message: msgspec.Struct) -> bytes:
        """The framed value; the same message always gives the same bytes.

        Raises:
            Refused: `unencodable`, if a value does not fit its schema.
            KetensluisError: `no_schema`, if the struct is not a message.
        """
        try:
            frame, write = self._encoders[type(message)]
        except KeyError:
            frame, write = self._encoder(type(message))
        out = bytearray(frame)
        try:
            write(out, message)
        except UnfitValueError as error:
            raise Refused(
                "unencodable", f"{type(message).__name__}.{error} does not fit its schema"
            ) from None
        return bytes(out)

    def decode(self, value: bytes, expected: type[T]) -> T:
        """The message in a framed value, which must be of the expected type.

        Raises:
            Refused: `not_avro` (no frame), `unknown_schema_id`, `unexpected_schema` (another
                message's), `bad_avro` (bytes or values that the schema or the code lists do
                not allow).
            Unavailable: `registry_unavailable`, while an id cannot be looked up.
            KetensluisError: `no_schema`, if the expected type is not a message.
        """
        if len(value) < _FRAME or value[0] != _MAGIC:
            raise Refused(
                "not_avro",
                "the value does not begin with a zero byte and a schema id",
                "send Avro in the Confluent wire format",
            )
        try:
            ours, read = self._readers[expected]
        except KeyError:
            ours, read = self._reader(expected)
        number, subject = int.from_bytes(value[1:_FRAME], "big"), ours.subject
        if number != ours.id:
            read = _resolving(self._writer(number, subject), ours.schema)
        return _convert(_whole(value, read, subject), expected)

    def _encoder(self, message: type[msgspec.Struct]) -> tuple[bytes, Write]:
        ours = self._locked(message)
        made = bytes([_MAGIC]) + ours.id.to_bytes(4, "big"), compile_writer(ours.schema)
        self._encoders[message] = made
        return made

    def _reader(self, message: type[msgspec.Struct]) -> tuple[LockedSchema, Read]:
        ours = self._locked(message)
        made = self._readers[message] = ours, compile_reader(ours.schema)
        return made

    def _locked(self, message: type[msgspec.Struct]) -> LockedSchema:
        found = self._current.get(subject_of(message)) if message in MESSAGES else None
        if found is None:
            raise KetensluisError("no_schema", f"{message.__name__} has no Avro schema")
        return found

    def _writer(self, number: int, subject: str) -> Schema:
        """The schema that the value was written by, known or fetched."""
        if number not in self._writers:
            self._writers[number] = self._fetched(number)
        name, schema = self._writers[number]
        if name != subject:
            raise Refused(
                "unexpected_schema", f"schema id {number} is not a {subject} that we can read"
            )
        return schema

    def _fetched(self, number: int) -> tuple[str, Schema]:
        """A schema that the lock does not have; without a name if we cannot read by it."""
        if self._fetch is None:
            raise Refused(
                "unknown_schema_id",
                f"schema id {number} is not in registry.lock.json",
                "use the ids of registry.lock.json, or configure a registry",
            )
        schema = self._fetch(number)
        current = self._current.get(full_name(schema))
        if current is None or unbounded(schema):
            return "", schema
        if resolution_faults(reader=current.schema, writer=schema):
            return "", schema
        return full_name(schema), schema


def _resolving(writer: Schema, reader: Schema) -> Read:
    """Reads what was written by another version as ours (Avro 1.12, "Schema Resolution")."""

    def read(value: bytes, at: int) -> tuple[Any, int]:
        buffer = io.BytesIO(value)
        buffer.seek(at)
        return schemaless_reader(buffer, writer, reader), buffer.tell()

    return read


def _whole(value: bytes, read: Read, subject: str) -> Any:
    try:
        data, end = read(value, _FRAME)
    except Exception as error:  # noqa: BLE001 - whatever the reader stumbles over, the bytes are at fault
        raise Refused(
            "bad_avro", f"the bytes are not an encoding of {subject} ({type(error).__name__})"
        ) from None
    if end > len(value):
        raise Refused("bad_avro", f"the bytes are not an encoding of {subject}: they end too soon")
    if end != len(value):
        raise Refused("bad_avro", f"{len(value) - end} bytes follow the {subject} in the value")
    return data


def _convert(data: Any, expected: type[T]) -> T:
    try:
        return msgspec.convert(data, expected)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        path = f"{expected.__name__}.{found[1]}" if found else expected.__name__
    raise Refused("bad_avro", f"{path} holds a value that its type or code list does not allow")
