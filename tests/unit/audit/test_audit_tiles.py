"""Every tile of the log is held against the entries: parties make their proofs from the tiles."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_log import MadeLog, log_keys, log_of, witness, witness_key

from ketensluis.audit.findings import Window
from ketensluis.audit.heads import Heads
from ketensluis.audit.signatures import Vouchers
from ketensluis.audit.whole import Audit
from ketensluis.avro.codec import Codec
from ketensluis.cli.audit import rules_on_file
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.journal.checkpoints import cosign
from ketensluis.journal.keys import JournalKeys
from ketensluis.kafka.auditing import Reading, read_log
from ketensluis.runtime.settings import Settings

AT = datetime(2026, 3, 2, tzinfo=UTC)
KEYS = JournalKeys(log_keys(), {"police": witness()}, quorum=1)
SIZE = 600
TILES = ("tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    folder: Path = tmp_path_factory.mktemp("pki")
    make_demo_pki(folder, ("hub",), AT)
    rules = rules_on_file(Settings())
    return Codec.from_lock().decode, rules, Vouchers(Directory.load(folder))


def of_the_tree(log: MadeLog, parts: tuple[object, ...]) -> set[str]:
    """Where the tree was found not to be sound."""
    note = log.checkpoint()
    seen = note.with_lines([cosign(note, witness_key(), int(AT.timestamp()))])
    audit = Audit(Heads(seen, seen), KEYS, Window(None, None, AT), *parts)  # type: ignore[arg-type]
    read_log(audit, log.fetch, Reading())
    found = audit.conclude("hub").report.findings
    return {each.place for each in found if each.code == "bad_tree"}


def test_an_untouched_log_has_the_tiles_of_its_entries(parts: tuple[object, ...]):
    log = log_of(SIZE)
    assert {*TILES} <= {*log.files}
    assert of_the_tree(log, parts) == set()


@pytest.mark.parametrize("path", TILES)
def test_a_byte_flipped_in_any_tile_is_found(path: str, parts: tuple[object, ...]):
    log = log_of(SIZE)
    content = bytearray(log.files[path])
    content[40] ^= 1
    log.files[path] = bytes(content)
    assert of_the_tree(log, parts)


@pytest.mark.parametrize("path", TILES[:4])
def test_a_tile_that_is_gone_is_found_at_its_path(path: str, parts: tuple[object, ...]):
    log = log_of(SIZE)
    del log.files[path]
    assert of_the_tree(log, parts) == {path}


def test_a_part_may_have_made_place_for_the_whole(parts: tuple[object, ...]):
    """The log has grown since: its files for the state that is audited may be full ones."""
    log = log_of(SIZE)
    grown = log_of(800)
    for path in [each for each in log.files if ".p/" in each and not each.startswith("tile/1")]:
        del log.files[path]
    whole = {path: content for path, content in grown.files.items() if ".p/" not in path}
    log.files |= whole
    assert of_the_tree(log, parts) == set()
