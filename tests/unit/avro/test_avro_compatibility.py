"""What can read what was written before, and the place and reason where it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ketensluis.avro.compatibility import (
    backward_faults,
    backward_transitive_faults,
    resolution_faults,
)
from ketensluis.avro.schema import Schema, parse

HERE = Path(__file__).parent
FIXTURES = sorted((HERE / "incompatible").glob("*.avsc"))
FAULTS = {
    "code_removed": "nl.ketensluis.test.Sample.kind: codes_narrowed (b ",
    "codes_introduced_for_free_text": "nl.ketensluis.test.Sample.id: codes_narrowed (any text",
    "field_renamed": "nl.ketensluis.test.Sample: reader_field_missing_default_value (number)",
    "field_without_default_added": (
        "nl.ketensluis.test.Sample: reader_field_missing_default_value (extra)"
    ),
    "list_became_map": "nl.ketensluis.test.Sample.parts: type_mismatch",
    "logical_type_changed": (
        "nl.ketensluis.test.Sample.at: logical_type_changed"
        " (timestamp-micros became timestamp-millis)"
    ),
    "logical_type_dropped": (
        "nl.ketensluis.test.Sample.at: logical_type_changed (timestamp-micros became none)"
    ),
    "map_values_changed": "nl.ketensluis.test.Sample.tags[]: type_mismatch",
    "nested_field_without_default_added": (
        "nl.ketensluis.test.Sample.parts[]: reader_field_missing_default_value (extra)"
    ),
    "nested_null_taken_away": "nl.ketensluis.test.Sample.parts[].size: type_mismatch",
    "null_taken_away": "nl.ketensluis.test.Sample.note: type_mismatch",
    "record_renamed": "nl.ketensluis.test.Other: name_mismatch",
    "type_changed": "nl.ketensluis.test.Sample.count: type_mismatch",
    "type_narrowed": "nl.ketensluis.test.Sample.count: type_mismatch",
}


def earlier() -> Any:
    return json.loads((HERE / "earlier.avsc").read_text(encoding="utf-8"))


def schema(raw: Any) -> Schema:
    return parse(json.dumps(raw))


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_an_incompatible_schema_is_refused_with_place_and_reason(file: Path) -> None:
    later = parse(file.read_text(encoding="utf-8"))
    (fault,) = backward_faults(reader=later, writer=schema(earlier()))
    assert fault.startswith(FAULTS[file.stem])


def test_every_incompatible_fixture_has_its_expectation() -> None:
    assert {file.stem for file in FIXTURES} == set(FAULTS)


def test_what_may_be_done_to_a_schema_is_compatible() -> None:
    later = earlier()
    identity, count, kind, at, *_ = later["fields"]
    later["doc"] = "Another text."
    later["fields"].append({"name": "extra", "type": "string", "default": "", "doc": "New."})
    kind["codes"].append("c")
    count["type"] = ["null", "long"]
    at["type"] = ["null", at["type"]]
    del later["fields"][4]
    later["fields"].reverse()
    assert identity["name"] == "id"
    assert backward_faults(reader=schema(later), writer=schema(earlier())) == []


def test_codes_may_be_freed_but_not_narrowed() -> None:
    freed = earlier()
    del freed["fields"][2]["codes"]
    assert backward_faults(reader=schema(freed), writer=schema(earlier())) == []


def test_an_unknown_code_of_a_newer_writer_does_not_stop_the_reading_of_its_schema() -> None:
    newer = earlier()
    newer["fields"][2]["codes"].append("c")
    assert resolution_faults(reader=schema(earlier()), writer=schema(newer)) == []


def test_each_version_is_held_against_every_earlier_one() -> None:
    """The third reads the second but not the first: only a transitive check sees it."""
    first = earlier()
    second = earlier()
    del second["fields"][1]
    third = earlier()
    third["fields"][1] = {"name": "count", "type": "string", "default": "", "doc": "As text."}
    faults = backward_transitive_faults([schema(first), schema(second), schema(third)])
    assert len(faults) == 1
    assert faults[0].startswith("version 3 cannot read version 1: nl.ketensluis.test.Sample.count")
