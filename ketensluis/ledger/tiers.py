"""How far the incidents of a unit and day came, tier by tier, beside the police's own count.

Counts incidents, not obligations, so that each tier can be laid beside the source: an incident
is on a tier once one of its referrals to Veilig Thuis is. The source counts per unit and day and
knows no region, so it stands only with the line of all regions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ketensluis.ledger.working_days import local_day
from ketensluis.model.ledger import Case
from ketensluis.model.messages import ControlTotal

__all__ = ["TIERS", "Tiers", "tiers"]

TIERS = ("source", "registered", "labelled", "decided", "sent", "received", "accepted", "fed_back")
_RUNGS = ("sent", "received", "accepted", "fed_back")
_Place = tuple[date, str, str | None]


@dataclass(frozen=True, slots=True)
class Tiers:
    """One unit's day: for all regions (`region` is None), or for one of them.

    `source` is the police's count, or None where it is not known.
    """

    day: date
    unit: str
    region: str | None
    source: int | None
    registered: int
    labelled: int
    decided: int
    sent: int
    received: int
    accepted: int
    fed_back: int


def tiers(cases: Iterable[Case], totals: Iterable[ControlTotal] = ()) -> tuple[Tiers, ...]:
    """A line for each unit and day, and one for each of its regions, by day, unit and region."""
    source: dict[tuple[date, str], ControlTotal] = {}
    for total in totals:
        known = source.get((total.day, total.unit))
        if known is None or total.counted_at >= known.counted_at:
            source[total.day, total.unit] = total
    found: dict[_Place, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for day, unit in source:
        found[day, unit, None]
    for case in cases:
        for region in {None, case.region}:
            place = found[local_day(case.registered_at), case.unit, region]
            for tier in _reached(case):
                place[tier].add(case.incident_id)
    return tuple(
        _line(place, found[place], source)
        for place in sorted(found, key=lambda each: (each[0], each[1], each[2] or ""))
    )


def _reached(case: Case) -> Iterable[str]:
    yield "registered"
    if case.classification == "hg":
        yield "labelled"
    if not case.recipient.startswith("vt:"):
        return
    if case.decided_at is not None:
        yield "decided"
    for rung in _RUNGS:
        if getattr(case, f"{rung}_at") is not None:
            yield rung


def _line(
    place: _Place, reached: dict[str, set[str]], source: dict[tuple[date, str], ControlTotal]
) -> Tiers:
    day, unit, region = place
    total = source.get((day, unit)) if region is None else None
    counts = {tier: len(reached[tier]) for tier in TIERS if tier != "source"}
    return Tiers(day, unit, region, total.incidents if total else None, **counts)
