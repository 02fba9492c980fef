"""`sluis watch`: the balance and the newest alarms in a terminal, as they change."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
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

__all__ = ["shown", "watch"]

_POLL_MS = 500
_ALARMS, _FEWER_ALARMS = 8, 3
# Below that many columns the two tables stand above each other.
_BESIDE = 130
# Rows that a table takes around its own, and those of the balance that are always there.
_FRAME, _ALWAYS, _ON_PAPER = 5, 4, 1_000


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
        console = Console()
        with Live(shown(books, console), console=console, auto_refresh=False) as live:
            while not stop.is_set():
                found = await tail.poll(_POLL_MS)
                for record in found:
                    books.enter(record)
                live.update(shown(books, console), refresh=True)
                if once and not found:
                    return


def shown(books: Books, console: Console) -> RenderableType:
    """Both tables, as much of them as the terminal has room for: the rest would be cut off."""
    beside = console.width >= _BESIDE
    # On paper or in a file nothing is cut off.
    room = console.height if console.is_terminal else _ON_PAPER
    alarms = _newest(books, _ALARMS if beside else _FEWER_ALARMS)
    if beside:
        both = Table.grid(padding=(0, 2))
        both.add_row(_balance(books, room), alarms)
        return both
    return Group(_balance(books, room - _FRAME - _FEWER_ALARMS), alarms)


def _balance(books: Books, room: int) -> Table:
    """The balance down to the level whose lines all have room; `sluis balance` has every line."""
    sheet = balance_of(books)
    balance = Table("", "obligations", title="balance", min_width=40)
    balance.add_row("overdue", str(sheet["overdue"]))
    balance.add_row("records in quarantine", str(sheet.quarantined))
    # What is on its way counts here until the ledger has told of it.
    balance.add_row("unaccounted, or on its way", str(len(sheet.unaccounted)))
    balance.add_section()
    levels: dict[str | None, int] = {None: -1}
    for line in LINES:
        levels[line.name] = levels[line.of] + 1
    deepest = max(
        (
            level
            for level in levels.values()
            if sum(levels[line.name] <= level for line in LINES) <= room - _FRAME - _ALWAYS
        ),
        default=0,
    )
    for line in LINES:
        if levels[line.name] <= deepest:
            balance.add_row(f"{'  ' * levels[line.name]}{line.label}", str(sheet[line.name]))
    return balance


def _newest(books: Books, most: int) -> Table:
    alarms = Table("raised", "alarm", "clock", title="newest alarms")
    for heading in ("incident", "for", "to"):
        alarms.add_column(heading, overflow="fold")
    newest = sorted(books.alarms.values(), key=lambda each: each.raised_at, reverse=True)
    for each in newest[:most]:
        alarms.add_row(
            each.raised_at.strftime("%Y-%m-%d %H:%M"),
            each.kind,
            each.clock,
            each.incident_id,
            each.recipient,
            each.addressed_to,
        )
    return alarms
