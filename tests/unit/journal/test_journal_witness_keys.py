"""The keys of a witness over time: what it saw still counts, and a retired key sees no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from made_log import MadeLog, log_keys, log_of, witness, witness_key

from ketensluis.audit.findings import Findings, Window
from ketensluis.audit.heads import Heads
from ketensluis.audit.kept import kept_points
from ketensluis.audit.states import SignedStates
from ketensluis.errors import KetensluisError, Refused
from ketensluis.journal.checkpoints import Cosigned, cosign, cosigned
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.key_terms import KeyTerm, KeyTerms
from ketensluis.journal.keys import JournalKeys, load_log_keys, load_witness_keys, save_keys
from ketensluis.journal.notes import KeyKind, Line, Note, SigningKey
from ketensluis.journal.rotation import retire_witness_key, rotate_witness_key
from ketensluis.partner.lookout import lookout_of

AT = 1_770_000_000
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
OLD = witness_key()
NAME = OLD.public.name
NEW = SigningKey.from_seed(NAME, KeyKind.COSIGNATURE, b"n" * 32)
POLICE = KeyTerms((KeyTerm(OLD.public, 0, 20), KeyTerm(NEW.public, 10)))
KEYS = JournalKeys(log_keys(), {"police": POLICE, "vt:zeeland": witness(2)}, quorum=2)


def seen(size: int, *by: SigningKey, at: int = AT) -> Note:
    note = log_of(size).checkpoint()
    return note.with_lines(cosign(note, key, at + n) for n, key in enumerate(by))


@pytest.mark.parametrize(
    ("size", "by"), [(9, [OLD]), (10, [NEW]), (20, [OLD]), (21, [NEW]), (21, [OLD, NEW])]
)
def test_a_line_counts_by_a_key_that_its_witness_had_at_that_size(size: int, by: list[SigningKey]):
    assert [each.witness for each in cosigned(seen(size, *by), [POLICE])] == [NAME]


@pytest.mark.parametrize(("size", "by"), [(9, NEW), (21, OLD), (300, OLD)])
def test_a_line_by_a_key_of_another_time_counts_for_nothing(size: int, by: SigningKey):
    assert cosigned(seen(size, by), [POLICE]) == []


def test_a_party_that_signed_with_both_of_its_keys_is_one_witness_and_saw_it_last():
    assert cosigned(seen(15, OLD, NEW), [POLICE]) == [Cosigned(NAME, AT + 1)]


def test_a_false_line_by_a_key_that_counts_is_refused_and_by_one_that_had_ended_passed_over():
    """Else whoever has a retired key could spoil a good state."""
    good = seen(21, NEW)
    for key, size in ((NEW, 21), (OLD, 20)):
        rotten = Line(NAME, key.public.key_id, bytes(72))
        with pytest.raises(Refused, match="bad_cosignature"):
            cosigned(log_of(size).checkpoint().with_lines([rotten]), [POLICE])
    spoilt = good.with_lines([Line(NAME, OLD.public.key_id, bytes(72))])
    assert cosigned(spoilt, [POLICE]) == [Cosigned(NAME, AT)]


@pytest.mark.parametrize(
    ("size", "by", "codes"),
    [
        (20, [OLD, witness_key(2)], set()),
        (21, [NEW, witness_key(2)], set()),
        (21, [OLD, witness_key(2)], {"too_few_witnesses"}),
        (15, [OLD, NEW], {"too_few_witnesses"}),
    ],
    ids=["while it counted", "by the next", "a retired key", "one party twice"],
)
def test_the_audit_lacks_a_witness_where_a_retired_key_stands_for_it(
    size: int, by: list[SigningKey], codes: set[str]
):
    """It was stolen, and cosigns with another party what the police never saw."""
    findings = Findings(Window(None, None, NOW + timedelta(days=1)))
    states = SignedStates(findings, KEYS, size)
    states.checkpoints([seen(size, *by)])
    states.witnessed(seen(size, *by))
    assert {each.code for each in findings.found} == codes


def test_a_state_of_five_years_ago_is_the_polices_word_though_they_had_two_keys_since():
    last = SigningKey.from_seed(NAME, KeyKind.COSIGNATURE, b"m" * 32)
    three = KeyTerms((*POLICE.keys[:1], KeyTerm(NEW.public, 10, 200), KeyTerm(last.public, 200)))
    keys = JournalKeys(log_keys(), {"police": three}, 1)
    now = log_of(300)
    kept = seen(12, OLD, at=AT - 5 * 31_557_600)
    points = kept_points(kept, Heads(now.checkpoint(), None), keys, now.fetch)
    assert {each.holds for each in points} == {True}
    assert "saw it: police at 2021-" in points[1].sentence
    late = kept_points(seen(201, OLD), Heads(now.checkpoint(), None), keys, now.fetch)
    assert late[1].sentence == "no party's line is under it"


@pytest.mark.parametrize(
    "terms",
    [
        (),
        ((OLD, 0, None), (OLD, 3, None)),
        ((OLD, 9, 5),),
        ((OLD, 0, None), (witness_key(2), 0, 9)),
    ],
    ids=["none", "twice", "ends before", "of two names"],
)
def test_keys_that_cannot_be_a_witnesss_are_refused(
    terms: tuple[tuple[SigningKey, int, int | None], ...],
):
    with pytest.raises(KetensluisError, match="bad_log_keys"):
        KeyTerms(tuple(KeyTerm(key.public, begin, end) for key, begin, end in terms))


# The files of a PKI folder, and a witness that runs meanwhile.


@pytest.fixture
def pki(tmp_path: Path) -> Path:
    make_demo_journal_keys(tmp_path / "pki", ("hub", "police", "vt:zeeland"))
    return tmp_path / "pki"


def test_a_witness_that_runs_signs_with_its_next_key_once_the_old_one_has_ended(
    pki: Path, tmp_path: Path
):
    before, log = JournalKeys.load(pki).witnesses, MadeLog(*load_log_keys(pki))
    (old,) = load_witness_keys(pki, "police")
    lookout = lookout_of(pki, "police", tmp_path / "memory", log.fetch)

    def signer(size: int) -> bytes | None:
        """The id of the key with which it cosigns the log once that is so large."""
        log.add(b"entry %d" % number for number in range(log.growing.size, size))
        note = lookout.look(log.checkpoint(), NOW)
        lines = [] if note is None else note.lines
        return next((e.key_id for e in lines if e.name == old.public.name), None)

    assert signer(5) == old.public.key_id
    new = rotate_witness_key(pki, "police", 5)
    assert signer(10) == old.public.key_id
    retire_witness_key(pki, "police", old.public.key_id.hex(), 12)
    assert signer(12) == old.public.key_id
    assert signer(13) == new.key.key_id
    retire_witness_key(pki, "police", new.key.key_id.hex(), 20)
    assert signer(21) is None, "it left, and sees nothing more"
    keys = JournalKeys.load(pki)
    assert [(k.from_size, k.until_size) for k in keys.witnesses["police"]] == [(0, 12), (5, 20)]
    assert keys.witnesses["vt:zeeland"] == before["vt:zeeland"]
    assert {path.stat().st_mode & 0o777 for path in pki.rglob("*.key")} == {0o600}
    make_demo_journal_keys(pki, ("police", "vt:zeeland"))
    assert JournalKeys.load(pki) == keys, "making what is missing takes nothing back"


def test_a_party_that_is_taken_off_the_list_while_its_witness_runs_sees_nothing_more(
    pki: Path, tmp_path: Path
):
    keys, log = JournalKeys.load(pki), MadeLog(*load_log_keys(pki)).add([b"entry"])
    lookout = lookout_of(pki, "police", tmp_path / "memory", log.fetch)
    save_keys(pki, replace(keys, witnesses={"vt:zeeland": keys.witnesses["vt:zeeland"]}))
    assert lookout.look(log.checkpoint(), NOW) is None
    save_keys(pki, keys)
    assert lookout.look(log.checkpoint(), NOW) is not None


def test_who_is_no_witness_has_no_key_to_renew_and_none_ends_twice_later(pki: Path):
    with pytest.raises(KetensluisError, match="no_witness"):
        rotate_witness_key(pki, "vt:utrecht", 5)
    (old,) = load_witness_keys(pki, "police")
    key_id = old.public.key_id.hex()
    retire_witness_key(pki, "police", key_id, 9)
    with pytest.raises(KetensluisError, match="unknown_log_key"):
        retire_witness_key(pki, "police", key_id, 10)
    retire_witness_key(pki, "police", key_id, 7)
    assert JournalKeys.load(pki).witnesses["police"].keys[0].until_size == 7
