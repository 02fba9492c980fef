"""The keys of the log and of its witnesses, in the PKI folder beside the parties' others.

public/journal.json             everyone's public keys, and how many witnesses it takes
parties/hub/journal.key         the log's own
parties/<party>/witness.key     a witness's own
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
from ketensluis.journal.notes import KeyKind, SigningKey, VerifyingKey
from ketensluis.model.party import HUB

__all__ = ["JournalKeys", "load_log_key", "load_witness_key", "make_demo_journal_keys"]

_REMEDY = "make them with `sluis pki demo`, or put the parties' own there"
_SEED_BYTES: Final = 32
# Addresses that can never be anyone's (RFC 2606): a log's name is an address without scheme.
_DEMO_LOG: Final = "journal.ketensluis.example"
_DEMO_QUORUM: Final = 2


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`journal.json`: keys in their written form, witnesses by party."""

    log: str
    witnesses: dict[str, str] = {}
    quorum: int = _DEMO_QUORUM


@dataclass(frozen=True, slots=True)
class JournalKeys:
    """Who may sign for the log, and who may witness it.

    `quorum` is how many witnesses must have seen a head before it counts as seen.
    """

    log: VerifyingKey
    witnesses: Mapping[str, VerifyingKey]
    quorum: int

    @classmethod
    def load(cls, folder: Path) -> JournalKeys:
        """The public keys in a PKI folder.

        Raises:
            KetensluisError: `no_journal_keys` or `bad_key`.
        """
        try:
            file = msgspec.json.decode(
                (folder / "public" / "journal.json").read_bytes(), type=_File
            )
        except (OSError, msgspec.MsgspecError) as error:
            raise _missing(folder) from error
        witnesses = {party: VerifyingKey.parse(key) for party, key in file.witnesses.items()}
        return cls(VerifyingKey.parse(file.log), witnesses, file.quorum)


def load_log_key(folder: Path) -> SigningKey:
    """The log's own key.

    Raises:
        KetensluisError: `no_journal_keys` or `bad_key`.
    """
    return _load(party_folder(folder, HUB) / "journal.key", folder)


def load_witness_key(folder: Path, party: str) -> SigningKey:
    """A party's own key as a witness.

    Raises:
        KetensluisError: `no_journal_keys` or `bad_key`.
    """
    return _load(party_folder(folder, party) / "witness.key", folder)


def make_demo_journal_keys(folder: Path, parties: Iterable[str]) -> None:
    """Make what is missing of the log's key and the parties' keys as witnesses.

    For demo and tests: whoever makes all keys is no witness of himself. The hub witnesses
    nothing, as it is its log.
    """
    public = folder / "public" / "journal.json"
    log = _made(party_folder(folder, HUB) / "journal.key", _DEMO_LOG, KeyKind.NOTE)
    witnesses = dict(JournalKeys.load(folder).witnesses) if public.exists() else {}
    for party in parties:
        if party != HUB:
            name = f"{_DEMO_LOG}/witness/{party.replace(':', '.')}"
            path = party_folder(folder, party) / "witness.key"
            witnesses[party] = _made(path, name, KeyKind.COSIGNATURE).public
    file = _File(log=str(log.public), witnesses={name: str(witnesses[name]) for name in witnesses})
    _write(public, msgspec.json.format(msgspec.json.encode(file)), mode=0o644)


def _made(path: Path, name: str, kind: KeyKind) -> SigningKey:
    if not path.exists():
        key = SigningKey.from_seed(name, kind, secrets.token_bytes(_SEED_BYTES))
        _write(path, f"{key.written()}\n".encode(), mode=0o600)
    return SigningKey.parse(path.read_text(encoding="utf-8"))


def _load(path: Path, folder: Path) -> SigningKey:
    try:
        return SigningKey.parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _missing(folder) from error


def _missing(folder: Path) -> KetensluisError:
    return KetensluisError("no_journal_keys", f"{folder} lacks keys of the journal", _REMEDY)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    beside.touch(mode=mode)
    beside.write_bytes(content)
    beside.replace(path)
