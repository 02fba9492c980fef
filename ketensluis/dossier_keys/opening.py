"""The key store that the settings name."""

from __future__ import annotations

from ketensluis.dossier_keys.database import engine_of
from ketensluis.dossier_keys.kek import KekFile
from ketensluis.dossier_keys.store import KeyStore
from ketensluis.runtime.settings import Settings

__all__ = ["key_store"]


def key_store(settings: Settings) -> KeyStore:
    """The keys of the chain: by default both the database and the KEK are files in the home.

    Raises:
        KetensluisError: `bad_database_url`.
    """
    kek = settings.keys_kek or settings.home / "dossier-keys.kek"
    return KeyStore(engine_of(settings.keys_url, settings.home / "dossier-keys.db"), KekFile(kek))
