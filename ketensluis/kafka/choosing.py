"""Chooses what is to be erased of what is held: what is due, or what a person asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ketensluis.errors import KetensluisError
from ketensluis.kafka.holdings import Holdings
from ketensluis.ledger.clocks import Clocks
from ketensluis.model.override import OverrideRole
from ketensluis.retention.held import Held, unfinished
from ketensluis.retention.orders import Order
from ketensluis.retention.plan import Plan, plan
from ketensluis.retention.refusals import EntriesPlan, Refusal, plan_entries
from ketensluis.retention.rules import Reason, Retention, digest_of

__all__ = ["Asked", "WhatIsDue", "asked_entry", "dossier_of"]

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class WhatIsDue:
    """By the rules in force at that moment."""

    retention: Retention
    clocks: Clocks
    at: datetime

    def incidents(self, holdings: Holdings) -> Plan:
        """The plan for the incidents."""
        return plan(self.retention, holdings.held(), self.clocks, self.at)

    def entries(self, holdings: Holdings) -> EntriesPlan:
        """The plan for the quarantine."""
        every = (Refusal(e.quarantine_id, e.at, e.state) for e in holdings.entries.all())
        return plan_entries(self.retention, every, self.at)

    def __call__(self, holdings: Holdings) -> Sequence[Order]:
        """What is due now."""
        articles = {each.id: each.article for each in self.retention.rules}
        held = {each.incident_id: each for each in holdings.held()}
        dealt_with = _dealt_with(holdings)
        orders = [
            Order(
                each.rule,
                self.retention.digest(each.rule),
                articles[each.rule],
                held=held[each.incident_id],
                entries=dealt_with.pop(each.incident_id, ()),
            )
            for each in self.incidents(holdings).due
        ]
        taken = {entry for order in orders for entry in order.entries}
        entries = self.entries(holdings)
        left = tuple(each for each in entries.due if each not in taken)
        if left and entries.rule is not None:
            digest = self.retention.digest(entries.rule)
            orders.append(Order(entries.rule, digest, articles[entries.rule], entries=left))
        return orders


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for; all of it or nothing, and nothing that is unfinished."""

    incident_ids: tuple[str, ...]
    reason: Reason
    by_role: OverrideRole
    clocks: Clocks
    at: datetime

    def __call__(self, holdings: Holdings) -> Sequence[Order]:
        """The orders; none for what was erased before.

        Raises:
            KetensluisError: `unknown_incident`, `unfinished`.
        """
        known = {each.incident_id: each for each in holdings.held()}
        dealt_with, orders = _dealt_with(holdings), []
        for incident_id in self.incident_ids:
            held = known.get(incident_id)
            if held is None or not held.record:
                raise _unknown(incident_id)
            if held.erased_at is not None:
                continue
            if blocks := unfinished(held, self.clocks, self.at):
                said = ", ".join(map(str, blocks[:_SHOWN]))
                raise KetensluisError(
                    "unfinished",
                    f"{incident_id} is not finished, and nothing was erased: {said}",
                    "settle it first: sluis ledger --incident shows what is owed",
                )
            reason = self.reason
            entries = dealt_with.get(incident_id, ())
            said = digest_of(reason)
            orders.append(Order(reason.code, said, reason.article, self.by_role, held, entries))
        return orders


def asked_entry(quarantine_id: str, reason: Reason, by_role: OverrideRole) -> Order:
    """The order for one entry of the quarantine: with it a person has dealt with it."""
    return Order(reason.code, digest_of(reason), reason.article, by_role, entries=(quarantine_id,))


def dossier_of(incident_id: str, held: Iterable[Held]) -> tuple[str, ...]:
    """The incident, and those that share a person or a home with it: what is one dossier.

    Raises:
        KetensluisError: `unknown_incident`.
    """
    known = {each.incident_id: each for each in held}
    if incident_id not in known:
        raise _unknown(incident_id)
    keys = known[incident_id].keys
    sharing = {name for name, each in known.items() if not keys.isdisjoint(each.keys)}
    return tuple(sorted({incident_id, *sharing}))


def _dealt_with(holdings: Holdings) -> dict[str, tuple[str, ...]]:
    """By incident, its entries in quarantine that went back to their topic."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in holdings.entries.all():
        if entry.incident_id is not None and entry.state == "requeued":
            found[entry.incident_id] = (*found.get(entry.incident_id, ()), entry.quarantine_id)
    return found


def _unknown(incident_id: str) -> KetensluisError:
    return KetensluisError(
        "unknown_incident",
        f"no incident {incident_id} ever came in",
        "sluis ledger names those that did",
    )
