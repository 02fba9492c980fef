"""A dossier is erased on a chain that runs: nothing of its people can be read anywhere any more."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka.structs import ConsumerRecord
from chain_rig import Chain, Line, ndjson, registration, run, up
from waiting import eventually

from ketensluis.dossier_keys.opening import key_store
from ketensluis.envelope import dossier_jwe
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.keyring import Erased
from ketensluis.envelope.mail import Sealer
from ketensluis.errors import KetensluisError, Refused
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.incident import Incident
from ketensluis.model.intake import parse_incident
from ketensluis.model.messages import Acceptance, Feedback
from ketensluis.model.party import INCIDENTS, responses_topic
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of, post_of

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

VT = "vt:utrecht"
FIRST, SECOND, OTHER, PLAIN = (f"PL0900-20260007{number}" for number in (11, 12, 13, 14))
# Each stands in one field of the person who is to be forgotten, and nowhere else.
GONE = {
    "given_names": "Bontbekplevierina",
    "surname": "Steltkluutsma",
    "bsn": "987654321",
    "street": "Kanoetstrandlopersteeg",
    "postcode": "3511ZQ",
    "phone": "06-24682468",
    "narrative": "Drieteenstrandloper",
}
KEPT = {"surname": "Grutterinkema", "bsn": "987654345", "narrative": "Rosse grutto"}
IN_THE_CLEAR = "Regenwulpstra"


def about(incident_id: str, marks: dict[str, str], **changed: Any) -> Line:
    address = {
        "street": marks.get("street"), "house_number": "7", "postcode": marks.get("postcode"),
        "city": "Utrecht", "municipality": "GM0344",
    }  # fmt: skip
    victim = {
        "person_id": "p1", "role": "victim", "given_names": marks.get("given_names"),
        "surname": marks["surname"], "bsn": marks.get("bsn"), "phone": marks.get("phone"),
        "address": address if "street" in marks else None,
    }  # fmt: skip
    suspect = {"person_id": "p2", "role": "suspect", "surname": marks["surname"]}
    return registration(
        0, incident_id=incident_id, unit="Midden-Nederland", municipality="GM0344",
        persons=[victim, suspect], narrative=marks.get("narrative"), **changed,
    )  # fmt: skip


def forms(mark: str) -> set[bytes]:
    """The mark's bytes, and the middle of its base64 at each place that it can begin."""
    raw = mark.encode()
    found = {raw}
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(before) + raw)
            found.add(text[-(-before * 8 // 6) :].rstrip(b"=")[: len(raw) * 8 // 6 - 1])
    return found


def lying_about(folder: Path, marks: dict[str, str]) -> dict[str, set[str]]:
    """Which of the marks lie in which files, in whatever form; raw, as they are on the disk."""
    patterns = {name: forms(mark) for name, mark in marks.items()}
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for name, several in patterns.items():
                if any(each in content for each in several):
                    found.setdefault(name, set()).add(str(path.relative_to(folder)))
    return found


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
def test_what_the_search_looks_for_is_found_in_base64_wherever_it_begins(before: bytes):
    for mark in GONE.values():
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(before + mark.encode() + b"\xff\x00")
            assert any(each in text for each in forms(mark) - {mark.encode()})
            assert not any(each in encode(before + b"Somebody else") for each in forms(mark))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("erasure")
    with up(folder) as (chain, _):
        lines: list[Line | bytes] = [
            about(FIRST, GONE), about(OTHER, KEPT), about(SECOND, GONE),
            about(FIRST, GONE, sequence=2, event="amended", team="Basisteam West"),
            b'{"surname": "' + GONE["surname"].encode() + b'", "incident_id"',
        ]  # fmt: skip
        chain.sluis("send", ndjson(folder / "incidents.ndjson", lines))
        run(put_in_the_clear(chain))
        for incident in (FIRST, SECOND, OTHER, PLAIN):
            chain.wait_for("sent", incident, VT)
        eventually(lambda: len(incidents(chain, FIRST)) == 2)
        chain.wait_accounted()
        yield chain


async def put_in_the_clear(chain: Chain) -> None:
    """As a program that has no part in the keys of incidents puts one there."""
    line = about(PLAIN, {"surname": IN_THE_CLEAR})
    incident = parse_incident(json.dumps(line).encode(), load_regions(resource("reference")))
    pki = chain.home / "pki"
    police = Identity.load(pki, "police")
    sealer = Sealer(police, Directory.load(pki), codec_of(settings(chain)).encode, "bvi")
    now = datetime.now(UTC)
    sealed = sealer.seal(incident, topic=INCIDENTS, key=PLAIN, subject=PLAIN, at=now)
    async with Publisher(chain.bootstrap) as publisher:
        await publisher.publish([sealed], timestamp_ms=int(now.timestamp() * 1000))


def settings(hub: Chain, **changed: Any) -> Settings:
    return Settings(home=hub.home, bootstrap=hub.bootstrap, **changed)


def incidents(hub: Chain, incident_id: str) -> list[Record]:
    found = hub.records(INCIDENTS)
    return [as_record(each) for each in found if each.key == incident_id.encode()]


def as_record(each: ConsumerRecord[bytes, bytes]) -> Record:
    place = Coordinates(each.topic, each.partition, each.offset)
    return Record(place, each.key, each.value, tuple(each.headers), each.timestamp)


def close(hub: Chain, box: Path, *wanted: str) -> None:
    """Veilig Thuis receives its mail, and takes up and closes the cases of these incidents."""
    done = hub.sluis("receive", VT, "--out", box)
    assert done.returncode == 0, done.stderr
    sealer, now = post_of(settings(hub), VT).sealer, datetime.now(UTC)
    sealed = []
    for incident in wanted:
        message = str(hub.cases(incident)[VT]["message_id"])
        told: dict[str, Any] = {"incident_id": incident, "message_id": message, "at": now}
        for answer in (
            Acceptance(**told, unit="Midden-Nederland"),
            Feedback(**told, unit="Midden-Nederland", kind="substantive", code="closed"),
        ):
            topic = responses_topic(VT)
            sealed.append(
                sealer.seal(
                    answer, topic=topic, key=incident, subject=incident, at=now, causation=message
                )
            )

    async def publish() -> None:
        async with Publisher(hub.bootstrap) as publisher:
            await publisher.publish(sealed, timestamp_ms=int(now.timestamp() * 1000))

    run(publish())
    for incident in wanted:
        hub.wait_for("closed", incident, VT)


def opens_from_a_backup(hub: Chain, folder: Path, record: Record) -> str:
    """What the key store says of the record's key, put back as it was, with the KEK of now."""
    backup = settings(
        hub, keys_url=f"sqlite:///{folder / 'dossier-keys.db'}",
        keys_kek=hub.home / "dossier-keys.kek",
    )  # fmt: skip
    with pytest.raises(KetensluisError) as caught:
        key_store(backup).key(dossier_jwe.key_named(record.value or b""))
    return caught.value.code


def remaining(hub: Chain) -> list[str]:
    """The ids of all keys that are left."""
    with closing(sqlite3.connect(hub.home / "dossier-keys.db")) as database:
        found = database.execute("SELECT key_id FROM dossier_keys WHERE wrapped IS NOT NULL")
        return [key_id for (key_id,) in found]


def check_books(hub: Chain) -> None:
    """Replay, balance and audit hold, and say what was erased."""
    replayed = hub.json("replay", "--verify")
    assert replayed["differences"] == []
    assert replayed["erased"] >= 4  # of three versions that went, and of the one after them
    assert {each["incident_id"] for each in replayed["erasures"]} == {FIRST, SECOND}
    assert {each["rule"] for each in replayed["erasures"]} == {"citizens_request"}
    assert hub.wait_accounted()["holds"]
    audited = eventually(lambda: whole if not (whole := hub.json("audit"))["findings"] else None)
    assert audited["findings"] == []


def test_after_an_erasure_nothing_of_the_person_is_readable_and_the_books_still_hold(
    hub: Chain, tmp_path: Path
):
    box = tmp_path / "box"
    close(hub, box, FIRST, SECOND)
    gone, kept = [*incidents(hub, FIRST), *incidents(hub, SECOND)], incidents(hub, OTHER)
    opener = post_of(settings(hub), "hub").opener
    assert [opener.open(each, Incident).message.persons[0].surname for each in gone] == [
        GONE["surname"]
    ] * 3
    for path in hub.home.glob("dossier-keys.db*"):  # what a back-up of that day has
        shutil.copy(path, tmp_path)

    done = hub.sluis(
        "erase", "--dossier", FIRST, "--reason", "citizens_request", "--role", "privacy_officer"
    )
    assert done.returncode == 0, done.stderr
    (entry,) = [each["quarantine_id"] for each in hub.json("quarantine", "list")]
    done = hub.sluis("erase", "--entry", entry, "--reason", "unusable", "--role", "privacy_officer")
    assert done.returncode == 0, done.stderr

    # The raw files of Kafka, of the key store, of every service: no byte pattern of the person.
    assert lying_about(hub.home, GONE) == {}
    # That the search finds what is there: the ids, also inside base64, and what came in the clear.
    there = lying_about(hub.home, {"id": FIRST, "clear": IN_THE_CLEAR})
    assert any("kafka" in name and INCIDENTS in name for name in there["clear"])
    assert any("kafka" in name for name in there["id"])

    # Nobody opens it, whatever keys are left; and what is another's opens as before.
    store, fresh = key_store(settings(hub)), post_of(settings(hub), "hub").opener
    left = [store.key(each) for each in remaining(hub)]
    assert {each.incident_id for each in left} >= {OTHER}
    for record in gone:
        with pytest.raises(Erased, match="by rule citizens_request"):
            fresh.open(record, Incident)
        for key in left:
            with pytest.raises(Refused):
                dossier_jwe.decrypt(record.value or b"", key)
    for record in [*kept, *incidents(hub, PLAIN)]:
        assert fresh.open(record, Incident).message.incident_id in {OTHER, PLAIN}
    assert opens_from_a_backup(hub, tmp_path, gone[0]) == "kek_missing"

    # What comes after it is taken in, under another key.
    amended = about(
        FIRST, {"surname": "Watersnipsma"}, sequence=3, event="amended", team="Basisteam Oost"
    )
    hub.sluis("send", ndjson(tmp_path / "later.ndjson", [amended]))
    later = eventually(lambda: found[2] if len(found := incidents(hub, FIRST)) == 3 else None)
    assert fresh.open(later, Incident).message.sequence == 3
    names = {dossier_jwe.key_named(each.value or b"") for each in (gone[0], gone[1], later)}
    assert len(names) == 2
    hub.wait_accounted()

    check_books(hub)
    explained = hub.sluis("explain", SECOND, "--for", VT)
    assert explained.returncode == 1
    assert "erased: the content was erased on" in explained.stderr
    assert "Traceback" not in explained.stderr
    # What Veilig Thuis received is its own, and proves what it proved.
    message = next(box.glob(f"{FIRST}.*.msg"))
    assert hub.sluis("verify", message).returncode == 0
