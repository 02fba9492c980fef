"""Desks on a real Kafka: mail in once, answers out, also when the program is killed."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from connector_ground import Ground, kill, stop
from made_mail import message_id, referral
from waiting import eventually

from ketensluis.cli.simulation import set_clock
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.stored import load, verify_stored
from ketensluis.model.messages import (
    Acceptance,
    Decision,
    Feedback,
    Receipt,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.party import mail_topic, responses_topic
from ketensluis.model.record import Output, Record
from ketensluis.partner.attending import desk_of
from ketensluis.partner.desk import Desk, Taken
from ketensluis.partner.mailroom import open_mailroom
from ketensluis.runtime.clock import SystemClock

pytestmark = pytest.mark.kafka
ANSWERS = (Receipt, Acceptance, Rejection, SafetyAssessment, Feedback, Decision)


def mail(ground: Ground, party: str, prefix: str, count: int) -> list[Output]:
    """Messages of the hub to that party, sealed now."""
    sealer, now = ground.sealer("hub"), datetime.now(UTC)
    found = []
    for number in range(count):
        it = referral(party, incident_id=f"{prefix}-{number}")
        found.append(
            sealer.seal(
                it,
                topic=mail_topic(party),
                key=it.incident_id,
                subject=it.incident_id,
                at=now,
                recipient=party,
            )
        )
    return found


def answers(ground: Ground, party: str, prefix: str) -> list[tuple[str, Any]]:
    """Id and content of each answer of the party about this test's incidents, verified."""
    opener = ground.opener("hub")
    opened = [opener.open(record, ANSWERS) for record in ground.committed(responses_topic(party))]
    assert {each.signer for each in opened} <= {party}
    return [
        (each.attributes.id, each.message)
        for each in opened
        if each.message.incident_id.startswith(prefix)
    ]


