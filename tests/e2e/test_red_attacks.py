"""What an operator can do with the hub's own topics and keys, from the beginning, to hide it.

All of it is journalled and seen by the witnesses: only the chain's own books can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from audited_day import Day
from log_copy import CODEC, Copy
from msgspec.structs import replace

from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Record

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture
def copy(day: Day) -> Copy:
    return Copy.of(day.folder)


def sendings(copy: Copy) -> tuple[int, int]:
    """The two decisions that sent something."""
    one, other = copy.events(lambda event: event.kind == "decision" and event.message_id)
    return one, other


def never_sent(copy: Copy, message_id: str | None) -> None:
    """The message is nowhere, nor is any answer to it, as if there had never been one."""

    def about(record: Record) -> bool:
        if record.coordinates.topic == "ledger.events":
            event = CODEC.decode(record.value or b"", LedgerEvent)
            return event.kind == "received" and event.message_id == message_id
        names = {record.header("ce_id"), record.header("ce_causationid")}
        return (message_id or "").encode() in names

    copy.records = [each for each in copy.records if not about(each)]


def found(copy: Copy, **told: timedelta) -> set[tuple[str, str]]:
    copy.rewrite()
    return {(each.code, each.place) for each in copy.audit(**told).findings}


# A referral that was never sent.


@pytest.mark.parametrize("named", ["another decision's", "none", "one of its own incident"])
def test_a_referral_that_was_never_sent_is_found_whatever_message_the_ledger_names(
    copy: Copy, named: str
):
    one, other = sendings(copy)
    place, sent = str(copy.records[other].coordinates), copy.event(one)
    hidden = copy.event(other).message_id
    if named == "none":
        copy.change_event(other, message_id=None)
    else:
        copy.change_event(other, message_id=sent.message_id)
        if named == "one of its own incident":  # a correction that never left
            again = replace(sent, event_id="again", sequence=2)
            copy.change(other, value=CODEC.encode(again), key=copy.records[one].key)
            gone = copy.event(other).record
            assert gone == sent.record
    never_sent(copy, hidden)
    assert ("no_message", place) in found(copy)
    assert "no_receipt_no_alarm" not in copy.codes(), "it is not that the receipt is missing"


def test_a_referral_that_left_though_the_decision_held_it_is_found(copy: Copy):
    _, other = sendings(copy)
    copy.change_event(other, outcome="held", reason="hold_safety")
    assert {code for code, _ in found(copy)} == {"unexplained_message"}


def test_a_missing_receipt_is_not_excused_by_what_replaces_another_message(copy: Copy):
    """Only the next message to the same recipient about the same incident replaces one."""
    one, other = sendings(copy)
    hidden, place = copy.event(other).message_id, str(copy.records[other].coordinates)
    copy.change_event(one, replaces=hidden)
    copy.records = [
        each for each in copy.records if each.header("ce_causationid") != (hidden or "").encode()
        or each.coordinates.topic.startswith("referrals.")
    ]  # fmt: skip
    (received,) = [n for n in copy.events(lambda e: e.kind == "received")
                   if copy.event(n).message_id == hidden]  # fmt: skip
    del copy.records[received]
    assert ("no_receipt_no_alarm", place) in found(copy)


# A message that went elsewhere as well.


@pytest.mark.parametrize(
    ("topic", "also"),
    [
        ("referrals.utrecht", set()),
        ("referrals.amsterdam-amstelland", {"wrong_recipient", "bad_signature"}),
        ("referrals.zeeland", {"bad_signature"}),
    ],
    ids=["the same topic", "a topic that is read before", "a topic that is read after"],
)
def test_a_message_that_lies_there_once_more_is_found(copy: Copy, topic: str, also: set[str]):
    """With the hub's key the copy could be signed anew, and then only this would tell."""
    mail = copy.records[copy.at("referrals.")]
    again = replace(mail, coordinates=Coordinates(topic, 0, 90))
    before = topic < mail.coordinates.topic
    copy.records.insert(0 if before else len(copy.records), again)
    codes = {code for code, _ in found(copy)}
    assert codes == {"repeated_message", *also}


# An answer that nobody gave.


@pytest.mark.parametrize("kind", ["accepted", "rejected", "assessed", "feedback", "om_decision"])
def test_an_answer_that_is_read_into_another_record_is_found(copy: Copy, kind: str):
    """Of what the party signed, only the receipt is there."""
    (index, _) = copy.events(lambda event: event.kind == "received")
    place = str(copy.records[index].coordinates)
    copy.change_event(index, kind=kind, digest=None)
    assert found(copy) == {("no_signed_answer", place)}


@pytest.mark.parametrize("record", ["police.incidents[2]@0", "elsewhere[0]@0", "nonsense"])
def test_an_answer_that_is_no_record_of_a_party_is_found(copy: Copy, record: str):
    (index, _) = copy.events(lambda event: event.kind == "received")
    copy.change_event(index, record=record)
    assert "no_signed_receipt" in {code for code, _ in found(copy)}


def test_a_receipt_attributed_to_another_recipient_is_found(copy: Copy):
    (index, _) = copy.events(lambda event: event.kind == "received")
    place = str(copy.records[index].coordinates)
    copy.change_event(index, recipient="vt:zeeland")
    assert ("no_signed_receipt", place) in found(copy)


