"""The hub's secret for pseudonyms and postmarks: a file beside its keys, made once, shared.

Back it up with the keys: without it the hub knows none of the answers to what it sent before.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from ketensluis.errors import KetensluisError
from ketensluis.redaction.pseudonyms import Pseudonyms

__all__ = ["hub_pseudonyms", "known_pseudonyms", "trial_pseudonyms"]

_NAME = "pseudonyms.key"
_SIZE = 32  # bytes
_TRIAL = b"for trying rules out, without keys"


def hub_pseudonyms(folder: Path) -> Pseudonyms:
    """The pseudonyms of the hub whose keys lie in the folder; makes the secret if need be.

    Raises:
        KetensluisError: `bad_secret`, if the file is not a secret of 32 bytes.
    """
    path = folder / _NAME
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        made = folder / f".{_NAME}.{secrets.token_hex(8)}"
        made.touch(mode=0o600)
        made.write_bytes(secrets.token_bytes(_SIZE))
        try:
            path.hardlink_to(made)  # of two workers that start at once, one wins
        except FileExistsError:
            pass
        finally:
            made.unlink()
    raw = path.read_bytes()
    if len(raw) != _SIZE:
        raise KetensluisError(
            "bad_secret", f"{path} is not a secret of {_SIZE} bytes", "restore it from the back-up"
        )
    return Pseudonyms(raw)


def known_pseudonyms(folder: Path) -> Pseudonyms:
    """The pseudonyms of a hub that has its secret; another would find nothing of what it made.

    Raises:
        KetensluisError: `no_secret`, or `bad_secret`.
    """
    if not (folder / _NAME).exists():
        raise KetensluisError(
            "no_secret",
            f"there is no {_NAME} in {folder}: nothing that was made with it can be found",
            "bring it back from the back-up, or name the home of the hub with --home",
        )
    return hub_pseudonyms(folder)


def trial_pseudonyms(folder: Path) -> Pseudonyms:
    """The hub's pseudonyms where its secret is at hand, else such as only try rules out."""
    return hub_pseudonyms(folder) if (folder / _NAME).exists() else Pseudonyms(_TRIAL)
