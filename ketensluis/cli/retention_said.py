"""What `sluis retention` says: what is due, and what keeps the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ketensluis.cli.output import counted, say, table

if TYPE_CHECKING:
    from ketensluis.kafka.letters import Partition
    from ketensluis.retention.mail import Removable
    from ketensluis.retention.plan import Plan
    from ketensluis.retention.refusals import EntriesPlan

__all__ = ["say_mail", "say_plan", "told"]


def told(plan: Plan) -> dict[str, Any]:
    """The plan as JSON has it."""
    return {
        "at": plan.at,
        "due": plan.due,
        "blocked": plan.blocked,
        "blocked_by": dict(plan.reasons()),
        "within_term": plan.within_term,
        "unfinished": plan.unfinished,
        "no_term": plan.no_term,
        "erased": plan.erased,
    }


def say_plan(plan: Plan, entries: EntriesPlan) -> None:
    """What is due of incidents and of the quarantine, and what keeps the rest."""
    rows = [(each.incident_id, each.rule, each.since, "(due)") for each in plan.due]
    rows += [
        (each.incident_id, each.rule, each.since, ", ".join(map(str, each.reasons)))
        for each in plan.blocked
    ]
    table(
        ("incident", "rule", "since", "kept because of"),
        ((name, rule, f"{since:%Y-%m-%d}", why) for name, rule, since, why in rows),
    )
    say(f"{counted(len(plan.due), 'incident')} due, {len(plan.blocked)} past their term and kept")
    for code, count in sorted(plan.reasons().items()):
        say(f"  {code}: {count}")
    within = sum(plan.within_term.values())
    say(f"{within} within their term, {plan.unfinished} not closed, {plan.erased} erased before")
    if plan.no_term:
        say(f"{counted(plan.no_term, 'incident')} kept: no rule in force says until when")
    say(
        f"quarantine: {len(entries.due)} due, {len(entries.blocked)} past their term and open, "
        f"{entries.within_term} within it, {entries.erased} erased before"
    )


def say_mail(mail: Mapping[Partition, Removable]) -> None:
    """How far each topic of mail may be emptied."""
    going = {place: each for place, each in mail.items() if each.messages}
    table(
        ("mail topic", "partition", "up to", "messages", "rules", "then kept because of"),
        (
            (topic, number, e.up_to, len(e.messages), " ".join(e.rules), e.reason or "(nothing)")
            for (topic, number), e in sorted(going.items())
        ),
    )
    stopped = Counter(each.reason for each in mail.values() if each.reason is not None)
    removed = sum(len(each.messages) for each in going.values())
    partitions = counted(len(going), "partition")
    say(f"mail: {counted(removed, 'message')} of {partitions} may go")
    for reason, count in sorted(stopped.items()):
        say(f"  {reason} stops {counted(count, 'partition')}")
