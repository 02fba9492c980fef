"""Bundles that were made to mislead whoever checks them offline, or to stop the check."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import shutil
import sys
import warnings
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from made_evidence import MORNING, VERIFIER, Kept, Office
from made_log import MadeLog, log_key
from msgspec.structs import replace

from ketensluis.envelope.directory import Identity
from ketensluis.envelope.rotation import revoke
from ketensluis.model.record import Coordinates, Record

NEXT_DAY = MORNING + timedelta(days=3)
Said = Callable[..., tuple[int, list[str]]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.of_a_day(tmp_path_factory.mktemp("pki"), 2)


@pytest.fixture
def bundle(office: Office, tmp_path: Path) -> Path:
    return bundled(office, office.records, tmp_path / "bundle")


def bundled(office: Office, records: list[Record], folder: Path) -> Path:
    """Journalled as they are, and seen by the witnesses."""
    kept = Kept(office, folder)
    kept.journal(records)
    return kept.bundle(kept.checkpoint(NEXT_DAY))


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("one_file_verifier", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def said(
    verifier: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Said:
    """Its exit code, and what it found, line by line; an error of its own would raise here."""

    def ask(*told: str | Path) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["verify_bundle.py", *map(str, told)])
        code = int(verifier.main())
        lines = capsys.readouterr().out.splitlines()
        return code, [each for each in lines if not each.startswith("  ")][
            : -1 if code < 2 else None
        ]

    return ask


def of_topic(office: Office, topic: str) -> int:
    return next(
        n for n, each in enumerate(office.records) if each.coordinates.topic.startswith(topic)
    )


def codes(found: list[str]) -> set[str]:
    return {each.partition(":")[0] for each in found}


def test_an_untouched_bundle_holds(bundle: Path, said: Said):
    assert said(bundle) == (0, [])


# A forged receipt: the one thing that anyone can check of a referral.


def protected_of(record: Record) -> tuple[dict[str, Any], str]:
    head, _, signature = (record.header("jws") or b"").decode().split(".")
    return json.loads(base64.urlsafe_b64decode(head + "==")), signature


def claiming(record: Record, claims: dict[str, Any], signature: str, **headers: bytes) -> Record:
    """With another protected header than the party signed, and other headers of the record."""
    head = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    new = {"jws": head + b".." + signature.encode(), **headers}
    return replace(
        record, headers=tuple((name, new.get(name, value)) for name, value in record.headers)
    )


@pytest.mark.parametrize("how", ["by its header", "by all that it claims"])
def test_a_forged_receipt_that_is_called_encrypted_is_named(
    office: Office, tmp_path: Path, said: Said, how: str
):
    """What is under encryption is not checked; a receipt never is."""
    index = of_topic(office, "responses.")
    claims, signature = protected_of(office.records[index])
    if how == "by all that it claims":
        claims["ce"]["datacontenttype"] = "application/jose"
    jose = {"content-type": b"application/jose"}
    forged = replace(claiming(office.records[index], claims, signature, **jose), value=b"forged")
    records = [*office.records[:index], forged, *office.records[index + 1 :]]
    assert codes(said(bundled(office, records, tmp_path / "b"))[1]) == {"bad_signature"}


def another_key(record: Record) -> Record:
    return replace(record, key=b"PL0600-0000000002")


def without_a_header(record: Record) -> Record:
    return replace(record, headers=tuple(h for h in record.headers if h[0] != "ce_subject"))


@pytest.mark.parametrize("change", [another_key, without_a_header])
def test_a_signature_put_under_another_incident_is_named(
    office: Office, tmp_path: Path, said: Said, change: Callable[[Record], Record]
):
    index = of_topic(office, "responses.")
    records = [*office.records[:index], change(office.records[index]), *office.records[index + 1 :]]
    assert codes(said(bundled(office, records, tmp_path / "b"))[1]) == {"bad_signature"}


# Rubbish that any party can put on its topic must not keep the rest from being checked.


@pytest.mark.parametrize("inner", [b"[" * 100_000, b"9" * 6_000, b"[]", b'{"x":1,"x":2}', b"\xff"])
def test_no_signature_stops_the_check_of_the_rest(
    office: Office, tmp_path: Path, said: Said, inner: bytes
):
    jws = base64.urlsafe_b64encode(inner) + b"..AAAA"
    place = Coordinates("responses.vt.twente", 9, 0)
    rubbish = replace(office.records[0], coordinates=place, headers=(("jws", jws),))
    code, found = said(bundled(office, [rubbish, *office.records], tmp_path / "b"))
    assert (code, len(found)) == (1, 1)
    assert found[0].startswith("bad_signature: responses.vt.twente[9]@0: ")


def test_an_incident_dated_ahead_is_not_young_for_ever(office: Office, tmp_path: Path, said: Said):
    ahead = replace(office.records[0], timestamp_ms=office.records[0].timestamp_ms + 10**12)
    gone = of_topic(office, "ledger.")
    records = [ahead, *office.records[1:gone], *office.records[gone + 1 :]]
    assert codes(said(bundled(office, records, tmp_path / "b"))[1]) == {"no_decision"}


# A bundle that reads in two ways, or in none.


def altered(bundle: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    path = bundle / name
    path.write_bytes(change(path.read_bytes() if path.exists() else b""))


def put(content: bytes) -> Callable[[bytes], bytes]:
    """Among the parts of the first record, right after its entry."""
    return lambda it: it.replace(b'\\n",', b'\\n",' + content + b",", 1)


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        ("entries.ndjson", put(b'"a","b","c"'), "entries.ndjson:1"),
        ("keys/journal.json", lambda it: it.replace(b"{", b'{"quorum":0,', 1), "keys/journal.json"),
        ("entries.ndjson", lambda it: b"[" * 100_000 + b"\n" + it, "entries.ndjson:1"),
        ("entries.ndjson", lambda it: it + b"\n", "entries.ndjson:9"),
        ("entries.ndjson", lambda it: re.sub(rb'\\n",(\d+),"[^"]*"', rb'\\n",\1,0.5', it, count=1),
         "entries.ndjson:1"),
        ("entries.ndjson", put(b'{"x":1}'), "entries.ndjson:1"),
        ("entries.ndjson", put(b"9" * 5_000), "entries.ndjson:1"),
        ("entries.ndjson", lambda it: re.sub(rb',"[^"]*"\]', b"]", it, count=1),
         "entries.ndjson:1"),
        ("entries.ndjson", lambda it: it.replace(b"[", b'{"entry":', 1).replace(b"]", b"}", 1),
         "entries.ndjson:1"),
        ("checkpoint", lambda _: b"", "checkpoint"),
        ("earlier/0001", lambda _: b"half a", "earlier/0001"),
        ("format", lambda _: b"[]", "format"),
        ("keys/certificates/x.pem", lambda _: b"x", "keys/certificates/x.pem"),
    ],
    ids=["a record twice", "a quorum twice", "deep", "an empty line", "a fraction", "a stranger",
         "a long number", "half a record", "an object", "no state", "no note", "a list",
         "no certificate"],
)  # fmt: skip
def test_what_is_not_in_its_form_is_told_in_one_line_that_names_the_place(
    bundle: Path, said: Said, name: str, change: Callable[[bytes], bytes], where: str
):
    altered(bundle, name, change)
    code, found = said(bundle)
    assert code == 2
    (line,) = found
    assert line.startswith(f"not a bundle of evidence, or not in its form: {bundle / where}: ")
    assert len(line) < 500


@pytest.mark.parametrize("option", ["--keys", "--seen"])
@pytest.mark.parametrize("there", ["nothing", "a file"])
def test_what_was_given_beside_it_and_cannot_be_used_is_named(
    bundle: Path, said: Said, tmp_path: Path, option: str, there: str
):
    path = tmp_path / "given"
    if there == "a file":
        path.write_bytes(b"\xff{")
    code, found = said(bundle, option, path)
    assert (code, len(found)) == (2, 1)
    assert str(path) in found[0]


def test_a_folder_of_keys_in_which_nobody_vouches_for_anyone_proves_no_signature(
    bundle: Path, said: Said, tmp_path: Path
):
    for kind in ("anchors", "certificates"):
        shutil.copytree(bundle / "keys", tmp_path / kind)
        shutil.rmtree(tmp_path / kind / kind)
        assert codes(said(bundle, "--keys", tmp_path / kind)[1]) == {"unknown_signer"}


@pytest.mark.parametrize("name", ["checkpoint", "Checkpoint", "ENTRIES.ndjson"])
@pytest.mark.parametrize("content", ["another", "the same"])
def test_a_file_that_is_in_a_zip_file_twice_is_no_evidence(
    bundle: Path, said: Said, name: str, content: str
):
    """One program unpacks the first, another the last: a zip file is not judged, but a folder."""
    zipped = Path(shutil.make_archive(str(bundle), "zip", bundle))
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(zipped, "a") as archive:
        archive.writestr(name, "x" if content == "another" else (bundle / "leaves").read_bytes())
    code, found = said(zipped)
    assert (code, len(found)) == (2, 1)
    assert str(zipped) in found[0]


def test_a_damaged_zip_file_is_told_in_one_line(bundle: Path, said: Said):
    zipped = Path(shutil.make_archive(str(bundle), "zip", bundle))
    content = bytearray(zipped.read_bytes())
    for damaged in (content, content[:-30], b""):
        zipped.write_bytes(damaged)
        code, found = said(zipped)
        assert (code, len(found)) == (2, 1)


def test_nothing_in_a_bundle_writes_over_what_was_found(bundle: Path, said: Said):
    """A terminal takes orders: up a line, and wipe it."""
    lines = (bundle / "entries.ndjson").read_text().splitlines()
    first = json.loads(lines[0])
    first[0] = first[0].replace("police.incidents", "police\x1b[1A\x1b[2K")
    (bundle / "entries.ndjson").write_text("\n".join([json.dumps(first), *lines[1:]]) + "\n")
    _, found = said(bundle)
    assert "not_included" in codes(found)
    assert all(each.isprintable() for each in found)


def test_the_name_of_a_log_whose_keys_lie_in_the_bundle_writes_over_nothing(
    office: Office, tmp_path: Path, verifier: ModuleType,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    """Whoever makes the bundle makes the keys, and the name."""
    log = MadeLog(log_key("log\x1b[1A\x1b[2K")).add([b"entry"])
    keys = {
        "log": [{"key": str(log.key.public), "from_size": 0, "until_size": None}],
        "witnesses": {}, "quorum": 1,
    }  # fmt: skip
    bundle = bundled(office, office.records, tmp_path / "b")
    (bundle / "keys" / "journal.json").write_text(json.dumps(keys))
    (bundle / "checkpoint").write_text(str(log.checkpoint()))
    monkeypatch.setattr(sys, "argv", ["verify_bundle.py", str(bundle)])
    assert verifier.main() == 1
    assert capsys.readouterr().out.replace("\n", "").isprintable()


def test_a_ledger_event_without_a_value_tells_nothing_and_stops_nothing(
    office: Office, tmp_path: Path, said: Said
):
    index = of_topic(office, "ledger.")
    empty = replace(office.records[index], value=None)
    records = [*office.records[:index], empty, *office.records[index + 1 :]]
    assert codes(said(bundled(office, records, tmp_path / "b"))[1]) == {"no_decision"}


# Who has seen it.


def given(bundle: Path, tmp_path: Path, **changed: Any) -> Path:
    """The keys' folder, with other content of `journal.json`."""
    folder = shutil.copytree(bundle / "keys", tmp_path / "given")
    keys = json.loads((folder / "journal.json").read_bytes())
    (folder / "journal.json").write_text(json.dumps({**keys, **changed}))
    return folder


