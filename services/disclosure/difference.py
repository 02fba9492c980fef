"""A dry run of new agreements: what each recipient would see more or less of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from ketensluis.agreements.actions import protection
from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.book import Agreements
from ketensluis.model.incident import Incident
from ketensluis.redaction.paths import concrete_paths
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.rules import RuleBook

__all__ = ["Change", "RecipientDifference", "diff"]

Direction = Literal["more", "less"]
_WITHHELD = protection("withhold", None)
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one incident that goes in another form than before; no values."""

    incident_id: str
    path: str
    before: str
    after: str


@dataclass
class RecipientDifference:
    """What one recipient would see more or less of.

    Attributes:
        outcomes: how often one outcome would become another, as `released -> held (hold_safety)`.
        counts: how often each field would go in a less (`more`) or a more protective form.
        examples: for each field and direction, the first incident in which it does.
    """

    recipient: str
    outcomes: Counter[str] = field(default_factory=Counter)
    counts: dict[Direction, Counter[str]] = field(
        default_factory=lambda: {"more": Counter(), "less": Counter()}
    )
    examples: dict[tuple[Direction, str], Change] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The object that `sluis agreements diff --json` prints for this recipient."""
        return {
            "recipient": self.recipient,
            "outcomes": dict(sorted(self.outcomes.items())),
            "more": dict(sorted(self.counts["more"].items())),
            "less": dict(sorted(self.counts["less"].items())),
            "examples": [
                {
                    "direction": direction,
                    "field": name,
                    "incident_id": change.incident_id,
                    "path": change.path,
                    "before": change.before,
                    "after": change.after,
                }
                for (direction, name), change in sorted(self.examples.items())
            ],
        }


def diff(
    old: Agreements,
    new: Agreements,
    incidents: Iterable[Incident],
    *,
    at: datetime,
    rules: RuleBook,
    new_at: datetime | None = None,
) -> tuple[RecipientDifference, ...]:
    """Every recipient for whom something would change, by name.

    Each incident is decided by itself, under the agreements in force at `at` and, for the new
    ones, at `new_at` (the same time by default). What is equal is left out.
    """
    before, after = (
        replace(rules, agreements=old, _redactors={}),
        replace(rules, agreements=new, _redactors={}),
    )
    found: dict[str, RecipientDifference] = {}
    for incident in incidents:
        one = _by_recipient(incident, at, before)
        other = _by_recipient(incident, new_at or at, after)
        for recipient in sorted(one.keys() | other.keys()):
            entry = found.setdefault(recipient, RecipientDifference(recipient))
            _compare(incident, one.get(recipient), other.get(recipient), entry)
    return tuple(
        entry for _, entry in sorted(found.items()) if entry.outcomes or any(entry.counts.values())
    )


def _by_recipient(incident: Incident, at: datetime, rules: RuleBook) -> dict[str, Decision]:
    decisions = decide(incident, at=at, history=None, rules=rules)
    return {decision.recipient: decision for decision in decisions}


def _compare(
    incident: Incident, one: Decision | None, other: Decision | None, entry: RecipientDifference
) -> None:
    outcomes = [_outcome(decision) for decision in (one, other)]
    if outcomes[0] != outcomes[1]:
        entry.outcomes[" -> ".join(outcomes)] += 1
    before, after = _forms(one), _forms(other)
    nothing = (_WITHHELD, "withhold")
    for path in concrete_paths(incident):
        was, becomes = before.get(path, nothing), after.get(path, nothing)
        if was[0] == becomes[0]:
            continue
        direction: Direction = "more" if becomes[0] < was[0] else "less"
        name = _INDEX.sub("[]", path)
        entry.counts[direction][name] += 1
        change = Change(incident.incident_id, path, was[1], becomes[1])
        entry.examples.setdefault((direction, name), change)


def _outcome(decision: Decision | None) -> str:
    if decision is None:
        return "nothing"
    return decision.outcome + (f" ({decision.reason})" if decision.reason else "")


def _forms(decision: Decision | None) -> dict[str, tuple[int, str]]:
    """How protective the form of each field is, and its name."""
    if decision is None or decision.agreement is None:
        return {}
    named = _by_rule(decision.agreement)
    return {
        said.path: (_WITHHELD, "withhold")
        if said.withheld is not None
        else named.get(said.rule, (0, said.action))
        for said in decision.verdicts
    }


def _by_rule(agreement: Agreement) -> dict[str, tuple[int, str]]:
    return {
        rule.id: (rule.protection, f"{rule.action} {rule.to}" if rule.to else rule.action)
        for rule in agreement.release
    }