class Counted:
    """What a mailroom told."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []

    def __call__(self, _record: Record, taken: Taken) -> None:
        self.taken.append(taken)


def attend(ground: Ground, desk: Desk) -> Counted:
    """Empty the mailroom, as `sluis receive` does."""

    async def attend() -> Counted:
        told = Counted()
        async with open_mailroom(desk, ground.bootstrap, SystemClock()) as mailroom:
            await asyncio.wait_for(mailroom.empty(told), 120)
        return told

    return asyncio.run(attend())


def test_a_mailroom_is_emptied_once_and_each_message_has_one_receipt(
    ground: Ground, prefix: str, tmp_path: Path
):
    party = "vt:utrecht"
    ground.publish(mail(ground, party, prefix, 20))
    desk = desk_of(ground.settings, party, tmp_path)
    assert len(attend(ground, desk).taken) == 20
    assert attend(ground, desk).taken == []
    assert len(list((tmp_path / "inbox").glob("*.json"))) == 20
    found = answers(ground, party, prefix)
    assert Counter(answer.incident_id for _, answer in found) == Counter(
        f"{prefix}-{number}" for number in range(20)
    )
    directory = Directory.load(ground.pki)
    for _, answer in found:
        stored = load(tmp_path / "inbox" / f"{answer.incident_id}.{answer.message_id}.msg")
        assert verify_stored(stored, directory).digest == answer.digest


@asynccontextmanager
async def transactional(bootstrap: str, name: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=name)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send(producer: AIOKafkaProducer, outputs: list[Output]) -> None:
    for output in outputs:
        await producer.send_and_wait(
            output.topic,
            output.value,
            key=output.key,
            headers=list(output.headers),
            timestamp_ms=int(datetime.now(UTC).timestamp() * 1000),
        )


def test_a_mailroom_ends_at_markers_and_before_a_transaction_that_is_open(
    ground: Ground, prefix: str, tmp_path: Path
):
    party = "vt:twente"
    committed, aborted, later = (
        mail(ground, party, f"{prefix}-{name}", 3) for name in ("committed", "aborted", "later")
    )
    desk = desk_of(ground.settings, party, tmp_path)

    async def run() -> list[int]:
        found = []
        async with transactional(ground.bootstrap, f"test-{prefix}") as producer:
            await producer.begin_transaction()
            await send(producer, committed)
            await producer.commit_transaction()
            await producer.begin_transaction()
            await send(producer, aborted)
            await producer.abort_transaction()
            found.append(await asyncio.to_thread(lambda: len(attend(ground, desk).taken)))
            await producer.begin_transaction()
            await send(producer, later)
            found.append(await asyncio.to_thread(lambda: len(attend(ground, desk).taken)))
            await producer.commit_transaction()
            found.append(await asyncio.to_thread(lambda: len(attend(ground, desk).taken)))
        return found

    # A commit is visible a moment after it is confirmed: what the first and last round lack
    # the next would have, so only the sum and the open transaction are certain.
    first, meanwhile, last = asyncio.run(run())
    while first + meanwhile + last < 6:
        last += len(attend(ground, desk).taken)
    assert (first + meanwhile, last) == (3, 3)
    assert not list((tmp_path / "inbox").glob("*aborted*"))


def test_what_cannot_be_verified_or_sent_holds_up_nothing_else(
    ground: Ground, prefix: str, tmp_path: Path
):
    party = "vt:zeeland"
    good, bad = mail(ground, party, prefix, 2)
    garbage = Output(mail_topic(party), b"\xff", b"garbage", (("ce_id", b"\xff"),))
    forged = msgspec.structs.replace(referral(party), incident_id=f"{prefix}-x")
    by_police = Output(bad.topic, bad.key, bad.value, mail(ground, party, prefix, 3)[2].headers)
    ground.publish([garbage, by_police, good])
    laid = tmp_path / "answers"
    laid.mkdir()
    (laid / "a.answer").write_text("{")
    decision = {"answer": "decision", "decision": "summons", "incident_id": forged.incident_id,
                "message_id": message_id(), "at": "2026-01-01T00:00:00Z"}  # fmt: skip
    (laid / "b.answer").write_text(json.dumps(decision))
    told = attend(ground, desk_of(ground.settings, party, tmp_path))
    assert [each.refused is None for each in told.taken] == [False, False, True]
    assert len(list((tmp_path / "inbox").glob("*.json"))) == 1
    found = [answer for _, answer in answers(ground, party, prefix)]
    assert Counter(type(answer) for answer in found) == Counter([Receipt, Rejection])
    refused = {path.name: path.read_text() for path in (laid / "refused").glob("*.reason")}
    assert "bad_answer" in refused["a.answer.reason"]
    assert "signer_not_allowed" in refused["b.answer.reason"]


def test_a_region_run_by_the_script_answers_the_same_however_often_it_is_killed(
    ground: Ground, prefix: str, tmp_path: Path
):
    party, count = "vt:flevoland", 60
    ground.publish(mail(ground, party, prefix, count))
    clock, begin = tmp_path / "clock", datetime.now(UTC)
    set_clock(clock, begin)
    arguments = ("veilig_thuis", "--party", party, "--folder", str(tmp_path), "--script", "3")

    def inbox() -> int:
        return len(list((tmp_path / "inbox").glob("*.json")))

    for filed in (1, 30):
        process = ground.start(*arguments, clock_file=str(clock))
        eventually(lambda filed=filed: inbox() >= filed)
        kill(process)
    process = ground.start(*arguments, clock_file=str(clock))
    eventually(lambda: inbox() == count)
    laid = sum(1 for _ in tmp_path.glob("answers/*.answer"))
    for weeks in (1, 20):
        set_clock(clock, begin + timedelta(weeks=weeks))
        eventually(lambda: answers(ground, party, prefix))
        kill(process)
        process = ground.start(*arguments, clock_file=str(clock))
    eventually(lambda: not list(tmp_path.glob("answers/*.answer")))
    assert stop(process) == 0
    sent = list(tmp_path.glob("answers/sent/*.answer"))
    assert len(sent) >= laid > 2 * count
    found = dict(answers(ground, party, prefix))
    # However often an answer was sent, it is one by its id, and none is missing.
    assert len(found) == len(sent)
    kinds = Counter(type(answer) for answer in found.values())
    assert kinds[Receipt] >= 0.9 * count
    assert kinds[SafetyAssessment] > 0 < kinds[Feedback]


def test_a_region_run_by_people_sends_its_receipt_and_what_they_write(
    ground: Ground, prefix: str, tmp_path: Path
):
    party = "vt:haaglanden"
    ground.publish(mail(ground, party, prefix, 1))
    process = ground.start("veilig_thuis", "--party", party, "--folder", str(tmp_path))
    eventually(lambda: answers(ground, party, prefix))
    beside = tmp_path / "answers" / "accepted.part"
    it = referral(party, incident_id=f"{prefix}-0")
    named = {"incident_id": it.incident_id, "message_id": it.message_id}
    beside.write_text(json.dumps({"answer": "acceptance", "at": "2026-11-01T10:00Z"} | named))
    beside.rename(tmp_path / "answers" / "accepted.answer")
    eventually((tmp_path / "answers" / "refused" / "accepted.answer").exists)
    beside.write_text(json.dumps({"answer": "acceptance", "at": "2026-11-01T10:00:00Z"} | named))
    beside.rename(tmp_path / "answers" / "accepted.answer")
    eventually(lambda: len(answers(ground, party, prefix)) == 2)
    assert stop(process) == 0
    receipt, acceptance = (answer for _, answer in answers(ground, party, prefix))
    assert isinstance(receipt, Receipt)
    assert acceptance == Acceptance(
        incident_id=it.incident_id,
        message_id=it.message_id,
        at=datetime(2026, 11, 1, 10, tzinfo=UTC),
    )


def test_an_office_of_om_decides_by_the_script(ground: Ground, prefix: str, tmp_path: Path):
    party, count = "om:limburg", 20
    ground.publish(mail(ground, party, prefix, count))
    clock, begin = tmp_path / "clock", datetime.now(UTC)
    set_clock(clock, begin)
    arguments = ("om", "--party", party, "--folder", str(tmp_path), "--script", "3")
    process = ground.start(*arguments, clock_file=str(clock))
    eventually(lambda: len(list((tmp_path / "inbox").glob("*.json"))) == count)
    set_clock(clock, begin + timedelta(weeks=10))
    eventually(lambda: not list(tmp_path.glob("answers/*.answer")))
    assert stop(process) == 0
    kinds = Counter(type(answer) for _, answer in answers(ground, party, prefix))
    assert kinds[Receipt] == kinds[Acceptance] == count
    assert 0 < kinds[Decision] <= count


def test_a_connector_needs_its_own_key_and_no_other(ground: Ground, prefix: str, tmp_path: Path):
    party = "vt:drenthe"
    own = tmp_path / "own"
    shutil.copytree(ground.pki / "public", own / "public")
    shutil.copytree(ground.pki / "parties" / "vt.drenthe", own / "parties" / "vt.drenthe")
    ground.publish(mail(ground, party, prefix, 1))
    process = ground.start(
        "veilig_thuis", "--party", party, "--folder", str(tmp_path / "desk"), pki=str(own)
    )
    eventually(lambda: answers(ground, party, prefix))
    assert stop(process) == 0
    another = ground.start("veilig_thuis", "--party", "vt:groningen", pki=str(own))
    assert another.wait(120) == 1
    assert "no_identity" in ground.log()[-1]["error"]


def test_a_party_without_keys_is_told_so(ground: Ground):
    assert ground.start("veilig_thuis", "--party", "vt:nergens").wait(120) == 1
    assert "no_identity" in ground.log()[-1]["error"]
