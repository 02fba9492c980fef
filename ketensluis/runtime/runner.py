"""Runs a stage as a program: in this process, or in several, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal

from prometheus_client import CollectorRegistry

from ketensluis.runtime.crew import run_crew
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.stage import Stage
from ketensluis.runtime.worker import Worker

__all__ = ["run_worker"]

_GARBAGE_AFTER = 50_000


def run_worker(stage: Stage, settings: Settings, registry: CollectorRegistry | None = None) -> None:
    """Run the stage until SIGTERM or SIGINT; logs go to standard error.

    It runs in this process, or where the settings say so in several that are made from it.
    `registry` holds what the service itself has to tell Prometheus.

    Raises:
        KetensluisError: as `Worker.run` and `run_crew`.
    """
    configure_logging(stage.name, settings.log_level)
    # A batch is thousands of small objects and no cycles: looking for these 70 times less
    # often spares a tenth of what passing a record on costs.
    gc.freeze()
    gc.set_threshold(_GARBAGE_AFTER)

    if settings.processes > 1:
        run_crew(lambda: Worker(stage, settings, registry), settings)
    else:
        asyncio.run(_run_until_told(Worker(stage, settings, registry)))


async def _run_until_told(worker: Worker) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()
