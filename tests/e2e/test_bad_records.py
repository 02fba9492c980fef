"""What may arrive on the topics themselves: the bad is named and kept, the good goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from chain_rig import Chain, registration
from msgspec.structs import replace
from waiting import eventually

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.model.incident import Incident
from ketensluis.model.json_form import incident_from_json
from ketensluis.model.messages import Acceptance, Receipt
from ketensluis.model.party import INCIDENTS, responses_topic
from ketensluis.model.record import Output

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

VT = "vt:groningen"
CODEC = Codec.from_lock()
NOW = datetime.now(UTC)
Bad = Callable[[Output], Output]


def sealer(pki: Path, party: str, encode: Callable[[msgspec.Struct], bytes]) -> Sealer:
    return Sealer(Identity.load(pki, party), Directory.load(pki), encode, "bvi")


def sealed(
    pki: Path,
    incident: Incident,
    *,
    at: datetime = NOW,
    key: str | None = None,
    encode: Callable[[msgspec.Struct], bytes] = CODEC.encode,
) -> Output:
    """The incident as the police seal it, with whatever a faulty producer might do."""
    return sealer(pki, "police", encode).seal(
        incident,
        topic=INCIDENTS,
        key=key or incident.incident_id,
        subject=incident.incident_id,
        at=at,
    )


def made(number: int, **changed: object) -> Incident:
    return incident_from_json(registration(number, **changed))


def without(*names: str) -> Bad:
    return lambda good: replace(
        good, headers=tuple(each for each in good.headers if each[0] not in names)
    )


def with_header(name: str, value: bytes) -> Bad:
    def change(good: Output) -> Output:
        return replace(good, headers=(*without(name)(good).headers, (name, value)))

    return change


def with_value(value: bytes | None) -> Bad:
    return lambda good: replace(good, value=value)


# A good record, one thing wrong with it, and how that is called.
SPOILT: list[tuple[str, str, Bad]] = [
    ("no_headers", "missing_header", lambda good: replace(good, headers=())),
    ("no_type", "missing_header", without("ce_type")),
    ("header_that_nobody_vouches_for", "unknown_header", with_header("ce_priority", b"high")),
    ("repeated_header", "repeated_header",
     lambda good: replace(good, headers=(*good.headers, *good.headers[:1]))),
    ("header_not_utf8", "bad_header", with_header("ce_subject", b"\xff")),
    ("no_signature", "missing_signature", without("jws")),
    ("not_a_signature", "bad_signature", with_header("jws", b"x.y.z")),
    ("another_type", "unexpected_type", with_header("ce_type", b"nl.ketensluis.receipt.v1")),
    ("unknown_type", "unknown_type", with_header("ce_type", b"nl.ketensluis.gossip.v1")),
    ("another_incident", "altered_header", with_header("ce_subject", b"PL0100-0000000001")),
    ("junk_bytes", "altered_value", with_value(b"\x00junk")),
    ("no_value", "altered_value", with_value(None)),
    ("tombstone", "missing_header", lambda good: replace(good, headers=(), value=None)),
    ("no_key", "altered_header", lambda good: replace(good, key=None)),
    ("another_key", "altered_header", lambda good: replace(good, key=b"PL0100-0000000002")),
]  # fmt: skip


def signed_but_wrong(pki: Path, foreign: Path) -> Iterable[tuple[str, str, Output]]:
    """What a producer with the police's own key may still do wrong."""
    number = 200

    def one(**changed: object) -> Incident:
        nonlocal number
        number += 1
        return made(number, **changed)

    def unknown_id(message: msgspec.Struct) -> bytes:
        return b"\x00" + (999_999).to_bytes(4, "big") + CODEC.encode(message)[5:]

    receipt = Receipt(incident_id="X", message_id="m", at=NOW, digest="d")
    tomorrow = NOW + timedelta(days=1)
    yield "unknown_schema_id", "unknown_schema_id", sealed(pki, one(), encode=unknown_id)
    yield "junk", "not_avro", sealed(pki, one(), encode=lambda _: b"junk")
    yield "empty", "not_avro", sealed(pki, one(), encode=lambda _: b"")
    yield (
        "cut_off", "bad_avro",
        sealed(pki, one(), encode=lambda message: CODEC.encode(message)[:-9]),
    )  # fmt: skip
    yield (
        "bytes_that_follow", "bad_avro",
        sealed(pki, one(), encode=lambda message: CODEC.encode(message) + b"\x00"),
    )  # fmt: skip
    yield (
        "other_message", "unexpected_schema",
        sealed(pki, one(), encode=lambda _: CODEC.encode(receipt)),
    )  # fmt: skip
    yield "wrong_key", "wrong_key", sealed(pki, one(), key="PL0100-0000000003")
    yield "signed_tomorrow", "wrong_time", sealed(pki, one(), at=tomorrow)
    yield "foreign_signer", "unknown_signer", sealed(foreign, one())
    narrative = msgspec.structs.replace(one(), narrative="x" * 70_000)
    yield "long_narrative", "too_long", sealed(pki, narrative)
    nowhere = msgspec.structs.replace(one(), municipality="GM9999")
    yield "no_such_municipality", "unknown_municipality", sealed(pki, nowhere)
    unit = msgspec.structs.replace(one(), unit="Nergens")
    yield "no_such_unit", "unknown_unit", sealed(pki, unit)
    control = msgspec.structs.replace(one(), team="a\x00b")
    yield "control_character", "control_character", sealed(pki, control)


