"""Keys of incidents in memory: what the key store does, for tests of what lies above it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ketensluis.envelope.keyring import DossierKey, Erased
from ketensluis.errors import Refused

__all__ = ["MemoryKeyring"]


@dataclass
class MemoryKeyring:
    """Keys by id, and what was erased."""

    keys: dict[str, DossierKey] = field(default_factory=dict)
    gone: dict[str, Erased] = field(default_factory=dict)

    def key_for(self, incident_id: str, at: datetime) -> DossierKey:  # noqa: ARG002 - as the key store's
        for key in self.keys.values():
            if key.incident_id == incident_id:
                return key
        key = DossierKey(str(uuid.uuid4()), incident_id, secrets.token_bytes(32))
        self.keys[key.key_id] = key
        return key

    def make(self, incident_ids: Iterable[str], at: datetime) -> None:
        for each in incident_ids:
            self.key_for(each, at)

    def fetch(self, key_ids: Iterable[str]) -> None:
        """All are at hand."""

    def key(self, key_id: str) -> DossierKey:
        if key_id in self.gone:
            raise self.gone[key_id]
        if key_id not in self.keys:
            raise Refused("unknown_key", "no such key")
        return self.keys[key_id]

    def erase(self, incident_id: str, *, at: datetime, rule: str) -> None:
        found = [key for key in self.keys.values() if key.incident_id == incident_id]
        for key in found:
            self.gone[key.key_id] = Erased(incident_id, at, rule)
            del self.keys[key.key_id]
