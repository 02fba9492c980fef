"""Every attack on a log or its evidence is found by the one-file verifier, and named."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterable
from copy import copy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_evidence import MORNING, WITNESSES, Kept, Office, unix, verify
from msgspec.structs import replace

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Identity
from ketensluis.envelope.rotation import revoke
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import cosign
from ketensluis.journal.current_keys import CurrentKeys
from ketensluis.journal.entry import Entry
from ketensluis.journal.hashing import leaf_hash
from ketensluis.journal.keys import load_log_keys, load_witness_keys
from ketensluis.journal.notes import Note, SigningKey
from ketensluis.journal.rotation import (
    retire_log_key,
    retire_witness_key,
    rotate_log_key,
    rotate_witness_key,
)
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates

COUNT = 80
NOON, NEXT_DAY = MORNING + timedelta(hours=4), MORNING + timedelta(days=3)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.of_a_day(tmp_path_factory.mktemp("pki"), COUNT)


@pytest.fixture
def kept(office: Office, tmp_path: Path) -> Kept:
    """The log of the day, with a checkpoint at half of it."""
    made = Kept(office, tmp_path / "bundle")
    half = len(office.records) // 2
    made.journal(office.records[:half])
    made.earlier.append(made.checkpoint(NOON))
    made.journal(office.records[half:])
    return made


@pytest.fixture
def bundle(kept: Kept) -> Path:
    """Its evidence, as it is."""
    return kept.bundle(kept.checkpoint(NEXT_DAY))


Line = list[Any]  # the entry, and of its record the time, key, value and headers


def lines(bundle: Path) -> list[Line]:
    return [json.loads(line) for line in (bundle / "entries.ndjson").read_bytes().splitlines()]


def rewrite(bundle: Path, entries: list[Line]) -> None:
    text = "".join(json.dumps(each) + "\n" for each in entries)
    (bundle / "entries.ndjson").write_text(text)


def flipped(text: str, at: int = -9) -> str:
    """One bit of it is another."""
    raw = bytearray(base64.b64decode(text))
    raw[at] ^= 1
    return base64.b64encode(raw).decode()


def of_topic(entries: list[Line], topic: str) -> Line:
    return next(each for each in entries if each[0].split("\n")[1].startswith(topic))


def found(bundle: Path, *told: str | Path) -> set[str]:
    """The codes of what was found; the verdict must agree."""
    code, said = verify(bundle, *told)
    named = {line.partition(":")[0] for line in said.splitlines() if not line.startswith("  ")}
    assert code == (1 if "NOT as it was" in named else 0), said
    return named - {"NOT as it was", "all of it holds"}


def test_on_an_untouched_log_nothing_is_found(bundle: Path):
    code, said = verify(bundle)
    assert code == 0
    assert "all of it holds" in said
    assert "seen by om:limburg, vt:twente" in said
    assert f"{4 * COUNT} records are as they were journalled" in said
    assert f"{2 * COUNT} signatures checked, {COUNT} under encryption" in said
    assert f"{COUNT} incident records looked up in the ledger" in said


def test_on_an_untouched_log_in_a_zip_file_nothing_is_found(bundle: Path):
    """It is unpacked first: what is in a zip file can be read in more ways than one."""
    zipped = Path(shutil.make_archive(str(bundle), "zip", bundle))
    assert verify(zipped)[0] == 2
    shutil.unpack_archive(zipped, bundle.with_name("unpacked"))
    assert found(bundle.with_name("unpacked")) == set()


def test_on_an_untouched_log_with_keys_and_a_checkpoint_from_elsewhere_nothing_is_found(
    kept: Kept, bundle: Path, tmp_path: Path
):
    seen = tmp_path / "seen"
    seen.write_text(str(kept.earlier[0]))
    assert found(bundle, "--keys", kept.office.pki / "public", "--seen", seen) == set()


def test_a_record_that_is_not_in_the_bundle_is_named_unless_it_is_meant_to_be_a_part(bundle: Path):
    entries = lines(bundle)
    del entries[7][1:]
    rewrite(bundle, entries)
    assert found(bundle) == {"missing_record"}
    code, said = verify(bundle, "--part")
    assert code == 0
    assert f"{4 * COUNT - 1} records are as they were journalled" in said
    assert f"{COUNT} incident records not looked up in the ledger" in said


def test_mail_that_is_gone_is_explained_by_a_signed_removal_and_by_no_other(
    office: Office, tmp_path: Path
):
    sealed = office.removal("feedback.police.oost-nederland[0]", MORNING + timedelta(days=1))
    unsigned = replace(sealed, headers=tuple(h for h in sealed.headers if h[0] != "jws"))
    for name, removal, codes in (
        ("signed", sealed, set()), ("unsigned", unsigned, {"unsigned", "missing_record"})
    ):  # fmt: skip
        kept = Kept(office, tmp_path / name)
        kept.journal([*office.records, removal])
        del kept.records[office.records[3].coordinates]
        assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == codes
        del kept.records[office.records[2].coordinates]  # of a partition that nobody emptied
        shutil.rmtree(kept.folder)
        assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == codes | {"missing_record"}


def test_that_retention_emptied_the_ledger_is_no_decision_about_anything(
    office: Office, tmp_path: Path
):
    """Whoever keeps the hub's key can sign that; it excuses the records, and not what they told."""
    kept = Kept(office, tmp_path / "bundle")
    kept.journal([*office.records, office.removal("ledger.events[0]", NOON)])
    for each in office.records:
        if each.coordinates.topic == "ledger.events":
            del kept.records[each.coordinates]
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"no_decision"}


