"""Runs a desk as a program: attends it until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from ketensluis.model.record import Record
from ketensluis.partner.desk import Desk, Script, Taken, receipt_only
from ketensluis.partner.lookouts import open_lookouts
from ketensluis.partner.mailroom import open_mailroom
from ketensluis.partner.program import run_program, together
from ketensluis.partner.witnessing import attend_log
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of, post_of

__all__ = ["desk_of", "run_desk"]


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
    """Attend the desk, and look at the hub's log for its party, until SIGTERM or SIGINT.

    Raises:
        KetensluisError: the party has no mail on this cluster.
    """
    configure_logging("desk", settings.log_level)
    log, codec = structlog.get_logger().bind(party=desk.party), codec_of(settings)

    def told(record: Record, taken: Taken) -> None:
        if taken.refused:
            log.warning(
                "message_refused",
                code=taken.refused.code,
                sentence=taken.refused.sentence,
                record=str(record.coordinates),
            )

    async def attend(stop: asyncio.Event, under_way: Callable[[], None]) -> None:
        async with open_mailroom(desk, settings.bootstrap, settings.clock()) as mailroom:
            under_way()
            work = [mailroom.attend(told, stop)]
            if lookouts:
                clock = settings.clock()
                work.append(attend_log(lookouts, settings.bootstrap, codec, clock, stop))
            await together(work)

    with open_lookouts(settings, [(desk.party, desk.answers.parent)]) as lookouts:
        run_program(attend, party=desk.party)
