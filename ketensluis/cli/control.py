"""The police's control totals as `sluis balance` shows them."""

from __future__ import annotations

from ketensluis.cli.output import remark, say
from ketensluis.errors import Refused
from ketensluis.kafka.books import Books
from ketensluis.kafka.scan import scan
from ketensluis.ledger.reconciliation import UnitDay, reconcile
from ketensluis.model.messages import ControlTotal
from ketensluis.model.party import CONTROL_TOTALS, HUB
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

__all__ = ["control", "say_control"]


async def control(settings: Settings, books: Books) -> tuple[UnitDay, ...]:
    """Every unit and day of which the police sent a total; one that is not signed is told."""
    post, totals = post_of(settings, HUB), []
    async for record in scan(settings.bootstrap, CONTROL_TOTALS):
        try:
            totals.append(post.opener.open(record, ControlTotal).message)
        except Refused as error:
            remark(f"{record.coordinates}: {error}")
    named = {each for each in books.quarantined.values() if each is not None}
    return reconcile(totals, books.cases.values(), named)


def say_control(days: tuple[UnitDay, ...]) -> None:
    """One line, and for each unit and day that differs which incidents make the difference."""
    if not days:
        say("police control totals: none received")
        return
    agree = sum(each.agrees for each in days)
    say(f"police control totals: {agree} of {len(days)} unit-days agree")
    for each in days:
        if each.agrees:
            continue
        say(f"  {each.day} {each.unit}: police {each.police}, hub {each.hub}")
        for name in ("missing", "quarantined", "moved", "elsewhere", "surplus"):
            if found := getattr(each, name):
                say(f"    {name}: {' '.join(found)}")
