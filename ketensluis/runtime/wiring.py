"""The parts that every program of the chain is put together from, as its settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.runtime.settings import Settings

__all__ = ["Post", "codec_of", "pki_folder", "post_of"]


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


def post_of(settings: Settings, party: str, system: str = "ketensluis") -> Post:
    """The post of one party; `system` names the program in what it sends.

    Raises:
        KetensluisError: its keys, the directory or the schemas are missing or not sound.
        Unavailable: the registry does not answer.
    """
    folder = pki_folder(settings)
    directory, identity = Directory.load(folder), Identity.load(folder, party)
    codec = codec_of(settings)
    return Post(
        party,
        Sealer(identity, directory, codec.encode, system),
        Opener(identity, directory, codec.decode),
        codec,
    )
