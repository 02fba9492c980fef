"""How the journal runs: `sluis run journal`."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from ketensluis.journal.current_keys import CurrentKeys
from ketensluis.model.party import HUB
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.metrics import Metrics
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder, post_of
from services.journal.folder import LogFolder
from services.journal.names import GROUP
from services.journal.sequencer import Log
from services.journal.worker import JournalWorker

__all__ = ["log_folder", "log_of", "run"]


def log_folder(settings: Settings) -> Path:
    """Where the log's files lie, to be served as they are."""
    return settings.home / "journal"


def log_of(settings: Settings) -> Log:
    """The log, as these settings put it together.

    Raises:
        KetensluisError: `no_journal_keys`, or the hub's keys are missing or not sound.
    """
    return Log(
        settings=settings,
        clock=settings.clock(),
        keys=_keys(settings),
        post=post_of(settings, HUB, GROUP),
        folder=LogFolder(log_folder(settings)),
        metrics=Metrics(GROUP),
    )


def _keys(settings: Settings) -> CurrentKeys:
    keys = CurrentKeys(pki_folder(settings))
    keys.signing(max(each.from_size for each in keys.public().log))  # missing ones are said now
    return keys


def run(settings: Settings) -> None:
    """Keep the log until SIGTERM or SIGINT.

    Raises:
        KetensluisError: what no waiting heals: keys are missing, or `journal_broken`.
    """
    configure_logging(GROUP, settings.log_level)
    asyncio.run(_run(log_of(settings)))


async def _run(log: Log) -> None:
    worker = JournalWorker(log)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()
