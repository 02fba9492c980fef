"""What is written is read back, and nothing else is."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import msgspec
import pytest
from made_messages import AT, INCIDENT, QUARANTINED, RECEIPT, SUMMER, history
from schema_folders import alter, field, folder_with_an_older_receipt, without

from ketensluis.avro.codec import Codec
from ketensluis.avro.lock import load_locked, lock
from ketensluis.avro.schema import Schema, parse
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.incident import Incident, Person
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import Acceptance, Quarantined, Receipt, Withheld

replace = msgspec.structs.replace


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec.from_lock()


def refusal(codec: Codec, value: bytes, expected: type[msgspec.Struct] = Incident) -> Refused:
    with pytest.raises(Refused) as caught:
        codec.decode(value, expected)
    return caught.value


@pytest.mark.parametrize("message", [INCIDENT, RECEIPT, QUARANTINED, history("2", "10", "1")])
def test_a_message_comes_back_as_it_was(codec: Codec, message: msgspec.Struct) -> None:
    assert codec.decode(codec.encode(message), type(message)) == message


def test_the_frame_is_a_zero_byte_and_the_id_of_the_lock(codec: Codec) -> None:
    (locked,) = (known for known in load_locked() if known.subject == "nl.ketensluis.Incident")
    assert codec.encode(INCIDENT)[:5] == b"\x00" + locked.id.to_bytes(4, "big")


def test_a_time_in_another_zone_is_the_same_instant(codec: Codec) -> None:
    elsewhere = replace(RECEIPT, at=AT.astimezone(SUMMER))
    assert codec.encode(elsewhere) == codec.encode(RECEIPT)
    assert codec.decode(codec.encode(elsewhere), Receipt).at.utcoffset() == AT.utcoffset()


def test_maps_are_written_in_one_order_whatever_order_they_were_filled_in(codec: Codec) -> None:
    assert codec.encode(history("1", "2", "10")) == codec.encode(history("10", "2", "1"))


@pytest.mark.parametrize("value", [b"", b"\x00", b"\x00\x00\x00\x00", b"{}", b"\x01" * 40])
def test_a_value_without_the_frame_is_not_avro(codec: Codec, value: bytes) -> None:
    assert refusal(codec, value).code == "not_avro"


def test_an_id_that_the_lock_does_not_have_is_refused(codec: Codec) -> None:
    value = b"\x00\x7f\xff\xff\xff" + codec.encode(INCIDENT)[5:]
    assert refusal(codec, value).code == "unknown_schema_id"


def test_another_message_than_expected_is_refused_even_if_its_bytes_would_fit(codec: Codec) -> None:
    acceptance = codec.encode(
        Acceptance(incident_id="PL0900-2026000001", message_id="m-1", unit="", at=AT)
    )
    error = refusal(codec, acceptance, Receipt)
    assert error.code == "unexpected_schema"
    assert "nl.ketensluis.Receipt" in error.sentence


def test_bytes_behind_the_message_are_refused(codec: Codec) -> None:
    error = refusal(codec, codec.encode(INCIDENT) + b"\x00")
    assert (error.code, error.sentence[:13]) == ("bad_avro", "1 bytes follo")


def test_every_truncation_is_refused(codec: Codec) -> None:
    value = codec.encode(INCIDENT)
    codes = {refusal(codec, value[:size]).code for size in range(len(value))}
    assert codes == {"not_avro", "bad_avro"}


def test_a_value_outside_a_code_list_is_refused_by_path_and_without_the_value(codec: Codec) -> None:
    secret = "Wie-dit-leest - at `$.unit`"
    stranger = Person(person_id="carl", role=secret)  # type: ignore[arg-type]
    value = codec.encode(replace(INCIDENT, persons=(*INCIDENT.persons, stranger)))
    error = refusal(codec, value)
    assert error.code == "bad_avro"
    assert error.sentence.startswith("Incident.persons[2].role ")
    assert "Wie" not in str(error)


def test_a_code_list_within_a_list_is_refused_by_path(codec: Codec) -> None:
    value = codec.encode(replace(INCIDENT, violence=("physical", "Jansen")))  # type: ignore[arg-type]
    assert refusal(codec, value).sentence.startswith("Incident.violence[1] ")


def test_a_header_that_is_no_pair_of_text_and_bytes_is_refused(codec: Codec) -> None:
    upside_down = replace(QUARANTINED, headers=((b"name", "value"),))  # type: ignore[arg-type]
    error = refusal(codec, codec.encode(upside_down), Quarantined)
    assert error.sentence.startswith("Quarantined.headers[0][0] ")


@pytest.mark.parametrize(
    "claim",
    [
        b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f",  # 2^62 - 1
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # -2^63
        b"\x80\x80\x80\x80\x80\x80\x01",  # 2^41
        b"\x80" * 100_000 + b"\x01",
        b"\x80" * 100_000,
    ],
)
@pytest.mark.parametrize("before", [b"", b"\x02a" + b"\x02", b"\x02a\x02\x00"])
def test_a_claim_of_more_than_there_is_is_refused_in_little_memory(
    codec: Codec, before: bytes, claim: bytes
) -> None:
    """Lengths of text, and of the lists and maps of a history."""
    for expected in (Incident, IncidentHistory, Quarantined):
        frame = codec.encode(
            {Incident: INCIDENT, IncidentHistory: history(), Quarantined: QUARANTINED}[expected]
        )[:5]
        tracemalloc.start()
        error = refusal(codec, frame + before + claim + b"aa", expected)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert error.code == "bad_avro"
        assert peak < 4_000_000


def test_what_an_older_schema_wrote_is_read_as_the_current_message(tmp_path: Path) -> None:
    folder = folder_with_an_older_receipt(tmp_path, "digest")
    older = Codec.from_lock(folder).encode(RECEIPT)
    alter(
        folder,
        "Receipt",
        lambda schema: schema["fields"].append(
            {"name": "digest", "type": "string", "default": "none", "doc": "Added later."}
        ),
    )
    (added,) = lock(folder)
    newer = Codec.from_lock(folder)
    assert (added.subject, added.version) == ("nl.ketensluis.Receipt", 2)
    assert newer.decode(older, Receipt) == replace(RECEIPT, digest="none")
    assert newer.decode(newer.encode(RECEIPT), Receipt) == RECEIPT


class Fetched:
    """The schemas of ids that the lock does not have, as a registry would give them."""

    def __init__(self, *schemas: str) -> None:
        self.asked: list[int] = []
        self._schemas = schemas

    def __call__(self, number: int) -> Schema:
        self.asked.append(number)
        return parse(self._schemas[number - 1000])


def receipt_schema(change: object) -> str:
    (locked,) = (known for known in load_locked() if known.subject == "nl.ketensluis.Receipt")
    schema = json.loads(locked.text)
    change(schema)  # type: ignore[operator]
    return json.dumps(schema)


def reframed(value: bytes, number: int) -> bytes:
    return value[:1] + number.to_bytes(4, "big") + value[5:]


def test_a_newer_writers_schema_is_fetched_once_and_its_new_field_ignored(codec: Codec) -> None:
    extra = {"name": "extra", "type": "string", "doc": "Newer than we are."}
    fetch = Fetched(receipt_schema(lambda schema: schema["fields"].append(extra)))
    knowing = Codec(load_locked(), fetch)
    value = reframed(codec.encode(RECEIPT), 1000) + b"\x06new"
    assert [knowing.decode(value, Receipt) for _ in range(3)] == [RECEIPT] * 3
    assert fetch.asked == [1000]


def test_a_fetched_schema_that_ours_cannot_read_is_refused(codec: Codec) -> None:
    fetch = Fetched(receipt_schema(lambda schema: without(schema, "digest")))
    error = refusal(Codec(load_locked(), fetch), reframed(codec.encode(RECEIPT), 1000), Receipt)
    assert error.code == "unexpected_schema"


def test_a_fetched_schema_that_makes_much_of_few_bytes_is_refused(codec: Codec) -> None:
    bomb = {"name": "bomb", "type": {"type": "array", "items": "null"}, "doc": "2^40 nulls."}
    fetch = Fetched(receipt_schema(lambda schema: schema["fields"].append(bomb)))
    value = reframed(codec.encode(RECEIPT), 1000) + b"\x80\x80\x80\x80\x80\x40\x00"
    assert refusal(Codec(load_locked(), fetch), value, Receipt).code == "unexpected_schema"


def test_a_fetched_schema_of_a_stranger_is_refused(codec: Codec) -> None:
    stranger = receipt_schema(lambda schema: schema.update(namespace="org.example"))
    value = reframed(codec.encode(RECEIPT), 1000)
    error = refusal(Codec(load_locked(), Fetched(stranger)), value, Receipt)
    assert error.code == "unexpected_schema"


def test_a_code_of_a_newer_writer_is_refused_where_it_stands(codec: Codec) -> None:
    """Reading its schema is no reason to take a code that nobody here knows."""
    value = codec.encode(replace(INCIDENT, incident_class="cyber"))  # type: ignore[arg-type]
    (locked,) = (known for known in load_locked() if known.subject == "nl.ketensluis.Incident")
    schema = json.loads(locked.text)
    field(schema, "incident_class")["codes"].append("cyber")
    knowing = Codec(load_locked(), Fetched(json.dumps(schema)))
    assert refusal(knowing, reframed(value, 1000)).sentence.startswith("Incident.incident_class ")
    good = reframed(codec.encode(INCIDENT), 1000)
    assert knowing.decode(good, Incident) == INCIDENT


def test_a_struct_that_is_no_message_is_told_apart_from_a_bad_record(codec: Codec) -> None:
    part = Withheld(path="narrative", rule="default-deny")
    with pytest.raises(KetensluisError) as encoding:
        codec.encode(part)
    with pytest.raises(KetensluisError) as decoding:
        codec.decode(codec.encode(RECEIPT), Withheld)
    assert {encoding.value.code, decoding.value.code} == {"no_schema"}
    assert not isinstance(encoding.value, Refused)


@pytest.mark.parametrize(
    ("message", "path"),
    [
        (replace(INCIDENT, registered_at=AT.replace(tzinfo=None)), "Incident.registered_at"),
        (replace(INCIDENT, unit=None), "Incident.unit"),
        (replace(INCIDENT, sequence=1 << 63), "Incident.sequence"),
        (replace(INCIDENT, sequence="1"), "Incident.sequence"),
        (replace(INCIDENT, restricted="yes"), "Incident.restricted"),
        (replace(INCIDENT, narrative="\ud800"), "Incident.narrative"),
        (replace(INCIDENT, persons=None), "Incident.persons"),
        (
            replace(INCIDENT, persons=(Person(person_id=7, role="victim"),)),
            "Incident.persons.person_id",
        ),  # type: ignore[arg-type]
    ],
)
def test_a_value_that_does_not_fit_is_not_written_and_its_place_is_named(
    codec: Codec, message: Incident, path: str
) -> None:
    with pytest.raises(Refused) as caught:
        codec.encode(message)
    assert caught.value.code == "unencodable"
    assert caught.value.sentence == f"{path} does not fit its schema"
