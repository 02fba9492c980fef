"""`sluis up`: the whole hub on this machine, until it is interrupted."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import Broker, Home, Running, settings_of
from ketensluis.cli.output import remark, say

__all__ = ["up"]

_LOOK_SECONDS = 0.5


@app.command()
def up(
    broker: Broker = None,
    home: Home = None,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="PARTY", help="A recipient beside Veilig Thuis and OM."),
    ] = None,
) -> None:
    """Start Kafka and every service of the hub; a service that dies is started again."""
    from ketensluis.cli.ground import broker_of, lay
    from ketensluis.cli.workers import SERVICES, SHOWING, Workers, with_log

    given = settings_of(home)
    given.home.mkdir(parents=True, exist_ok=True)
    stop = _interrupted()
    with broker_of(broker, given.home) as bootstrap:
        settings = with_log(settings_of(given.home.absolute(), bootstrap=bootstrap))
        lay(settings, settings.clock().now(), also or ())
        running = Running(bootstrap, os.getpid(), settings.journal_url)
        with Workers(settings, (*SERVICES, *SHOWING)) as workers:
            workers.wait_ready()
            running.write(settings.home)
            say(f"ready: Kafka at {bootstrap}, state in {settings.home}; stop with Ctrl-C")
            say(f"work list: http://127.0.0.1:{workers.running['worklist'].port}/console")
            while not stop.wait(_LOOK_SECONDS):
                workers.revive(remark)
        Running.path(settings.home).unlink(missing_ok=True)
    say("stopped")


def _interrupted() -> threading.Event:
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop
