"""What the checker calls readable is readable, by an implementation that is not the checker's."""

from __future__ import annotations

import io
import json
from typing import Any

from fastavro import schemaless_reader, schemaless_writer
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from ketensluis.avro.compatibility import backward_faults, resolution_faults
from ketensluis.avro.schema import Schema, parse

LEAVES = ("string", "long", "int", "boolean", "double", "bytes")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    "long": st.integers(-(1 << 63), (1 << 63) - 1),
    "int": st.integers(-(1 << 31), (1 << 31) - 1),
    "boolean": st.booleans(),
    "double": st.floats(allow_nan=False),
    "bytes": st.text(max_size=4, alphabet="abc").map(str.encode),
}
NAMES = tuple("abcde")
Counter = list[int]


@st.composite
def types(draw: st.DrawFn, records: Counter, depth: int = 2) -> Any:
    """A type as our schemas use them: leaves, nullable things, lists, maps, nested records."""
    kinds = ["leaf", "leaf", "nullable", *(["array", "map", "record"] if depth else [])]
    match draw(st.sampled_from(kinds)):
        case "leaf":
            return draw(st.sampled_from(LEAVES))
        case "nullable":
            inner = draw(types(records, depth).filter(lambda found: not isinstance(found, list)))
            return ["null", inner]
        case "array":
            return {"type": "array", "items": draw(types(records, depth - 1))}
        case "map":
            return {"type": "map", "values": draw(types(records, depth - 1))}
        case _:
            return draw(record(records, depth - 1))


@st.composite
def record(draw: st.DrawFn, records: Counter, depth: int = 2) -> Any:
    records.append(1)
    name = f"R{len(records)}"
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    return {
        "type": "record",
        "name": name,
        "fields": [{"name": field, "type": draw(types(records, depth))} for field in names],
    }


def _default(type_: Any) -> Any:
    if isinstance(type_, list):
        return None
    if isinstance(type_, dict):
        return {"array": [], "map": {}}.get(type_["type"])
    return {"string": "", "boolean": False, "double": 0.5, "bytes": ""}.get(type_, 0)


@st.composite
def evolved(draw: st.DrawFn, schema: Any) -> Any:
    """One or more edits of a schema, of which some break its readers."""
    later = json.loads(json.dumps(schema))
    for _ in range(draw(st.integers(1, 3))):
        target = draw(st.sampled_from(_records(later)))
        fields = target["fields"]
        field = draw(st.sampled_from(fields))
        match draw(st.sampled_from(["widen", "null", "retype", "drop", "add", "turn", "strip"])):
            case "widen" if field["type"] in ("int", "long"):
                field["type"] = "long" if field["type"] == "int" else "double"
                field.pop("default", None)
            case "null" if not isinstance(field["type"], list):
                field["type"] = ["null", field["type"]]
                field.pop("default", None)
            case "strip" if isinstance(field["type"], list):
                field["type"] = field["type"][1]
                field.pop("default", None)
            case "retype":
                field["type"] = draw(st.sampled_from(LEAVES))
                field.pop("default", None)
            case "drop" if len(fields) > 1:
                fields.remove(field)
            case "add":
                name = draw(st.sampled_from("vwxyz"))
                assume(all(name != other["name"] for other in fields))
                added = {"name": name, "type": draw(types([1] * 50, 0))}
                if draw(st.booleans()):
                    added["default"] = _default(added["type"])
                fields.append(added)
            case _:
                fields.reverse()
    return later


def _records(node: Any) -> list[Any]:
    if isinstance(node, list):
        return [found for branch in node for found in _records(branch)]
    if not isinstance(node, dict):
        return []
    if node["type"] == "record":
        return [node, *(found for field in node["fields"] for found in _records(field["type"]))]
    return _records(node.get("items", node.get("values")))


def values(node: Any) -> st.SearchStrategy[Any]:
    if isinstance(node, str):
        return VALUES[node]
    if isinstance(node, list):
        return st.one_of(*(st.none() if branch == "null" else values(branch) for branch in node))
    if node["type"] == "array":
        return st.lists(values(node["items"]), max_size=2)
    if node["type"] == "map":
        return st.dictionaries(st.text("ab", max_size=2), values(node["values"]), max_size=2)
    return st.fixed_dictionaries({f["name"]: values(f["type"]) for f in node["fields"]})


def parsed(raw: Any) -> Schema:
    return parse(json.dumps(raw))


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_data_of_the_earlier_schema_is_read_by_every_later_one_that_passes(
    data: st.DataObject,
) -> None:
    raw = data.draw(record([]))
    earlier, later = parsed(raw), parsed(data.draw(evolved(raw)))
    faults = resolution_faults(reader=later, writer=earlier)
    event("incompatible" if faults else "compatible")
    assume(not faults)
    written = io.BytesIO()
    schemaless_writer(written, earlier, data.draw(values(raw)))
    written.seek(0)
    read = schemaless_reader(written, earlier, later)
    assert set(read) == {field["name"] for field in later["fields"]}


@given(data=st.data())
def test_a_schema_reads_itself(data: st.DataObject) -> None:
    schema = parsed(data.draw(record([])))
    assert backward_faults(reader=schema, writer=schema) == []


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_field_without_default_never_passes(data: st.DataObject) -> None:
    raw = data.draw(record([]))
    later = json.loads(json.dumps(raw))
    target = data.draw(st.sampled_from(_records(later)))
    target["fields"].append({"name": "new", "type": data.draw(st.sampled_from(LEAVES))})
    faults = resolution_faults(reader=parsed(later), writer=parsed(raw))
    assert any("reader_field_missing_default_value" in fault for fault in faults)
