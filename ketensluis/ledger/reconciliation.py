"""The police's own count against the hub's, per unit and local day of registration.

A count alone says that something is missing; the ids that the police list with it say what.
An incident counts on the day on which it was first registered, in the unit that registered it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from ketensluis.ledger.working_days import local_day
from ketensluis.model.ledger import Case
from ketensluis.model.messages import ControlTotal

__all__ = ["UnitDay", "reconcile", "uncounted"]


@dataclass(frozen=True, slots=True)
class UnitDay:
    """One unit's day: both counts, and what explains the difference.

    Attributes:
        police, hub: incidents that each counts.
        police_hg, hub_hg: those of them that are labelled as domestic violence.
        missing: listed by the police, and unknown to the hub.
        quarantined: listed by the police, and at the hub only in quarantine.
        surplus: known to the hub, and not listed by the police for any day or unit.
        moved: listed for this day, and known to the hub under another day or unit.
        elsewhere: known to the hub for this day, and listed under another day or unit.
        late_labels: how many the hub counts as labelled that the total, made earlier, did not.
    """

    unit: str
    day: date
    police: int
    hub: int
    police_hg: int
    hub_hg: int
    missing: tuple[str, ...]
    quarantined: tuple[str, ...]
    surplus: tuple[str, ...]
    moved: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether every incident that one side counts the other counts too, or explains."""
        explained = len(self.quarantined) + len(self.moved) - len(self.elsewhere)
        return not self.missing and not self.surplus and self.police == self.hub + explained

    @property
    def late_labels(self) -> int:
        """Labels that came after the police's count: a correction, not a fault."""
        return max(0, self.hub_hg - self.police_hg)


def reconcile(
    totals: Iterable[ControlTotal],
    cases: Iterable[Case],
    quarantined: AbstractSet[str] = frozenset(),
) -> tuple[UnitDay, ...]:
    """Every unit and day of which there is a control total, by unit and day.

    Of several totals of the same unit and day the one that was counted last holds;
    `quarantined` are the incidents that quarantine entries name.
    """
    newest: dict[tuple[str, date], ControlTotal] = {}
    for total in totals:
        known = newest.get((total.unit, total.day))
        if known is None or total.counted_at >= known.counted_at:
            newest[total.unit, total.day] = total
    places: dict[str, tuple[str, date]] = {}
    labelled: set[str] = set()
    for case in cases:
        places[case.incident_id] = case.unit, local_day(case.registered_at)
        if case.classification == "hg":
            labelled.add(case.incident_id)
    here: dict[tuple[str, date], set[str]] = defaultdict(set)
    for incident_id, place in places.items():
        here[place].add(incident_id)
    listed = {each for total in newest.values() for each in total.incident_ids}
    return tuple(
        _unit_day(newest[place], here[place], places, labelled, quarantined, listed)
        for place in sorted(newest)
    )


def uncounted(totals: Iterable[ControlTotal]) -> tuple[tuple[str, date], ...]:
    """The units and days of which no total came, by unit and day: silence is no agreement.

    Asked of every unit that sent one, from its first day to the last day of any unit.
    """
    days: dict[str, set[date]] = defaultdict(set)
    for total in totals:
        days[total.unit].add(total.day)
    last = max((max(each) for each in days.values()), default=date.min)
    return tuple(
        (unit, day)
        for unit in sorted(days)
        for number in range((last - min(days[unit])).days + 1)
        if (day := min(days[unit]) + timedelta(days=number)) not in days[unit]
    )


def _unit_day(
    total: ControlTotal,
    here: set[str],
    places: dict[str, tuple[str, date]],
    labelled: set[str],
    quarantined: AbstractSet[str],
    anywhere: AbstractSet[str],
) -> UnitDay:
    listed = set(total.incident_ids)
    # A total without a full list does not name its incidents, so it cannot say which is too many.
    names_all = len(listed) == total.incidents
    unknown = listed - places.keys()
    return UnitDay(
        unit=total.unit,
        day=total.day,
        police=total.incidents,
        hub=len(here),
        police_hg=total.hg,
        hub_hg=len(here & labelled),
        missing=tuple(sorted(unknown - quarantined)),
        quarantined=tuple(sorted(unknown & quarantined)),
        surplus=tuple(sorted(here - anywhere)) if names_all else (),
        moved=tuple(sorted((listed & places.keys()) - here)),
        elsewhere=tuple(sorted((here - listed) & anywhere)) if names_all else (),
    )
