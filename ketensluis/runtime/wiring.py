"""The parts that every program of the chain is put together from, as its settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.runtime.settings import Settings

__all__ = ["Post", "PostOffice", "codec_of", "pki_folder", "post_of"]


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
        self._folder = pki_folder(settings)
        self._directory = Directory.load(self._folder)
        self.codec = codec_of(settings)

    def post(self, party: str, system: str = "ketensluis") -> Post:
        """The post of one party; `system` names the program in what it sends.

        Raises:
            KetensluisError: its keys are missing or not sound.
        """
        identity = Identity.load(self._folder, party)
        return Post(
            party,
            Sealer(identity, self._directory, self.codec.encode, system),
            Opener(identity, self._directory, self.codec.decode),
            self.codec,
        )


def post_of(settings: Settings, party: str, system: str = "ketensluis") -> Post:
    """The post of the one party that a program works for.

    Raises:
        KetensluisError: its keys, the directory or the schemas are missing or not sound.
        Unavailable: the registry does not answer.
    """
    return PostOffice(settings).post(party, system)
