"""Nothing of anybody lies in the clear: in no topic, key, header, log or metric."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from chain_rig import Chain, Line, all_topics, ndjson, registration, run
from waiting import eventually

from ketensluis.model.party import INCIDENTS, QUARANTINE

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

PARTIES = ("vt:drenthe", "om:noord-nederland")
# Each stands in one personal field, and nowhere else; the text tells which one leaked.
MARKS = {
    "given_names": "Kwikstaartina",
    "surname": "Roodborstema",
    "birth_date": "1931-07-09",
    "bsn": "987654329",
    "street": "Nachtegalenpad",
    "house_number": "7391Q",
    "postcode": "9401WZ",
    "city": "Merelveen",
    "phone": "06-13975311",
    "email": "kwikstaart@voorbeeld.invalid",
    "narrative": "Boomkruipersdochter",
    "officer": "NN75319",
    "place_street": "Putterslaan",
    "place_number": "8642X",
    "place_postcode": "9402QX",
    "secret_street": "Schuilhoevelaan",
    "child": "Winterkoninkje",
    "reporter": "Goudhaantjema",
    "line": "Zwaluwstaartje",
}


def marked(number: int, **changed: object) -> Line:
    """An incident with a mark in every field that is about somebody."""
    address = {
        "street": MARKS["street"],
        "house_number": MARKS["house_number"],
        "postcode": MARKS["postcode"],
        "city": MARKS["city"],
        "municipality": "GM0106",
    }
    hidden = {"street": MARKS["secret_street"], "municipality": "GM0106", "secret": True}
    persons = [
        {
            "person_id": "p1",
            "role": "victim",
            "given_names": MARKS["given_names"],
            "surname": MARKS["surname"],
            "birth_date": MARKS["birth_date"],
            "sex": "f",
            "bsn": MARKS["bsn"],
            "phone": MARKS["phone"],
            "email": MARKS["email"],
            "address": address,
        },
        {"person_id": "p2", "role": "suspect", "surname": MARKS["surname"]},
        {"person_id": "p3", "role": "child", "given_names": MARKS["child"], "address": hidden},
        {"person_id": "p4", "role": "reporter", "surname": MARKS["reporter"], "anonymous": True},
    ]
    line = registration(
        number,
        municipality="GM0106",
        persons=persons,
        place={
            "street": MARKS["place_street"],
            "house_number": MARKS["place_number"],
            "postcode": MARKS["place_postcode"],
            "city": MARKS["city"],
        },
        narrative=f"{MARKS['given_names']} is geslagen; de {MARKS['narrative']} zag het.",
        reporting_officer={"number": MARKS["officer"], "team": "Basisteam Noord"},
        measures=[{"kind": "arrest", "imposed_at": "2026-03-01T11:00:00Z"}],
    )
    return {key: value for key, value in (line | changed).items() if value is not None}


def leaks(text: str | bytes) -> set[str]:
    """The fields whose mark stands in the text, in whatever case."""
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    folded = text.casefold()
    return {name for name, mark in MARKS.items() if mark.casefold() in folded}


def opened(text: bytes) -> Iterator[bytes]:
    """The text, and what its base64 parts say (signatures, tokens)."""
    yield text
    for part in re.findall(rb"[A-Za-z0-9_-]{16,}", text):
        with contextlib.suppress(binascii.Error):
            yield base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the parties' mail is filed."""
    return tmp_path_factory.mktemp("secrecy")


