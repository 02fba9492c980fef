"""A log, or a witness, gets another key, and gives up an old one: the files of its PKI folder.

Whatever step it is interrupted after, the folder holds: the private key is there before anyone
hears of it, and the announcement before the list that the journal and the auditors go by.
"""

from __future__ import annotations

from pathlib import Path

from ketensluis.envelope.directory import party_folder
from ketensluis.errors import KetensluisError
from ketensluis.journal.key_terms import KeyTerm, KeyTerms
from ketensluis.journal.keys import (
    JournalKeys,
    load_announcements,
    load_log_keys,
    new_key,
    save_announcements,
    save_key,
    save_keys,
)
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import KeyKind, SigningKey
from ketensluis.journal.succession import announce
from ketensluis.model.party import HUB

__all__ = [
    "keys_of", "retire_log_key", "retire_witness_key", "rotate_log_key", "rotate_witness_key",
]  # fmt: skip


def rotate_log_key(folder: Path, from_size: int) -> KeyTerm:
    """Give the log one more key, which counts from that size on; those in use go on.

    Raises:
        KetensluisError: `no_journal_keys`, a private key that is in use is not there.
    """
    keys = JournalKeys.load(folder)
    private, made = _in_use(folder, keys.log), new_key(keys.log.origin, KeyKind.NOTE)
    save_key(party_folder(folder, HUB) / f"journal-{made.public.key_id.hex()}.key", made)
    after = keys.log.followed_by(made.public, from_size)
    _announce(folder, keys, after, [*private, made])
    return after.keys[-1]


def retire_log_key(folder: Path, key_id: str, until_size: int) -> KeyTerm:
    """End the use of a key with the state of that size; if it had ended, then earlier.

    Raises:
        KetensluisError: `unknown_log_key`; `bad_log_keys`, no other would count after it;
            `no_journal_keys`, a private key that is in use is not there.
    """
    keys = JournalKeys.load(folder)
    after, ended = keys.log.ended(key_id, until_size)
    _announce(folder, keys, after, _in_use(folder, keys.log))
    return ended


def rotate_witness_key(folder: Path, party: str, from_size: int) -> KeyTerm:
    """Give a party's witness one more key; it signs with the old one until that has ended.

    Raises:
        KetensluisError: `no_witness`, the party has none.
    """
    keys = JournalKeys.load(folder)
    theirs = keys_of(keys, party)
    made = new_key(theirs.name, KeyKind.COSIGNATURE)
    save_key(party_folder(folder, party) / f"witness-{made.public.key_id.hex()}.key", made)
    after = theirs.followed_by(made.public, from_size)
    _list(folder, keys, party, after)
    return after.keys[-1]


def retire_witness_key(folder: Path, party: str, key_id: str, until_size: int) -> KeyTerm:
    """End the use of a witness's key with the state of that size; if it had ended, then earlier.

    Without another key that goes on, the party sees nothing more; what it saw still counts.

    Raises:
        KetensluisError: `no_witness`, the party has none; `unknown_log_key`; `bad_log_keys`.
    """
    keys = JournalKeys.load(folder)
    after, ended = keys_of(keys, party).ended(key_id, until_size)
    _list(folder, keys, party, after)
    return ended


def keys_of(keys: JournalKeys, party: str) -> KeyTerms:
    """Those of a party's witness.

    Raises:
        KetensluisError: `no_witness`, it has none.
    """
    if party not in keys.witnesses:
        raise KetensluisError(
            "no_witness", f"{party} has no key as a witness", "journal.json names those who have"
        )
    return keys.witnesses[party]


def _list(folder: Path, keys: JournalKeys, party: str, after: KeyTerms) -> None:
    save_keys(folder, JournalKeys(keys.log, {**keys.witnesses, party: after}, keys.quorum))


def _in_use(folder: Path, log: LogKeys) -> list[SigningKey]:
    """The private keys of all that are in use: who lacks one can announce nothing."""
    there = {each.public: each for each in load_log_keys(folder)}
    lacking = [each.key.key_id.hex() for each in log.in_use() if each.key not in there]
    if lacking:
        raise KetensluisError(
            "no_journal_keys",
            f"the private key {lacking[0]} is not there, and must sign what is announced",
            "tell every party by other means, as after a loss (docs/how-to/keys.md)",
        )
    return [there[each.key] for each in log.in_use()]


def _announce(folder: Path, keys: JournalKeys, after: LogKeys, signers: list[SigningKey]) -> None:
    told = load_announcements(folder)
    save_announcements(folder, (*told, announce(after, signers)))
    save_keys(folder, JournalKeys(after, keys.witnesses, keys.quorum))
