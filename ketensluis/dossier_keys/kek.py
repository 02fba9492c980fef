"""The key encryption key (KEK): a file of its own, replaced whole.

The file has the newest KEK last; earlier ones are in it only while keys are still wrapped by
them. Whoever changes it holds the database's lock, so there is one writer at a time.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final, Literal

import msgspec

from ketensluis.errors import Unavailable

__all__ = ["Kek", "KekFile", "no_kek"]

_SIZE = 32  # bytes
_TRIES = 5
_REMEDY: Final = "restore the file of the KEK; see KETENSLUIS_KEYS_KEK"


class Kek(msgspec.Struct, frozen=True):
    """One KEK; `key` is base64 in the file."""

    kek_id: str
    key: bytes

    def __repr__(self) -> str:
        return f"Kek({self.kek_id})"


class _Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file: whose keys it opens, after how many erasures, and the KEKs, the newest last."""

    format: Literal["ketensluis.kek/v1"] = "ketensluis.kek/v1"
    store_id: str
    erasures: int
    keks: tuple[Kek, ...]


class KekFile:
    """The KEKs of one key store."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is a file at all."""
        return self.path.exists()

    def read(self, store_id: str) -> tuple[Kek, ...]:
        """The KEKs of that store, the newest last.

        Raises:
            Unavailable: `kek_missing`, `bad_kek`, or `other_store`: it is another database's.
        """
        return self._content(store_id).keks

    def of_another(self) -> Unavailable:
        """That it is not of the database that is named."""
        return Unavailable(
            "other_store",
            f"{self.path} belongs to another key store than the database that is named",
            "see KETENSLUIS_KEYS_URL and KETENSLUIS_KEYS_KEK: they belong together",
        )

    def make(self, store_id: str) -> None:
        """The first KEK of a store."""
        self._write(_Content(store_id=store_id, erasures=0, keks=(_new(),)))

    def renew(self, store_id: str, erasures: int) -> Kek:
        """A new KEK for after so many erasures, beside those that are there; it is on the disk."""
        content, new = self._content(store_id), _new()
        after = max(erasures, content.erasures)
        self._write(_Content(store_id=store_id, erasures=after, keks=(*content.keks, new)))
        return new

    def destroy_all_but(self, store_id: str, used: set[str], erasures: int) -> None:
        """Only the newest and those that are still used stay; the others are overwritten.

        A database that has seen fewer erasures does not know what is used: it is a back-up, or
        the last erasure did not come to its end. Then all stay.
        """
        content = self._content(store_id)
        keks = content.keks
        kept = tuple(each for each in keks if each.kek_id in used or each is keks[-1])
        if len(kept) < len(keks) and erasures >= content.erasures:
            self._write(_Content(store_id=store_id, erasures=erasures, keks=kept))

    def _content(self, store_id: str) -> _Content:
        content = self._decoded()
        if content.store_id != store_id:
            raise self.of_another()
        return content

    def _decoded(self) -> _Content:
        for _ in range(_TRIES):
            try:
                # One that is replaced while we read it is overwritten under our hands: again.
                return msgspec.json.decode(self.path.read_bytes(), type=_Content)
            except FileNotFoundError as error:
                raise Unavailable(
                    "kek_missing", f"there is no {self.path}: no key can be used", _REMEDY
                ) from error
            except (OSError, msgspec.MsgspecError):
                continue
        raise Unavailable("bad_kek", f"{self.path} cannot be read as a file of a KEK", _REMEDY)

    def _write(self, content: _Content) -> None:
        try:
            self._replace(content)
        except OSError as error:
            raise Unavailable(
                "kek_not_writable",
                f"{self.path} cannot be written ({type(error).__name__})",
                "make its folder writable for the program, or name another: KETENSLUIS_KEYS_KEK",
            ) from error

    def _replace(self, content: _Content) -> None:
        """Replace the file.

        1. The new one is on the disk beside the old one.
        2. It takes the old one's name. Killed before this, the old one is what there is.
        3. The old one's bytes are overwritten; it has no name any more.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        made = self.path.with_name(f".{self.path.name}.new")
        made.unlink(missing_ok=True)  # of a run that was killed
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, msgspec.json.encode(content) + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        old = os.open(self.path, os.O_RDWR) if self.path.exists() else None
        try:
            made.replace(self.path)
            _sync_folder(self.path.parent)
            if old is not None:
                os.pwrite(old, bytes(os.fstat(old).st_size), 0)
                os.fsync(old)
        finally:
            if old is not None:
                os.close(old)


def no_kek() -> Unavailable:
    """That keys are wrapped by a KEK that the file has not."""
    return Unavailable(
        "kek_missing",
        "keys are wrapped by a KEK that is not in its file",
        "the key store and its KEK belong together: restore both as of the same moment",
    )


def _new() -> Kek:
    return Kek(secrets.token_hex(8), secrets.token_bytes(_SIZE))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
