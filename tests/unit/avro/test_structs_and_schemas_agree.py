"""Struct and schema say the same, field for field, so that neither drifts."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

import ketensluis.model.dossier
import ketensluis.model.incident
import ketensluis.model.ledger
import ketensluis.model.messages
import ketensluis.model.override
import ketensluis.model.processing
import ketensluis.model.removal
from ketensluis.avro.lock import current_file, schema_folder
from ketensluis.avro.subjects import MESSAGES, NAMESPACE

PART_OF_A_MESSAGE = {
    "Address",
    "Delivery",
    "ForeignOperation",
    "Hold",
    "Measure",
    "Officer",
    "Person",
    "Part",
    "Place",
    "ProcessingAction",
    "Relation",
    "Risk",
    "RoleHeld",
    "Rung",
    "SealedSubject",
    "SharedKey",
    "Withheld",
}
CODE_LISTS = {
    "OverrideEffect",
    "OverrideReason",
    "OverrideRole",
    "ProcessingActionKind",
    "SubjectIdType",
}
SCALARS: dict[object, object] = {
    str: "string",
    int: "long",
    bool: "boolean",
    bytes: "bytes",
    datetime: {"type": "long", "logicalType": "timestamp-micros"},
    date: {"type": "int", "logicalType": "date"},
}


def avro_of(hint: Any) -> Any:
    """The Avro type that a struct's annotation asks for."""
    arguments = typing.get_args(hint)
    match typing.get_origin(hint):
        case typing.Literal:
            return "string"
        case types.UnionType | typing.Union:
            (some,) = (other for other in arguments if other is not types.NoneType)
            return ["null", avro_of(some)]
        case origin if origin is tuple:
            endless = arguments[-1] is Ellipsis
            items = avro_of(arguments[0]) if endless else one_of(map(avro_of, arguments))
            return {"type": "array", "items": items}
        case origin if origin is dict:
            return {"type": "map", "values": avro_of(arguments[1])}
        case _:
            return SCALARS[hint] if hint in SCALARS else record_of(hint)


def one_of(parts: Iterable[Any]) -> list[Any]:
    """A list whose items have these types by turns: null first, as in every union of ours."""
    kinds = [kind for part in parts for kind in (part if isinstance(part, list) else [part])]
    return sorted(dict.fromkeys(kinds), key=lambda kind: kind != "null")


def codes_of(hint: Any) -> list[str] | None:
    """The code list in an annotation, at whatever depth."""
    if typing.get_origin(hint) is typing.Literal:
        return list(typing.get_args(hint))
    return next(filter(None, map(codes_of, typing.get_args(hint))), None)


def record_of(struct: type[msgspec.Struct]) -> dict[str, Any]:
    hints = typing.get_type_hints(struct)
    fields = []
    for field in msgspec.structs.fields(struct):
        entry: dict[str, Any] = {"name": field.encode_name, "type": avro_of(hints[field.name])}
        if field.default is not msgspec.NODEFAULT:
            entry["default"] = msgspec.to_builtins(field.default)
        if codes := codes_of(hints[field.name]):
            entry["codes"] = codes
        fields.append(entry)
    return {"type": "record", "name": struct.__name__, "fields": fields}


def without_doc(node: Any) -> Any:
    if isinstance(node, list):
        return [without_doc(part) for part in node]
    if isinstance(node, dict):
        return {key: without_doc(part) for key, part in node.items() if key != "doc"}
    return node


def on_file(message: type[msgspec.Struct]) -> Any:
    return json.loads(current_file(message, schema_folder()).read_text(encoding="utf-8"))


def lists_as_tuples(node: Any) -> Any:
    """So that a default of `()` and one of `[]` compare equal."""
    return json.loads(json.dumps(node))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_names_types_nullability_defaults_and_codes_are_those_of_the_struct(
    message: type[msgspec.Struct],
) -> None:
    schema = without_doc(on_file(message))
    assert schema.pop("namespace") == NAMESPACE
    assert schema == lists_as_tuples(record_of(message))


def test_every_struct_of_the_message_modules_is_a_message_or_part_of_one() -> None:
    modules = (
        ketensluis.model.dossier,
        ketensluis.model.incident,
        ketensluis.model.ledger,
        ketensluis.model.messages,
        ketensluis.model.override,
        ketensluis.model.processing,
        ketensluis.model.removal,
    )
    named = {name for module in modules for name in module.__all__}
    assert named - PART_OF_A_MESSAGE - CODE_LISTS == {message.__name__ for message in MESSAGES}


def test_a_referral_and_a_notice_release_the_same_structure() -> None:
    structures = [
        field["type"]
        for message in MESSAGES
        if message.__name__ in {"Notice", "Referral"}
        for field in on_file(message)["fields"]
        if field["name"] == "released"
    ]
    assert len(structures) == 2
    assert structures[0] == structures[1]


def test_every_released_leaf_may_be_missing() -> None:
    (released,) = (
        field["type"]
        for message in MESSAGES
        if message.__name__ == "Referral"
        for field in on_file(message)["fields"]
        if field["name"] == "released"
    )

    def fields(node: Any) -> list[dict[str, Any]]:
        if isinstance(node, list):
            return [found for part in node for found in fields(part)]
        if isinstance(node, dict) and node["type"] == "record":
            return node["fields"] + [f for field in node["fields"] for f in fields(field["type"])]
        return fields(node["items"]) if isinstance(node, dict) and "items" in node else []

    found = fields(released)
    assert len(found) > 50
    assert all(field["type"][0] == "null" and field["default"] is None for field in found)
