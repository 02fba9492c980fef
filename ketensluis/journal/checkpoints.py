"""Checkpoints (C2SP tlog-checkpoint): what the log says that it held, and who saw it say so.

A cosignature (C2SP tlog-cosignature, version 1) is a witness's word that, at the time that it
names, this was the largest head of that log that it had seen, and that it continued all earlier.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ketensluis.errors import Refused
from ketensluis.journal.hashing import EMPTY_ROOT, HASH_BYTES
from ketensluis.journal.key_terms import KeyTerms
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import KeyKind, Line, Note, SigningKey
from ketensluis.model.record import LATEST

__all__ = ["RETIRED", "Cosigned", "Head", "cosign", "cosigned", "open_checkpoint", "sign"]

RETIRED: Final = "retired_log_key"
"""The code of a checkpoint that only a key of another time signed."""

_SIZE = re.compile("0|[1-9][0-9]{0,18}")
_TIME_BYTES: Final = 8
_LATEST: Final = round(LATEST.timestamp())  # of a cosignature, in seconds of Unix time
_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Head:
    """The log of that origin, when it had so many entries; `root` is raw bytes."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head that a checkpoint's text tells of; lines of extensions are passed over.

        Raises:
            Refused: `bad_checkpoint`.
        """
        origin, size, encoded, *_ = (*text.split("\n"), "", "", "")
        try:
            root = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            root = b""
        if not origin or not _SIZE.fullmatch(size) or len(root) != HASH_BYTES:
            raise Refused("bad_checkpoint", "the note is not a checkpoint of a log")
        if size == "0" and root != EMPTY_ROOT:
            raise Refused("bad_checkpoint", "the checkpoint gives an empty log a content")
        return cls(origin, int(size), root)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that holds: the witness's name and when it saw the head, in Unix seconds."""

    witness: str
    at: int


def sign(head: Head, *keys: SigningKey) -> Note:
    """The checkpoint, signed by the log, with each key that it has at that size.

    A log never signs what may still be undone.
    """
    text = head.text()
    return Note(text, tuple(each.line(text.encode()) for each in keys))


def open_checkpoint(note: Note, log: LogKeys) -> Head:
    """The head in a checkpoint, if the log signed it with a key that counts at its size.

    Raises:
        Refused: `bad_checkpoint`, `unknown_log`, `bad_log_signature` or `retired_log_key`.
    """
    head = Head.parse(note.text)
    if head.origin != log.origin:
        raise Refused("unknown_log", "the checkpoint is of another log")
    signed = [(each, note.signed_by(each.key)) for each in log]
    made = [(each, line) for each, line in signed if line is not None]
    if not made:
        raise Refused("bad_log_signature", "the checkpoint is not signed by a key of the log")
    for each, line in made:
        whole = len(line.signature) == _SIGNATURE_BYTES
        if not whole or not each.key.verify(line, note.text.encode()):
            said = "the log's signature under the checkpoint is not good"
            raise Refused("bad_log_signature", said)
    if not any(each.counts(head.size) for each, _ in made):
        said = f"no key that the log had at {head.size} entries signed it, but one of another time"
        raise Refused(RETIRED, said)
    return head


def cosign(note: Note, key: SigningKey, at: int) -> Line:
    """The witness's line; `at` is Unix time in seconds."""
    return key.line(_witnessed(note.text, at), before=at.to_bytes(_TIME_BYTES))


def cosigned(note: Note, witnesses: Iterable[KeyTerms]) -> list[Cosigned]:
    """The cosignatures of known witnesses, all good, one of each; the rest is passed over.

    That is: lines by others, and by a key that its witness did not have at that size.

    Raises:
        Refused: `bad_cosignature`, one of a known witness does not hold, or is of a time that
            cannot be; `bad_checkpoint`, it is not one.
    """
    size = Head.parse(note.text).size
    found: dict[str, int] = {}
    for key in (key for keys in witnesses for key in keys.at(size)):
        line = note.signed_by(key) if key.kind is KeyKind.COSIGNATURE else None
        if line is None:
            continue
        at = int.from_bytes(line.signature[:_TIME_BYTES])
        whole = len(line.signature) == _TIME_BYTES + _SIGNATURE_BYTES and at <= _LATEST
        if not whole or not key.verify(line, _witnessed(note.text, at)):
            raise Refused("bad_cosignature", f"the cosignature of {key.name} is not good")
        found[key.name] = max(at, found.get(key.name, 0))
    return [Cosigned(name, at) for name, at in found.items()]


def _witnessed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
