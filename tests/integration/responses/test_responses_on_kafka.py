"""The responses service as a program: each answer is told once, whenever it is killed."""

from __future__ import annotations

import socket
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from connector_ground import Ground, kill, stop
from made_mail import CODEC, UNIT
from waiting import eventually

from ketensluis.envelope.directory import party_folder
from ketensluis.envelope.postmark import Postmarks
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import Acceptance, FeedbackNotice, Quarantined
from ketensluis.model.party import (
    LEDGER_EVENTS,
    QUARANTINE,
    feedback_topic,
    responses_topic,
)
from ketensluis.model.record import Output
from ketensluis.runtime.hub_secret import hub_pseudonyms

pytestmark = pytest.mark.kafka
PARTIES = ("vt:gelderland-zuid", "om:oost-nederland")


def answers(ground: Ground, prefix: str, party: str, numbers: range) -> list[Output]:
    """Acceptances of as many messages; every hundredth names a unit that is not theirs."""
    postmarks = Postmarks(hub_pseudonyms(party_folder(ground.pki, "hub")).postmark_key)
    sealer, now = ground.sealer(party), datetime.now(UTC)
    found = []
    for number in numbers:
        incident_id = f"{prefix}-{number}"
        about = {"incident_id": incident_id, "recipient": party, "unit": UNIT}
        it = Acceptance(
            incident_id=incident_id,
            message_id=postmarks.issue("made", number, **about),
            unit="Limburg" if number % 100 == 99 else UNIT,
            at=now - timedelta(minutes=1),
        )
        found.append(
            sealer.seal(
                it, topic=responses_topic(party), key=incident_id, subject=incident_id, at=now
            )
        )
    return found


def about(ground: Ground, topic: str, kind: type[msgspec.Struct], prefix: str) -> Counter[str]:
    """How often each incident of this test was told of on a topic of the hub's own."""
    found = (CODEC.decode(each.value, kind) for each in ground.committed(topic) if each.value)
    ids = (getattr(each, "incident_id", None) or "" for each in found)
    return Counter(each.removeprefix(prefix) for each in ids if each.startswith(prefix))


def heard(ground: Ground, prefix: str) -> Counter[str]:
    """How often the reporting unit, with its own key, hears of each incident."""
    opener = ground.opener("police:noord-nederland")
    found = (
        opener.open(each, (FeedbackNotice,)).message.incident_id
        for each in ground.committed(feedback_topic(UNIT))
    )
    return Counter(each.removeprefix(prefix) for each in found if each.startswith(prefix))


def test_killed_under_load_each_answer_is_on_the_ledger_and_with_the_police_once(
    ground: Ground, prefix: str
):
    count = 1_500

    def told() -> int:
        return len(about(ground, LEDGER_EVENTS, LedgerEvent, prefix))

    limits = {"session_timeout": "6", "batch_records": "100"}
    for party, numbers in zip(PARTIES, (range(count), range(count, 2 * count)), strict=True):
        ground.publish(answers(ground, prefix, party, numbers))
    for reached in (1, 900, 1_900):
        process = ground.start("responses", **limits)
        eventually(lambda reached=reached: told() >= reached)
        kill(process)
    process = ground.start("responses", **limits)
    eventually(lambda: told() == 2 * count * 99 // 100)
    eventually(lambda: len(about(ground, QUARANTINE, Quarantined, prefix)) == 2 * count // 100)
    assert stop(process) == 0
    good = Counter(f"-{number}" for number in range(2 * count) if number % 100 != 99)
    wrong = Counter(f"-{number}" for number in range(2 * count) if number % 100 == 99)
    assert about(ground, LEDGER_EVENTS, LedgerEvent, prefix) == good
    assert about(ground, QUARANTINE, Quarantined, prefix) == wrong
    assert heard(ground, prefix) == good
    assert not about_limburg(ground, prefix)


def test_started_while_kafka_is_away_it_waits_for_it(ground: Ground, tmp_path: Path):
    with socket.socket() as nobody:  # bound and not listening, so that nobody else answers
        nobody.bind(("127.0.0.1", 0))
        away = replace(ground, bootstrap=f"127.0.0.1:{nobody.getsockname()[1]}", home=tmp_path)
        process = away.start("responses", backoff_max="1")
        eventually(
            lambda: [one["code"] for one in away.said("worker_in_trouble")] == ["kafka_unavailable"]
        )
        assert process.poll() is None
        kill(process)


def about_limburg(ground: Ground, prefix: str) -> list[str]:
    """What the unit that was wrongly named would hear."""
    keys = (each.key.decode() for each in ground.committed(feedback_topic("Limburg")) if each.key)
    return [key for key in keys if key.startswith(prefix)]
