"""One witness of the hub's log, with its memory.

What was cosigned last lies in the party's own folder, written before the cosignature leaves.
What does not continue it is kept there too, both notes together: proof against the operator.
The log's keys it takes from the PKI folder once; of the next it learns from those it trusts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import msgspec
import structlog

from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.journal.checkpoints import Head
from ketensluis.journal.keys import JournalKeys, load_witness_keys
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import Note, SigningKey
from ketensluis.journal.proofs import consistency_proof
from ketensluis.journal.succession import learn
from ketensluis.journal.tiles import Fetch, node_of
from ketensluis.journal.witness import Witness

__all__ = ["LOG_AWAY", "Lookout", "lookout_of"]

LOG_AWAY: Final = "log_away"
"""The code of a log whose files cannot be read (yet)."""

KeyAt = Callable[[int], SigningKey | None]
"""The witness's own key for a state of that size; None if it has none that counts."""


def lookout_of(pki: Path, party: str, folder: Path, fetch: Fetch) -> Lookout:
    """The lookout that a party's keys make; of a change of these it learns while it runs.

    Raises:
        KetensluisError: `no_journal_keys`, `bad_key` or `bad_log_keys`.
    """
    witness = Witness(load_witness_keys(pki, party)[0], JournalKeys.load(pki).log)
    return Lookout(witness, folder, fetch, partial(_key_at, pki, party))


class Lookout:
    """One witness with its memory; `fetch` reads the files of the log that it watches.

    `key_at` gives its own key for a state of a size, where it has had several.
    """

    def __init__(
        self, witness: Witness, folder: Path, fetch: Fetch, key_at: KeyAt | None = None
    ) -> None:
        self._key_at = key_at or (lambda _size: witness.key)
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
        """The checkpoint with the log's line and the witness's.

        None if that was given already, or if no key of the witness counts at that size.

        Raises:
            Refused: as `Witness.look`; what it found is on record then.
            Unavailable: `log_away`, the log's files cannot be read (yet).
        """
        if note.text == self._given:
            return None
        last = self.last
        try:
            self._learn(note)
            key = self._own_key(Head.parse(note.text).size)
            if key is None:
                return None
            witness = replace(self._witness, key=key)
            seen = witness.look(note, last, self._prove, int(at.timestamp()))
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

    def _own_key(self, size: int) -> SigningKey | None:
        try:
            key = self._key_at(size)
        except KetensluisError:  # files that are not whole now may be soon
            key = None
        told = "" if key else "no_witness_key"
        if told and told != self._told:
            name = self._witness.key.public.name
            structlog.get_logger().warning(told, witness=name, entries=size)
        self._told = told or self._told
        return key

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


def _key_at(pki: Path, party: str, size: int) -> SigningKey | None:
    """The oldest of its keys that counts: everyone knows it, and the next is its word after it."""
    listed = JournalKeys.load(pki).witnesses.get(party)
    counting = () if listed is None else listed.at(size)
    return next((each for each in load_witness_keys(pki, party) if each.public in counting), None)


def _away(sentence: str) -> Unavailable:
    return Unavailable(LOG_AWAY, sentence, "see whether the journal's files are served")