def test_one_key_under_several_names_is_one_witness(bundle: Path, tmp_path: Path, said: Said):
    keys = json.loads((bundle / "keys" / "journal.json").read_bytes())
    one = keys["witnesses"]["vt:twente"]
    same = given(bundle, tmp_path, witnesses={"vt:twente": one, "om:limburg": one, "police": one})
    assert codes(said(bundle, "--keys", same)[1]) == {"too_few_witnesses"}


def test_a_line_copied_under_anothers_name_is_no_line_of_his(
    office: Office, bundle: Path, said: Said
):
    """By itself it is a stranger's; with the other's key id in it, it is a false one."""
    kept = Kept(office, bundle.parent / "one")
    kept.journal(office.records)
    note = kept.checkpoint(NEXT_DAY, ("vt:twente",))
    (line,) = [each for each in note.lines if "witness" in each.name]
    name = line.name.replace("vt.twente", "om.limburg")
    keys = json.loads((bundle / "keys" / "journal.json").read_bytes())
    key_id = bytes.fromhex(keys["witnesses"]["om:limburg"][0]["key"].split("+")[1])
    for forged, code in (
        (type(line)(name, line.key_id, line.signature), "too_few_witnesses"),
        (type(line)(name, key_id, line.signature), "bad_checkpoint"),
    ):
        (bundle / "checkpoint").write_text(str(note.with_lines([forged])))
        assert codes(said(bundle)[1]) == {code}


