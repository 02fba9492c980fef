"""The keys of the log and its witnesses, made once and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketensluis.errors import KetensluisError
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.key_terms import KeyTerms
from ketensluis.journal.keys import JournalKeys, load_log_keys, load_witness_keys
from ketensluis.journal.notes import KeyKind


def test_keys_that_were_made_are_those_that_everyone_knows(tmp_path: Path):
    make_demo_journal_keys(tmp_path, ("hub", "vt:twente", "om:limburg"))
    keys = JournalKeys.load(tmp_path)
    assert [each.public for each in load_log_keys(tmp_path)] == [each.key for each in keys.log]
    assert load_log_keys(tmp_path)[0].public.kind is KeyKind.NOTE
    assert set(keys.witnesses) == {"vt:twente", "om:limburg"}
    witness = load_witness_keys(tmp_path, "vt:twente")[0].public
    assert keys.witnesses["vt:twente"] == KeyTerms.only(witness)
    assert witness.kind is KeyKind.COSIGNATURE


def test_making_keys_again_keeps_what_is_there_and_adds_who_came(tmp_path: Path):
    make_demo_journal_keys(tmp_path, ("vt:twente",))
    before = JournalKeys.load(tmp_path)
    make_demo_journal_keys(tmp_path, ("om:limburg",))
    after = JournalKeys.load(tmp_path)
    assert after.log == before.log
    assert after.witnesses["vt:twente"] == before.witnesses["vt:twente"]
    assert "om:limburg" in after.witnesses


def test_a_private_key_is_readable_by_its_owner_only(tmp_path: Path):
    make_demo_journal_keys(tmp_path, ("vt:twente",))
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.key")}
    assert modes == {0o600}


def test_a_folder_without_keys_is_named(tmp_path: Path):
    for load in (JournalKeys.load, load_log_keys):
        with pytest.raises(KetensluisError, match="no_journal_keys"):
            load(tmp_path)
    with pytest.raises(KetensluisError, match="no_journal_keys"):
        load_witness_keys(tmp_path, "vt:twente")


def test_a_key_that_is_damaged_is_named(tmp_path: Path):
    make_demo_journal_keys(tmp_path, ())
    path = tmp_path / "parties" / "hub" / "journal.key"
    path.write_text(path.read_text().replace("journal.", "j0urnal."))
    with pytest.raises(KetensluisError, match="bad_key"):
        load_log_keys(tmp_path)
