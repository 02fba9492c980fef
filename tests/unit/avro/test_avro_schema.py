"""What makes two schemas the same contract, and what no schema of ours may claim."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketensluis.avro.lock import load_locked
from ketensluis.avro.schema import fingerprint, parse, unbounded, undocumented
from ketensluis.errors import KetensluisError

EARLIER = (Path(__file__).parent / "earlier.avsc").read_text(encoding="utf-8")


def changed(change: Callable[[Any], object]) -> str:
    schema = json.loads(EARLIER)
    change(schema)
    return fingerprint(parse(json.dumps(schema)))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(doc="In other words."),
        lambda s: s["fields"][0].pop("doc"),
        lambda s: (s.pop("namespace"), s.update(name="nl.ketensluis.test.Sample")),
        lambda s: s["fields"][0].update(type={"type": "string"}),
        lambda s: s["fields"].insert(0, dict(reversed(s["fields"].pop(0).items()))),
    ],
    ids=["doc", "field doc", "full name", "type in braces", "order of keys"],
)
def test_another_way_to_write_it_is_the_same_contract(change: Callable[[Any], object]) -> None:
    assert changed(change) == changed(lambda _: None)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["fields"][2]["codes"].append("c"),
        lambda s: s["fields"][3]["type"].update(logicalType="timestamp-millis"),
        lambda s: s["fields"][1].update(default=0),
        lambda s: s["fields"].reverse(),
        lambda s: s["fields"][1].update(type="int"),
        lambda s: s.update(name="Other"),
    ],
    ids=["code", "logical type", "default", "order of fields", "type", "name"],
)
def test_another_meaning_is_another_contract(change: Callable[[Any], object]) -> None:
    assert changed(change) != changed(lambda _: None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '"string"',
        '{"type": "record"}',
        '{"type": "enum", "name": "E", "symbols": []}',
        '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "nothing"}]}',
        '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "long", "default": ""}]}',
        '{"type": "record", "name": "R", "fields": 1}',
        '{"type": "record", "name": 1, "fields": []}',
        '{"a":' * 3_000 + "1" + "}" * 3_000,
    ],
)
def test_what_is_no_record_schema_is_refused(text: str) -> None:
    with pytest.raises(KetensluisError) as caught:
        parse(text)
    assert caught.value.code == "bad_schema"


def of_field(type_: object) -> list[str]:
    field = {"name": "a", "type": type_, "doc": "A."}
    return unbounded(
        parse(json.dumps({"type": "record", "name": "R", "doc": "R.", "fields": [field]}))
    )


@pytest.mark.parametrize(
    "type_",
    [
        {"type": "array", "items": "null"},
        {"type": "array", "items": {"type": "record", "name": "E", "fields": []}},
        {"type": "array", "items": {"type": "fixed", "name": "F", "size": 0}},
        ["null", {"type": "array", "items": {"type": "null"}}],
        {"type": "map", "values": {"type": "array", "items": "null"}},
        ["null", "R"],
        {"type": "array", "items": "R"},
    ],
)
def test_a_few_bytes_may_not_claim_any_number_or_depth(type_: object) -> None:
    assert len(of_field(type_)) == 1


@pytest.mark.parametrize(
    "type_",
    [
        {"type": "array", "items": ["null", "string"]},
        {"type": "map", "values": "null"},
        {"type": "array", "items": {"type": "array", "items": "long"}},
        "null",
    ],
)
def test_what_takes_a_byte_an_item_is_bounded(type_: object) -> None:
    assert of_field(type_) == []


def test_every_locked_schema_is_documented_and_bounded() -> None:
    assert [undocumented(known.schema) + unbounded(known.schema) for known in load_locked()] == [
        [] for _ in load_locked()
    ]
