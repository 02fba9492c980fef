"""The parts that every program of the chain is put together from, as its settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ketensluis.avro.codec import Codec
from ketensluis.dossier_keys.opening import key_store
from ketensluis.dossier_keys.store import KeyStore
from ketensluis.envelope.directory import Directory, Identity, party_folder
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.message_types import kind_of
from ketensluis.model.party import HUB
from ketensluis.runtime.settings import Settings

__all__ = ["Post", "PostOffice", "codec_of", "pki_folder", "post_of"]

_POLICE = "police"


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

    def _holds_keys(self, party: str) -> bool:
        """Whether the party has a part in the keys of incidents; no recipient has.

        The police have where the key store is named, or where the hub's own is at hand. With one
        of their own making, the hub could not read what they send: then they send in the clear.
        """
        named = self._settings.keys_url is not None or self._settings.keys_kek is not None
        beside_the_hub = party_folder(self._folder, HUB).exists()
        return party == HUB or (kind_of(party) == _POLICE and (named or beside_the_hub))

    def post(self, party: str, system: str = "ketensluis") -> Post:
        """The post of one party; `system` names the program in what it sends.

        Raises:
            KetensluisError: its keys are missing or not sound.
        """
        identity = Identity.load(self._folder, party)
        keyring = self._keyring if self._holds_keys(party) else None
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
