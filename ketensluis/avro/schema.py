"""An Avro schema as a contract: parsed, fingerprinted, and what must hold of it.

The fingerprint is over the contract form: the schema with full names, without `doc`, as JSON
with sorted keys. Avro's own parsing canonical form will not do, as it drops logical types,
defaults and our code lists, and a change of those is a change of the contract.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, cast

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from ketensluis.errors import KetensluisError

__all__ = ["Schema", "fingerprint", "full_name", "parse", "unbounded", "undocumented"]

Schema = dict[str, Any]

_NOT_A_SCHEMA = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def parse(text: str) -> Schema:
    """The parsed record schema, ready for fastavro; names in it are full names.

    Raises:
        KetensluisError: `bad_schema`, if the text is no Avro record schema.
    """
    try:
        raw = json.loads(text)
        parsed = fastavro.parse_schema(raw) if isinstance(raw, dict) else None
    except (*_NOT_A_SCHEMA, SchemaParseException, UnknownType) as error:
        raise _bad_schema() from error
    if not isinstance(parsed, dict) or parsed.get("type") != "record":
        raise _bad_schema()
    return cast("Schema", parsed)


def _bad_schema() -> KetensluisError:
    return KetensluisError(
        "bad_schema", "the text is not an Avro schema of a record", "compare it with schemas/avro"
    )


def full_name(schema: Schema) -> str:
    """The record's full name, e.g. `nl.ketensluis.Incident`."""
    return str(schema["name"])


def fingerprint(schema: Schema) -> str:
    """SHA-256, in hexadecimal, of the contract form."""
    form = json.dumps(_contract(schema), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(form.encode()).hexdigest()


def _contract(node: Any) -> Any:
    """The node as it counts: no text for readers, no marks of the parser, `{"type": X}` as X."""
    if isinstance(node, list):
        return [_contract(branch) for branch in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: value if key == "default" else _contract(value)
        for key, value in node.items()
        if key not in {"doc", "namespace"} and not key.startswith("__")
    }
    return kept["type"] if kept.keys() == {"type"} else kept


def undocumented(schema: Schema) -> list[str]:
    """The paths of the records and fields without `doc`."""
    missing = []
    for path, node, _ in _nodes(schema, full_name(schema), ()):
        if isinstance(node, dict) and node["type"] == "record":
            missing += [] if node.get("doc") else [path]
            missing += [f"{path}.{f['name']}" for f in node["fields"] if not f.get("doc")]
    return missing


def unbounded(schema: Schema) -> list[str]:
    """The paths at which a few bytes could claim a value of any size or depth.

    That is a reference to a record in which it stands, and a list of items that take no
    bytes. Without these, the size of a value is bounded by its bytes, whoever wrote them.
    """
    nodes = list(_nodes(schema, full_name(schema), ()))
    recursive = [path for path, node, inside in nodes if isinstance(node, str) and node in inside]
    if recursive:
        return recursive
    dicts = [(path, node) for path, node, _ in nodes if isinstance(node, dict)]
    records = {full_name(node): node for _, node in dicts if node["type"] == "record"}
    return [
        path
        for path, node in dicts
        if node["type"] == "array" and _takes_no_bytes(node["items"], records)
    ]


def _nodes(
    node: Any, path: str, inside: tuple[str, ...]
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Every part of a schema with its path and the names of the records that it stands in."""
    if isinstance(node, list):
        for branch in node:
            yield from _nodes(branch, path, inside)
        return
    yield path, node, inside
    match node:
        case {"type": "record", "fields": fields, "name": name}:
            for field in fields:
                yield from _nodes(field["type"], f"{path}.{field['name']}", (*inside, name))
        case {"type": "array", "items": items} | {"type": "map", "values": items}:
            yield from _nodes(items, f"{path}[]", inside)
        case _:
            return


def _takes_no_bytes(node: Any, records: dict[str, Schema]) -> bool:
    known: Any = records.get(node, node) if isinstance(node, str) else node
    match known:
        case "null" | {"type": "null"} | {"type": "fixed", "size": 0}:
            return True
        case {"type": "record", "fields": fields}:
            return all(_takes_no_bytes(field["type"], records) for field in fields)
        case _:
            return False
