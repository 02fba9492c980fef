"""An alarm stands in for a receipt: one that is taken away, or made up afterwards, is found."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from audited_day import Day
from log_copy import CODEC, Copy

from ketensluis.model.ledger import Alarm, LedgerEvent
from ketensluis.model.record import Coordinates, Record

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

HOUR = timedelta(hours=1)


@pytest.fixture
def copy(day: Day) -> Copy:
    """A day on which one message was never confirmed: it has no receipt, nor an event of one."""
    made = Copy.of(day.folder)
    (*_, index) = made.events(lambda event: event.kind == "received")
    place = made.event(index).record
    made.records = [
        each
        for number, each in enumerate(made.records)
        if number != index and str(each.coordinates) != place
    ]
    made.rewrite()
    return made


def unconfirmed(copy: Copy) -> LedgerEvent:
    """The decision that sent the message which nobody confirmed."""
    received = {copy.event(n).message_id for n in copy.events(lambda e: e.kind == "received")}
    (index,) = copy.events(
        lambda e: e.kind == "decision" and e.message_id and e.message_id not in received
    )
    return copy.event(index)


def alarm(copy: Copy, raised_at: datetime, came: datetime | None = None) -> Record:
    """What the tracker would have raised then; `came` is when it was put on the topic."""
    sent = unconfirmed(copy)
    raised = Alarm(
        alarm_id="a1", kind="overdue", clock="receipt", incident_id=sent.incident_id,
        recipient=sent.recipient or "", due_at=sent.occurred_at + HOUR, raised_at=raised_at,
        addressed_to="vt:utrecht", unit="Midden-Nederland", region="utrecht",
    )  # fmt: skip
    at = int((came or raised_at).timestamp() * 1000)
    place = Coordinates("ledger.alarms", 0, 0)
    return Record(place, sent.incident_id.encode(), CODEC.encode(raised), (), at)


def due(copy: Copy) -> datetime:
    return unconfirmed(copy).occurred_at + HOUR


def test_without_an_alarm_a_message_that_nobody_confirmed_is_found(copy: Copy):
    assert copy.codes() == {"no_receipt_no_alarm"}


def test_with_its_alarm_it_is_not(copy: Copy, tmp_path: Path):
    copy.records.append(alarm(copy, due(copy) + timedelta(minutes=1)))
    copy.rewrite()
    assert copy.codes() == set()
    assert copy.verified(tmp_path / "bundle") == set()


def test_an_alarm_that_was_taken_away_is_found(copy: Copy, tmp_path: Path):
    copy.records.append(alarm(copy, due(copy) + timedelta(minutes=1)))
    copy.rewrite()
    del copy.records[-1]
    assert copy.codes() == {"entry_without_record", "no_receipt_no_alarm"}
    assert copy.verified(tmp_path / "bundle") == {"missing_record"}


def test_an_alarm_beside_the_log_is_found(copy: Copy):
    copy.records.append(alarm(copy, due(copy) + timedelta(minutes=1)))
    assert copy.codes() == {"not_journalled"}


def test_an_alarm_that_was_altered_is_found(copy: Copy, tmp_path: Path):
    copy.records.append(alarm(copy, due(copy) + timedelta(minutes=1)))
    copy.rewrite()
    at = copy.records[-1].timestamp_ms
    copy.records[-1] = alarm(copy, due(copy) + timedelta(hours=5))
    copy.change(-1, timestamp_ms=at)
    assert copy.codes() == {"altered_record"}
    assert copy.verified(tmp_path / "bundle") == {"altered_record"}


def test_an_alarm_added_later_with_an_old_time_is_found(copy: Copy):
    """What the parties had seen meanwhile did not have it."""
    before = copy.witnessed(at=copy.latest + timedelta(days=3))
    copy.records.append(alarm(copy, due(copy) + timedelta(minutes=1)))
    copy.rewrite()
    assert "added_later" in copy.codes(earlier=[before], later=timedelta(days=4))


def test_an_alarm_that_came_days_after_it_was_due_is_counted_whatever_it_says(copy: Copy):
    """The record's own time is honest, so that the log has nothing against it."""
    raised_at = due(copy) + timedelta(minutes=1)
    copy.records.append(alarm(copy, raised_at, came=raised_at + timedelta(days=4)))
    copy.rewrite()
    report = copy.audit(later=timedelta(days=4))
    assert report.findings == ()
    assert report.counts["alarms a day or more after they were due"] == 1


def test_an_alarm_that_came_before_the_message_was_overdue_excuses_nothing(copy: Copy):
    """As one about an earlier message to the same party would be; it may say what it likes."""
    early = due(copy) - timedelta(minutes=30)
    copy.records.append(alarm(copy, due(copy) + timedelta(minutes=1), came=early))
    copy.rewrite()
    assert copy.codes() == {"no_receipt_no_alarm"}
