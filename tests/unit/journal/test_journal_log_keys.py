"""The keys of a log over time, and how those who know one learn of the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_log import log_key, log_keys, log_of

from ketensluis.errors import KetensluisError, Refused
from ketensluis.journal.checkpoints import open_checkpoint
from ketensluis.journal.current_keys import CurrentKeys
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.key_terms import KeyTerm
from ketensluis.journal.keys import JournalKeys, load_announcements, load_log_keys
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import Note, SigningKey
from ketensluis.journal.rotation import retire_log_key, rotate_log_key
from ketensluis.journal.succession import announce, learn

OLD, NEW, EVIL = (log_key(seed=each * 32) for each in (b"l", b"n", b"e"))
KNOWN = log_keys(OLD)
BOTH = LogKeys((KeyTerm(OLD.public), KeyTerm(NEW.public, 10)))
AFTER = LogKeys((KeyTerm(OLD.public, 0, 20), KeyTerm(NEW.public, 10)))


def shown(size: int, *keys: SigningKey) -> Note:
    log = log_of(size)
    log.key, log.more_keys = keys[0], keys[1:]
    return log.checkpoint()


@pytest.mark.parametrize(
    ("size", "by"), [(9, [OLD]), (10, [NEW]), (15, [OLD, NEW]), (20, [OLD]), (21, [NEW])]
)
def test_a_state_counts_that_a_key_signed_which_the_log_had_at_that_size(
    size: int, by: list[SigningKey]
):
    assert open_checkpoint(shown(size, *by), AFTER).size == size


@pytest.mark.parametrize(("size", "by"), [(9, NEW), (21, OLD), (300, OLD)])
def test_a_state_that_only_a_key_of_another_time_signed_is_refused_by_that_name(
    size: int, by: SigningKey
):
    with pytest.raises(Refused, match="retired_log_key"):
        open_checkpoint(shown(size, by), AFTER)


def test_a_signature_of_any_key_of_the_log_that_is_not_good_is_refused():
    """Though another of them signed it well."""
    note = shown(21, NEW, OLD)
    moved = Note(note.text, (note.lines[0], shown(20, OLD).lines[0]))
    with pytest.raises(Refused, match="bad_log_signature"):
        open_checkpoint(moved, AFTER)


@pytest.mark.parametrize("keys", [KNOWN, BOTH, AFTER])
def test_keys_are_written_and_read_back(keys: LogKeys):
    assert LogKeys.parse(keys.text()) == keys


@pytest.mark.parametrize(
    "written",
    [
        (),
        ((OLD, 0, 5),),
        ((OLD, 0, 5), (NEW, 7, None)),
        ((OLD, 3, None),),
        ((OLD, 0, None), (OLD, 3, None)),
        ((OLD, 0, 9), (NEW, 5, 4), (EVIL, 5, None)),
        ((log_key("other.example/log"), 0, None), (NEW, 3, None)),
    ],
)
def test_keys_that_leave_a_size_to_none_or_are_not_one_logs_are_refused(
    written: tuple[tuple[SigningKey, int, int | None], ...],
):
    with pytest.raises(KetensluisError, match="bad_log_keys"):
        LogKeys(tuple(KeyTerm(key.public, begin, end) for key, begin, end in written))


def test_who_knows_the_old_key_learns_the_new_one_and_then_that_the_old_one_ended():
    told = [announce(BOTH, (OLD, NEW)), announce(AFTER, (OLD, NEW))]
    assert learn(KNOWN, told[:1]) == BOTH
    assert learn(BOTH, told[1:]) == AFTER
    assert learn(KNOWN, told) == learn(AFTER, told) == AFTER


def test_a_key_that_ended_may_be_found_to_have_ended_earlier():
    earlier = LogKeys((KeyTerm(OLD.public, 0, 12), KeyTerm(NEW.public, 10)))
    assert learn(AFTER, [announce(earlier, (NEW,))]) == earlier


STOLEN_OLD = LogKeys((KeyTerm(OLD.public, 0, 30), KeyTerm(EVIL.public, 20)))


@pytest.mark.parametrize(
    ("known", "told", "by"),
    [
        (KNOWN, BOTH, (OLD,)),
        (KNOWN, BOTH, (NEW,)),
        (KNOWN, BOTH, (EVIL, NEW)),
        (BOTH, LogKeys((*BOTH.keys, KeyTerm(EVIL.public, 20))), (OLD, EVIL)),
        (BOTH, AFTER, (NEW,)),
        (BOTH, STOLEN_OLD, (OLD, EVIL)),
        (AFTER, LogKeys((*AFTER.keys, KeyTerm(EVIL.public, 20))), (OLD, EVIL)),
        (AFTER, LogKeys((KeyTerm(OLD.public, 0, 40), KeyTerm(NEW.public, 10))), (OLD, NEW)),
        (AFTER, LogKeys((KeyTerm(OLD.public), KeyTerm(NEW.public, 10), KeyTerm(EVIL.public))),
         (OLD, NEW, EVIL)),
        (KNOWN, LogKeys((KeyTerm(OLD.public, 0, 9), KeyTerm(NEW.public, 5))), (NEW,)),
        (KNOWN, log_keys(EVIL), (EVIL,)),
        (KNOWN, log_keys(log_key("other.example/log")), (OLD,)),
    ],
    ids=[
        "not by the new", "not by the old", "by a stranger", "not by all in use",
        "an end that the old did not sign", "a successor by a stolen key",
        "by one that had ended", "longer than it had", "used again",
        "an end by the new alone", "another instead", "of another log",
    ],
)  # fmt: skip
def test_an_announcement_that_not_all_signed_who_must_or_that_takes_back_is_refused(
    known: LogKeys, told: LogKeys, by: tuple[SigningKey, ...]
):
    with pytest.raises(Refused, match="bad_succession"):
        learn(known, [announce(told, by)])


def test_rubbish_is_no_announcement():
    with pytest.raises(Refused, match="bad_succession"):
        learn(KNOWN, [log_of(3).checkpoint()])


# The files of a PKI folder.


def test_a_rotation_and_an_end_are_in_the_files_and_a_program_that_runs_sees_them(tmp_path: Path):
    make_demo_journal_keys(tmp_path, ("hub", "police"))
    running = CurrentKeys(tmp_path)
    first = running.public().log
    (old,) = running.signing(7)
    new = rotate_log_key(tmp_path, 7)
    assert [key.public for key in running.signing(6)] == [old.public]
    assert [key.public for key in running.signing(7)] == [old.public, new.key]
    retire_log_key(tmp_path, old.public.key_id.hex(), 9)
    assert [key.public for key in running.signing(9)] == [old.public, new.key]
    assert [key.public for key in running.signing(10)] == [new.key]
    keys = JournalKeys.load(tmp_path)
    assert keys == running.public()
    assert set(keys.witnesses) == {"police"}
    assert learn(first, load_announcements(tmp_path)) == keys.log
    assert len(load_log_keys(tmp_path)) == 2
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.key")} == {0o600}


def test_the_only_key_cannot_end_nor_one_that_is_not_the_logs(tmp_path: Path):
    make_demo_journal_keys(tmp_path, ("hub",))
    only = JournalKeys.load(tmp_path).log.keys[0].key.key_id.hex()
    with pytest.raises(KetensluisError, match="bad_log_keys"):
        retire_log_key(tmp_path, only, 5)
    with pytest.raises(KetensluisError, match="unknown_log_key"):
        retire_log_key(tmp_path, "00000000", 5)


def test_without_a_key_that_is_in_use_nothing_is_announced(tmp_path: Path):
    make_demo_journal_keys(tmp_path, ("hub",))
    rotate_log_key(tmp_path, 3)
    before = JournalKeys.load(tmp_path)
    (tmp_path / "parties" / "hub" / "journal.key").unlink()
    with pytest.raises(KetensluisError, match="no_journal_keys"):
        rotate_log_key(tmp_path, 4)
    assert JournalKeys.load(tmp_path) == before
    assert CurrentKeys(tmp_path).signing(4)
    with pytest.raises(KetensluisError, match="no_journal_keys"):
        CurrentKeys(tmp_path).signing(2)
