"""Whether a schema can read what every earlier version wrote (BACKWARD_TRANSITIVE).

Apache Avro's own checker gives the verdict on schema resolution (Avro 1.12 specification,
"Schema Resolution"); what it does not look at, and what would change or refuse values in
silence, is added here: a logical type stays what it was, and a code list only grows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import avro.schema
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from ketensluis.avro.schema import Schema, full_name

__all__ = ["backward_faults", "backward_transitive_faults", "resolution_faults"]


def backward_transitive_faults(versions: Sequence[Schema]) -> list[str]:
    """Why some version cannot read an earlier one, one sentence each; oldest version first."""
    return [
        f"version {later + 1} cannot read version {earlier + 1}: {fault}"
        for later in range(len(versions))
        for earlier in range(later)
        for fault in backward_faults(reader=versions[later], writer=versions[earlier])
    ]


def backward_faults(*, reader: Schema, writer: Schema) -> list[str]:
    """Why `reader` cannot take all that `writer` may have written: field paths and reasons."""
    return [
        *resolution_faults(reader=reader, writer=writer),
        *(fault for pair in _all_pairs(reader, writer) for fault in _code_faults(pair)),
    ]


def resolution_faults(*, reader: Schema, writer: Schema) -> list[str]:
    """Why the encoding of `writer` cannot be read as `reader`, whatever codes it holds."""
    pairs = _all_pairs(reader, writer)
    refused = {pair.path: reason for pair in pairs if (reason := _resolution_fault(pair))}
    return [
        f"{path}: {reason}"
        for path, reason in refused.items()
        if not any(inner.startswith((f"{path}.", f"{path}[")) for inner in refused)
    ]


class _Pair(NamedTuple):
    """What stands at one place in both schemas; the codes are those of the field there."""

    path: str
    reader: Any
    writer: Any
    reader_codes: tuple[str, ...] | None = None
    writer_codes: tuple[str, ...] | None = None


def _all_pairs(reader: Schema, writer: Schema) -> list[_Pair]:
    ours, theirs = (avro.schema.parse(json.dumps(schema)) for schema in (reader, writer))
    return list(_pairs(_Pair(full_name(reader), ours, theirs)))


def _pairs(pair: _Pair) -> Iterator[_Pair]:
    """The pair and every pair within it, outermost first."""
    yield pair
    if "union" in {pair.reader.type, pair.writer.type}:
        inside = _branches(pair)
    elif pair.reader.type == pair.writer.type:
        inside = _INSIDE.get(pair.reader.type, _nothing)(pair)
    else:
        inside = _nothing(pair)
    for inner in inside:
        yield from _pairs(inner)


def _fields(pair: _Pair) -> Iterator[_Pair]:
    for field in pair.reader.fields:
        if there := pair.writer.fields_dict.get(field.name):
            codes = field.props.get("codes"), there.props.get("codes")
            yield _Pair(f"{pair.path}.{field.name}", field.type, there.type, *codes)


def _branches(pair: _Pair) -> Iterator[_Pair]:
    for ours in getattr(pair.reader, "schemas", [pair.reader]):
        for theirs in getattr(pair.writer, "schemas", [pair.writer]):
            if ours.type == theirs.type:
                yield _Pair(pair.path, ours, theirs)


def _items(pair: _Pair) -> Iterator[_Pair]:
    yield _Pair(f"{pair.path}[]", pair.reader.items, pair.writer.items)


def _values(pair: _Pair) -> Iterator[_Pair]:
    yield _Pair(f"{pair.path}[]", pair.reader.values, pair.writer.values)


def _nothing(_pair: _Pair) -> Iterator[_Pair]:
    yield from ()


_INSIDE = {"record": _fields, "array": _items, "map": _values}


def _resolution_fault(pair: _Pair) -> str:
    """Apache Avro's reason against reading, or a change of meaning; empty if it resolves."""
    ours = pair.reader.props.get("logicalType")
    theirs = pair.writer.props.get("logicalType")
    if ours != theirs and "union" not in {pair.reader.type, pair.writer.type}:
        return f"logical_type_changed ({theirs or 'none'} became {ours or 'none'})"
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call] # it has no types
    verdict = checker.get_compatibility(pair.reader, pair.writer)
    if verdict.compatibility is SchemaCompatibilityType.compatible:
        return ""
    kinds = ", ".join(sorted({kind.value for kind in verdict.incompatibilities}))
    return f"{kinds} ({'; '.join(sorted(verdict.messages))})"


def _code_faults(pair: _Pair) -> Iterator[str]:
    if pair.reader_codes is None:
        return
    if pair.writer_codes is None:
        yield f"{pair.path}: codes_narrowed (any text could be written before)"
    elif gone := set(pair.writer_codes) - set(pair.reader_codes):
        yield f"{pair.path}: codes_narrowed ({', '.join(sorted(gone))} could be written before)"
