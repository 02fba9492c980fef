"""Which incidents are due for erasure at a moment, and what stands in the way of the others.

An incident is due when its term is over and nothing of it is unfinished. Where the rule keeps
incidents with their dossier, it also waits for the later ones that share a person or home with
it (directly: dossiers overlap, and one chain could join a whole town). What is due therefore
depends on the set of what is held, not on its order, and erasing it makes nothing else due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ketensluis.ledger.clocks import Clocks
from ketensluis.ledger.working_days import local_day
from ketensluis.retention.held import Block, Held, closed_at, unfinished
from ketensluis.retention.rules import Retention, Rule

__all__ = ["Blocked", "Due", "Plan", "over_since", "plan"]

_INCIDENT = "incident"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """An incident whose term is over and of which nothing is unfinished."""

    incident_id: str
    rule: str
    since: datetime


@dataclass(frozen=True, slots=True, order=True)
class Blocked:
    """An incident whose term is over, and that is kept all the same: why."""

    incident_id: str
    rule: str
    since: datetime
    reasons: tuple[Block, ...]


@dataclass(frozen=True)
class Plan:
    """What retention asks at a moment; everything by incident id.

    Attributes:
        within_term: by rule, how many are kept because their term still runs.
        unfinished: how many of those cannot even be counted: nothing closed, nothing decided.
        no_term: incidents that are kept because no rule is in force.
        erased: how many were erased before.
    """

    at: datetime
    due: tuple[Due, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    within_term: Mapping[str, int] = field(default_factory=dict)
    unfinished: int = 0
    no_term: int = 0
    erased: int = 0

    def reasons(self) -> Counter[str]:
        """How many of the blocked each reason keeps; one may have several."""
        return Counter(
            code for each in self.blocked for code in {reason.code for reason in each.reasons}
        )


def plan(retention: Retention, held: Iterable[Held], clocks: Clocks, at: datetime) -> Plan:
    """The plan as of that moment."""
    known = {each.incident_id: each for each in held}
    kept = [each for each in known.values() if each.erased_at is None]
    erased = len(known) - len(kept)
    rule = retention.rule(_INCIDENT, local_day(at))
    if rule is None:
        return Plan(at, no_term=len(kept), erased=erased)
    over = {each.incident_id: over_since(each, rule) for each in kept}
    past = [each for each in kept if (since := over[each.incident_id]) and since <= at]
    own = {each.incident_id: unfinished(each, clocks, at) for each in past}
    later = _Later(kept, {name for name, blocks in own.items() if not blocks})
    due, blocked = [], []
    for each in past:
        since = over[each.incident_id] or at
        blocks = own[each.incident_id] + (later.of(each) if rule.with_dossier else ())
        if blocks:
            blocked.append(Blocked(each.incident_id, rule.id, since, blocks))
        else:
            due.append(Due(each.incident_id, rule.id, since))
    uncounted = sum(since is None for since in over.values())
    return Plan(
        at,
        due=tuple(sorted(due)),
        blocked=tuple(sorted(blocked)),
        within_term={rule.id: len(kept) - len(past) - uncounted},
        unfinished=uncounted,
        erased=erased,
    )


def over_since(held: Held, rule: Rule) -> datetime | None:
    """When the incident's term is over; None while what it is counted from has not been."""
    start = held.registered_at if rule.counted_from == "registered" else closed_at(held)
    return None if start is None else rule.term.over(start)


class _Later:
    """Of an incident, the later ones of its dossier that are not ready to go."""

    def __init__(self, kept: Iterable[Held], ready: set[str]) -> None:
        self._sharing: dict[str, list[Held]] = {}
        for each in kept:
            if each.incident_id not in ready:
                for key in each.keys:
                    self._sharing.setdefault(key, []).append(each)

    def of(self, held: Held) -> tuple[Block, ...]:
        found = {
            other.incident_id
            for key in held.keys
            for other in self._sharing.get(key, ())
            if other.incident_id != held.incident_id and _later(other, held)
        }
        return tuple(Block("later_in_dossier", each) for each in sorted(found))


def _later(other: Held, held: Held) -> bool:
    if other.registered_at is None or held.registered_at is None:
        return True  # nobody knows: keep
    return other.registered_at >= held.registered_at
