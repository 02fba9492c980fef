"""What roles a person had over incidents, and when the role changed: by pseudonym, never by name.

A role is what one incident gave somebody, and stays with that incident. It *changed* when somebody
who suffered in one incident did so to another in a later one, or the reverse (choice): `involved`,
the default, says neither, so nothing is concluded from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ketensluis.model.dossier import Part, RoleHeld
from ketensluis.model.incident import Role

__all__ = ["PersonRoles", "RoleChange", "in_order", "persons_of", "role_changes"]

# The two sides of what happened; a child that witnesses it suffers it (domain: child abuse).
_SIDES: Mapping[Role, str] = {
    "victim": "suffered",
    "child": "suffered",
    "child_witness": "suffered",
    "suspect": "did",
    "perpetrator": "did",
}


@dataclass(frozen=True, slots=True)
class RoleChange:
    """In this incident, which happened then, the person stood on another side than before."""

    incident_id: str
    occurred_at: datetime
    was: tuple[Role, ...]
    now: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class PersonRoles:
    """One person: the pseudonyms that are known to be of one, and the roles, oldest first."""

    keys: frozenset[str]
    held: tuple[RoleHeld, ...]

    @property
    def counts(self) -> dict[Role, int]:
        """In how many incidents the person had each role; the most frequent first."""
        counted = Counter(role for each in self.held for role in each.roles)
        return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))

    @property
    def changes(self) -> tuple[RoleChange, ...]:
        """When the role changed, oldest first."""
        return role_changes(self.held)


def role_changes(held: Iterable[RoleHeld]) -> tuple[RoleChange, ...]:
    """The changes of side over a person's incidents, whatever order they are given in."""
    found: list[RoleChange] = []
    before: RoleHeld | None = None
    for each in in_order(held):
        side = _side(each)
        if not side:
            continue
        if before is not None and side != _side(before):
            change = RoleChange(each.incident_id, each.occurred_at, before.roles, each.roles)
            found.append(change)
        before = each
    return tuple(found)


def in_order(held: Iterable[RoleHeld]) -> tuple[RoleHeld, ...]:
    """By when it happened; what happened at once, by incident."""
    return tuple(sorted(held, key=lambda each: (each.occurred_at, each.incident_id)))


def persons_of(
    incidents: Iterable[tuple[str, datetime, Iterable[Part]]],
) -> tuple[PersonRoles, ...]:
    """The persons in these incidents (id, when it happened, who had which part), first come first.

    Pseudonyms that some part names together are of one person: who is known by BSN here, and by
    name and BSN there, is the same.
    """
    told = [(name, at, part) for name, at, parts in incidents for part in parts if part.keys]
    of = _joined(part.keys for _, _, part in told)
    roles: dict[frozenset[str], dict[str, tuple[datetime, set[Role]]]] = {}
    for name, at, part in told:
        person = roles.setdefault(of[part.keys[0]], {})
        person.setdefault(name, (at, set()))[1].add(part.role)
    found = [
        PersonRoles(
            keys,
            in_order(
                RoleHeld(incident_id=name, occurred_at=at, roles=tuple(sorted(had)))
                for name, (at, had) in per_incident.items()
            ),
        )
        for keys, per_incident in roles.items()
    ]
    return tuple(sorted(found, key=_first))


def _first(person: PersonRoles) -> tuple[datetime, str, tuple[Role, ...], list[str]]:
    begin = person.held[0]
    return begin.occurred_at, begin.incident_id, begin.roles, sorted(person.keys)


def _joined(groups: Iterable[tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Every pseudonym with all those that it is joined to."""
    of: dict[str, set[str]] = {}
    for keys in groups:
        merged = set(keys).union(*(of.get(key, ()) for key in keys))
        of |= dict.fromkeys(merged, merged)
    return {key: frozenset(merged) for key, merged in of.items()}


def _side(held: RoleHeld) -> frozenset[str]:
    return frozenset(_SIDES[role] for role in held.roles if role in _SIDES)
