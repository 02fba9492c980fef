"""A desk: what it files, what it answers, and that a crash between any two steps is harmless."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from made_mail import AT, INCIDENT_ID, OM, OTHER_VT, UNIT, VT, World, arrived, message_id, referral
from msgspec.structs import replace

import ketensluis.partner.desk as desk_module
from connectors.veilig_thuis.sink import VeiligThuisScript
from ketensluis.envelope.stored import load, verify_stored
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.model.messages import Acceptance, Receipt, Rejection
from ketensluis.model.record import Record
from ketensluis.partner.answers import ANSWER_KINDS, write_answer
from ketensluis.partner.desk import Desk, Script, receipt_only

LATER = AT + timedelta(days=60)
STEM = f"{INCIDENT_ID}.{message_id()}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


def desk(world: World, folder: Path, script: Script = receipt_only, party: str = VT) -> Desk:
    return Desk(
        party,
        folder / "inbox",
        folder / "answers",
        world.opener(party),
        world.sealer(party),
        script,
    )


def scripted(seed: int = 1) -> Script:
    return VeiligThuisScript(seed, VT, ("groningen", "drenthe"))


def files(folder: Path) -> dict[str, bytes]:
    """Every file below the folder with its content."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def send_all(it: Desk) -> list[str]:
    """Send what will ever be due, and say under which ids."""
    sent = []
    for due in it.due(LATER):
        output = it.seal(due.answer, LATER)
        sent.append(dict(output.headers)["ce_id"].decode())
        it.settle(due)
    return sent


def test_a_referral_becomes_its_released_fields_and_its_signed_original(
    world: World, tmp_path: Path
):
    taken = desk(world, tmp_path).take(arrived(world.mail(referral())), AT)
    assert taken.path == tmp_path / "inbox" / f"{STEM}.json"
    assert json.loads(taken.path.read_bytes()) == {
        "incident_id": INCIDENT_ID,
        "incident_class": "quarrel",
        "withheld": [{"path": "narrative", "rule": "default-deny"}],
    }
    verified = verify_stored(load(taken.path.with_suffix(".msg")), world.directory)
    assert verified.signer == "hub"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, None),
        ({"replaces": "m1", "changed": ("persons[0].role", "team")},
         "replaces m1; what changed: persons[0].role, team"),
        ({"replaces": "m1", "event": "withdrawn"}, "takes back m1: disregard it"),
        ({"replaces": "m2"}, "replaces m2; what changed: all of it, as that one was taken back"),
    ],
)  # fmt: skip
def test_what_a_message_does_to_an_earlier_one_is_said(
    world: World, tmp_path: Path, changed: dict[str, Any], said: str | None
):
    taken = desk(world, tmp_path).take(arrived(world.mail(referral(**changed))), AT)

    assert taken.correction == said


def test_a_receipt_proves_the_digest_of_what_was_signed(world: World, tmp_path: Path):
    record = arrived(world.mail(referral()))
    it = desk(world, tmp_path)
    it.take(record, AT)
    (due,) = it.due(AT)
    opened = world.opener(VT).open(record, (type(referral()),))
    assert due.answer == Receipt(
        incident_id=INCIDENT_ID,
        message_id=message_id(),
        unit=UNIT,
        at=AT,
        digest=opened.digest,
    )
    answer = world.opener("hub").open(arrived(it.seal(due.answer, AT)), (Receipt,))
    assert answer.message == due.answer
    assert answer.signer == VT


def test_a_message_for_another_is_not_written_but_reported_and_rejected(
    world: World, tmp_path: Path
):
    it = desk(world, tmp_path, party=OTHER_VT)
    taken = it.take(arrived(world.mail(referral(VT))), AT)
    assert taken.path is None
    assert taken.refused is not None
    assert taken.refused.code == "not_for_us"
    assert not (tmp_path / "inbox").exists()
    (due,) = it.due(AT)
    assert due.answer == Rejection(
        incident_id=INCIDENT_ID, message_id=message_id(), at=AT, reason="unverifiable"
    )


def test_a_message_that_was_altered_leaves_no_trace_of_its_content(world: World, tmp_path: Path):
    record = arrived(world.mail(referral()))
    assert record.value
    taken = desk(world, tmp_path).take(replace(record, value=record.value[:-4] + b"AAAA"), AT)
    assert taken.refused is not None
    assert not (tmp_path / "inbox").exists()


