"""`sluis watch`: the balance and the newest alarms in a terminal, as they change."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from ketensluis.cli.books import balance_of
from ketensluis.cli.main import app
from ketensluis.cli.options import Broker, Home, chain
from ketensluis.kafka.books import BOOK_TOPICS, Books
from ketensluis.kafka.cluster import existing
from ketensluis.kafka.tail import open_tail
from ketensluis.ledger.sheet import LINES
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of

__all__ = ["watch"]

_POLL_MS = 500
_ALARMS = 8


@app.command()
def watch(
    broker: Broker = None,
    home: Home = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Show what is there now, and stop.")] = False,
) -> None:
    """Show the balance and the newest alarms, live, until it is interrupted."""
    asyncio.run(_watch(chain(broker, home), once=once))


async def _watch(settings: Settings, *, once: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    topics = await existing(settings.bootstrap)
    answers = sorted(name for name in topics if name.startswith("responses."))
    books = Books(codec_of(settings))
    async with open_tail(settings.bootstrap, [*BOOK_TOPICS, *answers]) as tail:
        with Live(_shown(books), console=Console(), auto_refresh=False) as live:
            while not stop.is_set():
                found = await tail.poll(_POLL_MS)
                for record in found:
                    books.enter(record)
                live.update(_shown(books), refresh=True)
                if once and not found:
                    return


def _shown(books: Books) -> Group:
    sheet = balance_of(books)
    balance = Table("", "obligations", title="balance", min_width=40)
    for line in LINES:
        indent = "" if line.of is None else "  "
        balance.add_row(f"{indent}{line.label}", str(sheet[line.name]))
    balance.add_section()
    balance.add_row("overdue", str(sheet["overdue"]))
    balance.add_row("records in quarantine", str(sheet.quarantined))
    # What is on its way counts here until the ledger has told of it.
    balance.add_row("unaccounted, or on its way", str(len(sheet.unaccounted)))
    alarms = Table("raised", "alarm", "clock", title="newest alarms")
    for heading in ("incident", "for", "to"):
        alarms.add_column(heading, overflow="fold")
    newest = sorted(books.alarms.values(), key=lambda each: each.raised_at, reverse=True)
    for each in newest[:_ALARMS]:
        alarms.add_row(
            each.raised_at.strftime("%Y-%m-%d %H:%M"),
            each.kind,
            each.clock,
            each.incident_id,
            each.recipient,
            each.addressed_to,
        )
    return Group(balance, alarms)
