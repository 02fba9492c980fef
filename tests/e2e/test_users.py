"""`up` in one terminal, `send`, `receive` and `balance` in others: they agree."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import httpx
import pytest
from chain_rig import DEADLINE, Chain, alive, descendants, header, ndjson, registration, sluis, up
from waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

LEEWARDEN, UTRECHT, VLISSINGEN = "GM0080", "GM0344", "GM0718"


def send(chain: Chain, tmp_path: Path, *lines: dict[str, object] | bytes) -> dict[str, int]:
    return dict(chain.json("send", ndjson(tmp_path / "incidents.ndjson", lines)))


def test_what_is_sent_is_received_once_and_the_ledger_and_the_balance_say_the_same(
    chain: Chain, tmp_path: Path
):
    party, ids = "vt:friesland", [f"PL0100-20000000{number}" for number in range(10, 13)]
    lines = [
        registration(
            0,
            incident_id=each,
            municipality=LEEWARDEN,
            narrative="Zandoogje is geslagen; haar telefoon is 06-12345678.",
        )
        for each in ids
    ]
    before = chain.balance()
    assert send(chain, tmp_path, *lines, b'{"incident_id": "X"}') == {"sent": 3, "refused": 1}
    eventually(
        lambda: (
            dict.fromkeys(((each, party) for each in ids), "sent").items() <= chain.states().items()
        )
    )

    box = tmp_path / "in" / "box"
    done = chain.sluis("receive", party, "--out", box)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("3 received, 0 refused\n")
    again = chain.sluis("receive", party, "--out", box)
    assert (again.returncode, again.stdout) == (0, "0 received, 0 refused\n")

    messages = {each: chain.cases(each)[party]["message_id"] for each in ids}
    names = {f"{each}.{message}" for each, message in messages.items()}
    assert {path.name for path in box.iterdir()} == {
        f"{name}{suffix}" for name in names for suffix in (".json", ".msg")
    }
    for name in names:
        told = json.loads((box / f"{name}.json").read_text(encoding="utf-8"))
        assert told["incident_id"] == name.partition(".")[0]
        assert all(set(each) == {"path", "rule"} for each in told["withheld"])
        assert "12345678" not in told["narrative"]
        assert "Zandoogje" not in told["narrative"]
        proof = json.loads(
            sluis("verify", box / f"{name}.msg", "--home", chain.home, "--json").stdout
        )
        assert (proof["signer"], proof["recipient"]) == ("hub", party)
        assert f"{proof['incident_id']}.{proof['message_id']}" == name

    for each in ids:
        case = chain.wait_for("received", each, party)
        assert [rung["name"] for rung in case["rungs"]] == [
            "registered", "classified", "decided", "sent", "received",
        ]  # fmt: skip
    after = chain.wait_accounted()
    for line, more in (("obligations", 3), ("sent", 3), ("received", 3), ("quarantined", 1)):
        assert after[line] - before[line] == more, line


def test_explain_names_every_field_of_the_incident_once_and_what_was_released(
    chain: Chain, tmp_path: Path
):
    party, incident = "vt:utrecht", "PL0900-2000000020"
    line = registration(
        0,
        incident_id=incident,
        unit="Midden-Nederland",
        municipality=UTRECHT,
        narrative="Ruzie.",
        reporting_officer={"number": "NN12345", "team": "Basisteam Utrecht"},
    )
    send(chain, tmp_path, line)
    chain.wait_for("sent", incident, party)

    told = chain.json("explain", incident, "--for", party)
    assert set(told) == {
        "incident_id", "recipient", "agreement", "version", "legal_basis", "outcome", "reason",
        "fields",
    }  # fmt: skip
    assert (told["incident_id"], told["recipient"]) == (incident, party)
    assert told["outcome"] == "released"
    actions = {field["path"]: field["action"] for field in told["fields"]}
    assert len(actions) == len(told["fields"])
    assert set(actions) == leaves(line)
    assert set(actions.values()) <= {"release", "withhold", "generalise", "pseudonymise", "mask"}
    assert all(field["rule"] and field["why"] for field in told["fields"])

    chain.sluis("receive", party, "--out", tmp_path / "box")
    (file,) = (tmp_path / "box").glob(f"{incident}.*.json")
    received = json.loads(file.read_text(encoding="utf-8"))
    withheld = {each["path"]: each["rule"] for each in received.pop("withheld")}
    assert {path for path, action in actions.items() if action == "withhold"} == set(withheld)
    assert leaves(received) == set(actions) - set(withheld)

    other = chain.sluis("explain", incident, "--for", "vt:twente")
    assert other.returncode == 1
    assert "not_a_recipient" in other.stderr
    unknown = chain.sluis("explain", "PL0000-0000000000", "--for", party)
    assert unknown.returncode == 1
    assert unknown.stderr.count("\n") == 1
    assert "unknown_incident" in unknown.stderr


def leaves(tree: object, path: str = "") -> set[str]:
    """The paths of all values in a tree; a list of plain values is one."""
    if isinstance(tree, dict):
        inner = f"{path}." if path else ""
        return {leaf for key, value in tree.items() for leaf in leaves(value, inner + key)}
    if isinstance(tree, list) and tree and isinstance(tree[0], dict):
        return {
            leaf for number, one in enumerate(tree) for leaf in leaves(one, f"{path}[{number}]")
        }
    return {path}


def test_a_message_that_was_tampered_with_is_not_filed_but_reported_and_rejected(
    chain: Chain, tmp_path: Path
):
    party, incident = "vt:zeeland", "PL2000-2000000030"
    line = registration(
        0, incident_id=incident, unit="Zeeland-West-Brabant", municipality=VLISSINGEN
    )
    send(chain, tmp_path, line)
    message = chain.wait_for("sent", incident, party)["message_id"]
    (true,) = chain.records("referrals.zeeland")
    assert true.value is not None
    altered = true.value[:-8] + (b"A" if true.value[-8:-7] != b"A" else b"B") + true.value[-7:]
    (place,) = chain.put("referrals.zeeland", (true.key, altered, list(true.headers)))
    junk = (b"k", b"junk", [])
    (other,) = chain.put("referrals.zeeland", junk)

    box = tmp_path / "box"
    done = chain.sluis("receive", party, "--out", box)
    assert done.returncode == 1
    assert done.stdout.endswith("1 received, 2 refused\n")
    refused = dict(line.split(": ", 2)[:2] for line in done.stderr.splitlines())
    assert refused == {place: "altered_value", other: "missing_header"}
    assert {path.name for path in box.iterdir()} == {
        f"{incident}.{message}.json", f"{incident}.{message}.msg",
    }  # fmt: skip

    kinds = sorted(header(each, "ce_type") or "" for each in chain.records("responses.vt.zeeland"))
    assert kinds == ["nl.ketensluis.receipt.v1", *["nl.ketensluis.rejection.v1"] * 2]
    chain.wait_accounted()
    assert "received" in {rung["name"] for rung in chain.cases(incident)[party]["rungs"]}
    assert chain.sluis("receive", party, "--out", box).stdout == "0 received, 0 refused\n"


def test_a_refused_line_is_listed_and_shown_without_content_and_cannot_go_back(
    chain: Chain, tmp_path: Path
):
    line = registration(41, surname="Geheimpje", unit="Nergenshuizen")
    file = ndjson(tmp_path / "with-a-fault.ndjson", [registration(40), line])
    done = chain.sluis("send", file)
    assert done.returncode == 1
    assert done.stdout == "1 sent, 1 refused\n"
    assert done.stderr.startswith(f"{file}:2: unknown_field: ")

    (entry,) = [
        each
        for each in chain.json("quarantine", "list")
        if each["place"] == "with-a-fault.ndjson:2"
    ]
    assert (entry["code"], entry["state"]) == ("unknown_field", "open")
    shown = chain.sluis("quarantine", "show", entry["quarantine_id"])
    assert shown.returncode == 0
    assert entry["quarantine_id"] in shown.stdout
    listed = chain.sluis("quarantine", "list").stdout
    assert "Geheimpje" not in listed + shown.stdout
    assert "Nergenshuizen" not in listed + shown.stdout

    back = chain.sluis("quarantine", "requeue", entry["quarantine_id"])
    assert back.returncode == 1
    assert "not_requeueable" in back.stderr
    missing = chain.sluis("quarantine", "show", "no-such-entry")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)


def test_a_refused_record_goes_back_to_its_topic_once(chain: Chain):
    (place,) = chain.put("police.incidents", (b"PL0100-0000000050", b"not Avro", []))

    def entry() -> dict[str, str] | None:
        found = [each for each in chain.json("quarantine", "list") if each["place"] == place]
        return found[0] if found else None

    known = eventually(entry)
    back = chain.sluis("quarantine", "requeue", known["quarantine_id"], "--json")
    assert back.returncode == 0, back.stderr
    lies_at = json.loads(back.stdout)["requeued_as"]
    assert lies_at.startswith("police.incidents[")

    again = chain.sluis("quarantine", "requeue", known["quarantine_id"])
    assert again.returncode == 1
    assert "already_requeued" in again.stderr
    # It is no better than it was, so it is refused once more, as an entry of its own.
    eventually(
        lambda: [each for each in chain.json("quarantine", "list") if each["place"] == lies_at]
    )
    assert entry() | {"state": "open"} == known | {"requeued_as": lies_at}
    chain.wait_accounted()


def test_the_work_list_and_the_register_follow_what_up_runs(chain: Chain, tmp_path: Path):
    incident = "PL0100-2000000055"
    send(chain, tmp_path, registration(0, incident_id=incident, municipality=UTRECHT))
    chain.wait_for("sent", incident, "vt:utrecht")

    def stands_in(*command: str) -> bool:
        return incident in chain.sluis(*command, "--json").stdout

    eventually(lambda: stands_in("worklist", "open"))
    eventually(lambda: stands_in("provisions", "--incident", incident))
    page = (chain.home.parent / "up.log").read_text().partition("work list: ")[2].split()[0]
    asked = httpx.get(page, timeout=30)
    assert (asked.status_code, "Sign in" in asked.text) == (401, True)


def test_up_starts_a_killed_worker_again_and_sigterm_stops_everything(tmp_path: Path):
    with up(tmp_path) as (chain, process):
        log = tmp_path / "up.log"
        everyone = descendants(process.pid)
        killed = {}
        page = log.read_text().partition("work list: ")[2].split()[0]
        for name in ("disclosure", "responses", "tracker", "worklist"):
            (killed[name],) = [each for each in everyone if runs(each, name)]
            os.kill(killed[name], signal.SIGKILL)
        for name in killed:
            eventually(lambda name=name: f"{name} ended with code -9" in log.read_text())
        eventually(lambda: answers(page))
        send(chain, tmp_path, registration(60, municipality=UTRECHT))
        chain.wait_for("sent", "PL0100-0000000060", "vt:utrecht")
        assert chain.sluis("receive", "vt:utrecht", "--out", tmp_path / "box").returncode == 0
        chain.wait_for("received", "PL0100-0000000060", "vt:utrecht")
        everyone |= descendants(process.pid)

        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
        assert log.read_text().endswith("stopped\n")
        assert not [each for each in everyone if alive(each)]
        assert not (chain.home / "up.json").exists()
        late = chain.sluis("balance")
        assert (late.returncode, late.stderr.count("\n")) == (1, 1)
        assert "no_broker" in late.stderr


def test_up_that_is_killed_leaves_no_process_and_what_was_sent_is_there_at_the_next_start(
    tmp_path: Path,
):
    with up(tmp_path) as (chain, process):
        send(chain, tmp_path, registration(70))
        chain.wait_for("sent", "PL0100-0000000070", "vt:groningen")
        before = chain.wait_accounted()
        everyone = descendants(process.pid)
        assert len(everyone) >= 5  # three workers, a supervisor, Apache Kafka
        process.kill()
        process.wait()
        eventually(lambda: not [each for each in everyone if alive(each)])
        late = chain.sluis("balance")
        assert (late.returncode, late.stderr.count("\n")) == (1, 1)
        assert "kafka_unavailable" in late.stderr

    (tmp_path / "up.log").unlink()
    with up(tmp_path) as (chain, process):
        assert chain.balance() == before
        everyone = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 0
        assert not [each for each in everyone if alive(each)]


def answers(page: str) -> bool:
    try:
        return "Sign in" in httpx.get(page, timeout=30).text
    except httpx.TransportError:
        return False


def runs(pid: int, worker: str) -> bool:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return b"run" in command and worker.encode() in command