@pytest.mark.parametrize(
    "claimed", [b"", b"\xff\xfe", b"a\nb", b"../../etc", b"x" * 65, b"\x00", None]
)
def test_whatever_an_unverifiable_record_claims_its_rejection_can_be_sent(
    world: World, tmp_path: Path, claimed: bytes | None
):
    record = arrived(world.mail(referral()))
    headers = tuple((name, value) for name, value in record.headers if name[:3] != "ce_")
    if claimed is not None:
        headers += (("ce_subject", claimed), ("ce_id", claimed))
    it = desk(world, tmp_path)
    assert it.take(replace(record, headers=headers), AT).refused is not None
    (due,) = it.due(AT)
    output = it.seal(due.answer, AT)
    opened = world.opener("hub").open(arrived(output), (Rejection,))
    assert opened.message.reason == "unverifiable"
    assert {path.parent for path in tmp_path.rglob("*.answer")} == {tmp_path / "answers"}


@pytest.mark.parametrize(
    "hostile", ["../../../tmp/x", "/etc/passwd", "..", ".hidden", "é" * 64, "a b\\c:d*?", "%2F"]
)
def test_a_hostile_incident_id_stays_a_visible_file_of_the_inbox(
    world: World, tmp_path: Path, hostile: str
):
    it = desk(world, tmp_path)
    taken = it.take(arrived(world.mail(referral(incident_id=hostile))), AT)
    assert taken.path is not None
    assert taken.path.parent.resolve() == (tmp_path / "inbox").resolve()
    assert not taken.path.name.startswith(".")
    assert json.loads(taken.path.read_bytes())["incident_id"] == hostile
    assert {path.parent for path in tmp_path.rglob("*.answer")} <= {tmp_path / "answers"}
    assert send_all(it)


def test_two_long_incident_ids_with_one_beginning_are_two_files(world: World, tmp_path: Path):
    it = desk(world, tmp_path)
    for last in "ab":
        it.take(arrived(world.mail(referral(incident_id="é" * 63 + last, message_id="m"))), AT)
    assert len(list((tmp_path / "inbox").glob("*.json"))) == 2


class _KilledError(Exception):
    """Stands for the end of the process."""


def _killed_after(monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    """After so many files the process is gone."""
    real, left = desk_module.write, [writes]

    def write(*given: object, **more: object) -> None:
        if left[0] == 0:
            raise _KilledError
        left[0] -= 1
        real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(desk_module, "write", write)


@pytest.mark.parametrize("value", [None, b"no jwe"])
@pytest.mark.parametrize("writes", range(9))
def test_killed_between_any_two_files_it_ends_with_the_same_files_and_ids(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int, value: bytes | None
):
    record = arrived(world.mail(referral()))
    if value is not None:
        record = replace(record, value=value)
    whole, broken = (desk(world, tmp_path / name, scripted()) for name in ("whole", "broken"))
    whole.take(record, AT)
    with monkeypatch.context() as until_killed, suppress(_KilledError):
        _killed_after(until_killed, writes)
        broken.take(record, AT)
    # Started again, it takes the record again: it was not committed. Only where nothing at all
    # had been written does it arrive later.
    broken.take(record, AT + timedelta(hours=1) if writes else AT)
    assert files(tmp_path / "broken") == files(tmp_path / "whole")
    assert send_all(broken) == send_all(whole)


@pytest.mark.parametrize("settled", range(5))
def test_killed_between_sending_and_putting_away_the_same_ids_go_again(
    world: World, tmp_path: Path, settled: int
):
    it = desk(world, tmp_path, scripted())
    record = arrived(world.mail(referral()))
    it.take(record, AT)
    dues = it.due(LATER)
    ids = [dict(it.seal(due.answer, LATER).headers)["ce_id"].decode() for due in dues]
    for due in dues[:settled]:
        it.settle(due)
    it.take(record, AT + timedelta(hours=5))
    assert send_all(it) == ids[settled:]
    assert it.due(LATER) == []


def test_a_half_written_file_of_a_killed_run_is_no_mail_and_no_answer(world: World, tmp_path: Path):
    it = desk(world, tmp_path)
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / ".x.answer.part").write_bytes(b'{"answer": "rec')
    assert it.due(AT) == []
    assert not (tmp_path / "answers" / "refused").exists()


