"""`sluis retention`: how long what is kept, what is due, and erasing it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import to_builtins

from ketensluis.cli.decide import instant_of
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain, settings_of
from ketensluis.cli.output import counted, print_json, say, table
from ketensluis.cli.retention_said import say_mail, say_plan, told
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from ketensluis.kafka.choosing import WhatIsDue
    from ketensluis.kafka.emptying import Emptying
    from ketensluis.kafka.erasing import Erasing
    from ketensluis.retention.rules import Retention

__all__ = [
    "apply",
    "check",
    "emptying_of",
    "erasing_of",
    "plan",
    "retention_in_force",
    "what_is_due",
]

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
        terms = [each.model_dump(mode="json") for each in rules]
        print_json({"status": retention.status, "rules": terms, "kept": kept})
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
    mail = asyncio.run(emptying_of(settings, due.at).plan())
    if json:
        removable = [{"topic": t, "partition": n, **to_builtins(e)} for (t, n), e in mail.items()]
        print_json({**told(incidents), "quarantine": entries, "mail": removable})
    else:
        say_plan(incidents, entries)
        say_mail(mail)


@_commands.command("apply")
def apply(broker: Broker = None, home: Home = None, *, json: AsJson = False) -> None:
    """Erase what is due: put it on record, then destroy the keys. Run it again if it stopped."""
    settings = chain(broker, home)
    erasing = erasing_of(settings)
    done = asyncio.run(erasing.run(what_is_due(settings, erasing.at)))
    erased = [each.held.incident_id for each in done.orders if each.held is not None]
    entries = [entry for each in done.orders for entry in each.entries]
    if not json:  # at once, as what follows may fail
        if done.finished:
            say(f"left by an earlier run, and destroyed now: {counted(len(done.finished), 'key')}")
        say(f"erased: {counted(len(erased), 'incident')}, {len(entries)} of the quarantine")
    emptied = asyncio.run(emptying_of(settings, erasing.at).run())
    removed = sum(len(each.messages) for each in emptied.values())
    if json:
        print_json(
            {"erased": erased, "entries": entries, "finished": done.finished, "removed": removed}
        )
    else:
        partitions = counted(len(emptied), "partition")
        say(f"removed: {counted(removed, 'message')} of {partitions} of mail")


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


def emptying_of(settings: Settings, at: datetime) -> Emptying:
    """A run of emptying the mail topics, as the hub.

    Raises:
        KetensluisError: the hub's keys are missing or not sound.
    """
    from ketensluis.kafka.emptying import Emptying
    from ketensluis.model.party import HUB
    from ketensluis.runtime.wiring import post_of
    from services.journal.names import GROUP

    post = post_of(settings, HUB, "retention")
    retention = retention_in_force()
    return Emptying(settings.bootstrap, post.codec, post.sealer, retention, GROUP, at)
