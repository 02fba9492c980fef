"""What the hub holds of one incident, as far as it decides whether that may go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ketensluis.ledger.clocks import Clocks, running
from ketensluis.ledger.fold import settled
from ketensluis.model.ledger import Alarm, Case

__all__ = ["Block", "Held", "closed_at", "open_alarms", "unfinished"]


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """What stands in the way of an erasure: a code, and what it is, without content."""

    code: str
    what: str

    def __str__(self) -> str:
        return f"{self.code} ({self.what})"


@dataclass(frozen=True, slots=True)
class Held:
    """One incident.

    Attributes:
        registered_at: the first registration; None as long as nothing was decided.
        decided_at: when it was last decided, for whomever.
        record: the coordinates of its newest version, as a decision names them.
        cases: its obligations, as they stand.
        undecided: coordinates of records of it that nothing on the ledger names.
        alarms: its clocks and routes that alarmed, and were not cleared.
        overrides: those that no other ended, with when each ends by itself.
        quarantined: its entries in quarantine that nobody dealt with.
        keys: its pseudonyms, by which it is of one dossier with others.
        behind: recipients whose row tells less than the ledger does.
        erased_at: when its erasure was put on record; None if something came after that.
        erased_by: by which rule or for which reason.
    """

    incident_id: str
    registered_at: datetime | None = None
    decided_at: datetime | None = None
    sequence: int = 0
    record: str = ""
    unit: str | None = None
    cases: tuple[Case, ...] = ()
    undecided: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    overrides: tuple[tuple[str, datetime], ...] = ()
    quarantined: tuple[str, ...] = ()
    keys: frozenset[str] = field(default_factory=frozenset)
    erased_at: datetime | None = None
    erased_by: str | None = None


def closed_at(held: Held) -> datetime | None:
    """When its last obligation was settled; None as long as one is not.

    Where nothing was owed to anybody, when it was last decided.
    """
    if not all(map(settled, held.cases)):
        return None
    moments = [case.closed_at or case.decided_at or case.registered_at for case in held.cases]
    return max(moments, default=held.decided_at)


def unfinished(held: Held, clocks: Clocks, at: datetime) -> tuple[Block, ...]:
    """Every reason why work on the incident is not finished at that moment, in order."""
    return tuple(sorted(set(_unfinished(held, clocks, at))))


def open_alarms(alarms: Iterable[Alarm]) -> dict[str, tuple[str, ...]]:
    """The alarms, by incident, that were raised and not cleared: clock and recipient."""
    standing: dict[str, dict[tuple[str, str, datetime], bool]] = {}
    for each in alarms:
        run = each.clock, each.recipient, each.due_at
        runs = standing.setdefault(each.incident_id, {})
        # A warning that nothing came of is no alarm; once cleared a run stays so.
        runs[run] = runs.get(run, True) and each.kind != "cleared"
    found = {}
    for incident_id, runs in standing.items():
        still = {
            f"{clock} {recipient}" for (clock, recipient, _), runs_on in runs.items() if runs_on
        }
        if still:
            found[incident_id] = tuple(sorted(still))
    return found


def _unfinished(held: Held, clocks: Clocks, at: datetime) -> Iterator[Block]:
    if held.registered_at is None:
        yield Block("no_decision", "nothing was decided")
    for case in held.cases:
        yield from _owed(case, clocks, at)
    for code, several in (
        ("no_decision", held.undecided),
        ("books_behind", held.behind),
        ("open_alarm", held.alarms),
        ("open_quarantine", held.quarantined),
    ):
        yield from (Block(code, what) for what in several)
    for override_id, until in held.overrides:
        if at < until:
            yield Block("override_in_force", override_id)


def _owed(case: Case, clocks: Clocks, at: datetime) -> Iterator[Block]:
    if case.state == "held":
        yield Block("hold", f"{case.recipient}: {case.reason or 'unknown'}")
    elif not settled(case):
        yield Block("open_obligation", f"{case.recipient}: {case.state}")
    for deadline in running(case, clocks, at):
        yield Block("running_clock", f"{case.recipient}: {deadline.clock}")
