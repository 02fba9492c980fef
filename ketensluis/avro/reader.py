"""Reads Avro binary into plain values, by functions made once from the schema.

The counterpart of `ketensluis.avro.writer`, and made as it is: fastavro looks at the schema
again for every field of every value, which is most of its cost. What is read is the same
(property-tested) at a third of the time (`benchmarks/codec.py`). It is for values that were
written by the schema itself; of another version's, fastavro makes ours. Avro 1.12
specification, "Binary Encoding".

A text that is claimed to be longer than the value is cut short, and where it should end lies
then behind the value: so the next byte is an IndexError, or whoever asked sees that the end is
not where the value ends. Nothing ever goes back, so reading comes to an end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from ketensluis.avro.schema import Schema

__all__ = ["Read", "compile_reader"]

Read = Callable[[bytes, int], tuple[Any, int]]
"""Reads what begins at that byte: the value, and where it ends, which may be behind the bytes.

Raises:
    IndexError, OverflowError, ValueError: the bytes are no encoding of it.
"""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_MORE: Final = 0x80  # of a byte of a number: that more follow
_LONG_BITS: Final = 64
_EIGHT: Final = 8


def _long(value: bytes, at: int) -> tuple[int, int]:
    """The number, of which the first byte lies before `at`, and where it ends."""
    doubled, at = _doubled(value, at)
    return (doubled >> 1) ^ -(doubled & 1), at


def _doubled(value: bytes, at: int) -> tuple[int, int]:
    """The same as it is written: doubled, and one less if it is negative (zig-zag)."""
    byte = value[at - 1]
    number, shift = byte & 0x7F, 0
    while byte & _MORE:
        byte = value[at]
        at, shift = at + 1, shift + 7
        number |= (byte & 0x7F) << shift
        if number >> _LONG_BITS or shift > _LONG_BITS:
            raise OverflowError
    return number, at


def _length(value: bytes, at: int) -> tuple[int, int]:
    """A length, doubled, as `_doubled`."""
    doubled, at = _doubled(value, at)
    if doubled & 1:
        raise ValueError("negative length")
    return doubled, at


def _block(value: bytes, at: int) -> tuple[int, int]:
    """How many items follow, doubled; a negative number of them says that a size stands between."""
    doubled, at = _doubled(value, at)
    if doubled & 1:
        doubled += 1
        _, at = _doubled(value, at + 1)
    if not doubled:  # the end of a list is a single zero
        raise ValueError("empty block")
    return doubled, at


def _instant(value: bytes, at: int) -> tuple[datetime, int]:
    """The instant of which the microseconds begin there, and where it ends."""
    found = _of_eight(value[at : at + _EIGHT])
    if found is not None:
        return found, at + _EIGHT
    micros, at = _long(value, at + 1)
    return _EPOCH + timedelta(microseconds=micros), at


@lru_cache(maxsize=64)  # most times of a message are one and the same
def _of_eight(number: bytes) -> datetime | None:
    """The instant of a number that takes all of eight bytes, as those of our days do."""
    try:
        micros, end = _long(number, 1)
    except IndexError:
        return None
    return _EPOCH + timedelta(microseconds=micros) if end == _EIGHT else None


_NEXT = ("n = b[i]", "i += 1")
_NUMBER = (*_NEXT, "if n < 128:", " {v} = (n >> 1) ^ -(n & 1)", "else:", " {v}, i = long(b, i)")
# One look for both: a length of more than a byte, or a negative one.
_END = (*_NEXT, "if n & 129:", " n, i = length(b, i)", "e = i + (n >> 1)")
# How a value of each type is read into the name {v}; n and e are names that anything may use.
_PRIMITIVE: dict[str, tuple[str, ...]] = {
    "null": ("{v} = None",),
    "boolean": ("{v} = b[i] != 0", "i += 1"),
    "int": _NUMBER,
    "long": _NUMBER,
    "bytes": (*_END, "{v} = b[i:e]", "i = e"),
    "string": (*_END, "{v} = b[i:e].decode()", "i = e"),
    "timestamp-micros": ("{v}, i = instant(b, i)",),
    "date": (*_NUMBER, "{v} = day({v} + epoch_day)"),
}


def compile_reader(schema: Schema) -> Read:
    """The function that reads a record by its schema, as `parse` returned it, into a dict."""
    return _Program().compile(schema)


class _Program:
    """The text of the functions that read a schema's records."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._functions: dict[str, str] = {}
        self._names: dict[str, Any] = {
            "long": _long,
            "length": _length,
            "block": _block,
            "instant": _instant,
            "day": date.fromordinal,
            "epoch_day": _EPOCH_DAY,
        }

    def compile(self, schema: Schema) -> Read:
        """The function for the record, with those for the records in it."""
        name = self._record(schema)
        text = "\n".join(self._lines)
        exec(compile(text, f"<reader of {schema['name']}>", "exec"), self._names)  # noqa: S102 - made of our own schemas' names, which the codec has checked
        read: Read = self._names[name]
        return read

    def _record(self, schema: Schema) -> str:
        name = self._functions[schema["name"]] = f"read_{len(self._functions)}"
        lines, found = [f"def {name}(b, i):"], []
        for number, field in enumerate(schema["fields"]):
            lines += [f" {line}" for line in self._value(field["type"], f"v{number}")]
            found.append(f"{str(field['name'])!r}: v{number}")
        self._lines += [*lines, f" return {{{', '.join(found)}}}, i"]
        return name

    def _value(self, node: Any, v: str) -> list[str]:
        """The lines that read what begins at i into the name `v`."""
        if isinstance(node, list):
            return self._union(node, v)
        if isinstance(node, dict):
            return self._complex(node, v)
        if node in _PRIMITIVE:
            return [line.format(v=v) for line in _PRIMITIVE[node]]
        return [f"{v}, i = {self._functions[node]}(b, i)"]

    def _complex(self, node: Schema, v: str) -> list[str]:
        match node["type"]:
            case "record":
                return [f"{v}, i = {self._record(node)}(b, i)"]
            case "array":
                item = self._value(node["items"], f"{v}i")
                return self._several(f"{v} = []", [*item, f"{v}.append({v}i)"])
            case "map":
                pair = [*self._value("string", f"{v}k"), *self._value(node["values"], f"{v}i")]
                return self._several(f"{v} = {{}}", [*pair, f"{v}[{v}k] = {v}i"])
            case kind:
                logical = node.get("logicalType", "")
                return self._value(logical if logical in _PRIMITIVE else kind, v)

    def _several(self, empty: str, lines: Sequence[str]) -> list[str]:
        """Blocks of items, until one that has none."""
        block = ["if n & 129:", " n, i = block(b, i)", "for _ in range(n >> 1):"]
        inner = [*block, *(f" {line}" for line in lines), *_NEXT]
        return [empty, *_NEXT, "while n:", *(f" {line}" for line in inner)]

    def _union(self, branches: Sequence[Any], v: str) -> list[str]:
        lines = list(_NEXT)
        for number, kind in enumerate(branches):
            lines.append(f"{'el' * bool(number)}if n == {2 * number}:")
            lines += [f" {line}" for line in self._value(kind, v)]
        return [*lines, "else:", " raise IndexError('no such branch')"]
