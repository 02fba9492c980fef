"""Writes message structs as Avro binary, by functions made once from the schema.

fastavro's writer finds the branch of every union by validating the value against each, which
is two thirds of its cost here; our unions are told apart by the value's type alone. The bytes
are the same (property-tested), at a third of the time (`benchmarks/codec.py`), and a time
without a zone is an error instead of the machine's local time. Maps are written sorted by key,
so the same message always gives the same bytes. Avro 1.12 specification, "Binary Encoding".
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from ketensluis.avro.schema import Schema

__all__ = ["UnfitValueError", "Write", "compile_writer"]

Write = Callable[[bytearray, Any], None]
"""Appends a value's encoding; raises UnfitValueError where the schema does not allow it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LONG_BITS = 63
_UNFIT = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


class UnfitValueError(Exception):
    """A value that the schema does not allow; the text is the field's path and nothing else."""


def _varint(number: int) -> bytes:
    if not -(1 << _LONG_BITS) <= number < 1 << _LONG_BITS:
        raise OverflowError
    rest = (number << 1) ^ (number >> _LONG_BITS)  # zig-zag
    out = bytearray()
    while rest > 0x7F:  # noqa: PLR2004 - seven bits to a byte, the eighth says that more follow
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


_SMALL = tuple(_varint(number) for number in range(4096))
_SMALLS = len(_SMALL)


def compile_writer(schema: Schema) -> Write:
    """The function that writes a struct by its record schema, as `parse` returned it."""
    return _compile(schema, {})


def _compile(node: Any, named: dict[str, Write]) -> Write:
    if isinstance(node, list):
        return _union(node, named)
    if isinstance(node, str):
        return _PRIMITIVE.get(node) or named[node]
    match node["type"]:
        case "record":
            write = named[node["name"]] = _record(node["fields"], named)
            return write
        case "array":
            return _array(_compile(node["items"], named))
        case "map":
            return _map(_compile(node["values"], named))
        case kind:
            return _LOGICAL.get(node.get("logicalType", "")) or _compile(kind, named)


def _record(fields: Sequence[Schema], named: dict[str, Write]) -> Write:
    names = [str(field["name"]) for field in fields]
    writes = [_compile(field["type"], named) for field in fields]
    attributes = [f"{name}_" if keyword.iskeyword(name) else name for name in names]
    get: Callable[[Any], tuple[Any, ...]] = attrgetter(*attributes)
    if len(attributes) == 1:  # then attrgetter gives the value itself
        only = attrgetter(attributes[0])
        get = lambda value: (only(value),)  # noqa: E731 - the other form of the same thing

    def write(out: bytearray, value: Any) -> None:
        name = ""
        try:
            for name, field, part in zip(names, writes, get(value), strict=True):  # noqa: B007 - for the path
                field(out, part)
        except UnfitValueError as error:
            raise UnfitValueError(f"{name}.{error}".rstrip(".")) from None
        except _UNFIT:
            raise UnfitValueError(name) from None

    return write


def _union(branches: Sequence[Any], named: dict[str, Write]) -> Write:
    if branches[0] != "null" or len(branches) != 2:  # noqa: PLR2004 - null and one other
        return _union_by_type(branches)
    if branches[1] == "string":
        return _nullable_string
    some = _compile(branches[1], named)

    def write(out: bytearray, value: Any) -> None:
        if value is None:
            out.append(0)
        else:
            out.append(2)
            some(out, value)

    return write


def _union_by_type(branches: Sequence[str]) -> Write:
    """A union of primitives, told apart by the Python type."""
    table = {_PYTHON[kind]: (_varint(n), _PRIMITIVE[kind]) for n, kind in enumerate(branches)}

    def write(out: bytearray, value: Any) -> None:
        index, branch = table[type(value)]
        out += index
        branch(out, value)

    return write


def _array(item: Write) -> Write:
    def write(out: bytearray, value: Sequence[Any]) -> None:
        if size := len(value):
            _long(out, size)
            for part in value:
                item(out, part)
        out.append(0)

    return write


def _map(entry: Write) -> Write:
    if entry is _string:
        return _strings_by_name

    def write(out: bytearray, value: dict[str, Any]) -> None:
        if size := len(value):
            _long(out, size)
            for key in sorted(value):
                _string(out, key)
                entry(out, value[key])
        out.append(0)

    return write


def _strings_by_name(out: bytearray, value: dict[str, str]) -> None:
    """A map of strings, the most of what is remembered, without two calls for each."""
    if size := len(value):
        _long(out, size)
        for key in sorted(value):
            text = key.encode()
            size = len(text)
            out += _SMALL[size] if size < _SMALLS else _varint(size)
            out += text
            text = value[key].encode()
            size = len(text)
            out += _SMALL[size] if size < _SMALLS else _varint(size)
            out += text
    out.append(0)


def _boolean(out: bytearray, value: bool) -> None:  # noqa: FBT001 - it is the value
    if value is not True and value is not False:
        raise TypeError
    out.append(value)


def _long(out: bytearray, value: int) -> None:
    out += _SMALL[value] if 0 <= value < _SMALLS else _varint(value)


def _bytes(out: bytearray, value: bytes) -> None:
    size = len(value)
    out += _SMALL[size] if size < _SMALLS else _varint(size)
    out += value


def _string(out: bytearray, value: str) -> None:
    text = value.encode()
    size = len(text)
    out += _SMALL[size] if size < _SMALLS else _varint(size)
    out += text


def _nullable_string(out: bytearray, value: str | None) -> None:
    """The commonest field by far, without the detour over two more calls."""
    if value is None:
        out.append(0)
        return
    text = value.encode()
    size = len(text)
    out.append(2)
    out += _SMALL[size] if size < _SMALLS else _varint(size)
    out += text


def _timestamp_micros(out: bytearray, value: datetime) -> None:
    out += _micros(value)


@lru_cache(maxsize=64)  # most times of a message are one and the same
def _micros(value: datetime) -> bytes:
    since = value - _EPOCH  # a time without a zone raises TypeError
    return _varint((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _date(out: bytearray, value: date) -> None:
    _long(out, value.toordinal() - _EPOCH_DAY)


def _null(_out: bytearray, _value: None) -> None:
    """Null takes no bytes."""


_PRIMITIVE: dict[str, Write] = {
    "null": _null,
    "boolean": _boolean,
    "int": _long,
    "long": _long,
    "bytes": _bytes,
    "string": _string,
}
_LOGICAL: dict[str, Write] = {"timestamp-micros": _timestamp_micros, "date": _date}
_PYTHON: dict[str, type] = {"null": type(None), "bytes": bytes, "string": str}
