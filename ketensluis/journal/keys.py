"""The keys of the log and of its witnesses, in the PKI folder beside the parties' others.

public/journal.json             everyone's public keys, and how many witnesses it takes
public/journal-keys.json        the announcements of the log's keys, where it has had several
parties/hub/journal.key         the log's own; a later one beside it, journal-<key id>.key
parties/<party>/witness.key     a witness's own; a later one beside it, witness-<key id>.key
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from ketensluis.envelope.directory import party_folder
from ketensluis.errors import KetensluisError
from ketensluis.journal.key_terms import KeyTerm, KeyTerms
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import KeyKind, Note, SigningKey, VerifyingKey
from ketensluis.model.party import HUB

__all__ = [
    "JournalKeys",
    "load_announcements",
    "load_log_keys",
    "load_witness_keys",
    "new_key",
    "save_announcements",
    "save_key",
    "save_keys",
]

_REMEDY = "make them with `sluis pki demo`, or put the parties' own there"
_SEED_BYTES: Final = 32


class _Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key, and the sizes of the states that it may sign; no end while in use."""

    key: str
    from_size: int = 0
    until_size: int | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`journal.json`: keys in their written form, witnesses by party."""

    log: tuple[_Term, ...]
    witnesses: dict[str, tuple[_Term, ...]] = {}
    quorum: int


@dataclass(frozen=True, slots=True)
class JournalKeys:
    """Who may sign for the log, and who may witness it.

    `quorum` is how many witnesses must have seen a head before it counts as seen.
    """

    log: LogKeys
    witnesses: Mapping[str, KeyTerms]
    quorum: int

    def __post_init__(self) -> None:
        """Check that each witness has a key of its own, and that it takes at least one.

        Raises:
            KetensluisError: `bad_witness_keys`.
        """
        theirs = [each.key.public for keys in self.witnesses.values() for each in keys]
        ours = [each.key.public for each in self.log]
        if len({*theirs, *ours}) != len(theirs) + len(ours) or self.quorum < 1:
            raise KetensluisError(
                "bad_witness_keys",
                "two parties, or a party and the log, have one key, or the quorum is less than 1",
                "each witness makes a key of its own; whoever has several names is one witness",
            )

    @classmethod
    def load(cls, folder: Path) -> JournalKeys:
        """The public keys in a PKI folder.

        Raises:
            KetensluisError: `no_journal_keys`, `bad_key`, `bad_log_keys`, `bad_witness_keys`.
        """
        try:
            file = msgspec.json.decode(_public(folder).read_bytes(), type=_File)
        except (OSError, msgspec.MsgspecError) as error:
            raise _missing(folder) from error
        witnesses = {party: KeyTerms(_terms(keys)) for party, keys in file.witnesses.items()}
        return cls(LogKeys(_terms(file.log)), witnesses, file.quorum)

    @property
    def parties(self) -> dict[str, str]:
        """Which party it is that signs by a name, for each witness."""
        return {keys.name: party for party, keys in self.witnesses.items()}


def save_keys(folder: Path, keys: JournalKeys) -> None:
    """Write `journal.json`, whole or not at all."""
    witnesses = {party: _written(theirs) for party, theirs in keys.witnesses.items()}
    file = _File(log=_written(keys.log), witnesses=witnesses, quorum=keys.quorum)
    _write(_public(folder), msgspec.json.format(msgspec.json.encode(file)), mode=0o644)


def load_announcements(folder: Path) -> tuple[Note, ...]:
    """The announcements of the log's keys, oldest first; none where it has had one.

    Raises:
        KetensluisError: `no_journal_keys`, the file is damaged.
        Refused: `bad_note`.
    """
    try:
        written = msgspec.json.decode(_announced(folder).read_bytes(), type=list[str])
    except FileNotFoundError:
        return ()
    except msgspec.MsgspecError as error:
        raise _missing(folder) from error
    return tuple(map(Note.parse, written))


def save_announcements(folder: Path, notes: Iterable[Note]) -> None:
    """Write them, whole or not at all."""
    content = msgspec.json.encode([str(note) for note in notes])
    _write(_announced(folder), msgspec.json.format(content), mode=0o644)


def load_log_keys(folder: Path) -> tuple[SigningKey, ...]:
    """The log's own keys, as far as they are there and were announced, the oldest first.

    Raises:
        KetensluisError: `no_journal_keys`, `bad_key` or `bad_log_keys`.
    """
    return _own(folder, HUB, "journal*.key", JournalKeys.load(folder).log)


def load_witness_keys(folder: Path, party: str) -> tuple[SigningKey, ...]:
    """A party's own keys as a witness, as far as they are there and listed, the oldest first.

    Raises:
        KetensluisError: `no_journal_keys`, `bad_key` or `bad_log_keys`.
    """
    return _own(folder, party, "witness*.key", JournalKeys.load(folder).witnesses.get(party, ()))


def new_key(name: str, kind: KeyKind) -> SigningKey:
    """A key that nobody has yet."""
    return SigningKey.from_seed(name, kind, secrets.token_bytes(_SEED_BYTES))


def save_key(path: Path, key: SigningKey) -> None:
    """Write a private key, to be read by the programs' own user only."""
    _write(path, f"{key.written()}\n".encode(), mode=0o600)


def _own(
    folder: Path, party: str, pattern: str, listed: Iterable[KeyTerm]
) -> tuple[SigningKey, ...]:
    paths = sorted(party_folder(folder, party).glob(pattern))
    there = {key.public: key for key in (_load(path, folder) for path in paths)}
    found = tuple(there[each.key] for each in listed if each.key in there)
    if not found:
        raise _missing(folder)
    return found


def _load(path: Path, folder: Path) -> SigningKey:
    try:
        return SigningKey.parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _missing(folder) from error


def _terms(written: Iterable[_Term]) -> tuple[KeyTerm, ...]:
    return tuple(KeyTerm(VerifyingKey.parse(k.key), k.from_size, k.until_size) for k in written)


def _written(keys: KeyTerms) -> tuple[_Term, ...]:
    return tuple(
        _Term(key=str(each.key), from_size=each.from_size, until_size=each.until_size)
        for each in keys
    )


def _public(folder: Path) -> Path:
    return folder / "public" / "journal.json"


def _announced(folder: Path) -> Path:
    return folder / "public" / "journal-keys.json"


def _missing(folder: Path) -> KetensluisError:
    return KetensluisError("no_journal_keys", f"{folder} lacks keys of the journal", _REMEDY)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    beside.touch(mode=mode)
    beside.write_bytes(content)
    beside.replace(path)