def test_where_records_are_not_in_the_bundle_what_they_told_is_not_said_to_be_missing(
    kept: Kept,
):
    kept.records.clear()
    bundle = kept.bundle(kept.checkpoint(NEXT_DAY))
    assert found(bundle) == {"missing_record"}
    assert found(bundle, "--part") == set()


def alter_value(entries: list[Line]) -> None:
    record = of_topic(entries, "police.")
    record[3] = flipped(record[3])


def alter_ledger_event(entries: list[Line]) -> None:
    record = of_topic(entries, "ledger.")
    record[3] = flipped(record[3])


def alter_encrypted_value(entries: list[Line]) -> None:
    record = of_topic(entries, "feedback.")
    record[3] = flipped(record[3])


def alter_key(entries: list[Line]) -> None:
    entries[6][2] = flipped(entries[6][2])


def alter_header(entries: list[Line]) -> None:
    record = of_topic(entries, "responses.")
    record[4] = flipped(record[4])


def alter_time(entries: list[Line]) -> None:
    entries[4][1] -= 1


def alter_time_of_entry(entries: list[Line]) -> None:
    entries[5][0] = entries[5][0].replace("time 1", "time 2")


def swap_records(entries: list[Line]) -> None:
    entries[4][1:], entries[8][1:] = entries[8][1:], entries[4][1:]


@pytest.mark.parametrize(
    ("attack", "codes"),
    [
        (alter_value, {"altered_record"}),
        (alter_ledger_event, {"altered_record", "no_decision"}),
        (alter_encrypted_value, {"altered_record"}),
        (alter_key, {"altered_record"}),
        (alter_header, {"altered_record"}),
        (alter_time, {"altered_record"}),
        (alter_time_of_entry, {"not_included", "missing_entry", "no_decision"}),
        (swap_records, {"altered_record"}),
    ],
)
def test_a_record_that_is_not_as_it_was_is_named(
    bundle: Path, attack: Callable[[list[Line]], None], codes: set[str]
):
    """An altered ledger event moreover tells of no decision any more."""
    entries = lines(bundle)
    attack(entries)
    rewrite(bundle, entries)
    assert found(bundle) == codes


def test_a_byte_flipped_in_an_entry_is_named(bundle: Path):
    entries = lines(bundle)
    entries[9][0] = entries[9][0].replace("time 1", "time 2")
    rewrite(bundle, entries)
    assert "not_included" in found(bundle)


def test_a_byte_flipped_in_a_tile_is_named(kept: Kept):
    content = bytearray(kept.log.files["tile/0/000"])
    content[40] ^= 1
    kept.log.files["tile/0/000"] = bytes(content)
    assert "not_included" in found(kept.bundle(kept.checkpoint(NEXT_DAY)))


def test_an_entry_replaced_with_its_record_and_its_leaf_is_named(bundle: Path, kept: Kept):
    """The bundle agrees with itself, and not with the root that was signed."""
    forged = replace(kept.office.records[5], value=b"forged")
    entry = Entry.of(forged).encode()
    entries = lines(bundle)
    entries[5][0] = entry.decode()
    entries[5][3] = base64.b64encode(b"forged").decode()
    rewrite(bundle, entries)
    content = bytearray((bundle / "leaves").read_bytes())
    content[5 * 32 : 6 * 32] = leaf_hash(entry)
    (bundle / "leaves").write_bytes(content)
    assert "bad_tree" in found(bundle)


