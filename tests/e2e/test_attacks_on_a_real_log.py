"""Every attack, in a copy of the log that a real chain made, is found, and named for what it is.

Where an attack can be told from the evidence alone, the one-file verifier must find it too.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from audited_day import PROJECT, Day
from log_copy import WITNESSES, Copy
from msgspec.structs import replace

from ketensluis.audit.signatures import Vouchers
from ketensluis.envelope import jws
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.rotation import revoke
from ketensluis.journal.checkpoints import cosign
from ketensluis.journal.current_keys import CurrentKeys
from ketensluis.journal.keys import load_witness_keys
from ketensluis.journal.notes import Note
from ketensluis.journal.rotation import (
    retire_log_key,
    retire_witness_key,
    rotate_log_key,
    rotate_witness_key,
)
from ketensluis.model.record import Coordinates

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture
def copy(day: Day) -> Copy:
    return Copy.of(day.folder)


def flipped(content: bytes | None, at: int = -3) -> bytes:
    changed = bytearray(content or b"")
    changed[at] ^= 1
    return bytes(changed)


def test_on_an_untouched_log_nothing_is_found(copy: Copy, day: Day, tmp_path: Path):
    """Neither by the state that its witnesses signed then, nor by one of all of it."""
    assert copy.codes() == set()
    copy.seen = Note.parse((day.folder / "day" / "checkpoint").read_text())
    assert copy.codes() == set()
    assert copy.verified(tmp_path / "bundle") == set()


# Byte flipped, record removed, records swapped: after the log was made.


def a_value(copy: Copy) -> None:
    copy.change(index := copy.at("police."), value=flipped(copy.records[index].value))


def an_encrypted_value(copy: Copy) -> None:
    copy.change(index := copy.at("referrals."), value=flipped(copy.records[index].value))


def a_header(copy: Copy) -> None:
    index = copy.at("responses.")
    name, value = copy.records[index].headers[1]
    headers = copy.records[index].headers
    copy.change(index, headers=(headers[0], (name, flipped(value)), *headers[2:]))


def a_ledger_event(copy: Copy) -> None:
    (index, *_) = copy.events(lambda event: event.kind == "decision")
    copy.change_event(index, reason="withdrawn")


def a_time(copy: Copy) -> None:
    copy.change(index := copy.at("ledger."), timestamp_ms=copy.records[index].timestamp_ms - 1)


def swapped(copy: Copy) -> None:
    one, other = copy.at("police.incidents", 1), copy.at("police.incidents", 2)
    places = copy.records[one].coordinates, copy.records[other].coordinates
    copy.change(one, coordinates=places[1])
    copy.change(other, coordinates=places[0])


@pytest.mark.parametrize(
    "attack", [a_value, an_encrypted_value, a_header, a_ledger_event, a_time, swapped]
)
def test_a_record_that_is_not_as_it_was_entered_is_found(
    copy: Copy, attack: Callable[[Copy], None], tmp_path: Path
):
    attack(copy)
    assert "altered_record" in copy.codes()
    assert "altered_record" in copy.verified(tmp_path / "bundle")


@pytest.mark.parametrize("where", ["start", "middle", "end"])
def test_a_record_that_was_removed_is_found_at_its_place(copy: Copy, where: str):
    gone = copy.records.pop({"start": 0, "middle": len(copy.records) // 2, "end": -1}[where])
    found = copy.audit().findings
    assert str(gone.coordinates) in {
        each.place for each in found if each.code == "entry_without_record"
    }


def test_a_byte_flipped_in_a_tile_is_found(copy: Copy):
    (path,) = (each for each in copy.log.files if each.startswith("tile/entries/"))
    copy.log.files[path] = flipped(copy.log.files[path])
    assert "bad_tree" in copy.codes()


def test_a_record_beside_the_log_is_found(copy: Copy):
    last = copy.records[copy.at("ledger.")]
    at = replace(last.coordinates, offset=1_000)
    copy.records.append(replace(last, coordinates=at))
    assert copy.codes() == {"not_journalled"}


# What the operator does with its own key, and no witness.


def test_a_record_added_later_with_an_old_time_is_found(copy: Copy):
    """Entered as all else, three days later: what the witnesses had seen by then tells."""
    before = copy.witnessed(at=copy.latest + timedelta(days=3))
    last = copy.records[copy.at("police.incidents")]
    copy.records.append(replace(last, coordinates=Coordinates("police.overrides", 0, 0)))
    copy.rewrite()
    assert "added_later" in copy.codes(earlier=[before], later=timedelta(days=4))


def replaced(copy: Copy) -> None:
    """Another day in place of this one, journalled and signed again by the operator."""
    (index, *_) = copy.events(lambda event: event.kind == "decision")
    copy.change_event(index, reason="withdrawn")
    copy.journal()


def test_a_day_replaced_and_signed_again_by_the_operator_lacks_its_witnesses(
    copy: Copy, tmp_path: Path
):
    replaced(copy)
    copy.seen = copy.log.checkpoint()
    assert copy.codes() == {"too_few_witnesses"}
    assert copy.verified(tmp_path / "bundle") == {"too_few_witnesses"}


def test_a_day_replaced_under_the_witnesses_old_word_is_two_histories(copy: Copy, tmp_path: Path):
    before = copy.seen
    replaced(copy)
    assert "two_histories" in copy.codes(earlier=[before])
    copy.seen = copy.witnessed(WITNESSES[:2])
    path = tmp_path / "seen"
    path.write_text(str(before))
    assert copy.verified(tmp_path / "bundle", "--seen", path) == {"two_histories"}


def test_a_truncated_log_with_an_older_checkpoint_is_found_by_what_another_saw(
    copy: Copy, tmp_path: Path
):
    before = copy.seen
    del copy.records[-2:]
    copy.rewrite()
    assert "truncated" in copy.codes(earlier=[before])
    path = tmp_path / "seen"
    path.write_text(str(before))
    assert copy.verified(tmp_path / "bundle", "--seen", path) == {"truncated"}


def test_two_histories_shown_to_two_parties_are_found_by_either(copy: Copy, day: Day):
    """One party keeps the true state, the other is shown a false one that was cosigned too."""
    mine = copy.seen
    other = Copy.of(day.folder)
    replaced(other)
    other.seen = other.witnessed(WITNESSES[:2])
    assert "two_histories" in copy.codes(earlier=[other.seen])
    assert "two_histories" in other.codes(earlier=[mine])


def test_a_state_by_a_key_of_the_log_that_was_retired_is_found(copy: Copy, tmp_path: Path):
    """It was stolen, and signs what the log has, or had, after it had ended: none of it counts."""
    size, old = copy.log.growing.size, copy.log.key
    copy.pki = shutil.copytree(copy.pki, tmp_path / "pki")
    rotate_log_key(copy.pki, size - 3)
    retire_log_key(copy.pki, old.public.key_id.hex(), size - 2)
    by_old = copy.witnessed()
    (new,) = CurrentKeys(copy.pki).signing(size)
    copy.log.key = new
    copy.seen = copy.witnessed()
    assert copy.codes() == set()
    assert copy.verified(tmp_path / "new") == set()
    assert copy.codes(earlier=[by_old]) == {"retired_log_key"}
    copy.seen = by_old
    assert "retired_log_key" in copy.codes()
    assert copy.verified(tmp_path / "old") == {"bad_checkpoint"}


def test_a_state_cosigned_by_retired_keys_of_witnesses_lacks_them(copy: Copy, tmp_path: Path):
    """They were stolen, and cosign what the log has after they had ended: nobody saw that."""
    size, note = copy.log.growing.size, copy.log.checkpoint()
    copy.pki = shutil.copytree(copy.pki, tmp_path / "pki")
    for party in WITNESSES[:2]:
        (old,) = load_witness_keys(copy.pki, party)
        rotate_witness_key(copy.pki, party, size - 3)
        retire_witness_key(copy.pki, party, old.public.key_id.hex(), size - 2)
    assert copy.codes() == {"too_few_witnesses"}
    assert copy.verified(tmp_path / "old") == {"too_few_witnesses"}
    newest = (load_witness_keys(copy.pki, party)[-1] for party in WITNESSES)
    at = int(copy.latest.timestamp())
    copy.seen = note.with_lines(cosign(note, key, at) for key in newest)
    assert copy.codes() == set()
    assert copy.verified(tmp_path / "new") == set()


# What was wrong from the beginning: the log holds, and the chain's own books do not.


def test_an_agreement_edited_afterwards_under_the_same_version_is_found(copy: Copy, tmp_path: Path):
    copy.agreements = tmp_path / "agreements"
    shutil.copytree(PROJECT / "agreements", copy.agreements)
    path = copy.agreements / "politie-veilig-thuis-2.yaml"
    path.write_text(path.read_text().replace("valid_until: 2035", "valid_until: 2034"))
    assert copy.codes() == {"edited_agreement"}


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("gemeenten.csv", "Midden-Nederland,flevoland", "Midden-Nederland,utrecht",
         "edited_regions"),
        ("classification.yaml", "threshold: 1.0", "threshold: 2.0", "edited_classification"),
    ],
)  # fmt: skip
def test_reference_data_edited_afterwards_are_found(
    copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str,
    code: str,
):  # fmt: skip
    """Each decision is named that was made by them, whether or not anything was sent."""
    for name in ("agreements", "reference"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    path = tmp_path / "reference" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    monkeypatch.setattr("ketensluis.model.resources.resource", lambda name: tmp_path / name)
    copy.agreements = tmp_path / "agreements"
    decisions = copy.events(lambda event: event.kind == "decision")
    findings = copy.audit().findings
    assert {(each.code, each.place) for each in findings} == {
        (code, str(copy.records[each].coordinates)) for each in decisions
    }


def test_a_decision_made_with_the_wrong_version_is_found(copy: Copy):
    from ketensluis.agreements.book import Agreements  # noqa: PLC0415

    digests = Agreements.load(PROJECT / "agreements").digests
    (index, *_) = copy.events(lambda event: event.kind == "decision" and event.message_id)
    digest = digests["politie-veilig-thuis", "1"]
    copy.change_event(index, agreement_version="1", agreement_digest=digest)
    copy.rewrite()
    assert copy.codes() == {"wrong_version"}


def test_a_receipt_replayed_for_another_message_is_found(copy: Copy, tmp_path: Path):
    """The second message's receipt is the first one's, word for word but for what it names."""
    one, other = copy.at("responses.", 0), copy.at("responses.", 1)
    ids = [(r.header("ce_causationid") or b"") for r in (copy.records[one], copy.records[other])]
    headers = tuple(
        (name, value.replace(ids[0], ids[1])) for name, value in copy.records[one].headers
    )
    copy.change(other, value=copy.records[one].value, headers=headers)
    received = copy.events(lambda event: event.kind == "received")
    digests = {copy.event(each).message_id: copy.event(each).digest for each in received}
    for each in received:
        if copy.event(each).message_id == ids[1].decode():
            copy.change_event(each, digest=digests[ids[0].decode()])
    copy.rewrite()
    assert copy.codes() == {"receipt_of_other", "bad_signature"}
    assert copy.verified(tmp_path / "bundle") == {"bad_signature"}


def test_a_receipt_that_names_another_message_is_no_receipt_of_this_one(copy: Copy):
    one, other = copy.events(lambda event: event.kind == "received")
    copy.change_event(other, record=copy.event(one).record)
    copy.rewrite()
    assert "no_signed_receipt" in copy.codes()


# Signatures that were wrong from the beginning, so that the log itself holds.


def taken_off(copy: Copy) -> None:
    index = copy.at("responses.")
    headers = tuple(each for each in copy.records[index].headers if each[0] != "jws")
    copy.change(index, headers=headers)


def over_another_value(copy: Copy) -> None:
    copy.change(index := copy.at("responses."), value=flipped(copy.records[index].value))


def of_another_topic(copy: Copy) -> None:
    place = copy.records[index := copy.at("responses.")].coordinates
    copy.change(index, coordinates=replace(place, topic="responses.vt.zeeland"))


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (taken_off, "unsigned"),
        (over_another_value, "bad_signature"),
        (of_another_topic, "bad_signature"),
    ],
)
def test_a_signature_that_is_not_of_this_record_is_found(
    copy: Copy, attack: Callable[[Copy], None], code: str, tmp_path: Path
):
    attack(copy)
    copy.rewrite()
    assert code in copy.codes()
    assert code in copy.verified(tmp_path / "bundle")


def test_a_signature_made_after_its_certificate_was_revoked_is_found(copy: Copy, tmp_path: Path):
    """Of the answers of one party; what it signed before that moment would stay good."""
    record = copy.records[copy.at("responses.")]
    thumbprint = jws.read(record.header("jws")).claims.thumbprint
    for since, found in (
        (copy.latest + timedelta(minutes=1), set()),
        (copy.latest - timedelta(days=1), {"revoked_certificate"}),
    ):
        pki = tmp_path / f"pki-{len(found)}"
        shutil.copytree(copy.pki, pki)
        revoke(
            pki, thumbprint, copy.latest + timedelta(hours=1), since=since, reason="keyCompromise"
        )
        assert copy.codes(vouchers=Vouchers(Directory.load(pki))) == found


def test_signers_for_whom_nobody_vouches_are_found(copy: Copy, tmp_path: Path):
    shutil.copytree(copy.pki, tmp_path / "pki")
    for anchor in (tmp_path / "pki" / "public" / "anchors").iterdir():
        anchor.unlink()
    assert copy.codes(vouchers=Vouchers(Directory.load(tmp_path / "pki"))) == {"unknown_signer"}


# What was left out, or slipped in, before the log had it.


def without_decision(copy: Copy) -> None:
    (index, *_) = copy.events(lambda event: event.outcome == "not_required")
    del copy.records[index]


def without_record(copy: Copy) -> None:
    (index, *_) = copy.events(lambda event: event.outcome == "not_required")
    place = copy.event(index).record
    copy.records = [each for each in copy.records if str(each.coordinates) != place]


def without_message(copy: Copy) -> None:
    del copy.records[copy.at("referrals.")]


def without_decision_of_message(copy: Copy) -> None:
    (index, *_) = copy.events(lambda event: event.kind == "decision" and event.message_id)
    del copy.records[index]


def for_another(copy: Copy) -> None:
    index = copy.at("referrals.")
    copy.change(index, coordinates=Coordinates("referrals.zeeland", 0, 0))


def about_another(copy: Copy) -> None:
    (index, *_) = copy.events(lambda event: event.outcome == "not_required")
    copy.change_event(index, incident_id="PL0900-1999999999")


def without_receipt(copy: Copy) -> None:
    del copy.records[copy.events(lambda event: event.kind == "received")[0]]


def under_no_agreement(copy: Copy) -> None:
    (index, *_) = copy.events(lambda event: event.kind == "decision" and event.message_id)
    copy.change_event(index, agreement="een-ander")


def in_rubbish(copy: Copy) -> None:
    (index, *_) = copy.events(lambda event: event.outcome == "not_required")
    copy.change(index, value=b"rubbish")


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (without_decision, "no_decision"),
        (without_record, "no_record"),
        (without_message, "no_message"),
        (without_decision_of_message, "unexplained_message"),
        (for_another, "wrong_recipient"),
        (about_another, "other_incident"),
        (without_receipt, "no_receipt_no_alarm"),
        (under_no_agreement, "unknown_agreement"),
        (in_rubbish, "unreadable"),
    ],
)
def test_what_was_left_out_or_slipped_in_before_the_log_had_it_is_found(
    copy: Copy, attack: Callable[[Copy], None], code: str
):
    attack(copy)
    copy.rewrite()
    found = copy.codes()
    assert code in found
    assert not found & {"altered_record", "two_histories", "bad_tree", "entry_without_record"}


def test_two_events_about_one_record_that_name_two_incidents_are_found(copy: Copy):
    one, other, *_ = copy.events(lambda event: event.kind == "decision" and event.message_id)
    copy.change_event(other, record=copy.event(one).record)
    copy.rewrite()
    assert {"other_incident", "no_decision"} <= copy.codes()


def test_what_no_waiting_heals_is_a_finding_however_young_it_is(copy: Copy, tmp_path: Path):
    copy.agreements = tmp_path / "agreements"
    shutil.copytree(PROJECT / "agreements", copy.agreements)
    path = copy.agreements / "politie-veilig-thuis-2.yaml"
    path.write_text(path.read_text().replace("valid_until: 2035", "valid_until: 2034"))
    report = copy.audit(later=timedelta(days=-1))
    assert {each.code for each in report.findings} == {"edited_agreement"}


def test_the_verifier_alone_finds_an_incident_without_a_decision(copy: Copy, tmp_path: Path):
    without_decision(copy)
    copy.journal()
    copy.seen = copy.witnessed(at=copy.latest + timedelta(hours=1))
    assert copy.verified(tmp_path / "bundle") == {"no_decision"}


def test_what_lies_outside_the_time_that_is_asked_about_is_not_judged(copy: Copy):
    without_decision(copy)
    copy.rewrite()
    assert copy.codes() == {"no_decision"}
    assert copy.codes(since=copy.latest + timedelta(seconds=1)) == set()


def test_what_is_younger_than_a_minute_may_still_come_and_is_only_counted(copy: Copy):
    without_decision(copy)
    copy.rewrite()
    report = copy.audit(later=timedelta(days=-1))
    assert (report.findings, report.at_work) == ((), 1)
