"""Of which region, unit and days `sluis balance` speaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

import typer

from ketensluis.ledger.balance import Balance
from ketensluis.ledger.balance import balance as make_balance
from ketensluis.ledger.working_days import local_day
from ketensluis.model.ledger import Case
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

__all__ = ["OfRegion", "OfUnit", "Part", "Since", "Until"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a date such as 2026-01-31") from error


def _region(text: str) -> str:
    return _of_the_map(text, load_regions(resource("reference")).regions)


def _unit(text: str) -> str:
    return _of_the_map(text, load_regions(resource("reference")).units)


def _of_the_map(text: str, known: Sequence[str]) -> str:
    """The name, if it is one: of a misspelt one the books would say that there is nothing."""
    if text not in known:
        raise typer.BadParameter(f"one of {', '.join(known)}")
    return text


Since = Annotated[
    date | None,
    typer.Option("--since", metavar="DATE", parser=_day, help="Registered on that day or later."),
]
Until = Annotated[
    date | None,
    typer.Option("--until", metavar="DATE", parser=_day, help="Registered on that day or before."),
]
OfRegion = Annotated[
    str | None,
    typer.Option(
        "--region", metavar="REGION", parser=_region, help="Only of this Veilig Thuis region."
    ),
]
OfUnit = Annotated[
    str | None,
    typer.Option("--unit", metavar="UNIT", parser=_unit, help="Only of this police unit."),
]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the books; days are local days of the first registration, both included."""

    region: str | None = None
    unit: str | None = None
    since: date | None = None
    until: date | None = None

    def cases(self, cases: Iterable[Case]) -> list[Case]:
        """Those of them that are in it."""
        return [
            case
            for case in cases
            if (self.region is None or case.region == self.region)
            and self.day(case.unit, local_day(case.registered_at))
        ]

    def day(self, unit: str, day: date) -> bool:
        """Whether that unit's day is in it."""
        return (
            (self.unit is None or unit == self.unit)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )

    def sheet(self, whole: Balance, cases: Iterable[Case]) -> Balance:
        """The balance of this part; what is unaccounted for stays that of the whole.

        A record that nothing names has no region and no day, so no part may leave it out.
        """
        if self == Part():
            return whole
        return replace(
            make_balance(self.cases(cases)),
            unaccounted=whole.unaccounted,
            quarantined=whole.quarantined,
            unmatched=whole.unmatched,
        )