def test_a_quorum_of_nobody_is_asked_of_no_log(office: Office, tmp_path: Path, said: Said):
    kept = Kept(office, tmp_path / "b")
    kept.journal(office.records)
    bundle = kept.bundle(kept.checkpoint(NEXT_DAY, ()))
    keys = given(bundle, tmp_path, quorum=0)
    assert codes(said(bundle, "--keys", keys)[1]) == {"too_few_witnesses"}


def test_a_record_that_was_altered_is_not_counted_as_it_was(
    bundle: Path, verifier: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: Any
):
    altered(bundle, "entries.ndjson", lambda it: it.replace(b'\\n",1', b'\\n",2', 1))
    monkeypatch.setattr(sys, "argv", ["verify_bundle.py", str(bundle)])
    assert verifier.main() == 1
    assert "  7 records are as they were journalled" in capsys.readouterr().out


def test_what_was_sent_after_its_key_had_been_revoked_is_named_whatever_date_it_bears(
    tmp_path: Path, said: Said
):
    """The hub's key, which signed the feedback; it went a day later than it says."""
    made = Office(tmp_path / "pki")
    made.day(1, 2, MORNING)
    signing = Identity.load(made.pki, "hub").signing_at(MORNING).certificate
    revoke(made.pki, signing.thumbprint, NEXT_DAY, since=NEXT_DAY, reason="keyCompromise")
    index = of_topic(made, "feedback.")
    for later, found in ((0, set()), (4 * 86_400_000, {"revoked_certificate"})):
        record = made.records[index]
        kept = replace(record, timestamp_ms=record.timestamp_ms + later)
        records = [*made.records[:index], kept, *made.records[index + 1 :]]
        assert codes(said(bundled(made, records, tmp_path / str(later)))[1]) == found
