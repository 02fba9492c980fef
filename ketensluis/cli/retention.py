"""`sluis retention`: how long what is kept, what is due, and erasing it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketensluis.cli.decide import instant_of
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain, settings_of
from ketensluis.cli.output import print_json, say, table
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from ketensluis.kafka.choosing import WhatIsDue
    from ketensluis.kafka.erasing import Erasing
    from ketensluis.retention.plan import Plan
    from ketensluis.retention.refusals import EntriesPlan
    from ketensluis.retention.rules import Retention

__all__ = ["apply", "check", "erasing_of", "plan", "retention_in_force", "what_is_due"]

_commands = typer.Typer(no_args_is_help=True, help="How long what is kept, and what is due.")
app.add_typer(_commands, name="retention")

At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="As of another moment (RFC 3339).")
]


@_commands.command("check")
def check(home: Home = None, *, json: AsJson = False) -> None:
    """Show the terms in force, and which messages have none and are kept."""
    from ketensluis.ledger.working_days import local_day

    retention = retention_in_force()
    day = local_day(settings_of(home).clock().now())
    rules = [each for each in retention.rules if each.in_force(day)]
    kept = retention.without_term(day)
    if json:
        told = [each.model_dump(mode="json") for each in rules]
        print_json({"status": retention.status, "rules": told, "kept": kept})
        return
    table(
        ("rule", "messages", "term", "counted from", "article"),
        (
            (
                each.id,
                " ".join(each.messages),
                str(each.term),
                each.counted_from,
                each.article or "(choice)",
            )
            for each in rules
        ),
    )
    say(f"kept, as no rule in force says until when: {', '.join(kept)}")
    if retention.status == "example":
        say("these terms are an EXAMPLE: replace them by the parties' own")


@_commands.command("plan")
def plan(broker: Broker = None, home: Home = None, at: At = None, *, json: AsJson = False) -> None:
    """Say what is due for erasure, and what keeps the rest. Nothing is changed."""
    from ketensluis.kafka.holdings import read_holdings
    from ketensluis.runtime.wiring import codec_of

    settings = chain(broker, home)
    due = what_is_due(settings, instant_of(at, settings) if at else settings.clock().now())
    holdings = asyncio.run(read_holdings(settings.bootstrap, codec_of(settings)))
    incidents, entries = due.incidents(holdings), due.entries(holdings)
    if json:
        print_json({**_told(incidents), "quarantine": entries})
    else:
        _say(incidents, entries)


@_commands.command("apply")
def apply(broker: Broker = None, home: Home = None, *, json: AsJson = False) -> None:
    """Erase what is due: put it on record, then destroy the keys. Run it again if it stopped."""
    settings = chain(broker, home)
    erasing = erasing_of(settings)
    done = asyncio.run(erasing.run(what_is_due(settings, erasing.at)))
    erased = [each.held.incident_id for each in done.orders if each.held is not None]
    entries = [entry for each in done.orders for entry in each.entries]
    if json:
        print_json({"erased": erased, "entries": entries, "finished": done.finished})
        return
    if done.finished:
        say(f"{len(done.finished)} keys of an earlier run were left, and are destroyed now")
    say(f"{len(erased)} incidents and {len(entries)} entries of the quarantine erased")


def retention_in_force() -> Retention:
    """The terms that hold here."""
    from ketensluis.model.resources import resource
    from ketensluis.retention.rules import load_retention

    return load_retention(resource("reference"))


def what_is_due(settings: Settings, at: datetime) -> WhatIsDue:
    """What the rules ask for at that moment."""
    from ketensluis.cli.audit import rules_on_file
    from ketensluis.kafka.choosing import WhatIsDue

    return WhatIsDue(retention_in_force(), rules_on_file(settings).clocks, at)


def erasing_of(settings: Settings) -> Erasing:
    """A run of erasing, as the hub, at this moment.

    Raises:
        KetensluisError: the hub's keys are missing or not sound.
    """
    from ketensluis.dossier_keys.opening import key_store
    from ketensluis.kafka.erasing import Erasing
    from ketensluis.model.party import HUB
    from ketensluis.runtime.wiring import post_of

    post = post_of(settings, HUB, "retention")
    at = settings.clock().now()
    return Erasing(settings.bootstrap, post.codec, post.sealer, key_store(settings), at)


def _told(plan: Plan) -> dict[str, Any]:
    return {
        "at": plan.at,
        "due": plan.due,
        "blocked": plan.blocked,
        "blocked_by": dict(plan.reasons()),
        "within_term": plan.within_term,
        "unfinished": plan.unfinished,
        "no_term": plan.no_term,
        "erased": plan.erased,
    }


def _say(plan: Plan, entries: EntriesPlan) -> None:
    rows = [(each.incident_id, each.rule, each.since, "(due)") for each in plan.due]
    rows += [
        (each.incident_id, each.rule, each.since, ", ".join(map(str, each.reasons)))
        for each in plan.blocked
    ]
    table(
        ("incident", "rule", "since", "kept because of"),
        ((name, rule, f"{since:%Y-%m-%d}", why) for name, rule, since, why in rows),
    )
    say(f"{len(plan.due)} incidents due, {len(plan.blocked)} past their term and kept")
    for code, count in sorted(plan.reasons().items()):
        say(f"  {code}: {count}")
    within = sum(plan.within_term.values())
    say(f"{within} within their term, {plan.unfinished} not closed, {plan.erased} erased before")
    if plan.no_term:
        say(f"{plan.no_term} incidents kept: no rule in force says until when")
    say(
        f"quarantine: {len(entries.due)} due, {len(entries.blocked)} past their term and open, "
        f"{entries.within_term} within it, {entries.erased} erased before"
    )