@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_leaves_that_are_fewer_or_more_than_were_signed_are_named(bundle: Path, change: int):
    content = (bundle / "leaves").read_bytes()
    changed = content[:change] if change < 0 else content + b"x" * change
    (bundle / "leaves").write_bytes(changed)
    assert "bad_tree" in found(bundle)


def test_a_stretch_too_is_compared_with_any_state_that_somebody_kept(kept: Kept, tmp_path: Path):
    bundle = kept.bundle(kept.checkpoint(NEXT_DAY), first=100, end=150)
    other = replaced(kept, tmp_path / "other")
    for name, note, codes in (
        ("true", kept.earlier[0], set()),
        ("false", other.checkpoint(NEXT_DAY), {"two_histories"}),
    ):
        (tmp_path / name).write_text(str(note))
        assert found(bundle, "--part", "--seen", tmp_path / name) == codes


@pytest.mark.parametrize("index", [0, 2 * COUNT, 4 * COUNT - 1], ids=["start", "middle", "end"])
def test_a_record_that_was_removed_is_named(bundle: Path, index: int):
    entries = lines(bundle)
    del entries[index]
    rewrite(bundle, entries)
    assert found(bundle) == {"missing_entry"}


def test_a_record_removed_at_the_end_and_hidden_by_the_bundles_own_word_is_named(bundle: Path):
    """The leaves are all that it says of how much there is, and these were signed."""
    rewrite(bundle, lines(bundle)[:-1])
    (bundle / "leaves").write_bytes((bundle / "leaves").read_bytes()[:-32])
    assert found(bundle) == {"bad_tree"}


def test_a_bundle_of_a_stretch_that_is_meant_to_be_one_holds(kept: Kept):
    bundle = kept.bundle(kept.checkpoint(NEXT_DAY), first=100, end=150)
    assert found(bundle) == {"missing_entry"}
    assert found(bundle, "--part") == set()
    entries = lines(bundle)
    del entries[10]
    rewrite(bundle, entries)
    assert found(bundle, "--part") == {"missing_entry"}
    rewrite(bundle, [])
    assert found(bundle, "--part") == set()


def test_entries_that_changed_places_are_named(bundle: Path):
    entries = lines(bundle)
    rewrite(bundle, [*entries[:3], entries[4], entries[3], *entries[5:]])
    assert found(bundle) == set(), "where a line stands says nothing: the leaves do"
    leaves = (bundle / "leaves").read_bytes()
    swapped = leaves[: 3 * 32] + leaves[4 * 32 : 5 * 32] + leaves[3 * 32 : 4 * 32]
    (bundle / "leaves").write_bytes(swapped + leaves[5 * 32 :])
    assert found(bundle) == {"bad_tree", "two_histories"}


def test_a_record_that_never_was_in_the_log_is_named(bundle: Path, kept: Kept):
    entries = lines(bundle)
    forged = replace(kept.office.records[0], value=b"forged")
    entries.append([Entry.of(forged).encode().decode(), *entries[-1][1:]])
    rewrite(bundle, entries)
    assert found(bundle) == {"not_included"}


def replaced(kept: Kept, folder: Path) -> Kept:
    """The same day, with another decision in it, journalled and signed again by the operator."""
    other = Kept(kept.office, folder)
    records = list(kept.office.records)
    records[1] = replace(records[1], value=(records[1].value or b"") + b"another")
    other.journal(records)
    return other


def test_a_day_replaced_and_signed_again_by_the_operator_lacks_its_witnesses(
    kept: Kept, tmp_path: Path
):
    other = replaced(kept, tmp_path / "other")
    assert found(other.bundle(other.checkpoint(NEXT_DAY, ()))) == {"too_few_witnesses"}


def test_a_day_replaced_and_cosigned_by_false_witnesses_is_found_by_what_another_kept(
    kept: Kept, tmp_path: Path
):
    seen = tmp_path / "seen"
    seen.write_text(str(kept.earlier[0]))
    other = replaced(kept, tmp_path / "other")
    bundle = other.bundle(other.checkpoint(NEXT_DAY))
    assert found(bundle) == set(), "alone it looks whole"
    assert found(bundle, "--seen", seen) == {"two_histories"}


