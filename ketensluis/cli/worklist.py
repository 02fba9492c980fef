"""`sluis worklist`: the coordinators' list on the terminal, its rebuild, and demo tokens."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain, settings_of
from ketensluis.cli.output import print_json, remark, say, table
from ketensluis.errors import KetensluisError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ketensluis.runtime.settings import Settings

__all__ = ["commands", "open_", "opened", "overdue", "rebuild", "token"]

commands = typer.Typer(
    no_args_is_help=True, help="What is open, what is overdue, and whom to chase."
)
app.add_typer(commands, name="worklist")

Unit = Annotated[str | None, typer.Option("--unit", help="Only this police unit.")]
Region = Annotated[str | None, typer.Option("--region", help="Only this Veilig Thuis region.")]
Recipient = Annotated[str | None, typer.Option("--recipient", help="Only this recipient.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=500, help="At most so many lines.")]


@commands.command("open")
def open_(
    home: Home = None,
    unit: Unit = None,
    region: Region = None,
    recipient: Recipient = None,
    limit: Limit = 100,
    *,
    json: AsJson = False,
) -> None:
    """List the obligations on which somebody still owes something, the oldest first."""
    from services.worklist.access import EVERYTHING
    from services.worklist.queries import Filter, open_cases

    settings, engine = opened(home)
    asked = Filter(unit=unit, region=region, recipient=recipient, limit=limit)
    found = open_cases(engine, EVERYTHING, asked, settings.clock().now())
    if json:
        print_json([line.model_dump(mode="json") for line in found.lines])
        return
    table(
        ("incident", "recipient", "state", "reason", "days", "overdue", "chase"),
        (
            (
                line.incident_id,
                line.recipient,
                line.state,
                line.reason,
                line.age_days,
                ", ".join(line.overdue),
                ", ".join(line.chase),
            )
            for line in found.lines
        ),
    )
    _counted(len(found.lines), "obligations", more=found.next is not None)


@commands.command("overdue")
def overdue(
    home: Home = None,
    unit: Unit = None,
    region: Region = None,
    recipient: Recipient = None,
    role: Annotated[
        str | None, typer.Option("--role", help="Only what this role is to do.")
    ] = None,
    limit: Limit = 100,
    *,
    json: AsJson = False,
) -> None:
    """List the clocks that ran out, the longest overdue first, and whom to chase."""
    from services.worklist.access import EVERYTHING
    from services.worklist.queries import Filter
    from services.worklist.queries import overdue as overdue_lines

    settings, engine = opened(home)
    asked = Filter(unit=unit, region=region, recipient=recipient, role=role, limit=limit)
    found = overdue_lines(engine, EVERYTHING, asked, settings.clock().now())
    if json:
        print_json([line.model_dump(mode="json") for line in found.lines])
        return
    table(
        ("due", "clock", "level", "chase", "incident", "recipient", "state"),
        (
            (
                line.run.due_at.strftime("%Y-%m-%d %H:%M"),
                line.run.clock,
                line.run.level,
                line.run.addressed_to,
                line.case.incident_id,
                line.case.recipient,
                line.case.state,
            )
            for line in found.lines
        ),
    )
    _counted(len(found.lines), "clocks", more=found.next is not None)


@commands.command("rebuild")
def rebuild(broker: Broker = None, home: Home = None, *, json: AsJson = False) -> None:
    """Fill the work list anew from the topics; chasing and conferences on record stay."""
    from ketensluis.runtime.wiring import codec_of
    from services.worklist.database import engine_of, migrate
    from services.worklist.projection import Projection
    from services.worklist.reading import rebuild as fill_anew

    settings = chain(broker, home)
    engine = engine_of(settings)
    migrate(engine)
    if not json:
        remark("reading the ledger's topics and dossier.links from their beginning")
    count = asyncio.run(fill_anew(Projection(engine, codec_of(settings)), settings.bootstrap))
    if json:
        print_json({"records": count})
    else:
        say(f"the work list was filled anew from {count} records")


@commands.command("token")
def token(
    role: Annotated[
        str,
        typer.Option(
            "--role", help="hg_coordinator, supervisor, control_department, control_room or intake."
        ),
    ],
    home: Home = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="A police unit; `*` for all.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="A Veilig Thuis region (intake).")
    ] = None,
    minutes: Annotated[int, typer.Option("--minutes", min=1, help="How long it counts.")] = 60,
) -> None:
    """Print a token of the local issuer, for demo and tests: it counts without an oidc_issuer."""
    from services.worklist.issuer import issue

    settings = settings_of(home)
    say(issue(settings, role=role, units=unit or (), regions=region or (), seconds=minutes * 60))


def opened(home: Path | None) -> tuple[Settings, Engine]:
    """The settings, and the work list's database.

    Raises:
        KetensluisError: `never_filled`.
    """
    from services.worklist.database import engine_of, filled, migrate

    settings = settings_of(home)
    engine = engine_of(settings)
    migrate(engine)
    if not filled(engine):
        raise KetensluisError(
            "never_filled",
            "the work list was never filled, so that it is empty says nothing",
            "start it with `sluis run worklist`, or fill it with `sluis worklist rebuild`",
        )
    return settings, engine


def _counted(count: int, what: str, *, more: bool) -> None:
    say(f"{count} {what}{', and more' if more else ''}")
