"""`sluis retention` and `sluis erase` on a chain that runs: due, kept, on record, and gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka.structs import ConsumerRecord
from chain_rig import Chain, environment, ndjson, registration, run, sluis, up
from waiting import eventually

from ketensluis.avro.codec import Codec
from ketensluis.dossier_keys.opening import key_store
from ketensluis.envelope import dossier_jwe
from ketensluis.envelope.keyring import Erased
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import Acceptance, Feedback, Quarantined
from ketensluis.model.party import (
    INCIDENTS,
    LEDGER_EVENTS,
    PROCESSING_LOG,
    QUARANTINE,
    REMOVALS,
    mail_topic,
    responses_topic,
)
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.quarantine import ERASED_ENTRY, ERASED_UNDER
from ketensluis.model.removal import Removal
from ketensluis.model.resources import resource
from ketensluis.retention.rules import load_retention
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

VT = "vt:utrecht"
CLOSED, OPEN, YOUNG = "PL0900-2020000001", "PL0900-2020000002", "PL0900-2026000003"
KILLED = [f"PL0900-2026{number:06d}" for number in range(101, 104)]
BY = ("--reason", "citizens_request", "--role", "privacy_officer")
CODEC = Codec.from_lock()
RETENTION = load_retention(resource("reference"))
# Ends the process itself, for good, at a step of the erasure.
KILL = """
import os, signal, sys
import ketensluis.dossier_keys.store as store
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
step, erase = sys.argv.pop(1), store.KeyStore.erase
def killed(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
def erased(self, ids, **told):
    ours = sys.argv[2] in ids
    if ours and step == "before the key": killed()
    gone = erase(self, ids, **told)
    return killed() if ours else gone
store.KeyStore.erase = erased
if step == "before the removal": AIOKafkaAdminClient.delete_records = killed
if step == "before the commit": AIOKafkaProducer.commit_transaction = killed
from ketensluis.cli.main import main
main()
"""


def old(incident_id: str, **changed: Any) -> dict[str, Any]:
    then = "2020-03-01T10:00:00Z"
    place = {"unit": "Midden-Nederland", "municipality": "GM0344"}
    return registration(
        0, incident_id=incident_id, **place, registered_at=then, occurred_at=then, **changed
    )


def nothing_owed(incident_id: str) -> dict[str, Any]:
    return registration(
        0, incident_id=incident_id, project_codes=[], relations=[], incident_class="vandalism"
    )


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("retention")
    with up(folder) as (chain, _):
        # First in its topic, so that it can be removed from there while the other stays.
        chain.sluis("send", ndjson(folder / "first.ndjson", [old(CLOSED)]))
        chain.wait_for("sent", CLOSED, VT)
        lines = [
            old(OPEN), nothing_owed(YOUNG), *map(nothing_owed, KILLED),
            b'{"surname": "Zandoogje", "incident_id"',
        ]  # fmt: skip
        chain.sluis("send", ndjson(folder / "incidents.ndjson", lines))
        chain.wait_for("sent", OPEN, VT)
        for incident in KILLED:
            eventually(lambda incident=incident: chain.cases(incident))
        yield chain


def settings(hub: Chain) -> Settings:
    return Settings(home=hub.home, bootstrap=hub.bootstrap)


def answer(hub: Chain, incident: str) -> None:
    """Veilig Thuis receives all its mail, and takes up and closes this one."""
    folder = hub.home.parent / "box"
    hub.sluis("receive", VT, "--out", folder)
    message = str(hub.cases(incident)[VT]["message_id"])
    now = datetime.now(UTC)
    told: dict[str, Any] = {"incident_id": incident, "message_id": message, "at": now}
    answers = (
        Acceptance(**told, unit="Midden-Nederland"),
        Feedback(**told, unit="Midden-Nederland", kind="substantive", code="closed"),
    )
    sealer = post_of(settings(hub), VT).sealer
    sealed = [
        sealer.seal(
            each, topic=responses_topic(VT), key=incident, subject=incident, at=now,
            causation=message,
        )
        for each in answers
    ]  # fmt: skip

    async def publish() -> None:
        async with Publisher(hub.bootstrap) as publisher:
            await publisher.publish(sealed, timestamp_ms=int(now.timestamp() * 1000))

    run(publish())
    hub.wait_for("closed", incident, VT)


def killed_at(step: str, *arguments: object, **env: str) -> subprocess.CompletedProcess[bytes]:
    """The command, by a process that ends itself at that step."""
    return subprocess.run(
        [sys.executable, "-c", KILL, step, *map(str, arguments)],
        env={**os.environ, **env},
        check=False,
        capture_output=True,
    )


def mail(hub: Chain) -> list[ConsumerRecord[bytes, bytes]]:
    return hub.records(mail_topic(VT))


def keys_of(hub: Chain, incident: str) -> list[str]:
    """The ids of the keys under which the incident's records lie."""
    return [
        dossier_jwe.key_named(record.value)
        for record in hub.records(INCIDENTS)
        if record.key == incident.encode() and record.value
    ]


def is_gone(hub: Chain, key_id: str) -> bool:
    try:
        key_store(settings(hub)).key(key_id)
    except Erased:
        return True
    return False


def on_record(hub: Chain) -> tuple[Counter[str], Counter[str]]:
    """How often the erasure of each incident is on the ledger, and on the processing log."""
    events = [CODEC.decode(each.value or b"", LedgerEvent) for each in hub.records(LEDGER_EVENTS)]
    log = [
        CODEC.decode(each.value or b"", ProcessingRecord) for each in hub.records(PROCESSING_LOG)
    ]
    return (
        Counter(each.incident_id for each in events if each.kind == "erased"),
        Counter(
            each.incident_id for each in log for action in each.actions if action.kind == "erase"
        ),
    )


def said_of(hub: Chain, incident: str) -> str | None:
    """The digest of what the rule or reason said by which the incident was erased."""
    events = [CODEC.decode(each.value or b"", LedgerEvent) for each in hub.records(LEDGER_EVENTS)]
    (erased,) = [e for e in events if e.kind == "erased" and e.incident_id == incident]
    return erased.rule_digest


def test_what_is_closed_and_past_its_term_goes_and_what_is_open_stays(hub: Chain):
    answer(hub, CLOSED)
    plan = hub.json("retention", "plan")
    assert CLOSED in [each["incident_id"] for each in plan["due"]]
    blocked = {each["incident_id"]: each["reasons"] for each in plan["blocked"]}
    codes = {reason["code"] for reason in blocked[OPEN]}
    assert {"open_obligation", "running_clock"} <= codes
    assert YOUNG not in {*blocked, *(each["incident_id"] for each in plan["due"])}
    shown = hub.sluis("retention", "plan")
    assert "open_obligation: 1" in shown.stdout

    (key,) = keys_of(hub, CLOSED)
    (other,) = keys_of(hub, OPEN)
    done = hub.json("retention", "apply")
    assert done["erased"] == [CLOSED]
    assert is_gone(hub, key)
    assert not is_gone(hub, other)
    case = eventually(lambda: c if (c := hub.cases(CLOSED)[VT])["erased_at"] else None)
    assert (case["state"], case["rungs"][-1]["name"]) == ("closed", "erased")
    assert [each[CLOSED] for each in on_record(hub)] == [1, 1]
    assert said_of(hub, CLOSED) == RETENTION.digest("incident-five-years")
    told = hub.sluis("provisions", "--incident", CLOSED, "--all", "--json").stdout.splitlines()
    (line, *about) = [each for each in map(json.loads, told) if each["kind"] == "erase"]
    assert line["reason"] == "incident-five-years"
    assert len(about) == 2  # a line for each of the incident's persons
    refused = hub.sluis("erase", OPEN, *BY)
    assert refused.returncode == 1
    assert "unfinished" in refused.stderr
    assert "open_obligation" in refused.stderr

    # Two years on: mail that was received and is settled goes, from the beginning of its topic.
    clock = hub.home.parent / "later"
    clock.write_text("2028-01-01T00:00:00Z")
    later_on = environment(clock_file=clock)
    apply = ("retention", "apply", "--json", "--home", hub.home)
    child = killed_at("before the removal", *apply, **later_on)
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert len(mail(hub)) == 2
    removals = [CODEC.decode(each.value or b"", Removal) for each in hub.records(REMOVALS)]
    (ours,) = [each for each in removals if each.topic == mail_topic(VT)]
    assert (ours.up_to, ours.rules) == (1, ("mail-after-receipt",))
    assert ours.rule_digests == (RETENTION.digest("mail-after-receipt"),)
    done = sluis(*apply, clock_file=clock)
    assert json.loads(done.stdout)["removed"] == 0, done.stderr
    assert [each.key for each in mail(hub)] == [OPEN.encode()]
    assert len(hub.records(REMOVALS)) == len(removals)
    # By the auditor's clock, and that of the parties who saw the log, it is not so late.
    audited = hub.sluis("audit", "--json")
    found = json.loads(audited.stdout)["findings"]
    assert {each["code"] for each in found} == {"removed_early"}
    assert not [each for each in found if each["place"].startswith("ledger.events")]
    assert hub.wait_accounted()["holds"]


def test_killed_at_any_step_an_erasure_is_finished_by_the_next_and_on_record_once(hub: Chain):
    keys = {incident: keys_of(hub, incident) for incident in KILLED}
    steps = ("before the commit", "before the key", "after the key")
    for step, incident in zip(steps, KILLED, strict=True):
        child = killed_at(step, "erase", incident, *BY, "--home", hub.home)
        assert child.returncode == -signal.SIGKILL, child.stderr
    first, second, third = KILLED
    # The third run found what the second one had on record, and finished that first.
    assert [is_gone(hub, keys[each][0]) for each in KILLED] == [False, True, True]
    assert hub.json("erase", first, *BY) == {"erased": [first], "finished": []}
    assert all(is_gone(hub, key) for several in keys.values() for key in several)
    for incident in (second, third):
        again = hub.sluis("erase", incident, *BY)
        assert "erased before" in again.stdout, again.stderr
    ledger, register = on_record(hub)
    assert {each: ledger[each] for each in KILLED} == dict.fromkeys(KILLED, 1)
    assert {each: register[each] for each in KILLED} == dict.fromkeys(KILLED, 1)
    assert said_of(hub, first) == RETENTION.digest("citizens_request")


def test_a_refused_line_lies_sealed_and_goes_when_a_role_says_so(hub: Chain):
    (entry,) = [e for e in hub.json("quarantine", "list") if e["place"].endswith("ndjson:6")]
    lying = [each for each in hub.records(QUARANTINE) if each.value]
    assert not any(b"Zandoogje" in (each.value or b"") for each in lying)
    kept = [CODEC.decode(each.value or b"", Quarantined) for each in lying]
    (key_id,) = [e.key_id for e in kept if e.quarantine_id == entry["quarantine_id"]]
    assert key_id is not None
    assert not is_gone(hub, key_id)
    denied = hub.sluis(
        "erase", "--entry", entry["quarantine_id"], "--reason", "citizens_request",
        "--role", "case_officer",
    )  # fmt: skip
    assert "role_may_not" in denied.stderr
    done = hub.sluis(
        "erase", "--entry", entry["quarantine_id"], "--reason", "unusable", "--role", "supervisor"
    )
    assert done.returncode == 0, done.stderr
    assert is_gone(hub, key_id)
    (after,) = [e for e in hub.json("quarantine", "list") if e["place"] == entry["place"]]
    assert (after["state"], after["erased_by"]) == ("erased", "unusable")
    headers = [dict(each.headers) for each in hub.records(QUARANTINE) if each.value is None]
    (marker,) = [e for e in headers if e.get(ERASED_ENTRY) == entry["quarantine_id"].encode()]
    assert marker[ERASED_UNDER] == RETENTION.digest("unusable").encode()


def test_what_never_came_in_cannot_be_erased(hub: Chain):
    done = hub.sluis("erase", "PL0900-NOSUCH", *BY)
    assert done.returncode == 1
    assert "unknown_incident" in done.stderr
