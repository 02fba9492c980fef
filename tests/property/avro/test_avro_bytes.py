"""Whatever is written is read back; whatever is read was written, or is refused."""

from __future__ import annotations

import io
from datetime import date, datetime
from functools import cache

import msgspec
from any_message import ANY_MESSAGE
from fastavro import schemaless_reader, schemaless_writer
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ketensluis.avro.codec import Codec
from ketensluis.avro.lock import load_locked
from ketensluis.avro.reader import Read, compile_reader
from ketensluis.avro.schema import Schema
from ketensluis.avro.subjects import MESSAGES, subject_of
from ketensluis.errors import Refused

CODES = {"not_avro", "unknown_schema_id", "unexpected_schema", "bad_avro"}
thorough = settings(
    max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@cache
def codec() -> Codec:
    return Codec.from_lock()


@cache
def schemas() -> dict[str, Schema]:
    return {known.subject: known.schema for known in load_locked()}


@cache
def reader_of(subject: str) -> Read:
    return compile_reader(schemas()[subject])


def accepted_or_refused(value: bytes, expected: type[msgspec.Struct]) -> msgspec.Struct | None:
    """The only two ways out; anything else is an error of the test."""
    try:
        message = codec().decode(value, expected)
    except Refused as error:
        code = error.code
    else:
        assert isinstance(message, expected)
        return message
    assert code in CODES
    return None


@thorough
@given(message=ANY_MESSAGE)
def test_any_message_comes_back_as_it_was_from_the_same_bytes(message: msgspec.Struct) -> None:
    value = codec().encode(message)
    assert codec().encode(message) == value
    assert codec().decode(value, type(message)) == message


@thorough
@given(message=ANY_MESSAGE)
def test_our_writer_writes_what_fastavro_writes(message: msgspec.Struct) -> None:
    plain = msgspec.to_builtins(
        message, builtin_types=(datetime, date, bytes), order="deterministic"
    )
    out = io.BytesIO()
    schema = schemas()[subject_of(type(message))]
    schemaless_writer(out, schema, plain, disable_tuple_notation=True)
    assert codec().encode(message)[5:] == out.getvalue()


@thorough
@given(message=ANY_MESSAGE, data=st.data())
def test_what_our_reader_takes_of_any_bytes_is_what_fastavro_takes_them_for(
    message: msgspec.Struct, data: st.DataObject
) -> None:
    """Of a message's own bytes, and of altered ones: but of those it may take less."""
    encoded = bytearray(codec().encode(message)[5:])
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(encoded) - 1))
        encoded[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        encoded = encoded or bytearray(b"\x00")
    subject = subject_of(type(message))
    try:
        found, end = reader_of(subject)(bytes(encoded), 0)
    except (IndexError, OverflowError, ValueError):
        assert bytes(encoded) != codec().encode(message)[5:]
        return
    if end == len(encoded):
        buffer = io.BytesIO(encoded)
        assert schemaless_reader(buffer, schemas()[subject], None) == found
        assert buffer.tell() == end


@thorough
@given(expected=st.sampled_from(MESSAGES), value=st.binary(max_size=400))
@example(expected=MESSAGES[0], value=b"")
def test_random_bytes_never_do_worse_than_be_refused(
    expected: type[msgspec.Struct], value: bytes
) -> None:
    accepted_or_refused(value, expected)


@thorough
@given(
    expected=st.sampled_from(MESSAGES),
    body=st.lists(st.sampled_from([b"\x00", b"\x01", b"\x02", b"\x7f", b"\xff", b"\x04ab"])),
)
def test_random_bytes_in_a_right_frame_never_do_worse_than_be_refused(
    expected: type[msgspec.Struct], body: list[bytes]
) -> None:
    ids = [known.id for known in load_locked() if known.subject == subject_of(expected)]
    number = ids[len(body) % len(ids)]  # of any version
    accepted_or_refused(b"\x00" + number.to_bytes(4, "big") + b"".join(body), expected)


@thorough
@given(message=ANY_MESSAGE, data=st.data())
def test_a_flipped_bit_gives_another_message_or_is_refused(
    message: msgspec.Struct, data: st.DataObject
) -> None:
    value = bytearray(codec().encode(message))
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    value[bit // 8] ^= 1 << bit % 8
    accepted_or_refused(bytes(value), type(message))


@thorough
@given(message=ANY_MESSAGE, data=st.data())
def test_a_part_of_a_message_is_always_refused(
    message: msgspec.Struct, data: st.DataObject
) -> None:
    value = codec().encode(message)
    size = data.draw(st.integers(0, len(value) - 1))
    assert accepted_or_refused(value[:size], type(message)) is None


@thorough
@given(message=ANY_MESSAGE, more=st.binary(min_size=1, max_size=20))
def test_more_than_a_message_is_always_refused(message: msgspec.Struct, more: bytes) -> None:
    assert accepted_or_refused(codec().encode(message) + more, type(message)) is None


@given(message=ANY_MESSAGE, expected=st.sampled_from(MESSAGES))
def test_a_message_is_never_taken_for_another(
    message: msgspec.Struct, expected: type[msgspec.Struct]
) -> None:
    taken = accepted_or_refused(codec().encode(message), expected)
    assert (taken == message) == (expected is type(message))
