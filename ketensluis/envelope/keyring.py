"""The keys of incidents as the envelope sees them; who keeps them is not its business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ketensluis.errors import Refused

__all__ = ["DossierKey", "Erased", "Keyring"]


@dataclass(frozen=True, slots=True)
class DossierKey:
    """The key of one incident, the smallest part of a dossier.

    Attributes:
        key_id: a random UUID; it is all that a record on a topic says of its key.
        incident_id: the incident whose content it encrypts, and no other's.
        secret: 32 bytes, for AES-256.
    """

    key_id: str
    incident_id: str
    secret: bytes = field(repr=False)


class Erased(Refused):
    """What it was the content of was erased: the key is destroyed.

    Attributes:
        incident_id: whose content it was.
        at: when.
        rule: by which rule.
    """

    def __init__(self, incident_id: str, at: datetime, rule: str) -> None:
        super().__init__("erased", f"the content was erased on {at:%Y-%m-%d} by rule {rule}")
        self.incident_id = incident_id
        self.at = at
        self.rule = rule


class Keyring(Protocol):
    """Whoever keeps the keys of incidents."""

    def key_for(self, incident_id: str, at: datetime) -> DossierKey:
        """The key with which the incident's content is encrypted, made if there is none."""

    def make(self, incident_ids: Iterable[str], at: datetime) -> None:
        """Make the keys that these incidents lack, all at once."""

    def fetch(self, key_ids: Iterable[str]) -> None:
        """Have those of these keys at hand that are there: `key` will be asked for each soon."""

    def key(self, key_id: str) -> DossierKey:
        """The key with that id.

        Raises:
            Erased: it was destroyed.
            Refused: `unknown_key`: it never was.
        """
