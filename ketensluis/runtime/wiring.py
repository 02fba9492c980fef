"""The parts that every program of the chain is put together from, as its settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ketensluis.avro.codec import Codec
from ketensluis.dossier_keys.opening import key_store
from ketensluis.dossier_keys.store import KeyStore
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.message_types import kind_of
from ketensluis.runtime.settings import Settings

__all__ = ["Post", "PostOffice", "codec_of", "pki_folder", "post_of"]

_KEYHOLDERS = frozenset({"hub", "police"})


@dataclass(frozen=True, slots=True)
class Post:
    """A party's post: what it seals with, what it opens with, and what it reads Avro with."""

    party: str
    sealer: Sealer
    opener: Opener
    codec: Codec


def codec_of(settings: Settings) -> Codec:
    """The codec, with the ids of the registry if one is configured, else of the lock file."""
    if settings.registry_url is None:
        return Codec.from_lock()
    return Codec.from_registry(settings.registry_url)


def pki_folder(settings: Settings) -> Path:
    """Where the party's keys and everyone's certificates lie."""
    return settings.pki or settings.home / "pki"


class PostOffice:
    """The posts of parties that share one directory and one codec."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = pki_folder(settings)
        self._directory = Directory.load(self._folder)
        self.codec = codec_of(settings)

    @cached_property
    def _keyring(self) -> KeyStore:
        return key_store(self._settings)

    def post(self, party: str, system: str = "ketensluis") -> Post:
        """The post of one party; `system` names the program in what it sends.

        Raises:
            KetensluisError: its keys are missing or not sound.
        """
        identity = Identity.load(self._folder, party)
        # Partners have no part in the keys of incidents: what is theirs is encrypted to them.
        keyring = self._keyring if kind_of(party) in _KEYHOLDERS else None
        return Post(
            party,
            Sealer(identity, self._directory, self.codec.encode, system, keyring),
            Opener(identity, self._directory, self.codec.decode, keyring),
            self.codec,
        )


def post_of(settings: Settings, party: str, system: str = "ketensluis") -> Post:
    """The post of the one party that a program works for.

    Raises:
        KetensluisError: its keys, the directory or the schemas are missing or not sound.
        Unavailable: the registry does not answer.
    """
    return PostOffice(settings).post(party, system)
