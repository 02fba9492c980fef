"""`sluis replay`: decide again what was decided, under the rules of that day, or under others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ketensluis.cli.decide import instant_of
from ketensluis.cli.main import app
from ketensluis.cli.options import AgreementsFolder, AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, remark, say
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import HUB, INCIDENTS, LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from services.disclosure.replay import Difference

__all__ = ["replay"]

_MOST_SHOWN = 20

Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="Compare from then.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Compare until then.")]
With = Annotated[
    Path | None,
    typer.Option("--with", metavar="DIR", exists=True, help="What if these had been in force."),
]


@app.command()
def replay(
    broker: Broker = None,
    home: Home = None,
    since: Since = None,
    until: Until = None,
    agreements: AgreementsFolder = None,
    what_if: With = None,
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Exit 1 if anything is decided otherwise.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Decide every record again and compare with the ledger, to the byte of what was released."""
    settings = chain(broker, home, agreements=agreements)
    begin = instant_of(since, settings) if since else datetime.min.replace(tzinfo=UTC)
    end = instant_of(until, settings) if until else datetime.max.replace(tzinfo=UTC)
    if what_if is not None:
        asyncio.run(_what_if(settings, what_if, begin, end, json=json))
        return
    decided, found = asyncio.run(_replay(settings, begin, end))
    if json:
        print_json({"decided": decided, "differences": found})
    else:
        for each in found[:_MOST_SHOWN]:
            say(
                f"{each.record} {each.incident_id} for {each.recipient}: "
                f"{each.what} was {each.was}, is {each.now}"
            )
        if len(found) > _MOST_SHOWN:
            say(f"and {len(found) - _MOST_SHOWN} more")
        say(f"{decided} decisions made again, {len(found)} differences")
    if verify and found:
        raise typer.Exit(1)


async def _replay(
    settings: Settings, begin: datetime, end: datetime
) -> tuple[int, list[Difference]]:
    from ketensluis.kafka.cluster import partitions
    from ketensluis.kafka.scan import Span, scan
    from ketensluis.runtime.wiring import post_of
    from services.disclosure.app import rules_of
    from services.disclosure.process import open_incident
    from services.disclosure.replay import Replay

    rules, post = rules_of(settings), post_of(settings, HUB)
    decided = 0
    found: list[Difference] = []
    numbers = (await partitions(settings.bootstrap, [INCIDENTS]))[INCIDENTS]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("replaying", total=None)
        for number in range(numbers):
            requests: dict[str, tuple[Record, DisclosureRequest]] = {}
            async for record in scan(settings.bootstrap, [Span(REQUESTS, number)]):
                with suppress(Refused):  # it was refused then, and lies in quarantine
                    request = post.opener.plain(record, DisclosureRequest)
                    requests[str(record.coordinates)] = record, request
            again = Replay(
                rules, lambda record: open_incident(record, post.opener, rules).message, requests
            )
            async for record in scan(settings.bootstrap, [Span(LEDGER_EVENTS, number)]):
                try:
                    again.ledger([post.opener.plain(record, LedgerEvent)])
                except Refused as error:
                    remark(f"{record.coordinates}: {error}")
            async for record in scan(settings.bootstrap, [Span(INCIDENTS, number)]):
                at = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
                found.extend(again.incident(record, compare=begin <= at < end))
                progress.advance(task)
            found.extend(again.left())
            decided += again.decided
    return decided, found


async def _what_if(
    settings: Settings, folder: Path, begin: datetime, end: datetime, *, json: bool
) -> None:
    from ketensluis.agreements.book import Agreements
    from ketensluis.cli.agreements import tell_differences
    from ketensluis.model.resources import resource
    from services.disclosure.app import rules_of
    from services.disclosure.difference import diff

    found = diff(
        Agreements.load(settings.agreements or resource("agreements")),
        Agreements.load(folder),
        [incident async for incident in _incidents(settings, begin, end)],
        at=settings.clock().now(),
        rules=rules_of(settings),
    )
    tell_differences(found, json=json)


async def _incidents(settings: Settings, begin: datetime, end: datetime) -> AsyncIterator[Incident]:
    from ketensluis.kafka.scan import scan
    from ketensluis.runtime.wiring import post_of

    post = post_of(settings, HUB)
    async with aclosing(scan(settings.bootstrap, INCIDENTS)) as records:
        async for record in records:
            if begin <= datetime.fromtimestamp(record.timestamp_ms / 1000, UTC) < end:
                with suppress(Refused):  # refused then, and in quarantine
                    yield post.opener.open(record, Incident).message
