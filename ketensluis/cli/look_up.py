"""`sluis worklist look-up`: earlier incidents of a person or at an address, each look on record."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.options import AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, say, table
from ketensluis.cli.worklist import commands, opened
from ketensluis.errors import KetensluisError

if TYPE_CHECKING:
    from ketensluis.runtime.settings import Settings
    from services.worklist.lookup_answers import Found
    from services.worklist.lookup_api import Question

__all__ = ["look_up", "look_ups"]


@commands.command("look-up")
def look_up(
    question: Annotated[
        Path,
        typer.Argument(help="JSON with `purpose` and an `address` or a `person`; - for the input."),
    ],
    broker: Broker = None,
    home: Home = None,
    *,
    json: AsJson = False,
) -> None:
    """Tell what is known of five years, as a control room would be told; put on record first.

    The question comes from a file or the input, never from arguments, which others can read.
    """
    settings = chain(broker, home)
    found = asyncio.run(_asked(settings, _question(question)))
    if json:
        print_json(found.model_dump(mode="json"))
        return
    table(
        ("registered", "incident", "unit", "classification", "recipient", "state"),
        (
            (
                line.registered_at.strftime("%Y-%m-%d"),
                line.incident_id,
                line.unit,
                line.classification,
                each.recipient,
                each.state,
            )
            for line in found.lines
            for each in line.referrals
        ),
    )
    for person in found.persons:
        say(person.words)
    say(
        f"{found.incidents} incidents since {found.since:%Y-%m-%d}, {found.labelled} labelled, "
        f"{found.not_referred} without referral"
    )


@commands.command("look-ups")
def look_ups(home: Home = None, *, json: AsJson = False) -> None:
    """List who looked up what, the newest first: pseudonyms, purposes, incident ids."""
    from services.worklist.access import EVERYTHING
    from services.worklist.lookups import look_ups as on_record

    _, engine = opened(home)
    lines = on_record(engine, EVERYTHING, None)
    if json:
        print_json([line.model_dump(mode="json") for line in lines])
        return
    table(
        ("at", "role", "scope", "purpose", "kind", "incidents"),
        (
            (
                line.at.strftime("%Y-%m-%d %H:%M"),
                line.by_role,
                line.by_scope,
                line.purpose,
                line.kind,
                " ".join(line.incident_ids),
            )
            for line in lines
        ),
    )
    say(f"{len(lines)} look-ups")


def _question(place: Path) -> Question:
    from pydantic import ValidationError

    from services.worklist.lookup_api import Question

    try:
        told = sys.stdin.buffer.read() if str(place) == "-" else place.read_bytes()
        return Question.model_validate_json(told)
    except (OSError, ValidationError) as error:
        # Not what is wrong in it: the message would repeat what it holds.
        raise KetensluisError(
            "bad_question",
            "the question cannot be read",
            'e.g. {"purpose": "car_under_way", "address": {"postcode": …, "house_number": …}}',
        ) from error


async def _asked(settings: Settings, question: Question) -> Found:
    """Ask at a desk of its own, with the same record as over HTTP."""
    from functools import partial

    from ketensluis.envelope.directory import party_folder
    from ketensluis.model.party import HUB
    from ketensluis.model.regions import load_regions
    from ketensluis.model.resources import resource
    from ketensluis.runtime.wiring import pki_folder, post_of
    from services.worklist.access import Role, Viewer
    from services.worklist.consultations import OnTopic
    from services.worklist.desk import Desk, dossier_key_in
    from services.worklist.issuer import tokens_of
    from services.worklist.lookup_api import answer

    _, engine = opened(settings.home)
    log = OnTopic(settings.bootstrap, post_of(settings, HUB, "worklist").sealer)
    log.start()
    desk = Desk(
        engine,
        settings.clock(),
        tokens_of(settings),
        load_regions(resource("reference")),
        log,
        partial(dossier_key_in, party_folder(pki_folder(settings), HUB)),
    )
    everywhere = Viewer(Role.CONTROL_ROOM, frozenset({"*"}))
    try:
        return await asyncio.to_thread(answer, desk, everywhere, question)
    finally:
        await log.stop()
        engine.dispose()
