"""How the tracker runs: `sluis run tracker`."""

from __future__ import annotations

import asyncio
import signal

from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from services.tracker.worker import Tracker

__all__ = ["run"]


def run(settings: Settings) -> None:
    """Run a tracker until SIGTERM or SIGINT.

    Raises:
        KetensluisError: what no waiting heals, or a crash; started again, it goes on.
    """
    configure_logging("tracker", settings.log_level)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    tracker = Tracker(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, tracker.stop)
    await tracker.run()