def test_a_truncated_log_with_an_older_checkpoint_is_found_by_what_another_saw(
    kept: Kept, tmp_path: Path
):
    seen = tmp_path / "seen"
    seen.write_text(str(kept.checkpoint(NEXT_DAY)))
    cut = Kept(kept.office, tmp_path / "cut")
    cut.journal(kept.office.records[: 2 * COUNT])
    assert found(cut.bundle(kept.earlier[0]), "--seen", seen) == {"truncated"}


def test_two_histories_shown_to_two_parties_are_found_by_either(kept: Kept, tmp_path: Path):
    """Of one size, each with good signatures of the log and of witnesses."""
    other = replaced(kept, tmp_path / "other")
    notes = kept.checkpoint(NEXT_DAY), other.checkpoint(NEXT_DAY)
    for mine, note, theirs in ((kept, notes[0], notes[1]), (other, notes[1], notes[0])):
        seen = tmp_path / "seen"
        seen.write_text(str(theirs))
        assert found(mine.bundle(note), "--seen", seen) == {"two_histories"}


def test_an_earlier_checkpoint_of_another_history_is_named(kept: Kept, tmp_path: Path):
    other = replaced(kept, tmp_path / "other")
    other.earlier = kept.earlier
    assert "two_histories" in found(other.bundle(other.checkpoint(NEXT_DAY)))


def test_a_receipt_replayed_for_another_message_is_named(office: Office, tmp_path: Path):
    """The operator journals it, so the log holds; the party's own signature does not."""
    kept = Kept(office, tmp_path / "bundle")
    receipt = next(each for each in office.records if "responses" in each.coordinates.topic)
    moved = tuple(
        (name, value.replace(b"0000000001", b"0000000002") if name == "ce_subject" else value)
        for name, value in receipt.headers
    )
    kept.journal([*office.records, replace(
        receipt, headers=moved, coordinates=replace(receipt.coordinates, offset=10_000)
    )])  # fmt: skip
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"bad_signature"}


def test_a_value_put_under_another_partys_signature_is_named(office: Office, tmp_path: Path):
    kept = Kept(office, tmp_path / "bundle")
    receipt = office.records[2]
    kept.journal([replace(receipt, value=(receipt.value or b"")[:-1] + b"x")])
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"bad_signature"}


def test_a_message_whose_signature_was_taken_off_is_named(office: Office, tmp_path: Path):
    kept = Kept(office, tmp_path / "bundle")
    bare = tuple(each for each in office.records[2].headers if each[0] != "jws")
    kept.journal([replace(office.records[2], headers=bare)])
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"unsigned"}


def test_what_the_hub_itself_refused_and_kept_in_quarantine_is_no_finding(
    office: Office, tmp_path: Path
):
    """Anyone may send rubbish: the log shows that it came and what became of it."""
    kept = Kept(office, tmp_path / "bundle")
    rubbish = replace(office.records[0], value=b"rubbish", headers=())
    entry = quarantined(rubbish, Refused("missing_signature", "it is not signed"))
    place = Coordinates("quarantine", 0, 0)
    kept.journal([rubbish, replace(rubbish, coordinates=place, key=entry.quarantine_id.encode())])
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == set()


@pytest.mark.parametrize("signature", [b"rubbish", b"a..b", b"\xff..", b"bnVsbA..AAAA"])
def test_a_signature_that_is_rubbish_is_named_and_stops_nothing(
    office: Office, tmp_path: Path, signature: bytes
):
    """Anyone may send rubbish: it must not keep the rest from being checked."""
    kept = Kept(office, tmp_path / "bundle")
    rubbish = replace(
        office.records[0], key=b"\xff", headers=(("jws", signature),),
        coordinates=Coordinates("responses.vt.twente", 9, 0),
    )  # fmt: skip
    kept.journal([rubbish, *office.records])
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"bad_signature"}


def test_an_incident_of_which_the_ledger_does_not_tell_is_named(office: Office, tmp_path: Path):
    kept = Kept(office, tmp_path / "bundle")
    gone = next(each for each in office.records if each.coordinates.topic == "ledger.events")
    kept.journal(each for each in office.records if each is not gone)
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"no_decision"}


