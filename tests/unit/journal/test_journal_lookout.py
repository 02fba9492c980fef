"""A party's lookout: it remembers before it signs, and keeps the proof of what does not fit."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_log import MadeLog, log_key, log_keys, log_of, witness, witness_key

from ketensluis.errors import Refused, Unavailable
from ketensluis.journal.checkpoints import Cosigned, cosigned
from ketensluis.journal.key_terms import KeyTerm
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import SigningKey
from ketensluis.journal.succession import announce
from ketensluis.journal.witness import Witness
from ketensluis.partner.lookout import Lookout, lookout_of
from ketensluis.partner.served_log import over_http

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
WITNESS = Witness(witness_key(), log_keys())


def lookout(log: MadeLog, folder: Path) -> Lookout:
    return Lookout(WITNESS, folder, log.fetch)


def rewritten(number: int) -> bytes | None:
    return b"rewritten" if number == 3 else None


def test_it_cosigns_what_continues_and_remembers_it(tmp_path: Path):
    for size in (10, 300):
        log = log_of(size)
        seen = lookout(log, tmp_path).look(log.checkpoint(), AT)
        assert seen is not None
        at = int(AT.timestamp())
        assert cosigned(seen, [witness()]) == [Cosigned("log.example/witness/1", at)]
    assert lookout(log, tmp_path).last == log.checkpoint()


def test_what_was_published_is_not_cosigned_again(tmp_path: Path):
    log = log_of(10)
    watching = lookout(log, tmp_path)
    seen = watching.look(log.checkpoint(), AT)
    assert seen is not None
    watching.given(seen)
    assert watching.look(log.checkpoint(), AT) is None


def test_killed_before_it_published_it_cosigns_the_same_again(tmp_path: Path):
    log = log_of(10)
    first = lookout(log, tmp_path).look(log.checkpoint(), AT)
    assert lookout(log, tmp_path).look(log.checkpoint(), AT) == first


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (log_of(20, rewritten), "two_histories"),
        (log_of(40, rewritten), "inconsistent"),
        (log_of(19), "older_checkpoint"),
    ],
    ids=["two histories", "rewritten", "truncated"],
)
def test_what_does_not_continue_is_kept_as_proof_and_not_cosigned(
    tmp_path: Path, shown: MadeLog, code: str
):
    before = log_of(20)
    lookout(before, tmp_path).look(before.checkpoint(), AT)
    with pytest.raises(Refused, match=code):
        lookout(shown, tmp_path).look(shown.checkpoint(), AT)
    (proof,) = tmp_path.glob(f"{code}-*.txt")
    assert str(before.checkpoint()) in proof.read_text()
    assert str(shown.checkpoint()) in proof.read_text()
    assert lookout(before, tmp_path).last == before.checkpoint()


def test_a_log_whose_files_are_away_is_waited_for(tmp_path: Path):
    before, log = log_of(20), log_of(40)
    lookout(before, tmp_path).look(before.checkpoint(), AT)
    note = log.checkpoint()
    log.files.clear()
    with pytest.raises(Unavailable, match="log_away"):
        lookout(log, tmp_path).look(note, AT)


def test_a_party_without_keys_is_no_witness(tmp_path: Path):
    with pytest.raises(Exception, match="no_journal_keys"):
        lookout_of(tmp_path, "vt:twente", tmp_path, log_of(1).fetch)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[MadeLog, str]]:
    """A log's files behind an ordinary web server."""
    log = log_of(300)
    for path, content in log.files.items():
        (tmp_path / "log" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "log" / path).write_bytes(content)
    handler = functools.partial(QuietHandler, directory=str(tmp_path / "log"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield log, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


def test_a_log_is_watched_over_http(served: tuple[MadeLog, str], tmp_path: Path):
    log, address = served
    watching = Lookout(WITNESS, tmp_path / "witness", over_http(address))
    before = log_of(20)
    lookout(before, tmp_path / "witness").look(before.checkpoint(), AT)
    assert watching.look(log.checkpoint(), AT) is not None


def test_a_log_that_is_not_served_is_waited_for(served: tuple[MadeLog, str], tmp_path: Path):
    log, address = served
    before = log_of(20)
    lookout(before, tmp_path / "witness").look(before.checkpoint(), AT)
    watching = Lookout(WITNESS, tmp_path / "witness", over_http(f"{address}/elsewhere"))
    with pytest.raises(Unavailable, match="log_away"):
        watching.look(log.checkpoint(), AT)


# The log's next key.

NEXT = log_key(seed=b"n" * 32)
BOTH = LogKeys((KeyTerm(log_key().public), KeyTerm(NEXT.public, 10)))
AFTER = LogKeys((KeyTerm(log_key().public, 0, 30), KeyTerm(NEXT.public, 10)))


def announced(log: MadeLog, *keys: LogKeys, by: tuple[SigningKey, ...] = (log_key(), NEXT)) -> None:
    notes = [str(announce(each, by)) for each in keys]
    log.files["keys"] = json.dumps(notes).encode()


def signed(size: int, *keys: SigningKey) -> MadeLog:
    log = log_of(size)
    log.key, log.more_keys = keys[0], keys[1:]
    return log


def test_it_learns_the_next_key_from_the_old_one_and_cosigns_over_the_rotation(tmp_path: Path):
    both = log_key(), NEXT
    steps = (signed(8, log_key()), signed(20, *both), signed(40, NEXT), signed(50, NEXT))
    for step, told in zip(steps, [(), (BOTH,), (BOTH, AFTER), (BOTH, AFTER)], strict=True):
        if told:
            announced(step, *told)
        seen = lookout(step, tmp_path).look(step.checkpoint(), AT)
        assert seen is not None
        assert cosigned(seen, [witness()])
    assert LogKeys.parse((tmp_path / "keys").read_text()) == AFTER


def test_a_state_signed_by_a_key_that_had_ended_is_not_cosigned_and_kept_as_proof(tmp_path: Path):
    """The old key was stolen: it signs a log that goes on, and that nobody else was shown."""
    log = signed(40, NEXT)
    announced(log, BOTH, AFTER)
    lookout(log, tmp_path).look(log.checkpoint(), AT)
    stolen = signed(60, log_key())
    announced(stolen, BOTH, AFTER)
    with pytest.raises(Refused, match="retired_log_key"):
        lookout(stolen, tmp_path).look(stolen.checkpoint(), AT)
    assert list(tmp_path.glob("retired_log_key-*.txt"))


@pytest.mark.parametrize("by", [(NEXT,), (log_key(),), ()], ids=["new", "old", "nobody"])
def test_a_key_that_only_one_side_announced_is_not_learned(
    tmp_path: Path, by: tuple[SigningKey, ...]
):
    """Nor does it help that journal.json names it meanwhile: what the party knows, it keeps."""
    before = log_of(8)
    lookout(before, tmp_path).look(before.checkpoint(), AT)
    log = signed(20, NEXT)
    code = "bad_log_signature"
    if by:
        announced(log, BOTH, by=by)
        code = "bad_succession"
    with pytest.raises(Refused, match=code):
        Lookout(Witness(witness_key(), BOTH), tmp_path, log.fetch).look(log.checkpoint(), AT)


def test_a_file_of_keys_that_is_rubbish_is_not_believed(tmp_path: Path):
    log = signed(20, log_key(), NEXT)
    log.files["keys"] = b"rubbish"
    with pytest.raises(Refused, match="bad_succession"):
        lookout(log, tmp_path).look(log.checkpoint(), AT)
