"""A broker that takes connections and answers nothing: whoever asks it something is soon told."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from chain_rig import sluis
from made_log import log_keys, witness
from real_parts import java_of

from ketensluis.avro.codec import Codec
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.journal.keys import JournalKeys
from ketensluis.kafka.auditing import Published, read_heads
from ketensluis.kafka.cluster import apply, existing
from ketensluis.kafka.fenced import fenced
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.scan import scan
from ketensluis.kafka.tail import open_tail
from ketensluis.kafka.topics import plan

pytestmark = pytest.mark.kafka

# Kafka's client waits 40 s for an answer unless it is told otherwise.
_SOONER_THAN_KAFKAS_CLIENT = 38.0


@pytest.fixture
async def frozen(tmp_path: Path) -> AsyncIterator[str]:
    """`host:port` of a Kafka whose process is stopped: its port still takes connections."""
    async with LocalKafka(tmp_path / "kafka") as kafka:
        broker = java_of(kafka)
        os.kill(broker, signal.SIGSTOP)
        try:
            yield kafka.bootstrap
        finally:
            os.kill(broker, signal.SIGCONT)


async def entered(door: AbstractAsyncContextManager[Any]) -> None:
    async with door:
        pass


async def test_whoever_asks_a_frozen_broker_is_told_in_one_line_before_kafkas_client_would(
    frozen: str, tmp_path: Path
):
    taken_over = KetensluisError("taken_over", "somebody else began")
    keys = JournalKeys(log_keys(), {"police": witness()}, 1)
    commands = [
        ("provisions", "--incident", "PL0100-1"),
        ("overrides",),
        ("quarantine", "list"),
        ("watch",),
    ]
    doors = [
        existing(frozen),
        apply(frozen, plan()),
        anext(scan(frozen, "ledger.cases")),
        read_heads(str.encode, Published(frozen, Codec.from_lock(), keys)),
        entered(open_tail(frozen, ["ledger.cases"])),
        entered(Publisher(frozen)),
        entered(fenced(frozen, "one", taken_over=taken_over, again="again")),
    ]
    async with asyncio.timeout(_SOONER_THAN_KAFKAS_CLIENT):
        told = await asyncio.gather(
            *(asyncio.to_thread(sluis, *one, "--broker", frozen, "--home", tmp_path)
              for one in commands),
            *doors,
            return_exceptions=True,
        )  # fmt: skip
    for done in told[: len(commands)]:
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
        assert done.stderr.startswith("sluis: kafka_unavailable: ")
    for error in told[len(commands) :]:
        assert isinstance(error, Unavailable)
        assert error.code == "kafka_unavailable"