def test_that_an_incident_was_erased_is_no_decision_about_it(office: Office, tmp_path: Path):
    kept, codec = Kept(office, tmp_path / "bundle"), Codec.from_lock()
    lies = [each.coordinates.topic for each in office.records].index("ledger.events")
    decided = codec.decode(office.records[lies].value or b"", LedgerEvent)
    erased = replace(decided, kind="erased", outcome=None, code="incident-five-years")
    records = list(office.records)
    records[lies] = replace(records[lies], value=codec.encode(erased))
    kept.journal(records)
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"no_decision"}


def test_an_incident_that_came_just_before_the_log_was_seen_may_still_be_undecided(
    office: Office, tmp_path: Path
):
    kept = Kept(office, tmp_path / "bundle")
    kept.journal(office.records[:1])
    assert found(kept.bundle(kept.checkpoint(MORNING + timedelta(seconds=30)))) == set()


def test_a_signer_for_whom_no_one_vouches_is_named(bundle: Path):
    for anchor in (bundle / "keys" / "anchors").iterdir():
        anchor.unlink()
    assert found(bundle) == {"unknown_signer"}


def revoked(pki: Path, since: datetime) -> None:
    """The hub's certificate of signing, as of that moment, on a list of the next day."""
    signing = Identity.load(pki, "hub").signing_at(MORNING).certificate
    revoke(pki, signing.thumbprint, NEXT_DAY, since=since, reason="keyCompromise")


@pytest.mark.parametrize(
    ("since", "codes"),
    [(MORNING, {"revoked_certificate"}), (MORNING + timedelta(hours=2), set())],
    ids=["before it signed", "after it signed"],
)
def test_a_signature_is_judged_by_the_lists_of_revoked_certificates_as_of_when_it_was_made(
    tmp_path: Path, since: datetime, codes: set[str]
):
    """Of what is under encryption too: the list, and not the day on which it was made, counts."""
    made = Office(tmp_path / "pki")
    made.day(1, 2, MORNING + timedelta(hours=1))
    revoked(made.pki, since)
    kept = Kept(made, tmp_path / "bundle")
    kept.journal(made.records)
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == codes


def test_a_list_of_revoked_certificates_that_no_authority_signed_is_named(tmp_path: Path):
    made, stranger = Office(tmp_path / "pki"), Office(tmp_path / "stranger")
    made.day(1, 2, MORNING)
    revoked(stranger.pki, MORNING)
    shutil.copytree(stranger.pki / "public" / "crls", made.pki / "public" / "crls")
    kept = Kept(made, tmp_path / "bundle")
    kept.journal(made.records)
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY))) == {"bad_crl"}


def test_certificates_from_elsewhere_judge_the_signatures(kept: Kept, bundle: Path, tmp_path: Path):
    public = kept.office.pki / "public"
    assert found(bundle, "--keys", public) == set()
    other = shutil.copytree(Office(tmp_path / "stranger").pki / "public", tmp_path / "other")
    shutil.copy(public / "journal.json", other)
    assert found(bundle, "--keys", other) == {"unknown_signer"}


@pytest.mark.parametrize("line", [2, 3, 4], ids=["log", "witness", "other witness"])
def test_a_signature_under_the_checkpoint_that_is_not_good_is_named(bundle: Path, line: int):
    path = bundle / "checkpoint"
    written = path.read_text().rstrip("\n").split("\n")
    name, _, encoded = written[line + 2].rpartition(" ")
    written[line + 2] = f"{name} {flipped(encoded)}"
    path.write_text("\n".join(written) + "\n")
    assert found(bundle) == {"bad_checkpoint"}


def test_keys_from_elsewhere_that_are_others_are_named(bundle: Path, tmp_path: Path):
    stranger = Office(tmp_path / "stranger")
    assert found(bundle, "--keys", stranger.pki / "public") == {"bad_checkpoint"}


# The log's own key, over time: the old one signs, then both, then the new one.


class Rotated(Kept):
    """The log of the day, with a state of each time; its bundle has all of them."""

    def __init__(self, office: Office, folder: Path) -> None:
        moved = copy(office)
        moved.pki = Path(shutil.copytree(office.pki, folder / "pki"))
        super().__init__(moved, folder / "bundle")
        quarter = len(office.records) // 4
        for part in range(4):
            self.journal(office.records[part * quarter : (part + 1) * quarter])
            self.earlier.append(self.checkpoint(NOON))
            size = self.log.growing.size
            if part == 0:
                rotate_log_key(moved.pki, size)
            elif part == 2:
                retire_log_key(moved.pki, self.log.key.public.key_id.hex(), size)

    def checkpoint(self, at: datetime, witnesses: Iterable[str] = WITNESSES) -> Note:
        """The head now, signed by the keys that the log has at that size."""
        keys = CurrentKeys(self.office.pki).signing(self.log.growing.size)
        return self.signed(at, *keys, witnesses=witnesses)

    def signed(self, at: datetime, *keys: SigningKey, witnesses: Iterable[str] = WITNESSES) -> Note:
        self.log.key, *more = keys
        self.log.more_keys = tuple(more)
        return super().checkpoint(at, witnesses)