def test_an_answer_waits_for_its_time_and_the_oldest_goes_first(world: World, tmp_path: Path):
    it = desk(world, tmp_path, scripted())
    it.take(arrived(world.mail(referral())), AT)
    assert it.due(AT) == []
    times = [due.answer.at for due in it.due(LATER)]
    assert times == sorted(times)
    assert [due.answer.at for due in it.due(times[1])] == times[:2]


def test_an_answer_written_by_hand_goes_out_and_is_put_away(world: World, tmp_path: Path):
    it = desk(world, tmp_path)
    (tmp_path / "answers").mkdir()
    by_hand = tmp_path / "answers" / "accepted by the desk.answer"
    by_hand.write_text(
        json.dumps(
            {
                "answer": "acceptance",
                "incident_id": INCIDENT_ID,
                "message_id": message_id(),
                "at": "2026-03-04T11:30:00+01:00",
            }
        ),
        encoding="utf-8-sig",
    )
    (due,) = it.due(AT)
    assert due.answer == Acceptance(
        incident_id=INCIDENT_ID, message_id=message_id(), at=AT - timedelta(minutes=90)
    )
    it.settle(due)
    assert (tmp_path / "answers" / "sent" / by_hand.name).exists()
    assert it.due(LATER) == []


def test_a_spoiled_answer_is_moved_aside_with_its_reason_and_the_others_go(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    it = desk(world, tmp_path)
    it.take(arrived(world.mail(referral())), AT)
    (tmp_path / "answers" / "spoiled.answer").write_text('{"answer": "feedback", "code": "Jan"}')
    assert len(it.due(AT)) == 1
    refused = tmp_path / "answers" / "refused"
    assert "bad_answer" in (refused / "spoiled.answer.reason").read_text()
    assert (refused / "spoiled.answer").exists()
    said = capsys.readouterr()
    assert "answer_refused" in said.out + said.err
    assert "Jan" not in said.out + said.err


def test_an_answer_that_this_party_may_not_give_is_told_so(world: World, tmp_path: Path):
    it = desk(world, tmp_path, party=OM)
    kinds = {"safety_assessment": {"outcome": "no_unsafety"}}
    answer = msgspec.convert(
        {"incident_id": INCIDENT_ID, "message_id": "m", "at": AT, **kinds["safety_assessment"]},
        ANSWER_KINDS["safety_assessment"],
    )
    with pytest.raises(KetensluisError) as caught:
        it.seal(answer, AT)
    assert caught.value.code == "signer_not_allowed"


def test_a_folder_that_cannot_be_written_to_may_heal(world: World, tmp_path: Path):
    (tmp_path / "inbox").write_text("not a folder")
    with pytest.raises(Unavailable) as caught:
        desk(world, tmp_path).take(arrived(world.mail(referral())), AT)
    assert caught.value.code == "folder_unavailable"


def test_an_answer_that_another_program_of_the_desk_put_away_is_no_trouble(
    world: World, tmp_path: Path
):
    it = desk(world, tmp_path)
    it.take(arrived(world.mail(referral())), AT)
    (due,) = it.due(AT)
    it.settle(due)
    it.settle(due)
    assert (tmp_path / "answers" / "sent" / due.path.name).read_bytes() == write_answer(due.answer)


def test_the_same_seed_answers_the_same_whatever_the_hub_called_its_message(world: World):
    def told(seed: int, **changed: str) -> Iterable[object]:
        record: Record = arrived(world.mail(referral(**changed)))
        opened = world.opener(VT).open(record, (type(referral()),))
        blank = {"message_id": "", "incident_id": ""}
        for each in scripted(seed)(opened, AT):
            cleared = msgspec.structs.replace(each, **blank)
            yield (
                msgspec.structs.replace(cleared, digest="")
                if isinstance(cleared, Receipt)
                else cleared
            )

    assert list(told(1)) == list(told(1, message_id="another"))
    assert len({tuple(told(seed)) for seed in range(20)}) > 10
