"""`sluis replay` is killed, and told to stop, half way: the same command goes on from there."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chain_rig import environment, sluis
from waiting import DEADLINE

from benchmarks.disclosure_parts.decided import decided_year
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import HUB, LEDGER_EVENTS
from ketensluis.model.record import Output
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

pytestmark = pytest.mark.timeout(300)

_REGISTRATIONS = 160

# The program as it is, but that it makes a mark of every ten records, and waits at one of them.
# SIGINT is ignored, as it is for what a script starts in the background.
_HALTING = """
import signal, sys, time
from ketensluis.cli import replay_partition
from ketensluis.cli.main import main
from ketensluis.cli.replay_diary import Diary

signal.signal(signal.SIGINT, signal.SIG_IGN)
replay_partition._MARK_EVERY = replay_partition._TOGETHER = 10
told, left = Diary.told, [int(sys.argv.pop(1))]

def halting(self, number, count, expected, mark=None):
    told(self, number, count, expected, mark)
    left[0] -= mark is not None
    if mark is not None and not left[0]:
        came = []
        usual = signal.signal(signal.SIGTERM, lambda *told: (came.append(told), usual(*told)))
        print("halts", file=sys.stderr, flush=True)
        while not came:  # a signal before a pause would be slept through
            time.sleep(0.01)

Diary.told = halting
main()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A hub that decided some hundred records, with a decision more on its ledger.

    Its Kafka is its own: what others left under the topics' names would be replayed too.
    """
    with LocalKafka(tmp_path / "kafka") as kafka:
        settings = Settings(bootstrap=kafka.bootstrap, home=tmp_path / "home")
        asyncio.run(decided_year(settings, _REGISTRATIONS))
        asyncio.run(_told_of_a_record_that_there_is_not(settings))
        yield settings


async def _told_of_a_record_that_there_is_not(settings: Settings) -> None:
    event = LedgerEvent(
        event_id="x", kind="decision", incident_id="PL0100-2026000001", sequence=1,
        recipient="vt:groningen", occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
        record="police.incidents[0]@999999",
    )  # fmt: skip
    value = post_of(settings, HUB).codec.encode(event)
    async with Publisher(settings.bootstrap) as publisher:
        told = Output(LEDGER_EVENTS, event.incident_id.encode(), value, partition=0)
        await publisher.publish([told], timestamp_ms=1)


def halted(how: signal.Signals, at: int, *told: object, processes: int) -> tuple[int, list[str]]:
    """Its exit code, and what it said, when that signal came at its mark of that number."""
    running = subprocess.Popen(
        [sys.executable, "-c", _HALTING, str(at), "replay", *map(str, told)],
        env={**os.environ, **environment(processes=processes)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert "halts\n" in iter(running.stderr.readline, "")
    running.send_signal(how)
    out, err = running.communicate(timeout=DEADLINE)
    assert out == ""
    return running.returncode, err.splitlines()


def test_killed_and_stopped_half_way_it_comes_to_the_same_bytes(settings: Settings, tmp_path: Path):
    asked = ("--broker", settings.bootstrap, "--home", settings.home, "--json", "--verify")
    whole = sluis("replay", *asked)
    found = json.loads(whole.stdout)
    assert whole.returncode == 1
    assert found["compared"] >= _REGISTRATIONS
    assert "no_record" in {each["what"] for each in found["differences"]}

    path = tmp_path / "diary.json"
    resumed = (*asked, "--resume", path)
    code, said = halted(signal.SIGKILL, 2, *resumed, processes=1)
    assert (code, said) == (-signal.SIGKILL, [])
    (first,) = json.loads(path.read_text())["marks"].values()
    assert first["records"] == 20

    code, said = halted(signal.SIGTERM, 3, *resumed, processes=2)
    assert code == 1
    assert said[-1].startswith("stopped with ")
    assert said[-1].endswith(": the same command goes on from there")
    kept = json.loads(path.read_text())
    assert sum(each["records"] for each in kept["marks"].values()) > 20 or kept["done"]

    done = sluis("replay", *resumed)
    assert (done.stdout, done.returncode) == (whole.stdout, 1)