def test_across_a_rotation_of_the_logs_key_all_states_hold(office: Office, tmp_path: Path):
    """A state that an auditor kept from before it too, and one from the overlap."""
    kept = Rotated(office, tmp_path)
    assert [len(note.lines) - len(WITNESSES) for note in kept.earlier] == [1, 2, 2, 1]
    bundle = kept.bundle(kept.checkpoint(NEXT_DAY))
    assert found(bundle) == set()
    for note in kept.earlier:
        (seen := tmp_path / "seen").write_text(str(note))
        assert found(bundle, "--seen", seen) == set()


def test_a_state_by_the_retired_key_of_a_larger_log_is_named(office: Office, tmp_path: Path):
    """The log goes on as it did: what is wrong with it is who signed it."""
    kept = Rotated(office, tmp_path)
    old, new = load_log_keys(kept.office.pki)
    assert found(kept.bundle(kept.signed(NEXT_DAY, old))) == {"bad_checkpoint"}
    shutil.rmtree(kept.folder)
    assert found(kept.bundle(kept.signed(NEXT_DAY, old, new))) == set()


def test_who_knows_the_old_key_alone_does_not_take_the_new_one_from_the_bundle(
    office: Office, tmp_path: Path
):
    kept = Rotated(office, tmp_path)
    keys = office.pki / "public"
    assert found(kept.bundle(kept.checkpoint(NEXT_DAY)), "--keys", keys) == {"bad_checkpoint"}


def test_a_state_cosigned_by_a_witnesss_retired_key_lacks_its_witness(
    office: Office, tmp_path: Path
):
    """It was stolen; what it cosigned while it counted still holds, also where a party kept it."""
    kept = Kept(office, tmp_path / "bundle")
    kept.office = copy(office)
    kept.office.pki = Path(shutil.copytree(office.pki, tmp_path / "pki"))
    half, (old,) = len(office.records) // 2, load_witness_keys(office.pki, "vt:twente")
    kept.journal(office.records[:half])
    kept.earlier.append(kept.checkpoint(NOON))
    rotate_witness_key(kept.office.pki, "vt:twente", half)
    retire_witness_key(kept.office.pki, "vt:twente", old.public.key_id.hex(), half)
    kept.journal(office.records[half:])
    (seen := tmp_path / "seen").write_text(str(kept.earlier[0]))
    by_old = kept.checkpoint(NEXT_DAY)
    assert found(kept.bundle(by_old), "--seen", seen) == {"too_few_witnesses"}
    new = load_witness_keys(kept.office.pki, "vt:twente")[1]
    shutil.rmtree(kept.folder)
    by_new = by_old.with_lines([cosign(by_old, new, unix(NEXT_DAY))])
    assert found(kept.bundle(by_new), "--seen", seen) == set()
    shutil.rmtree(kept.folder)
    alone = kept.checkpoint(NOON, ("vt:twente",))
    both = alone.with_lines([cosign(alone, new, unix(NEXT_DAY))])
    assert found(kept.bundle(both)) == {"too_few_witnesses"}, "one party is one witness"


@pytest.mark.parametrize("name", ["format", "keys/journal.json", "entries.ndjson", "checkpoint"])
def test_what_is_no_bundle_is_said_so_without_a_traceback(bundle: Path, name: str):
    (bundle / name).write_text("{")
    code, said = verify(bundle)
    assert code in {1, 2}
    assert "Traceback" not in said


def test_a_bundle_of_another_format_is_not_judged(bundle: Path):
    (bundle / "format").write_text("ketensluis.evidence/v2\n")
    code, said = verify(bundle)
    assert (code, "format" in said) == (2, True)


def test_it_imports_nothing_of_the_project():
    from made_evidence import VERIFIER  # noqa: PLC0415

    assert "ketensluis" not in "\n".join(
        line for line in VERIFIER.read_text().splitlines() if "import" in line.split(" ")[:1]
    )
