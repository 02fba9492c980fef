"""Which entries of the quarantine are due: those that were dealt with, after their term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from ketensluis.ledger.working_days import local_day
from ketensluis.retention.rules import Retention

__all__ = ["EntriesPlan", "Refusal", "plan_entries"]

_QUARANTINED = "quarantined"


class Refusal(NamedTuple):
    """An entry, as far as it decides whether its content may go."""

    quarantine_id: str
    at: datetime
    state: Literal["open", "requeued", "erased"]


@dataclass(frozen=True)
class EntriesPlan:
    """Ids of entries: due by `rule`, or past their term and still open; the others counted."""

    rule: str | None
    due: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    within_term: int = 0
    erased: int = 0


def plan_entries(retention: Retention, refusals: Iterable[Refusal], at: datetime) -> EntriesPlan:
    """The plan as of that moment; what nobody has dealt with is unfinished work."""
    every = sorted(refusals)
    kept = [each for each in every if each.state != "erased"]
    erased = len(every) - len(kept)
    rule = retention.rule(_QUARANTINED, local_day(at))
    if rule is None:
        return EntriesPlan(None, within_term=len(kept), erased=erased)
    past = [each for each in kept if rule.term.over(each.at) <= at]
    return EntriesPlan(
        rule.id,
        due=tuple(each.quarantine_id for each in past if each.state == "requeued"),
        blocked=tuple(each.quarantine_id for each in past if each.state == "open"),
        within_term=len(kept) - len(past),
        erased=erased,
    )
