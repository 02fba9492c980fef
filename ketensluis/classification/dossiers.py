"""Which incidents share a person or an address with labelled ones, kept link by link.

Whatever order links come in, what was asked last of an incident is what the newest links of
all incidents say: only then does a history not depend on which partition was read first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from ketensluis.classification.dossier import PERSON, joined_by, parts_of
from ketensluis.classification.roles import in_order, role_changes
from ketensluis.model.dossier import Dossier, DossierLink, RoleHeld, SharedKey
from ketensluis.model.incident import Incident
from ketensluis.model.record import Coordinates

__all__ = ["Asked", "Dossiers", "InMemory", "Shelf", "link_of"]

# A person has read enough of a history by then; addresses may have thousands.
_MOST_NAMED = 20


class Shelf(Protocol):
    """Where links and dossiers are kept."""

    def link(self, incident_id: str) -> DossierLink | None:
        """The newest link of an incident."""
        ...

    def dossier(self, key: str) -> Dossier:
        """The incidents that have a pseudonym; an empty one if none has."""
        ...

    def keep_link(self, link: DossierLink) -> None:
        """Replace the link of its incident."""
        ...

    def keep_dossier(self, dossier: Dossier) -> None:
        """Replace the dossier of its key."""
        ...


@dataclass(frozen=True)
class InMemory:
    """A shelf for as many incidents as one file holds."""

    links: dict[str, DossierLink] = field(default_factory=dict)
    dossiers: dict[str, Dossier] = field(default_factory=dict)

    def link(self, incident_id: str) -> DossierLink | None:
        """The newest link of an incident."""
        return self.links.get(incident_id)

    def dossier(self, key: str) -> Dossier:
        """The incidents that have a pseudonym; an empty one if none has."""
        return self.dossiers.get(key) or Dossier(key=key)

    def keep_link(self, link: DossierLink) -> None:
        """Replace the link of its incident."""
        self.links[link.incident_id] = link

    def keep_dossier(self, dossier: Dossier) -> None:
        """Replace the dossier of its key."""
        self.dossiers[dossier.key] = dossier


@dataclass(frozen=True, slots=True)
class Asked:
    """An unlabelled incident whose history is another than its decision knew of."""

    link: DossierLink
    evidence: tuple[SharedKey, ...]


def link_of(
    incident: Incident, key: bytes, *, coordinates: Coordinates, heard: Iterable[SharedKey]
) -> DossierLink:
    """The link of a version that lies there; `heard` is the evidence that its decision had."""
    gone = incident.event == "withdrawn"
    parts = () if gone else parts_of(incident, key)
    keys = frozenset() if gone else joined_by(parts, incident, key)
    return DossierLink(
        incident_id=incident.incident_id,
        sequence=incident.sequence,
        labelled=bool(incident.project_codes) and not gone,
        keys=tuple(sorted(keys)),
        heard=tuple(sorted(keys & {shared.key for shared in heard})),
        topic=coordinates.topic,
        partition=coordinates.partition,
        offset=coordinates.offset,
        occurred_at=incident.occurred_at,
        parts=parts,
    )


class Dossiers:
    """All incidents by what they share, on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def evidence(self, incident_id: str, keys: Iterable[str]) -> tuple[SharedKey, ...]:
        """Which of the pseudonyms other labelled incidents have, and which incidents."""
        return tuple(self._evidence(incident_id, keys))

    def _evidence(self, incident_id: str, keys: Iterable[str]) -> Iterator[SharedKey]:
        for key in sorted(keys):
            labelled = self._shelf.dossier(key).labelled
            others = tuple(other for other in labelled if other != incident_id)
            if others:
                yield SharedKey(key=key, incident_ids=others[:_MOST_NAMED])

    def take(self, link: DossierLink) -> list[Asked]:
        """Take a version in; the incidents that are to be decided again because of it.

        A version that is older than the one known changes nothing.
        """
        before = self._shelf.link(link.incident_id)
        if before is not None and before.sequence > link.sequence:
            return []
        self._shelf.keep_link(link)
        touched = {link.incident_id}
        for key in {*link.keys, *(before.keys if before else ())}:
            touched.update(self._place(link, key))
        asked = (self._ask(incident_id) for incident_id in sorted(touched))
        return [each for each in asked if each is not None]

    def _place(self, link: DossierLink, key: str) -> tuple[str, ...]:
        """Put the incident where it belongs in a dossier; the unlabelled ones it touches."""
        was = self._shelf.dossier(key)
        there = key in link.keys
        held = _held(was.held, link, key)
        now = Dossier(
            key=key,
            labelled=_with(was.labelled, link.incident_id, there and link.labelled),
            unlabelled=_with(was.unlabelled, link.incident_id, there and not link.labelled),
            held=held,
            role_changes=len(role_changes(held)),
        )
        if now != was:
            self._shelf.keep_dossier(now)
        return now.unlabelled if now.labelled != was.labelled else ()

    def _ask(self, incident_id: str) -> Asked | None:
        link = self._shelf.link(incident_id)
        if link is None or link.labelled:
            return None
        evidence = self.evidence(incident_id, link.keys)
        heard = tuple(shared.key for shared in evidence)
        if heard == link.heard:
            return None
        self._shelf.keep_link(msgspec.structs.replace(link, heard=heard))
        return Asked(link, evidence)


def _held(was: tuple[RoleHeld, ...], link: DossierLink, key: str) -> tuple[RoleHeld, ...]:
    """The roles of a person, with those of this incident as its newest link has them."""
    if not key.startswith(PERSON):
        return ()
    others = [each for each in was if each.incident_id != link.incident_id]
    roles = sorted({part.role for part in link.parts if key in part.keys})
    if link.occurred_at is not None and roles:
        others.append(
            RoleHeld(incident_id=link.incident_id, occurred_at=link.occurred_at, roles=tuple(roles))
        )
    return in_order(others)


def _with(ids: tuple[str, ...], one: str, there: bool) -> tuple[str, ...]:  # noqa: FBT001 - a set's
    if (one in ids) == there:
        return ids
    return tuple(sorted({*ids, one})) if there else tuple(each for each in ids if each != one)
