"""Writes message structs as Avro binary, by functions made once from the schema.

fastavro's writer finds the branch of every union by validating the value against each, which
is two thirds of its cost here; our unions are told apart by the value's type alone. So the
text of one function per record is written out, field after field, and compiled, as dataclasses
do for theirs. The bytes are the same (property-tested), at a fraction of the time
(`benchmarks/codec.py`), and a time without a zone is an error instead of the machine's local
time. Maps are written sorted by key, so the same message always gives the same bytes. Avro 1.12
specification, "Binary Encoding".
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
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


@lru_cache(maxsize=64)  # most times of a message are one and the same
def _micros(value: datetime) -> bytes:
    since = value - _EPOCH  # a time without a zone raises TypeError
    return _varint((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _truth(value: bool) -> bool:  # noqa: FBT001 - it is the value
    if value is not True and value is not False:
        raise TypeError
    return value


_LENGTH = "out += small[n] if n < smalls else varint(n)"
# How a value {v} of each type is written; n and t are names that anything may use.
_PRIMITIVE: dict[str, tuple[str, ...]] = {
    "null": ("pass",),
    "boolean": ("out.append(truth({v}))",),
    "int": ("out += small[{v}] if 0 <= {v} < smalls else varint({v})",),
    "long": ("out += small[{v}] if 0 <= {v} < smalls else varint({v})",),
    "bytes": ("n = len({v})", _LENGTH, "out += {v}"),
    "string": ("t = {v}.encode()", "n = len(t)", _LENGTH, "out += t"),
    "timestamp-micros": ("out += micros({v})",),
    "date": (
        "n = {v}.toordinal() - epoch_day",
        "out += small[n] if 0 <= n < smalls else varint(n)",
    ),
}
_PYTHON: dict[str, type] = {"null": type(None), "bytes": bytes, "string": str}


def compile_writer(schema: Schema) -> Write:
    """The function that writes a struct by its record schema, as `parse` returned it."""
    return _Program().compile(schema)


class _Program:
    """The text of the functions that write a schema's records."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._functions: dict[str, str] = {}
        self._names: dict[str, Any] = {
            "small": _SMALL,
            "smalls": _SMALLS,
            "varint": _varint,
            "micros": _micros,
            "truth": _truth,
            "epoch_day": _EPOCH_DAY,
            "unfit": _UNFIT,
            "UnfitValueError": UnfitValueError,
        }

    def compile(self, schema: Schema) -> Write:
        """The function for the record, with those for the records in it."""
        name = self._record(schema)
        text = "\n".join(self._lines)
        exec(compile(text, f"<writer of {schema['name']}>", "exec"), self._names)  # noqa: S102 - made of our own schemas' names, which the codec has checked
        write: Write = self._names[name]
        return write

    def _record(self, schema: Schema) -> str:
        name = self._functions[schema["name"]] = f"write_{len(self._functions)}"
        lines = [f"def {name}(out, value):", " at = ''", " try:"]
        for field in schema["fields"]:
            attribute = str(field["name"])
            lines.append(f"  at = {attribute!r}")
            attribute += "_" * keyword.iskeyword(attribute)
            lines.append(f"  v = value.{attribute}")
            lines += [f"  {line}" for line in self._value(field["type"], "v")]
        lines += [
            " except UnfitValueError as error:",
            "  raise UnfitValueError(f'{at}.{error}'.rstrip('.')) from None",
            " except unfit:",
            "  raise UnfitValueError(at) from None",
        ]
        self._lines += lines
        return name

    def _value(self, node: Any, v: str) -> list[str]:
        """The lines that write what the name `v` holds."""
        if isinstance(node, list):
            return self._union(node, v)
        if isinstance(node, dict):
            return self._complex(node, v)
        if node in _PRIMITIVE:
            return [line.format(v=v) for line in _PRIMITIVE[node]]
        return [f"{self._functions[node]}(out, {v})"]

    def _complex(self, node: Schema, v: str) -> list[str]:
        match node["type"]:
            case "record":
                return [f"{self._record(node)}(out, {v})"]
            case "array":
                return self._several(f"for {v}i in {v}:", self._value(node["items"], f"{v}i"), v)
            case "map":
                key, value = self._value("string", f"{v}k"), self._value(node["values"], f"{v}i")
                lines = [*key, f"{v}i = {v}[{v}k]", *value]
                return self._several(f"for {v}k in sorted({v}):", lines, v)
            case kind:
                logical = node.get("logicalType", "")
                return self._value(logical if logical in _PRIMITIVE else kind, v)

    def _several(self, loop: str, lines: Sequence[str], v: str) -> list[str]:
        """One block with all there is, if there is anything, and the empty one that ends it."""
        inner = [f"  {line}" for line in lines]
        return [f"n = len({v})", "if n:", f" {_LENGTH}", f" {loop}", *inner, "out.append(0)"]

    def _union(self, branches: Sequence[Any], v: str) -> list[str]:
        if branches[0] == "null" and len(branches) == 2:  # noqa: PLR2004 - null and one other
            some = [f" {line}" for line in self._value(branches[1], v)]
            return [f"if {v} is None:", " out.append(0)", "else:", " out.append(2)", *some]
        lines: list[str] = []
        for number, kind in enumerate(branches):  # primitives, told apart by the Python type
            name = _PYTHON[kind].__name__
            self._names[name] = _PYTHON[kind]
            some = [f" {line}" for line in self._value(kind, v)]
            lines += [f"{'el' * bool(lines)}if type({v}) is {name}:", f" out.append({2 * number})"]
            lines += some
        return [*lines, "else:", " raise TypeError"]
