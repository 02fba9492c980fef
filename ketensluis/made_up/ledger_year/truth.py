"""What is true of the year: which alarms have to come, when, and because of which fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ketensluis.model.ledger import Alarm
from ketensluis.model.messages import ControlTotal, DisclosureRequest

__all__ = ["Asked", "DayOfUnit", "Expected", "Key", "Truth", "differences", "key_of"]

# incident, recipient, clock, kind, deadline
Key = tuple[str, str, str, str, datetime]


@dataclass(frozen=True, slots=True)
class Expected:
    """An alarm that has to come: between `since` and `until`, because of the named fault.

    Where nobody looks away it comes at `until` exactly, but for `cleared`. `to` is a party and
    one of its roles. An `optional` one may come: a warning whose time passed while the hub was
    down.
    """

    fault: str
    incident_id: str
    recipient: str
    clock: str
    kind: str
    due_at: datetime
    since: datetime
    until: datetime
    to: str
    optional: bool = False

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.incident_id, self.recipient, self.clock, self.kind, self.due_at


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision that the hub has to ask for by itself."""

    reason: str
    incident_id: str
    recipient: str | None

    @classmethod
    def of(cls, request: DisclosureRequest) -> Asked:
        """The same of a request that was made."""
        return cls(request.reason, request.incident_id, request.recipient)


@dataclass
class DayOfUnit:
    """What the reconciliation of one unit and day has to say, and because of which fault."""

    fault: str = ""
    missing: set[str] = field(default_factory=set)
    quarantined: set[str] = field(default_factory=set)
    surplus: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    late_labels: int = 0
    no_total: bool = False


@dataclass
class Truth:
    """Everything that the generator knows of its year.

    Attributes:
        expected: the alarms that have to come.
        asked: the decisions that the hub has to ask for, and when.
        counts: obligations by line of the balance, as the generator counted them.
        faults: how often each fault was put in.
        totals: the police's control totals, as they were sent.
        days: what the reconciliation has to find.
        ends: the state in which each obligation of a faulty incident ends.
        quarantined: incidents of which only quarantine knows.
    """

    expected: list[Expected] = field(default_factory=list)
    asked: dict[Asked, datetime] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    totals: list[ControlTotal] = field(default_factory=list)
    days: dict[tuple[str, date], DayOfUnit] = field(default_factory=dict)
    ends: dict[tuple[str, str], str] = field(default_factory=dict)
    quarantined: set[str] = field(default_factory=set)


def key_of(alarm: Alarm) -> Key:
    """What an alarm is about."""
    return alarm.incident_id, alarm.recipient, alarm.clock, alarm.kind, alarm.due_at


def differences(
    expected: Iterable[Expected],
    alarms: Iterable[Alarm],
    *,
    slack: timedelta | None = None,
) -> list[str]:
    """What was missed, what nothing explains, what came twice, at a wrong time or to another role.

    Args:
        expected: the truth.
        alarms: what came.
        slack: how far from true an alarm's time may be; None: to the microsecond.
    """
    wanted = {each.key: each for each in expected}
    found = list(alarms)
    times = Counter(map(key_of, found))
    said = [f"twice: {_words(key)}" for key, count in times.items() if count > 1]
    said += [f"unexplained: {_words(key)}" for key in times if key not in wanted]
    said += [
        f"missed: {each.fault}: {_words(key)}"
        for key, each in wanted.items()
        if not each.optional and key not in times
    ]
    for alarm in found:
        true = wanted.get(key_of(alarm))
        if true is not None and alarm.addressed_to != true.to:
            said.append(
                f"to the wrong role: {_words(true.key)}: {alarm.addressed_to}, not {true.to}"
            )
        if true is not None and not _in_time(true, alarm.raised_at, slack):
            said.append(
                f"at a wrong time: {true.fault}: {_words(true.key)}: {alarm.raised_at.isoformat()},"
                f" not {true.since.isoformat()} to {true.until.isoformat()}"
            )
    return sorted(said)


def _in_time(true: Expected, raised_at: datetime, slack: timedelta | None) -> bool:
    if slack is not None or true.kind == "cleared":
        within = slack or timedelta()
        return true.since - within <= raised_at <= true.until + within
    return raised_at == true.until


def _words(key: Key) -> str:
    incident, recipient, clock, kind, due_at = key
    return f"{incident} {recipient} {clock} {kind} (due {due_at.isoformat()})"
