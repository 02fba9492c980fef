"""`sluis send` and `sluis receive`: incidents in, mail out."""

from __future__ import annotations

import asyncio
import signal
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.lines import File, feed_lines
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain, party_named
from ketensluis.cli.output import print_json, remark, say
from ketensluis.errors import Refused
from ketensluis.model.record import Record
from ketensluis.partner.desk import Desk, Taken
from ketensluis.partner.incident_feed import records_of
from ketensluis.runtime.settings import Settings

__all__ = ["receive", "send"]

_BATCH = 500


@app.command()
def send(file: File, broker: Broker = None, home: Home = None, *, json: AsJson = False) -> None:
    """Publish a file of incidents, signed as the police; a bad line goes to quarantine."""
    settings = chain(broker, home)
    sent, refused = asyncio.run(_send(settings, file))
    if json:
        print_json({"sent": sent, "refused": refused})
    else:
        say(f"{sent} sent, {refused} refused")
    if refused:
        raise typer.Exit(1)


async def _send(settings: Settings, file: Path) -> tuple[int, int]:
    from ketensluis.kafka.publisher import Publisher
    from ketensluis.runtime.clock import milliseconds
    from ketensluis.runtime.wiring import post_of

    post, clock = post_of(settings, "police", "bvi"), settings.clock()
    if post.sealer.keyring is None:
        remark(
            "incidents go in the clear, and cannot be erased by a key: name the hub's key store "
            "with KETENSLUIS_KEYS_URL and KETENSLUIS_KEYS_KEK"
        )
    sent = refused = 0
    lines = feed_lines(file)
    async with Publisher(settings.bootstrap) as publisher:
        while batch := list(islice(lines, _BATCH)):
            now = clock.now()
            outputs = records_of(batch, post.sealer, now)
            await publisher.publish(outputs, timestamp_ms=milliseconds(now))
            wrong = sum(isinstance(line.result, Refused) for line in batch)
            sent, refused = sent + len(batch) - wrong, refused + wrong
    return sent, refused


@app.command()
def receive(
    party: Annotated[str, typer.Argument(help="Whose mail: vt:<region>, om:<office>, ...")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the mail is filed.")],
    broker: Broker = None,
    home: Home = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until interrupted.")] = False,
) -> None:
    """Take in a party's mail: verify, decrypt, file, and answer with a signed receipt."""
    from ketensluis.partner.attending import desk_of

    party_named(party, "PARTY")
    settings = chain(broker, home)
    state = settings.home / "desks" / party.replace(":", ".")
    desk = desk_of(settings, party, state, inbox=out)
    written, refused = asyncio.run(_receive(settings, desk, follow=follow))
    say(f"{written} received, {refused} refused")
    if refused:
        raise typer.Exit(1)


async def _receive(settings: Settings, desk: Desk, *, follow: bool) -> tuple[int, int]:
    from ketensluis.partner.mailroom import open_mailroom

    counts = {"written": 0, "refused": 0}

    def told(record: Record, taken: Taken) -> None:
        if taken.refused:
            counts["refused"] += 1
            remark(f"{record.coordinates}: {taken.refused}")
        else:
            counts["written"] += 1
            say(str(taken.path))
            if taken.path is not None and taken.correction is not None:
                remark(f"{taken.path.name} {taken.correction}")

    async with open_mailroom(desk, settings.bootstrap, settings.clock()) as mailroom:
        await mailroom.empty(told)
        if follow:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop.set)
            await mailroom.attend(told, stop)
    await _witness(settings, desk)
    return counts["written"], counts["refused"]


async def _witness(settings: Settings, desk: Desk) -> None:
    """Look at the log once for the party, unless another program does all the time."""
    from ketensluis.kafka.answering import kafka_answers
    from ketensluis.kafka.checkpoints import last_checkpoint
    from ketensluis.kafka.publisher import Publisher
    from ketensluis.model.party import CHECKPOINTS
    from ketensluis.partner.lookouts import open_lookouts
    from ketensluis.partner.witnessing import look_once
    from ketensluis.runtime.wiring import codec_of

    with open_lookouts(settings, [(desk.party, desk.answers.parent)]) as lookouts:
        if not lookouts:
            return
        note = None
        try:
            with kafka_answers():
                note = await last_checkpoint(settings.bootstrap, CHECKPOINTS, codec_of(settings))
        except Refused as error:  # what lies there is no checkpoint at all
            remark(f"the hub's log: {error}")
        if note is not None:
            async with Publisher(settings.bootstrap) as publisher:
                await look_once(lookouts, note, publisher, settings.clock())
