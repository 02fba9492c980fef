"""A party's witness of the hub's log: looks at each new checkpoint, and says that it saw it.

What was cosigned last lies in the party's own folder, written before the cosignature leaves.
What does not continue it is kept there too, both notes together: proof against the operator.
The log's keys it takes from the PKI folder once; of the next it learns from those it trusts.
One program at a time looks for a party: two memories would be no memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import msgspec
import structlog

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused, Unavailable
from ketensluis.journal.checkpoints import Head
from ketensluis.journal.keys import JournalKeys, load_witness_key
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import Note
from ketensluis.journal.proofs import consistency_proof
from ketensluis.journal.succession import learn
from ketensluis.journal.tiles import Fetch, node_of
from ketensluis.journal.witness import Witness
from ketensluis.kafka.answering import kafka_answers
from ketensluis.kafka.checkpoints import last_checkpoint
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.party import CHECKPOINTS, COSIGNATURES
from ketensluis.model.record import Output
from ketensluis.runtime.clock import Clock, milliseconds

__all__ = ["Lookout", "attend_log", "look_once", "over_http", "witness_of"]

_LOG_AWAY = "log_away"
_PAUSE_SECONDS = 1.0
_HTTP_SECONDS = 10.0


def witness_of(pki: Path, party: str) -> Witness:
    """The witness that a party's keys make.

    Raises:
        KetensluisError: `no_journal_keys` or `bad_key`.
    """
    return Witness(load_witness_key(pki, party), JournalKeys.load(pki).log)


class Lookout:
    """One witness with its memory; `fetch` reads the files of the log that it watches."""

    def __init__(self, witness: Witness, folder: Path, fetch: Fetch) -> None:
        self._folder = folder
        self._fetch = fetch
        self._last = folder / "checkpoint"
        self._keys = folder / "keys"
        self._given = self._told = ""
        if self._keys.exists():  # what it learned counts, and not what a file says meanwhile
            log = LogKeys.parse(self._keys.read_text(encoding="utf-8"))
            witness = replace(witness, log=log)
        self._witness = witness

    @property
    def last(self) -> Note | None:
        """The checkpoint that it cosigned last."""
        if not self._last.exists():
            return None
        return Note.parse(self._last.read_text(encoding="utf-8"))

    def look(self, note: Note, at: datetime) -> Note | None:
        """The checkpoint with the log's line and the witness's; None if that was given already.

        Raises:
            Refused: as `Witness.look`; what it found is on record then.
            Unavailable: `log_away`, the log's files cannot be read (yet).
        """
        if note.text == self._given:
            return None
        last = self.last
        try:
            self._learn(note)
            seen = self._witness.look(note, last, self._prove, int(at.timestamp()))
        except Refused as error:
            self._keep(error, last, note)
            raise
        if not self._keys.exists():
            self._remember(self._keys, self._witness.log.text())
        self._remember(self._last, str(seen.remember))
        return Note(note.text, (*self._witness.log.lines(note), seen.line))

    def given(self, seen: Note) -> None:
        """It was published; until it is told so, it looks again, and signs again."""
        self._given = seen.text

    def distrust(self, error: Refused) -> None:
        """Say once, as loud as a log can, that the log is not what it was."""
        if error.code != self._told:
            structlog.get_logger().critical(
                "log_not_trusted",
                witness=self._witness.key.public.name,
                code=error.code,
                sentence=error.sentence,
            )
        self._told = error.code

    def _learn(self, note: Note) -> None:
        """Learn of the log's next key, or of one's end, where other keys signed than are in use."""
        log = self._witness.log
        signed = {line.key_id for line in note.lines if line.name == log.origin}
        if signed == {each.key.key_id for each in log.in_use()}:
            return
        try:
            announced = msgspec.json.decode(self._fetch("keys"), type=list[str])
        except FileNotFoundError:
            return  # then nothing was announced, and the unknown key counts for nothing
        except httpx.HTTPError as error:
            raise _away("the announcements of the log's keys cannot be read") from error
        except msgspec.MsgspecError as error:
            raise Refused("bad_succession", "the log's file of its keys cannot be read") from error
        if (known := learn(log, map(Note.parse, announced))) != log:
            self._remember(self._keys, known.text())
            self._witness = replace(self._witness, log=known)
            structlog.get_logger().info(
                "log_keys_learned", in_use=[each.key.key_id.hex() for each in known.in_use()]
            )

    def _prove(self, old: int, new: int) -> Sequence[bytes]:
        try:
            return consistency_proof(node_of(self._fetch, new), old, new)
        except (FileNotFoundError, httpx.HTTPError) as error:
            raise _away(f"the tiles of the log for {new} entries cannot be read") from error

    def _remember(self, path: Path, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}")
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def _keep(self, error: Refused, last: Note | None, note: Note) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        said = f"{error}\n\nwas shown:\n{last or 'nothing'}\nis shown:\n{note}"
        name = hashlib.sha256(said.encode()).hexdigest()[:16]
        (self._folder / f"{error.code}-{name}.txt").write_text(said, encoding="utf-8")


async def attend_log(
    lookouts: Sequence[Lookout],
    bootstrap: str,
    codec: Codec,
    clock: Clock,
    stop: asyncio.Event,
    *,
    checkpoints: str = CHECKPOINTS,
    cosignatures: str = COSIGNATURES,
    told: Callable[[int], None] = lambda _size: None,
) -> None:
    """Look at the log's last checkpoint again and again, and publish what was cosigned.

    What does not continue is told once and not cosigned; only people can do anything about it.
    `told` hears after each look how large the log was.

    Raises:
        Unavailable: Kafka does not answer.
    """
    async with Publisher(bootstrap) as publisher:
        while not stop.is_set():
            note = None
            try:
                with kafka_answers():
                    note = await last_checkpoint(bootstrap, checkpoints, codec)
            except Refused as error:  # what lies there is no checkpoint at all
                for each in lookouts:
                    each.distrust(error)
            if note is not None:
                await look_once(lookouts, note, publisher, clock, cosignatures)
            told(0 if note is None else Head.parse(note.text).size)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PAUSE_SECONDS)


async def look_once(
    lookouts: Sequence[Lookout],
    note: Note,
    publisher: Publisher,
    clock: Clock,
    cosignatures: str = COSIGNATURES,
) -> None:
    """Let each look at the checkpoint, and publish what it cosigned.

    Raises:
        Unavailable: Kafka does not answer.
    """
    for lookout in lookouts:
        now = clock.now()
        try:
            seen = await asyncio.to_thread(lookout.look, note, now)
        except Refused as error:
            lookout.distrust(error)
            continue
        except Unavailable as error:
            if error.code != _LOG_AWAY:
                raise
            continue
        if seen is not None:
            output = Output(cosignatures, _origin(seen), str(seen).encode())
            await publisher.publish([output], timestamp_ms=milliseconds(now))
            lookout.given(seen)


def _away(sentence: str) -> Unavailable:
    return Unavailable(_LOG_AWAY, sentence, "see whether the journal's files are served")


def _origin(note: Note) -> bytes:
    return note.text.partition("\n")[0].encode()


def over_http(prefix: str) -> Fetch:
    """The files of a log that is served under that address (C2SP tlog-tiles)."""
    client = httpx.Client(base_url=prefix.rstrip("/") + "/", timeout=_HTTP_SECONDS)

    def fetch(path: str) -> bytes:
        answer = client.get(path)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise FileNotFoundError(path)
        return answer.raise_for_status().content

    return fetch
