"""What retention removed is explained by what the hub signed before; what just went is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from audited_day import Day
from log_copy import CODEC, Copy
from msgspec.structs import replace

from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Sealer
from ketensluis.model.party import HUB, REMOVALS
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.removal import Removal

NOT_DUE = ("removed_early", "removed_unfinished")  # received a moment ago, and still open

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture
def copy(day: Day) -> Copy:
    return Copy.of(day.folder)


def first_letters(copy: Copy, count: int) -> list[Record]:
    """The first records of a topic of mail."""
    topic = copy.records[copy.at("referrals.")].coordinates.topic
    lying = [each for each in copy.records if each.coordinates.topic == topic]
    assert len(lying) >= count, "the day has too little mail for this test"
    return sorted(lying, key=lambda each: each.coordinates)[:count]


def put_on_record(copy: Copy, gone: list[Record]) -> None:
    """The removal, as the hub signs it, and as the log and its witnesses have it."""
    last = gone[-1].coordinates
    removal = Removal(
        removal_id="5f0c1a52-0000-5000-8000-000000000001",
        topic=last.topic,
        partition=last.partition,
        up_to=last.offset + 1,
        rules=("mail-after-receipt",),
        messages=tuple((each.header("ce_id") or b"").decode() for each in gone),
        at=copy.latest,
    )
    directory = Directory.load(copy.pki)
    sealer = Sealer(Identity.load(copy.pki, HUB), directory, CODEC.encode)
    place = f"{last.topic}[{last.partition}]"
    sealed = sealer.seal(removal, topic=REMOVALS, key=place, subject=place, at=copy.latest)
    at, time = Coordinates(REMOVALS, 0, 0), round(copy.latest.timestamp() * 1000)
    copy.records.append(Record(at, sealed.key, sealed.value, sealed.headers, time))
    copy.rewrite()


def remove(copy: Copy, gone: list[Record]) -> None:
    copy.records = [each for each in copy.records if each not in gone]


def test_what_retention_removed_is_explained_and_was_not_due_yet(copy: Copy, tmp_path: Path):
    gone = first_letters(copy, 2)
    put_on_record(copy, gone)
    remove(copy, gone)
    report = copy.audit()
    early = {(code, str(each.coordinates)) for each in gone for code in NOT_DUE}
    assert {(each.code, each.place) for each in report.findings} == early
    assert report.counts["messages removed by retention"] == 2
    assert copy.verified(tmp_path / "bundle") == set()


def test_without_a_record_of_it_a_removal_is_found(copy: Copy, tmp_path: Path):
    gone = first_letters(copy, 1)
    remove(copy, gone)
    assert copy.verified(tmp_path / "bundle") == {"missing_record"}
    assert {"entry_without_record", "no_message"} <= copy.codes()


def test_more_than_the_record_says_is_found(copy: Copy):
    gone = first_letters(copy, 2)
    put_on_record(copy, gone[:1])
    remove(copy, gone)
    found = {(each.code, each.place) for each in copy.audit().findings}
    assert ("entry_without_record", str(gone[1].coordinates)) in found
    assert ("entry_without_record", str(gone[0].coordinates)) not in found


@pytest.mark.parametrize(
    "forged",
    [
        lambda record: replace(record, headers=tuple(h for h in record.headers if h[0] != "jws")),
        lambda record: replace(record, value=(record.value or b"")[:-1] + b"\x01"),
    ],
)
def test_a_removal_that_the_hub_did_not_sign_is_found(
    copy: Copy, forged: Callable[[Record], Record]
):
    gone = first_letters(copy, 1)
    put_on_record(copy, gone)
    copy.records[-1] = forged(copy.records[-1])
    copy.rewrite()
    remove(copy, gone)
    assert {"unsigned", "bad_signature"} & copy.codes()
