"""The balance: where every obligation stands, added up so that each line is the sum of its own.

Two counts that know nothing of each other must agree: the lines come from the cases, and
`unaccounted` from the records on the topic and from reading each case's rungs anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ketensluis.ledger.fold import incident_closed
from ketensluis.ledger.sheet import LINES, Line, lines_of
from ketensluis.ledger.source import Answered, Source, Unaccounted, missing, unmatched
from ketensluis.model.ledger import Case

__all__ = ["Balance", "balance", "balances", "contradiction"]


@dataclass(frozen=True)
class Balance:
    """The counts of one population of obligations, by line; see `LINES` for what adds up.

    `unmatched` are answers by somebody who was sent nothing, about nothing that was sent: no
    case shows them. One that came early finds its case when the decision is seen.
    """

    counts: Counter[str]
    incidents: int
    hg: int
    suspected: int
    closed_incidents: int
    quarantined: int
    unaccounted: tuple[Unaccounted, ...]
    reasons: Counter[str] = field(default_factory=Counter)
    unmatched: tuple[Answered, ...] = ()

    def __getitem__(self, line: str) -> int:
        """The count on that line."""
        return self.counts[line]

    @property
    def holds(self) -> bool:
        """Whether nothing is unaccounted for and every line is the sum of its own."""
        return not self.unaccounted and not list(self.faults())

    def faults(self) -> Iterator[Line]:
        """Lines that are not the sum of the lines under them."""
        for line in LINES:
            parts = [each for each in LINES if each.of == line.name]
            if parts and self[line.name] != sum(self[each.name] for each in parts):
                yield line

    def totals(self) -> dict[str, int]:
        """The flat totals of the contract; an obligation is in `sent` once a message left."""
        return {
            "incidents": self.incidents,
            "hg": self.hg,
            "suspected": self.suspected,
            "obligations": self["registered"],
            "undecided": self["undecided"],
            "sent": self["sent"],
            "received": self["received"],
            "accepted": self["accepted"],
            "rejected": self["rejected"],
            "held": self["held"],
            "not_required": self["not_required"],
            "assessed": self["assessed"],
            "fed_back": self["fed_back"],
            "closed": self["closed"],
            "overdue": self["overdue"],
            "quarantined": self.quarantined,
            "unaccounted": len(self.unaccounted),
        }


def balance(cases: Iterable[Case], source: Source | None = None) -> Balance:
    """The balance of these cases, checked against the source where that is given.

    `overdue` counts obligations with at least one clock that ran out, as the cases say.
    """
    known = list(cases)
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    incidents: dict[str, list[Case]] = {}
    for case in known:
        counts.update(lines_of(case))
        counts["overdue"] += bool(case.overdue)
        if case.state in {"held", "refused", "not_required"}:
            reasons[case.reason or "unknown"] += 1
        incidents.setdefault(case.incident_id, []).append(case)
    found = [
        Unaccounted(case.incident_id, case.recipient, reason)
        for case in known
        if (reason := contradiction(case)) is not None
    ]
    found.extend(missing(incidents.keys(), source) if source else ())
    return Balance(
        counts=counts,
        incidents=len(incidents),
        hg=_incidents(incidents, lambda case: case.classification == "hg", newest=True),
        suspected=_incidents(incidents, lambda case: case.state == "undecided"),
        closed_incidents=sum(map(incident_closed, incidents.values())),
        quarantined=source.quarantined if source else 0,
        unaccounted=tuple(sorted(found, key=lambda each: (each.incident_id, str(each.recipient)))),
        reasons=reasons,
        unmatched=unmatched(incidents, source.answered) if source else (),
    )


def balances(cases: Iterable[Case], by: Callable[[Case], str]) -> dict[str, Balance]:
    """A balance for each value of `by` (region, unit, month), in alphabetical order."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(by(case), []).append(case)
    return {name: balance(groups[name]) for name in sorted(groups)}


def contradiction(case: Case) -> str | None:
    """What in a case contradicts its own rungs, as a code; None if nothing does.

    The rungs are read anew here, not by the code that made the case.
    """
    in_force = {rung.name for rung in case.rungs if rung.note is None}
    for name, at in (
        ("sent", case.sent_at),
        ("received", case.received_at),
        ("accepted", case.accepted_at),
        ("rejected", case.rejected_at),
        ("assessed", case.assessed_at),
        ("fed_back", case.fed_back_at),
        ("closed", case.closed_at),
    ):
        if (name in in_force) != (at is not None):
            return f"no_evidence_{name}" if at is not None else f"unshown_{name}"
    if "sent" not in in_force and in_force & {"received", "accepted", "rejected", "assessed"}:
        return "answered_unsent"
    if case.accepted_at is not None and case.rejected_at is not None:
        return "accepted_and_rejected"
    if case.outcome == "unchanged":
        return "unchanged_unsent"
    if case.outcome == "released" and case.sent_at is None:
        return "released_unsent"
    return None


def _incidents(
    incidents: dict[str, list[Case]], holds: Callable[[Case], bool], *, newest: bool = False
) -> int:
    """Of how many incidents a case holds; `newest`: one on which the version in force bears.

    A case that an earlier version had, and this one has not, says what that one was.
    """
    return sum(
        any(
            holds(case)
            for case in each
            if not newest or case.sequence == max(other.sequence for other in each)
        )
        for each in incidents.values()
    )
