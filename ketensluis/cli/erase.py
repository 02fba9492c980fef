"""`sluis erase`: a person in a named role has content erased before its term."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, say
from ketensluis.cli.retention import erasing_of, retention_in_force
from ketensluis.model.override import OverrideRole

if TYPE_CHECKING:
    from ketensluis.kafka.holdings import Holdings
    from ketensluis.retention.orders import Order

__all__ = ["erase"]

Incident = Annotated[str | None, typer.Argument(metavar="[INCIDENT]", help="The incident's id.")]
Dossier = Annotated[
    str | None,
    typer.Option(
        "--dossier", metavar="INCIDENT", help="It, and those that share a person or home with it."
    ),
]
OneEntry = Annotated[
    str | None, typer.Option("--entry", metavar="ID", help="An entry of the quarantine.")
]
Why = Annotated[
    str, typer.Option("--reason", metavar="CODE", help="Why: one of reference/retention.yaml.")
]
ByRole = Annotated[
    str, typer.Option("--role", metavar="ROLE", help=f"One of {', '.join(get_args(OverrideRole))}.")
]


@app.command()
def erase(
    reason: Why,
    role: ByRole,
    incident: Incident = None,
    dossier: Dossier = None,
    entry: OneEntry = None,
    broker: Broker = None,
    home: Home = None,
    *,
    json: AsJson = False,
) -> None:
    """Erase an incident, a dossier or an entry of the quarantine. Nothing that is unfinished."""
    from ketensluis.cli.audit import rules_on_file
    from ketensluis.kafka.choosing import Asked, asked_entry, dossier_of
    from ketensluis.ledger.working_days import local_day

    if sum(each is not None for each in (incident, dossier, entry)) != 1:
        raise typer.BadParameter("give one of INCIDENT, --dossier, --entry")
    by_role = next((each for each in get_args(OverrideRole) if each == role), None)
    if by_role is None:
        raise typer.BadParameter(f"one of {', '.join(get_args(OverrideRole))}", param_hint="--role")
    settings = chain(broker, home)
    erasing = erasing_of(settings)
    why = retention_in_force().reason(reason, role, local_day(erasing.at))
    clocks = rules_on_file(settings).clocks

    def choose(holdings: Holdings) -> Sequence[Order]:
        if entry is not None:
            done = holdings.entries.by_id(entry).erased is not None
            return () if done else (asked_entry(entry, why, by_role),)
        ids = (incident or "",) if dossier is None else dossier_of(dossier, holdings.held())
        return Asked(ids, why, by_role, clocks, erasing.at)(holdings)

    done = asyncio.run(erasing.run(choose))
    erased = [name for order in done.orders for name in order.key_names()]
    if json:
        print_json({"erased": erased, "finished": done.finished})
        return
    for name in erased:
        say(f"{name} erased: {reason}")
    say(f"{len(erased)} erased" if erased else "nothing to erase: it was erased before")
