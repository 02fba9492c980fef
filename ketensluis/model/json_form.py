"""An incident's JSON form: from one object to the typed incident, and back.

What a field may hold follows from the types in `ketensluis.model.incident`, so that a field
that is added there is read here. An absent key, null and an empty string, list or object
(without required keys) are one and the same; a list is never null.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake_codes import refusal

__all__ = ["RepeatedKey", "content_digest", "incident_from_json", "to_json"]

_Reader = Callable[[Any, str], Any]

# RFC 3339, section 5.6, without the leap second, which no clock of the hub can hold. Within
# these years no conversion to or from local time leaves what `datetime` can represent.
_TIME = re.compile(
    r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.IGNORECASE | re.ASCII,
)
_NAMEABLE = re.compile(r"[A-Za-z][A-Za-z_-]{0,63}")
_MAX_INT = 2**63 - 1  # what Avro calls a long


class RepeatedKey(dict[str, Any]):
    """A JSON object in which `key` stood twice; refused once its path is known."""

    key = ""


def incident_from_json(tree: Any) -> Incident:
    """The incident that a decoded JSON value stands for: its types, codes and times.

    Raises:
        Refused: with a code of `intake_codes.CODES` and the path of the field.
    """
    return cast("Incident", _read_incident(tree, ""))


def to_json(incident: Incident) -> bytes:
    """The incident as one line of JSON, times in UTC, without what is null or empty."""
    return msgspec.json.encode(incident)


def content_digest(incident: Incident) -> str:
    """SHA-256, in hexadecimal, of the incident's content in one canonical form.

    The order of keys, the notation of a time's offset, and absent against null or empty make
    no difference; the order within a list does.
    """
    canonical = to_json(incident)
    if b'""' in canonical or b"{}" in canonical:  # only from a producer of Avro that left these
        canonical = msgspec.json.encode(_without_empty(msgspec.json.decode(canonical)))
    return hashlib.sha256(canonical).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", {}, [])}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise refusal("wrong_type", path, "is not a string")
    return value


def _boolean(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise refusal("wrong_type", path, "is not true or false")
    return value


def _integer(value: Any, path: str) -> int:
    if type(value) is not int:  # bool is a subclass of int
        raise refusal("wrong_type", path, "is not a whole number")
    if not 1 <= value <= _MAX_INT:
        raise refusal("out_of_range", path, f"is not from 1 to {_MAX_INT}")
    return value


def _time(value: Any, path: str) -> datetime:
    if not isinstance(value, str):
        raise refusal("wrong_type", path, "is not a time written as a string")
    if not _TIME.fullmatch(value):
        raise refusal("bad_time", path, "is not an RFC 3339 time with an offset")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except ValueError as error:
        raise refusal("bad_time", path, "is not a time of the calendar") from error


def _code(allowed: frozenset[str]) -> _Reader:
    remedy = f"use one of {', '.join(sorted(allowed))}"

    def read(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise refusal("wrong_type", path, "is not a code written as a string")
        if value not in allowed:
            raise refusal("unknown_code", path, "is not a code of its list", remedy)
        return value

    return read


def _list(item: _Reader) -> _Reader:
    def read(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise refusal("wrong_type", path, "is not a list", "leave it out where it is empty")
        return tuple([item(one, f"{path}[{index}]") for index, one in enumerate(value)])

    return read


def _object(type_: type, fields: tuple[msgspec.inspect.Field, ...]) -> _Reader:
    readers = {field.encode_name: (field.name, _reader(field.type)) for field in fields}
    required = {field.encode_name: field.name for field in fields if field.required}
    lists = {field.encode_name for field in fields if _is_list(field.type)}

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise refusal("wrong_type", path, "is not an object")
        within = f"{path}." if path else ""
        if isinstance(value, RepeatedKey):
            raise refusal("repeated_key", within + _named(value.key, readers), "stands twice")
        found: dict[str, Any] = {}
        for key, item in value.items():
            if key not in readers:
                raise _unknown(key, within, readers)
            name, reader = readers[key]
            if item is None and key in lists:
                raise refusal("wrong_type", within + key, "is null; a list is never null")
            if item is not None and item != "":
                found[name] = reader(item, within + key)
        for key, name in required.items():
            if found.get(name) is None:
                raise refusal("missing_field", within + key, "is required, and not there")
        return type_(**found) if found else None

    return read


def _is_list(type_: msgspec.inspect.Type) -> bool:
    return isinstance(type_, msgspec.inspect.VarTupleType)


def _reader(type_: msgspec.inspect.Type) -> _Reader:  # noqa: PLR0911 - one line per kind of type
    match type_:
        case msgspec.inspect.UnionType(types=(one, msgspec.inspect.NoneType())):
            return _reader(one)
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            return _object(cls, fields)
        case msgspec.inspect.VarTupleType(item_type=item):
            return _list(_present(_reader(item)))
        case msgspec.inspect.LiteralType(values=values):
            return _code(frozenset(map(str, values)))
        case msgspec.inspect.DateTimeType():
            return _time
        case msgspec.inspect.IntType():
            return _integer
        case msgspec.inspect.BoolType():
            return _boolean
        case msgspec.inspect.StrType():
            return _text
        case _:
            raise TypeError(f"no reader for {type_}")


def _present(reader: _Reader) -> _Reader:
    def read(value: Any, path: str) -> Any:
        if value is None:
            raise refusal("wrong_type", path, "is null, within a list")
        return reader(value, path)

    return read


def _named(key: str, known: Mapping[str, Any]) -> str:
    """The key, if it looks like a field's name; a key may hold anything, even a BSN."""
    return key if key in known or _NAMEABLE.fullmatch(key) else "(a key that is no name)"


def _unknown(key: str, within: str, known: Mapping[str, Any]) -> Refused:
    near = difflib.get_close_matches(key[:64].lower(), known, n=1)
    remedy = f"leave the key out, or write {near[0]}" if near else ""
    return refusal("unknown_field", within + _named(key, known), "is not of the contract", remedy)


_INCIDENT = msgspec.inspect.type_info(Incident)
if not isinstance(_INCIDENT, msgspec.inspect.StructType):  # pragma: no cover - narrows the type
    raise TypeError("Incident is not a struct")
_read_incident = _object(Incident, _INCIDENT.fields)
