"""What keeps a disclosure back for a time: the incident's own hold, or one by override."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ketensluis.model.incident import Incident
from ketensluis.model.override import Override
from ketensluis.model.validity import is_role

__all__ = ["NO_ROLE", "Held", "held_by"]


NO_ROLE = "unnamed"
"""Stands for who holds, where the police wrote something else than a role's code there."""


@dataclass(frozen=True, slots=True)
class Held:
    """Until when, why, and by which role: a code, as a name must not get onto the ledger."""

    until: datetime
    reason: str
    by_role: str


def held_by(incident: Incident, overrides: Iterable[Override], at: datetime) -> Held | None:
    """The hold that lasts longest, of those that hold at that time.

    An override to send lifts the incident's own hold, and no other override: of two people
    the one who holds back counts.
    """
    given = tuple(overrides)
    found = [Held(o.until, o.reason, o.by_role) for o in given if o.effect == "hold"]
    own = incident.hold
    if own is not None and own.until > at and not any(o.effect == "send" for o in given):
        by_role = own.by_role if is_role(own.by_role) else NO_ROLE
        found.append(Held(own.until, own.reason, by_role))
    return max(found, key=lambda each: (each.until, each.reason, each.by_role), default=None)
