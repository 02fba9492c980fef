"""A log gets another key, and gives up an old one: the files of its PKI folder, step by step.

Whatever step it is interrupted after, the folder holds: the private key is there before anyone
hears of it, and the announcement before the list that the journal and the auditors go by.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ketensluis.envelope.directory import party_folder
from ketensluis.errors import KetensluisError
from ketensluis.journal.keys import (
    JournalKeys,
    load_announcements,
    load_log_keys,
    new_key,
    save_announcements,
    save_key,
    save_keys,
)
from ketensluis.journal.log_keys import LogKey, LogKeys
from ketensluis.journal.notes import KeyKind, SigningKey
from ketensluis.journal.succession import announce
from ketensluis.model.party import HUB

__all__ = ["retire_log_key", "rotate_log_key"]


def rotate_log_key(folder: Path, from_size: int) -> LogKey:
    """Give the log one more key, which counts from that size on; those in use go on.

    Raises:
        KetensluisError: `no_journal_keys`, a private key that is in use is not there.
    """
    keys = JournalKeys.load(folder)
    private, made = _in_use(folder, keys.log), new_key(keys.log.origin, KeyKind.NOTE)
    key = LogKey(made.public, from_size)
    save_key(party_folder(folder, HUB) / f"journal-{made.public.key_id.hex()}.key", made)
    _announce(folder, keys, LogKeys((*keys.log, key)), [*private, made])
    return key


def retire_log_key(folder: Path, key_id: str, until_size: int) -> LogKey:
    """End the use of a key with the state of that size; if it had ended, then earlier.

    Raises:
        KetensluisError: `unknown_log_key`; `bad_log_keys`, no other would count after it;
            `no_journal_keys`, a private key that is in use is not there.
    """
    keys = JournalKeys.load(folder)
    key = next((each for each in keys.log if each.key.key_id.hex() == key_id), None)
    if key is None or until_size > (until_size if key.until_size is None else key.until_size):
        raise KetensluisError(
            "unknown_log_key",
            f"the log has no key {key_id} that could end with {until_size} entries",
            "see `sluis pki log-keys`",
        )
    ended = replace(key, until_size=until_size)
    after = LogKeys(tuple(ended if each == key else each for each in keys.log))
    _announce(folder, keys, after, _in_use(folder, keys.log))
    return ended


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
