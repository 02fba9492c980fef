"""The police's control totals as `sluis balance` shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketensluis.cli.output import remark, say, table
from ketensluis.cli.period import Part
from ketensluis.errors import Refused
from ketensluis.kafka.books import Books
from ketensluis.kafka.scan import scan
from ketensluis.ledger.reconciliation import UnitDay, reconcile, uncounted
from ketensluis.ledger.tiers import TIERS, Tiers
from ketensluis.model.messages import ControlTotal
from ketensluis.model.party import CONTROL_TOTALS, HUB
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

__all__ = ["Control", "control_totals", "say_tiers"]

_ALL = "all"


async def control_totals(settings: Settings) -> list[ControlTotal]:
    """The totals that the police sent; one that is not signed is told, and left out."""
    post, totals = post_of(settings, HUB), []
    async for record in scan(settings.bootstrap, CONTROL_TOTALS):
        try:
            totals.append(post.opener.open(record, ControlTotal).message)
        except Refused as error:
            remark(f"{record.coordinates}: {error}")
    return totals


@dataclass(frozen=True, slots=True)
class Control:
    """Every unit and day of which there is a total, and those of which one is missing."""

    days: tuple[UnitDay, ...]
    silent: tuple[tuple[str, date], ...]

    @classmethod
    def of(cls, totals: list[ControlTotal], books: Books, part: Part) -> Control:
        """Those of that part of the books; a day is compared with all that the hub knows."""
        named = {each for each in books.quarantined.values() if each is not None}
        days = reconcile(totals, books.cases.values(), named)
        return cls(
            tuple(each for each in days if part.day(each.unit, each.day)),
            tuple(each for each in uncounted(totals) if part.day(*each)),
        )

    @property
    def agrees(self) -> bool:
        """Whether every total is there, and none differs."""
        return not self.silent and all(each.agrees for each in self.days)

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        silent = [{"unit": unit, "day": day} for unit, day in self.silent]
        return {"control_totals": self.days, "control_totals_missing": silent}

    def say(self) -> None:
        """One line, and for each unit and day that differs which incidents make the difference."""
        if not self.days:
            say("police control totals: none received")
            return
        agree = sum(each.agrees for each in self.days)
        say(f"police control totals: {agree} of {len(self.days)} unit-days agree")
        for each in self.days:
            if each.agrees:
                continue
            say(f"  {each.day} {each.unit}: police {each.police}, hub {each.hub}")
            for name in ("missing", "quarantined", "moved", "elsewhere", "surplus"):
                if found := getattr(each, name):
                    say(f"    {name}: {' '.join(found)}")
        for unit, day in self.silent:
            say(f"  {day} {unit}: no total came")


def say_tiers(lines: Iterable[Tiers]) -> None:
    """One row for each day and unit, and one for each of its regions."""
    table(
        ("day", "unit", "region", *TIERS),
        (
            (
                each.day.isoformat(),
                each.unit,
                each.region or _ALL,
                *(getattr(each, tier) for tier in TIERS),
            )
            for each in lines
        ),
    )