@pytest.fixture(scope="module")
def told(chain: Chain, boxes: Path) -> str:
    """Everything was sent, received and answered; what the commands have said on the way."""
    lines: list[Line | bytes] = [
        marked(700),
        marked(700, sequence=2, event="amended", team="Basisteam Zuid"),
        marked(700, sequence=2, event="amended", team="Basisteam West"),
        marked(701, project_codes=[]),
        marked(702, restricted=True),
        marked(703, hold={"reason": "hold_safety", "until": "2090-01-01T00:00:00Z",
                          "by_role": "hg_coordinator"}),
        marked(704, unit=MARKS["line"]),
        marked(705, **{f"{MARKS['line']} 5": "x"}),
        b'{"incident_id": "' + MARKS["line"].encode() + b'", ',
    ]  # fmt: skip
    said = [chain.sluis("send", ndjson(boxes / "marked.ndjson", lines))]
    (place,) = chain.put(INCIDENTS, (b"PL0100-0000000709", MARKS["line"].encode(), []))
    wanted = {("PL0100-0000000700", party): "sent" for party in PARTIES}
    eventually(lambda: wanted.items() <= chain.states().items())
    chain.wait_accounted()
    for party in PARTIES:
        done = chain.sluis("receive", party, "--out", box(boxes, party))
        assert done.returncode == 0, done.stderr
        said.append(done)
    wanted = dict.fromkeys(wanted, "received")
    eventually(lambda: wanted.items() <= chain.states().items())
    said += [
        chain.sluis(*command.split())
        for command in (
            "balance --explain", "balance --json", "ledger", "ledger --json", "quarantine list",
            "quarantine list --json", "ledger --incident PL0100-0000000700",
            f"explain PL0100-0000000700 --for {PARTIES[0]}",
        )
    ]  # fmt: skip
    said += [
        chain.sluis("quarantine", "show", each["quarantine_id"])
        for each in chain.json("quarantine", "list")
        if each["place"] in {place, "marked.ndjson:7"}
    ]
    return "\n".join(each.stdout + each.stderr for each in said)


def test_what_commands_say_names_nobody(told: str):
    for line in told.splitlines():
        assert not leaks(line), line


def test_nobody_is_named_in_any_key_header_or_value_of_any_topic(chain: Chain, told: str):
    """Incidents and what was refused lie encrypted, as does all mail."""
    topics = run(all_topics(chain.bootstrap))
    found = chain.records(*topics)
    assert {INCIDENTS, QUARANTINE, "ledger.events", "disclosure.history"} <= {
        record.topic for record in found
    }
    plain = []
    for record in found:
        place = f"{record.topic}[{record.partition}]@{record.offset}"
        for text in opened(record.key or b""):
            assert not leaks(text), f"key of {place}"
        for name, value in record.headers:
            for text in opened(value or b""):
                assert not leaks(text), f"header {name} of {place}"
        if record.topic == INCIDENTS and record.value == MARKS["line"].encode():
            plain.append(record)  # what somebody put there in the clear lies there as it was put
            continue
        for text in opened(record.value or b""):
            assert not leaks(text), f"value of {place}"
    assert len(plain) == 1


def test_logs_metrics_and_the_names_of_files_name_nobody(chain: Chain, told: str):
    logs = list((chain.home / "logs").glob("*.log"))
    assert {log.stem for log in logs} >= {"disclosure", "responses", "tracker"}
    for log in logs:
        text = log.read_text(encoding="utf-8")
        assert not leaks(text), log.name
        if found := re.search(r'"port": ?(\d+)', text):
            for page in ("metrics", "healthz", "readyz"):
                with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/{page}") as answer:
                    assert not leaks(answer.read()), f"{page} of {log.name}"
    for path in chain.home.rglob("*"):
        assert not leaks(path.name), path


def test_nothing_outside_the_brokers_own_data_and_the_partners_mail_holds_anybodys_data(
    chain: Chain, told: str
):
    # Kafka's files have what somebody put there in the clear.
    kept = [chain.home / name for name in ("kafka", "pki")]
    for path in chain.home.rglob("*"):
        if path.is_file() and not any(path.is_relative_to(each) for each in kept):
            assert not leaks(path.read_bytes()), path


def test_who_receives_it_reads_only_what_was_released(told: str, boxes: Path):
    seen = {
        party: set().union(*(leaks(path.read_bytes()) for path in box(boxes, party).glob("*.json")))
        for party in PARTIES
    }
    nobody = {"secret_street", "reporter", "officer", "narrative", "line", "bsn"}
    assert {"surname", "given_names", "birth_date"} <= seen["vt:drenthe"]
    for party, fields in seen.items():
        assert not fields & nobody, party
    # What OM gets can reach the suspect: no way to the victim.
    assert not seen["om:noord-nederland"] & {"phone", "email", "street"}


def box(folder: Path, party: str) -> Path:
    return folder / party.replace(":", ".")
