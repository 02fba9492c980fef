"""What `sluis verify` says, in words, of a message of a real day, and of what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from audited_day import Day
from log_copy import WITNESSES, Copy
from msgspec.structs import replace

from ketensluis.audit.heads import Heads
from ketensluis.audit.message import Point, in_log, signed_points
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.stored import StoredMessage, load
from ketensluis.journal.keys import JournalKeys

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture
def copy(day: Day) -> Copy:
    return Copy.of(day.folder)


@pytest.fixture
def message(day: Day) -> StoredMessage:
    return load(next((day.folder / "mail").glob("PL0900-2026000201.*.msg")))


def said(copy: Copy, message: StoredMessage) -> dict[str, Point]:
    heads = Heads(copy.log.checkpoint(), copy.seen)
    _, signed = signed_points(message, Directory.load(copy.pki))
    logged = in_log(message, heads, JournalKeys.load(copy.pki), copy.log.fetch)
    return {each.name: each for each in (*signed, *logged)}


def holding(points: dict[str, Point]) -> dict[str, bool | None]:
    return {name: each.holds for name, each in points.items()}


ALL = {"signature": True, "certificate": True, "log": True, "witnesses": True}


def test_of_an_untouched_message_everything_holds(copy: Copy, message: StoredMessage):
    assert holding(said(copy, message)) == ALL


def another_content(message: StoredMessage) -> StoredMessage:
    return replace(
        message, payload=("B" if message.payload[0] == "A" else "A") + message.payload[1:]
    )


def another_time(message: StoredMessage) -> StoredMessage:
    return replace(message, record=replace(message.record, timestamp_ms=1_700_000_000_000))


def another_header(message: StoredMessage) -> StoredMessage:
    (name, value), *rest = reversed(message.record.headers)
    headers = (*reversed(rest), (name, f"{value}x"))
    return replace(message, record=replace(message.record, headers=headers))


def another_place(message: StoredMessage) -> StoredMessage:
    return replace(message, record=replace(message.record, offset=4_711))


@pytest.mark.parametrize(
    ("change", "not_holding", "word"),
    [
        (another_content, "signature", "altered_value"),
        (another_time, "log", "another time"),
        (another_header, "log", "another signature or headers"),
        (another_place, "log", "has none of referrals.utrecht["),
    ],
)
def test_what_was_changed_about_a_message_is_named(
    copy: Copy,
    message: StoredMessage,
    change: Callable[[StoredMessage], StoredMessage],
    not_holding: str,
    word: str,
):
    point = said(copy, change(message))[not_holding]
    assert point.holds is False
    assert word in point.sentence


def test_a_certificate_for_which_nobody_vouches_does_not_hold(
    copy: Copy, message: StoredMessage, tmp_path: Path
):
    from ketensluis.envelope.pki import make_demo_pki  # noqa: PLC0415

    make_demo_pki(tmp_path, ("hub", "vt:utrecht"), copy.latest)
    _, (signature, certificate) = signed_points(message, Directory.load(tmp_path))
    assert (signature.holds, certificate.holds) == (None, False)


def test_a_log_that_too_few_parties_saw_does_not_hold(copy: Copy, message: StoredMessage):
    copy.seen = copy.witnessed(WITNESSES[:1])
    points = said(copy, message)
    assert holding(points) == {**ALL, "witnesses": False}
    assert "1 saw the log, 2 must have" in points["witnesses"].sentence


def test_a_log_that_nobody_has_seen_with_the_message_does_not_hold_yet(
    copy: Copy, message: StoredMessage
):
    records, copy.records = copy.records, copy.records[:1]
    copy.rewrite()
    copy.records = records
    copy.journal()
    assert "look again later" in said(copy, message)["witnesses"].sentence


def test_a_log_other_than_the_parties_saw_does_not_hold(copy: Copy, message: StoredMessage):
    (index, *_) = copy.events(lambda event: event.outcome == "not_required")
    copy.change_event(index, reason="withdrawn")
    copy.journal()
    assert "two_histories" in said(copy, message)["witnesses"].sentence


def test_a_tile_that_was_altered_does_not_lead_to_the_root(copy: Copy, message: StoredMessage):
    (path,) = (each for each in copy.log.files if each.startswith("tile/0/"))
    copy.log.files[path] = bytes(32) * (len(copy.log.files[path]) // 32)
    assert said(copy, message)["log"].holds is False