def test_a_receipt_whose_message_differs_by_case_is_of_another_message(copy: Copy):
    index = copy.at("responses.")
    headers = tuple(
        (name, value.upper() if name == "ce_causationid" else value)
        for name, value in copy.records[index].headers
    )
    copy.change(index, headers=headers)
    assert {code for code, _ in found(copy)} == {"no_signed_receipt", "bad_signature"}


def refused(copy: Copy, index: int) -> None:
    """An entry in quarantine for a record, as if the hub had refused it."""
    entry = quarantined(copy.records[index], Refused("missing_signature", "it is not signed"))
    copy.records.append(
        Record(
            Coordinates("quarantine", 0, 90),
            entry.quarantine_id.encode(),
            CODEC.encode(entry),
            (),
            copy.records[index].timestamp_ms,
        )
    )


def test_a_forged_receipt_is_not_excused_by_an_entry_in_quarantine(copy: Copy):
    """What was refused counts for nothing; that it counted all the same is the finding."""
    index = copy.at("responses.")
    place = str(copy.records[index].coordinates)
    bare = tuple(each for each in copy.records[index].headers if each[0] != "jws")
    copy.change(index, headers=bare)
    refused(copy, index)
    assert found(copy) == {("unsigned", place)}


# An incident about which nothing was decided.


def undecided(copy: Copy) -> int:
    """An incident record without its decision, which required nothing; where it is."""
    (index,) = copy.events(lambda event: event.outcome == "not_required")
    place = copy.event(index).record
    del copy.records[index]
    (incident,) = [n for n, each in enumerate(copy.records) if str(each.coordinates) == place]
    return incident


def test_an_incident_dated_ahead_is_not_at_work_for_ever(copy: Copy):
    """It is no younger than a minute in ten years' time either."""
    now, index = copy.latest, undecided(copy)
    ahead = timedelta(days=3_650)
    record = copy.records[index]
    copy.change(index, timestamp_ms=record.timestamp_ms + round(ahead.total_seconds() * 1000))
    report = found(copy, later=now - copy.latest)
    assert ("no_decision", str(record.coordinates)) in report


def test_an_incident_that_the_ledger_calls_refused_must_lie_in_quarantine(copy: Copy):
    (index,) = copy.events(lambda event: event.outcome == "not_required")
    place = copy.event(index).record
    copy.change_event(index, kind="quarantined", outcome=None, recipient=None)
    assert found(copy) == {("no_decision", place)}
    (incident,) = [n for n, each in enumerate(copy.records) if str(each.coordinates) == place]
    refused(copy, incident)
    assert found(copy) == set()


# What is removed together with all that tells of it.


def gone_with_all_that_tells_of_it(copy: Copy) -> None:
    (index,) = copy.events(lambda event: event.outcome == "not_required")
    event = copy.event(index)
    copy.records = [
        each for each in copy.records
        if each.key != event.incident_id.encode() and str(each.coordinates) != event.record
    ]  # fmt: skip


def test_an_incident_gone_with_all_that_tells_of_it_is_found_by_any_state_that_was_seen(copy: Copy):
    """And by none, if nobody kept one: the rest of the chain knows nothing of it."""
    seen = copy.seen
    gone_with_all_that_tells_of_it(copy)
    copy.rewrite()
    assert copy.codes() == set()
    assert "truncated" in copy.codes(earlier=[seen])
    copy.records += [replace(each, coordinates=replace(each.coordinates, offset=500 + n))
                     for n, each in enumerate(copy.records[-6:])]  # fmt: skip
    copy.rewrite()
    assert "two_histories" in copy.codes(earlier=[seen]), "as long again, it is another"


def moved(copy: Copy) -> None:
    index = copy.at("ledger.")
    at = copy.records[index].coordinates
    copy.change(index, coordinates=replace(at, partition=at.partition ^ 1, offset=400))


def renumbered(copy: Copy) -> None:
    for n, each in enumerate(copy.records):
        at = each.coordinates
        copy.change(n, coordinates=replace(at, offset=at.offset + 100))


@pytest.mark.parametrize("attack", [moved, renumbered])
def test_a_record_that_lies_elsewhere_with_the_same_bytes_is_found(
    copy: Copy, attack: Callable[[Copy], None]
):
    attack(copy)
    assert {"entry_without_record", "not_journalled"} <= copy.codes()


# Rules that never were.


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"agreement_version": "99"}, "unknown_agreement"),
        ({"agreement": None, "agreement_version": None}, "unknown_agreement"),
        ({"agreement_digest": "0" * 64}, "edited_agreement"),
        ({"overrides": ("an-override-of-nobody",)}, "override_not_given"),
    ],
    ids=["a version that never was", "no agreement", "another text", "an override of nobody"],
)
def test_a_decision_by_rules_that_never_were_is_found(
    copy: Copy, changed: dict[str, object], code: str
):
    index, _ = sendings(copy)
    place = str(copy.records[index].coordinates)
    copy.change_event(index, **changed)
    assert found(copy) == {(code, place)}


def test_a_back_dated_decision_is_judged_by_the_rules_of_the_day_that_it_names(copy: Copy):
    """Under an agreement that was not yet in force on that day."""
    index, _ = sendings(copy)
    event = copy.event(index)
    copy.change_event(
        index, decided_at=(event.decided_at or copy.latest) - timedelta(days=20 * 365)
    )
    assert "wrong_version" in {code for code, _ in found(copy)}
