"""What joins incidents of one dossier: keyed pseudonyms, who has them, and in which role.

Pseudonyms are those of `ketensluis.classification.dossier`: HMACs, no personal data to whom
lacks the key.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from ketensluis.model.incident import Role
from ketensluis.model.record import Coordinates

__all__ = ["Dossier", "DossierLink", "Part", "RoleHeld", "SharedKey"]


class _Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable, by keyword, and closed."""


class SharedKey(_Message, frozen=True, kw_only=True):
    """A pseudonym that an incident shares with labelled ones: evidence of a history.

    `incident_ids` are some of the labelled ones, in order; never the incident's own.
    """

    key: str
    incident_ids: tuple[str, ...]


class Part(_Message, frozen=True, kw_only=True):
    """Somebody's part in an incident: a role, and the pseudonyms that this person has there."""

    role: Role
    keys: tuple[str, ...]


class RoleHeld(_Message, frozen=True, kw_only=True):
    """The roles that one person had in one incident, in order, and when that happened (UTC)."""

    incident_id: str
    occurred_at: datetime
    roles: tuple[Role, ...]


class DossierLink(_Message, frozen=True, kw_only=True):
    """A version of an incident, as the dossiers need it: `dossier.links`.

    `keys` are its pseudonyms, none once it was withdrawn; `heard` those of which its decision
    knew already that a labelled incident has them too. `occurred_at` is when the incident
    happened, and `parts` who had which role in it: neither is in links of before they were kept.
    """

    incident_id: str
    sequence: int
    labelled: bool
    keys: tuple[str, ...]
    heard: tuple[str, ...] = ()
    topic: str
    partition: int
    offset: int
    occurred_at: datetime | None = None
    parts: tuple[Part, ...] = ()

    @property
    def coordinates(self) -> Coordinates:
        """Where that version lies."""
        return Coordinates(self.topic, self.partition, self.offset)


class Dossier(_Message, frozen=True, kw_only=True):
    """The incidents that have one pseudonym, in order.

    Of a person's, `held` says in which roles, by when it happened, and `role_changes` how often
    the person came to stand on the other side (`ketensluis.classification.roles`).
    """

    key: str
    labelled: tuple[str, ...] = ()
    unlabelled: tuple[str, ...] = ()
    held: tuple[RoleHeld, ...] = ()
    role_changes: int = 0
