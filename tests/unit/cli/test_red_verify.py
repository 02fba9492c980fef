"""`sluis verify` and `sluis audit` given what was tampered with, damaged, or is not there."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from made_mail import PARTIES, VT, World, arrived, referral

from ketensluis.audit.findings import Findings, Window
from ketensluis.audit.page import as_page
from ketensluis.audit.report import LogState, report_of
from ketensluis.audit.signing import sign_report
from ketensluis.envelope.directory import Identity
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.envelope.stored import save, store
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.model.messages import Referral
from tests.unit.cli.conftest import Sluis

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("home") / "pki"
    made = World(folder)
    make_demo_journal_keys(folder, PARTIES)
    return made


@pytest.fixture
def message(world: World, tmp_path: Path) -> Path:
    record = arrived(world.mail(referral()))
    path = tmp_path / "referral.msg"
    save(store(record, world.opener(VT).open(record, Referral)), path)
    return path


def changed(path: Path, change: Change) -> Path:
    told = json.loads(path.read_bytes())
    change(told)
    path.write_text(json.dumps(told))
    return path


def test_a_message_without_the_certificates_that_were_kept_with_it_is_judged_by_the_directory(
    sluis: Sluis, world: World, message: Path
):
    changed(message, lambda it: it["header"].update(x5c=[]))
    done = sluis("verify", message, "--home", world.folder.parent)
    assert done.code == 0, done
    assert "certificate: holds: was valid when it signed" in done.out


def test_a_certificate_that_was_slipped_into_the_file_is_not_told_as_the_signers(
    sluis: Sluis, world: World, message: Path, tmp_path: Path
):
    """Of an authority of one's own, with whatever dates: it must not appear as who vouches."""
    make_demo_pki(tmp_path / "other", ("hub",), datetime(2001, 1, 1, tzinfo=UTC))
    other = Identity.load(tmp_path / "other", "hub").signing_at(datetime(2001, 1, 2, tzinfo=UTC))
    der = base64.b64encode(other.certificate.raw.public_bytes(Encoding.DER)).decode()
    changed(message, lambda it: it["header"]["x5c"].insert(0, der))
    done = sluis("verify", message, "--home", world.folder.parent)
    assert "certificate: holds: was valid when it signed (20" in done.out
    assert "2001" not in done.out + done.err


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["record"].update(topic="referrals.x\nlog: holds: it is all there"),
        lambda it: it["record"].update(topic="referrals.\x1b[2Kx"),
        lambda it: it["record"].update(offset=-1),
        lambda it: it["record"].update(offset=10**30),
        lambda it: it["record"].update(partition=-1),
        lambda it: it.update(payload=None),
        lambda it: it.update(more=1),
    ],
    ids=["a line", "an order", "negative", "beyond", "no partition", "nothing", "more"],
)
def test_what_is_no_message_is_told_in_one_line_with_the_remedy(
    sluis: Sluis, world: World, message: Path, change: Change
):
    done = sluis("verify", changed(message, change), "--home", world.folder.parent)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("sluis: bad_message_file: referral.msg is not a message")
    assert done.err.count("\n") == 1
    assert "name a .msg file" in done.err


@pytest.mark.parametrize("number", [10**18, 2**63 - 1, -(2**63)])
def test_a_time_that_cannot_be_is_named(sluis: Sluis, world: World, message: Path, number: int):
    changed(message, lambda it: it["record"].update(timestamp_ms=number))
    done = sluis("verify", message, "--home", world.folder.parent)
    assert done.code == 1
    assert "signature: does NOT hold: wrong_time" in done.out


# The report of an audit, its signature, and the page beside it.


@pytest.fixture
def report(world: World, tmp_path: Path) -> Path:
    log = LogState("log.example", 5, "ab" * 32, 2, ())
    made = report_of(
        Findings(Window(None, None, AT)), made_by="hub", log=log, counts={}, since=None, until=None
    )
    content = msgspec.json.format(msgspec.json.encode(made)) + b"\n"
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "report.json").write_bytes(content)
    signature = sign_report(content, Identity.load(world.folder, "hub"), AT)
    (folder / "report.json.jws").write_text(signature)
    (folder / "report.html").write_text(as_page(made), encoding="utf-8")
    return folder / "report.json"


def test_a_report_and_its_page_hold_together(sluis: Sluis, world: World, report: Path):
    done = sluis("verify", report, "--home", world.folder.parent)
    assert done.code == 0
    assert "page: holds: report.html says what this report says" in done.out


def test_a_page_that_disagrees_with_its_report_is_named(sluis: Sluis, world: World, report: Path):
    """It is what people read, and nobody signs it."""
    page = report.with_suffix(".html")
    page.write_text(page.read_text().replace("All of it holds.", "Nearly all of it holds."))
    done = sluis("verify", report, "--home", world.folder.parent)
    assert done.code == 1
    assert "signature: holds: hub signed this report" in done.out
    assert "page: does NOT hold: report.html is not as this report makes it" in done.out


def test_a_report_that_was_edited_afterwards_is_named(sluis: Sluis, world: World, report: Path):
    report.write_bytes(report.read_bytes().replace(b'"size": 5', b'"size": 6'))
    done = sluis("verify", report, "--home", world.folder.parent)
    assert (done.code, "bad_signature" in done.out) == (1, True)


@pytest.mark.parametrize("signature", [None, b"", b"\xff\xfe", b"a..b", b"." * 100])
def test_a_report_without_a_signature_that_can_be_read_is_named(
    sluis: Sluis, world: World, report: Path, signature: bytes | None
):
    beside = report.with_name("report.json.jws")
    if signature is None:
        beside.unlink()
    else:
        beside.write_bytes(signature)
    done = sluis("verify", report, "--home", world.folder.parent)
    assert done.code == 1
    assert ("unsigned" if signature is None else "bad_signature") in done.out


# Places that cannot be written to: one line, and before the work is done.


@pytest.mark.parametrize("option", ["--out", "--bundle"])
def test_a_place_that_cannot_be_is_told_before_anything_is_read(
    sluis: Sluis, tmp_path: Path, option: str
):
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "checkpoint").touch()
    (tmp_path / "a-file").touch()
    place = tmp_path / "a-file" / "report"
    done = sluis("audit", option, place, "--log", tmp_path / "log", "--broker", "127.0.0.1:1")
    assert done.code == 1
    assert done.err.startswith("sluis: no_access: ")
    assert str(tmp_path / "a-file") in done.err
    assert done.err.count("\n") == 1
