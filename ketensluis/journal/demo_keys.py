"""The keys of the demo's log and witnesses, made where they are not there yet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ketensluis.envelope.directory import party_folder
from ketensluis.journal.key_terms import KeyTerms
from ketensluis.journal.keys import JournalKeys, new_key, save_key, save_keys
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import KeyKind, SigningKey
from ketensluis.model.party import HUB

__all__ = ["make_demo_journal_keys"]

# Addresses that can never be anyone's (RFC 2606): a log's name is an address without scheme.
_LOG: Final = "journal.ketensluis.example"
_QUORUM: Final = 2


def make_demo_journal_keys(folder: Path, parties: Iterable[str]) -> None:
    """Make what is missing of the log's key and the parties' keys as witnesses.

    For demo and tests: whoever makes all keys is no witness of himself. The hub witnesses
    nothing, as it is its log.
    """
    if (folder / "public" / "journal.json").exists():
        keys = JournalKeys.load(folder)
    else:
        first = _made(party_folder(folder, HUB) / "journal.key", _LOG, KeyKind.NOTE).public
        keys = JournalKeys(LogKeys.only(first), {}, _QUORUM)
    witnesses = dict(keys.witnesses)
    for party in parties:
        if party != HUB and party not in witnesses:
            name = f"{_LOG}/witness/{party.replace(':', '.')}"
            path = party_folder(folder, party) / "witness.key"
            witnesses[party] = KeyTerms.only(_made(path, name, KeyKind.COSIGNATURE).public)
    save_keys(folder, JournalKeys(keys.log, witnesses, keys.quorum))


def _made(path: Path, name: str, kind: KeyKind) -> SigningKey:
    if not path.exists():
        save_key(path, new_key(name, kind))
    return SigningKey.parse(path.read_text(encoding="utf-8"))
