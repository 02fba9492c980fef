"""Runs a desk as a program: attends it until SIGTERM, waiting out what may heal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path

import structlog

from ketensluis.errors import Unavailable
from ketensluis.model.record import Record
from ketensluis.partner.desk import Desk, Script, Taken, receipt_only
from ketensluis.partner.mailroom import open_mailroom
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

__all__ = ["desk_of", "run_desk"]

_PAUSE_SECONDS = 1.0


def desk_of(
    settings: Settings,
    party: str,
    folder: Path,
    script: Script | None = None,
    inbox: Path | None = None,
) -> Desk:
    """The desk of a party: mail in `inbox` or `folder/inbox`, answers in `folder/answers`.

    Raises:
        KetensluisError: the party has no keys here, or is not a party.
    """
    post = post_of(settings, party, "desk")
    return Desk(
        party=party,
        inbox=inbox or folder / "inbox",
        answers=folder / "answers",
        opener=post.opener,
        sealer=post.sealer,
        script=script or receipt_only,
    )


def run_desk(settings: Settings, desk: Desk) -> None:
    """Attend the desk until SIGTERM or SIGINT."""
    configure_logging("desk", settings.log_level)
    asyncio.run(_attend(settings, desk))


async def _attend(settings: Settings, desk: Desk) -> None:
    stop, log, trouble = asyncio.Event(), structlog.get_logger(), None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def told(record: Record, taken: Taken) -> None:
        if taken.refused:
            log.warning(
                "message_refused",
                code=taken.refused.code,
                sentence=taken.refused.sentence,
                record=str(record.coordinates),
            )

    log.info("connector_started", party=desk.party)
    while not stop.is_set():
        try:
            async with open_mailroom(desk, settings.bootstrap, settings.clock()) as mailroom:
                await mailroom.attend(told, stop)
        except Unavailable as error:
            if error.code != trouble:
                log.warning("connector_in_trouble", code=error.code, sentence=error.sentence)
            trouble = error.code
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PAUSE_SECONDS)
    log.info("connector_stopped", party=desk.party)
