"""What Avro allows that our own writer never writes is read too; what it does not is refused."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from fastavro import schemaless_reader

from ketensluis.avro.reader import compile_reader
from ketensluis.avro.schema import parse

LIST = {"type": "array", "items": "string"}
MAP = {"type": "map", "values": "long"}
TIME = {"type": "long", "logicalType": "timestamp-micros"}
DAY = {"type": "int", "logicalType": "date"}
NOT_AN_ENCODING = (IndexError, OverflowError, ValueError)


def read(kind: Any, encoded: bytes) -> Any:
    """What the bytes are by our reader; by fastavro they are the same."""
    schema = parse(
        json.dumps({"type": "record", "name": "One", "fields": [{"name": "it", "type": kind}]})
    )
    found, end = compile_reader(schema)(encoded, 0)
    assert end == len(encoded)
    assert found == schemaless_reader(io.BytesIO(encoded), schema, None)
    return found["it"]


@pytest.mark.parametrize(
    "encoded",
    [
        b"\x04\x02a\x02b\x00",
        b"\x02\x02a\x02\x02b\x00",  # two blocks
        b"\x03\x08\x02a\x02b\x00",  # a block of minus two, and then its size
        b"\x03\x80\x01\x02a\x02b\x00",  # a size of more than a byte
    ],
)
def test_a_list_is_read_in_whatever_blocks_it_came(encoded: bytes) -> None:
    assert read(LIST, encoded) == ["a", "b"]


def test_of_a_key_that_stands_twice_the_last_counts() -> None:
    assert read(MAP, b"\x02\x02a\x02\x04\x02b\x04\x02a\x06\x00") == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    ("encoded", "number"),
    [
        (b"\x01", -1),
        (b"\x80\x01", 64),
        (b"\xff" * 9 + b"\x01", -(1 << 63)),
        (b"\xfe" + b"\xff" * 8 + b"\x01", (1 << 63) - 1),
    ],
)
def test_a_number_is_read_whatever_its_length(encoded: bytes, number: int) -> None:
    assert read("long", encoded) == number


@pytest.mark.parametrize("encoded", [b"\x00", b"\xff" * 7 + b"\x7f", b"\xfe" * 7 + b"\xff\x01"])
def test_a_time_is_read_whatever_its_length(encoded: bytes) -> None:
    assert read(TIME, encoded).utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("long", b"\xff" * 9 + b"\x02"),  # of more than 64 bits
        ("long", b"\x80" * 20),
        ("string", b"\x01a"),  # a negative length
        ("string", b"\x02\xff"),
        (LIST, b"\x80\x00"),  # no items, and no end either
        (["null", "string"], b"\x04"),
        (["null", "string"], b"\x01"),  # the branch before the first
        (TIME, b"\xff" * 9 + b"\x01"),
        (DAY, b"\xff" * 9 + b"\x01"),
        ("boolean", b""),
    ],
)
def test_what_is_no_encoding_is_not_read(kind: Any, encoded: bytes) -> None:
    with pytest.raises(NOT_AN_ENCODING):
        read(kind, encoded)


@pytest.mark.parametrize(("kind", "encoded"), [("string", b"\x08abc"), ("bytes", b"\x08abc")])
def test_a_text_that_is_cut_short_ends_behind_the_value(kind: Any, encoded: bytes) -> None:
    schema = parse(
        json.dumps({"type": "record", "name": "One", "fields": [{"name": "it", "type": kind}]})
    )
    assert compile_reader(schema)(encoded, 0)[1] > len(encoded)
