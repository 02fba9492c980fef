"""The codec and the client against a real registry that speaks Confluent's API."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ketensluis.avro.codec import Codec
from ketensluis.avro.lock import load_locked, lock, schema_folder
from ketensluis.avro.subjects import MESSAGES, subject_of
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.model.messages import Receipt

RECEIPT = Receipt(
    incident_id="PL0900-2026000001",
    message_id="m-1",
    unit="Midden-Nederland",
    at=datetime(2026, 3, 1, 22, 15, tzinfo=UTC),
    digest="0" * 64,
)
SUBJECT = "nl.ketensluis.Receipt"


def folder_with(tmp_path: Path, name: str, change: Callable[[Any], object]) -> Path:
    """The schemas after another edit of Receipt, locked as version 2."""
    folder = Path(shutil.copytree(schema_folder(), tmp_path / name))
    file = folder / "Receipt.avsc"
    schema = json.loads(file.read_text(encoding="utf-8"))
    change(schema["fields"])
    file.write_text(json.dumps(schema), encoding="utf-8")
    lock(folder)
    return folder


def post(url: str, subject: str, schema: Any) -> httpx.Response:
    body = {"schema": json.dumps(schema)}
    return httpx.post(f"{url}/subjects/{subject}/versions", json=body)


def receipt() -> Any:
    return json.loads((schema_folder() / "Receipt.avsc").read_text(encoding="utf-8"))


def numbered(number: int, value: bytes) -> bytes:
    return b"\x00" + number.to_bytes(4, "big") + value[5:]


def test_our_schemas_get_ids_there_and_the_messages_travel_by_them(apicurio: Any) -> None:
    with pytest.raises(Unavailable) as missing:
        Codec.from_registry(apicurio.url)
    assert missing.value.code == "schema_not_registered"

    registering = Codec.from_registry(apicurio.url, register=True)
    looking_up = Codec.from_registry(apicurio.url)
    by_lock = Codec.from_lock()

    value = registering.encode(RECEIPT)
    (locked,) = (known for known in load_locked() if known.subject == SUBJECT)
    number = httpx.get(f"{apicurio.url}/subjects/{SUBJECT}/versions/1").json()["id"]
    assert number != locked.id
    assert value == numbered(number, by_lock.encode(RECEIPT))
    assert looking_up.decode(value, Receipt) == RECEIPT
    assert looking_up.encode(RECEIPT) == value
    for message in MESSAGES:
        answer = httpx.get(f"{apicurio.url}/config/{subject_of(message)}").json()
        assert answer["compatibilityLevel"] == "BACKWARD_TRANSITIVE"


def test_registering_twice_changes_nothing(apicurio: Any) -> None:
    first = Codec.from_registry(apicurio.url, register=True).encode(RECEIPT)
    assert Codec.from_registry(apicurio.url, register=True).encode(RECEIPT) == first
    assert httpx.get(f"{apicurio.url}/subjects/{SUBJECT}/versions").json() == [1]


def test_ids_that_we_do_not_know_are_looked_up_and_judged(apicurio: Any, tmp_path: Path) -> None:
    ours = Codec.from_registry(apicurio.url, register=True)
    note = {"name": "note", "type": ["null", "string"], "default": None, "doc": "Added later."}
    newer = folder_with(tmp_path, "newer", lambda fields: fields.append(note))
    Codec.from_registry(apicurio.url, register=True, folder=newer)
    stranger = post(apicurio.url, "org.example.S", {"type": "record", "name": "S", "fields": []})

    # The newer writer's struct has no `note` yet, so its bytes are ours and a null.
    value = numbered(newer_id(apicurio.url), ours.encode(RECEIPT)) + b"\x00"
    assert ours.decode(value, Receipt) == RECEIPT
    assert refused(ours, numbered(stranger.json()["id"], value)) == "unexpected_schema"
    assert refused(ours, numbered(999_999, value)) == "unknown_schema_id"


def newer_id(url: str) -> int:
    return int(httpx.get(f"{url}/subjects/{SUBJECT}/versions/2").json()["id"])


def refused(codec: Codec, value: bytes) -> str:
    with pytest.raises(Refused) as caught:
        codec.decode(value, Receipt)
    return caught.value.code


def test_a_code_that_was_added_is_a_version_of_its_own_there(apicurio: Any, tmp_path: Path) -> None:
    Codec.from_registry(apicurio.url, register=True)

    def add_a_code(fields: Any) -> None:
        fields.append(
            {"name": "kind", "type": "string", "default": "a", "codes": ["a"], "doc": "Kind."}
        )

    folder = folder_with(tmp_path, "codes", add_a_code)
    Codec.from_registry(apicurio.url, register=True, folder=folder)
    file = folder / "Receipt.avsc"
    file.write_text(file.read_text().replace('["a"]', '["a", "b"]'), encoding="utf-8")
    lock(folder)
    Codec.from_registry(apicurio.url, register=True, folder=folder)
    assert httpx.get(f"{apicurio.url}/subjects/{SUBJECT}/versions").json() == [1, 2, 3]


def test_a_schema_that_the_registry_finds_incompatible_is_not_registered(apicurio: Any) -> None:
    theirs = receipt()
    theirs["fields"][-1]["type"] = "long"
    httpx.put(f"{apicurio.url}/config/{SUBJECT}", json={"compatibility": "BACKWARD_TRANSITIVE"})
    assert post(apicurio.url, SUBJECT, theirs).is_success
    with pytest.raises(KetensluisError) as looking_up:
        Codec.from_registry(apicurio.url)
    with pytest.raises(KetensluisError) as registering:
        Codec.from_registry(apicurio.url, register=True)
    assert registering.value.code == "incompatible_schema"
    assert SUBJECT in registering.value.sentence
    assert looking_up.value.code in {"schema_differs", "schema_not_registered"}
    assert httpx.get(f"{apicurio.url}/subjects/{SUBJECT}/versions").json() == [1]


def test_a_subject_that_holds_something_else_is_told_apart_from_an_empty_one(apicurio: Any) -> None:
    Codec.from_registry(apicurio.url, register=True)
    httpx.delete(f"{apicurio.url}/subjects/{SUBJECT}")
    with pytest.raises(Unavailable) as missing:
        Codec.from_registry(apicurio.url)
    assert SUBJECT in missing.value.sentence
    theirs = receipt()
    theirs["fields"][-1]["type"] = "long"
    assert post(apicurio.url, SUBJECT, theirs).is_success
    with pytest.raises(KetensluisError) as differs:
        Codec.from_registry(apicurio.url)
    assert differs.value.code == "schema_differs"


def test_while_it_is_away_what_is_known_goes_on_and_the_rest_waits_until_it_is_back(
    apicurio: Any, tmp_path: Path
) -> None:
    codec = Codec.from_registry(apicurio.url, register=True)
    value = codec.encode(RECEIPT)
    unknown = numbered(999_999, value)
    apicurio.kill()

    assert codec.decode(value, Receipt) == RECEIPT
    for _ in range(2):
        with pytest.raises(Unavailable) as caught:
            codec.decode(unknown, Receipt)
        assert caught.value.code == "registry_unavailable"
    with pytest.raises(Unavailable):
        Codec.from_registry(apicurio.url, register=True)

    apicurio.start()
    assert refused(codec, unknown) == "unknown_schema_id"
    assert codec.decode(value, Receipt) == RECEIPT
    assert Codec.from_registry(apicurio.url, register=True).decode(value, Receipt)
