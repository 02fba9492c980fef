"""What joins incidents of one dossier: keyed pseudonyms, and which incidents have them.

Pseudonyms are those of `ketensluis.classification.dossier`: HMACs, no personal data to whom
lacks the key.
"""

from __future__ import annotations

import msgspec

from ketensluis.model.record import Coordinates

__all__ = ["Dossier", "DossierLink", "SharedKey"]


class _Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable, by keyword, and closed."""


class SharedKey(_Message, frozen=True, kw_only=True):
    """A pseudonym that an incident shares with labelled ones: evidence of a history.

    `incident_ids` are some of the labelled ones, in order; never the incident's own.
    """

    key: str
    incident_ids: tuple[str, ...]


class DossierLink(_Message, frozen=True, kw_only=True):
    """A version of an incident, as the dossiers need it: `dossier.links`.

    `keys` are its pseudonyms, none once it was withdrawn; `heard` those of which its decision
    knew already that a labelled incident has them too.
    """

    incident_id: str
    sequence: int
    labelled: bool
    keys: tuple[str, ...]
    heard: tuple[str, ...] = ()
    topic: str
    partition: int
    offset: int

    @property
    def coordinates(self) -> Coordinates:
        """Where that version lies."""
        return Coordinates(self.topic, self.partition, self.offset)


class Dossier(_Message, frozen=True, kw_only=True):
    """The incidents that have one pseudonym, in order."""

    key: str
    labelled: tuple[str, ...] = ()
    unlabelled: tuple[str, ...] = ()