def entries(chain: Chain) -> dict[str, str]:
    """The code of each quarantine entry by the place of its record."""
    return {each["place"]: each["code"] for each in chain.json("quarantine", "list")}


def triple(output: Output) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]:
    return output.key, output.value, list(output.headers)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Keys of an authority that nobody here trusts."""
    make_demo_pki(tmp_path / "foreign", ["hub", "police", VT], NOW)
    return tmp_path / "foreign"


def test_every_bad_record_of_the_police_is_quarantined_with_its_reason_and_the_good_go_through(
    chain: Chain, foreign: Path
):
    pki = chain.home / "pki"
    wanted: dict[str, tuple[str, str]] = {}
    good: list[str] = []

    def put_good(number: int) -> None:
        record = sealed(pki, made(number))
        chain.put(INCIDENTS, triple(record))
        good.append(made(number).incident_id)

    spoilt = [(name, code, bad(sealed(pki, made(300)))) for name, code, bad in SPOILT]
    for count, (name, code, output) in enumerate([*spoilt, *signed_but_wrong(pki, foreign)]):
        if not count % 7:
            put_good(400 + count)
        (place,) = chain.put(INCIDENTS, triple(output))
        wanted[place] = (name, code)
    put_good(499)

    eventually(lambda: set(wanted) <= set(entries(chain)))
    found = entries(chain)
    assert {name: found[place] for place, (name, _) in wanted.items()} == dict(wanted.values())
    wanted_good = {(incident, VT): "sent" for incident in good}
    eventually(lambda: wanted_good.items() <= chain.states().items())
    assert not chain.wait_accounted()["unaccounted"]
    assert not chain.cases(made(300).incident_id)


def test_the_same_record_twice_is_one_obligation_and_no_quarantine(chain: Chain):
    record = triple(sealed(chain.home / "pki", made(500)))
    places = chain.put(INCIDENTS, record, record)
    chain.wait_for("sent", made(500).incident_id, VT)
    chain.wait_accounted()
    assert not set(places) & set(entries(chain))
    mail = [each for each in chain.records("referrals.groningen") if each.key == record[0]]
    assert len(mail) == 1


def test_every_bad_answer_is_quarantined_with_its_reason_and_the_good_ones_count(
    chain: Chain, foreign: Path
):
    pki, topic = chain.home / "pki", responses_topic(VT)
    incident = made(600).incident_id
    chain.put(INCIDENTS, triple(sealed(pki, made(600))))
    message = chain.wait_for("sent", incident, VT)["message_id"]
    named = {"incident_id": incident, "message_id": message, "unit": "Noord-Nederland"}

    def answer(
        content: msgspec.Struct,
        at: datetime = NOW,
        *,
        folder: Path = pki,
        party: str = VT,
        encode: Callable[[msgspec.Struct], bytes] = CODEC.encode,
    ) -> Output:
        return sealer(folder, party, encode).seal(
            content, topic=topic, key=incident, subject=incident, at=at
        )

    accepted = Acceptance(**named, at=NOW)
    later = NOW + timedelta(days=2)
    bad = {
        "no_headers": ("missing_header", replace(answer(accepted), headers=())),
        "no_signature": ("missing_signature", without("jws")(answer(accepted))),
        "junk": ("altered_value", with_value(b"junk")(answer(accepted))),
        "tombstone": ("altered_value", with_value(None)(answer(accepted))),
        "signed_junk": ("not_avro", answer(accepted, encode=lambda _: b"junk")),
        "foreign_signer": ("unknown_signer", answer(accepted, folder=foreign)),
        "other_party": ("signer_not_allowed", answer(accepted, party="vt:twente")),
        "own_incident": ("unexpected_type", sealed(pki, made(601))),
        "from_the_future": ("answer_from_future", answer(Acceptance(**named, at=later))),
        "no_such_unit": (
            "wrong_unit",
            answer(Acceptance(**named | {"unit": "Nergens"}, at=NOW)),
        ),
    }
    wanted = {}
    for name, (code, output) in bad.items():
        (place,) = chain.put(topic, triple(output))
        wanted[place] = (name, code)
    chain.put(topic, triple(answer(accepted)))

    eventually(lambda: set(wanted) <= set(entries(chain)))
    found = entries(chain)
    assert {name: found[place] for place, (name, _) in wanted.items()} == {
        name: code for name, (code, _) in bad.items()
    }
    assert chain.wait_for("accepted", incident, VT)["received_at"] is None
    assert not chain.wait_accounted()["unaccounted"]


def test_what_nobody_can_read_on_the_hubs_own_topics_is_named_and_stops_no_command(chain: Chain):
    # The tracker quarantines what it cannot read on its input, so that is accounted for.
    (event,) = chain.put("ledger.events", (b"k", b"junk", []))
    eventually(lambda: event in entries(chain))
    assert chain.wait_accounted()["unaccounted"] == 0
