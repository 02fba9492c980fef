"""The key store that the settings name."""

from __future__ import annotations

from ketensluis.dossier_keys.database import engine_of
from ketensluis.dossier_keys.kek import KekFile
from ketensluis.dossier_keys.store import KeyStore
from ketensluis.runtime.settings import Settings

__all__ = ["key_store"]


def key_store(settings: Settings) -> KeyStore:
    """The keys of the chain: by default the database and the KEK are files beside the PKI.

    There, and not in the home: Kafka can rebuild what is in a home, and programs with homes of
    their own that share a PKI share the keys of incidents too.

    Raises:
        KetensluisError: `bad_database_url`.
    """
    beside = (settings.pki or settings.home / "pki").parent
    kek = settings.keys_kek or beside / "dossier-keys.kek"
    return KeyStore(engine_of(settings.keys_url, beside / "dossier-keys.db"), KekFile(kek))
