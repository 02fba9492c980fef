"""`sluis balance` and `sluis ledger`: do the books balance, and where does each case stand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from ketensluis.cli.control import Control, control_totals, say_tiers
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, say, table
from ketensluis.cli.period import OfRegion, OfUnit, Part, Since, Until
from ketensluis.errors import KetensluisError
from ketensluis.kafka.books import Books, read_books
from ketensluis.kafka.cluster import existing
from ketensluis.ledger.balance import Balance, balances
from ketensluis.ledger.balance import balance as make_balance
from ketensluis.ledger.balance_text import as_json, as_text
from ketensluis.ledger.fold import settled
from ketensluis.ledger.source import Source
from ketensluis.ledger.tiers import tiers
from ketensluis.ledger.working_days import local_day
from ketensluis.model.ledger import Alarm, Case
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of

__all__ = ["balance", "balance_of", "ledger"]

Open = Annotated[bool, typer.Option("--open", help="Only what is not settled.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only where a clock ran out.")]
IncidentId = Annotated[
    str | None, typer.Option("--incident", metavar="ID", help="Only this incident, rung by rung.")
]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="region|unit|month|day", help="A line for each of these."),
]
ByTier = Annotated[
    bool,
    typer.Option(
        "--tiers", help="How far the incidents of each day, unit and region came, from the source."
    ),
]
Explain = Annotated[bool, typer.Option("--explain", help="Say what each line counts.")]

# Rungs whose code says something to a reader; that of the others is an id.
_TELLING = frozenset({
    "noted", "classified", "decided", "held", "withdrawn", "rejected", "assessed", "fed_back",
    "rerouted", "closed", "erased",
})  # fmt: skip
_PARTS: dict[str, Callable[[Case], str]] = {
    "region": lambda case: case.region or "(no region)",
    "unit": lambda case: case.unit,
    "month": lambda case: local_day(case.registered_at).strftime("%Y-%m"),
    "day": lambda case: local_day(case.registered_at).isoformat(),
}


@app.command()
def balance(
    broker: Broker = None,
    home: Home = None,
    by: By = None,
    region: OfRegion = None,
    unit: OfUnit = None,
    since: Since = None,
    until: Until = None,
    *,
    by_tier: ByTier = False,
    explain: Explain = False,
    json: AsJson = False,
) -> None:
    """Print the balance; exit 1 if anything is unaccounted for, or a control total differs."""
    if by is not None and by not in _PARTS:
        raise typer.BadParameter(f"one of {', '.join(_PARTS)}", param_hint="--by")
    settings = chain(broker, home)
    books = asyncio.run(_read(settings))
    part = Part(region, unit, since, until)
    totals = asyncio.run(control_totals(settings))
    control = Control.of(totals, books, part)
    sheet = part.sheet(balance_of(books), books.cases.values())
    cases = part.cases(books.cases.values())
    parts = balances(cases, _PARTS[by]) if by else None
    lines = tiers(cases, [each for each in totals if part.day(each.unit, each.day)])
    if json:
        told = {**as_json(sheet, parts), **control.as_json()}
        print_json({**told, "tiers": lines} if by_tier else told)
    else:
        say(as_text("Ketensluis balance", sheet, parts, explain=explain).rstrip())
        if by_tier:
            say_tiers(lines)
        control.say()
    if not sheet.holds or not control.agrees:
        raise typer.Exit(1)


def balance_of(books: Books) -> Balance:
    """The balance of the books, checked against the incoming topics."""
    return make_balance(
        books.cases.values(),
        Source(
            incoming=books.incoming,
            accounted=books.accounted,
            decided=books.decided,
            quarantined=len(books.quarantined),
            answered=books.answered,
        ),
    )


@app.command()
def ledger(
    broker: Broker = None,
    home: Home = None,
    incident: IncidentId = None,
    *,
    open_only: Open = False,
    overdue: Overdue = False,
    json: AsJson = False,
) -> None:
    """List the cases: one for each incident and recipient, and where it stands."""
    books = asyncio.run(_read(chain(broker, home)))
    found = [
        case
        for case in sorted(
            books.cases.values(),
            key=lambda each: (each.registered_at, each.incident_id, each.recipient),
        )
        if (incident is None or case.incident_id == incident)
        and not (open_only and settled(case))
        and not (overdue and not case.overdue)
    ]
    if json:
        print_json(found)
    elif incident is None:
        _list(found)
    else:
        _rungs(found, [each for each in books.alarms.values() if each.incident_id == incident])
    if incident is not None and not found:
        raise KetensluisError(
            "unknown_incident", f"the ledger has no case of {incident}", "check the id, or wait"
        )


def _list(found: list[Case]) -> None:
    table(
        ("incident", "recipient", "state", "reason", "registered", "sent", "overdue"),
        (
            (
                case.incident_id,
                case.recipient,
                case.state,
                case.reason,
                _minute(case.registered_at),
                _minute(case.sent_at),
                ", ".join(case.overdue),
            )
            for case in found
        ),
    )
    say(f"{len(found)} cases")


def _rungs(found: list[Case], alarms: list[Alarm]) -> None:
    """Each case rung by rung, and what was said of it, to whom."""
    for case in found:
        reason = f" ({case.reason})" if case.reason else ""
        say(f"{case.incident_id} for {case.recipient}: {case.state}{reason}, with {case.owner}")
        for name, told in (
            ("routed by", case.routing_rule),
            ("signs", ", ".join(case.signals)),
            ("under", f"{case.agreement} version {case.agreement_version}" * bool(case.agreement)),
        ):
            if told:
                say(f"  {name}: {told}")
        for rung in case.rungs:
            code = f" {rung.code}" if rung.code and rung.name in _TELLING else ""
            note = f" ({rung.note})" if rung.note else ""
            say(f"  {_minute(rung.at)}  {rung.name}{code}{note}")
        for each in sorted(alarms, key=lambda alarm: (alarm.raised_at, alarm.kind)):
            if each.recipient == case.recipient:
                to = f"to {each.addressed_to}, due {_minute(each.due_at)}"
                say(f"  {_minute(each.raised_at)}  {each.kind} {each.clock} {to}")
        for clock in case.overdue:
            say(f"  overdue: {clock}")


def _minute(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%d %H:%M")


async def _read(settings: Settings) -> Books:
    topics = await existing(settings.bootstrap)
    answers = sorted(name for name in topics if name.startswith("responses."))
    return await read_books(settings.bootstrap, codec_of(settings), answers)
