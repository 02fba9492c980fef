"""`sluis provisions`: what was provided about a person, or done with an incident."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain
from ketensluis.cli.output import counted, print_json, say, table

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ketensluis.processing_log.sealing import SubjectOpener
    from ketensluis.runtime.settings import Settings

__all__ = ["provisions"]


@app.command()
def provisions(
    person: Annotated[
        Path | None,
        typer.Option(
            "--person",
            metavar="FILE",
            help="Who asks, as JSON: bsn, given_names, surname, birth_date; - reads it from "
            "standard input, so that it stands in no list of processes.",
            allow_dash=True,
            dir_okay=False,
        ),
    ] = None,
    incident: Annotated[
        str | None, typer.Option("--incident", help="Every line about this incident instead.")
    ] = None,
    broker: Broker = None,
    home: Home = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", help="From this day (UTC); four years back unless said otherwise."),
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Overrides and looks at the work list too.")
    ] = False,
    open_ids: Annotated[
        bool, typer.Option("--open", help="With --incident: decrypt the data subjects' ids.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Say to whom what was provided about a person in the past four years (Wpg art. 25)."""
    from ketensluis.errors import KetensluisError
    from ketensluis.model.look_back import told_since
    from services.provisions.answers import about_incident, about_person

    if (person is None) == (incident is None):
        raise typer.BadParameter("give --person or --incident")
    if open_ids and incident is None:
        raise typer.BadParameter("it goes with --incident", param_hint="--open")
    settings = chain(broker, home)
    told, period = None if person is None else _read(person), ""
    engine = _register(settings)
    if incident is not None:
        lines: Iterable[dict[str, Any]] = about_incident(
            engine, incident, _opener(settings) if open_ids else None
        )
    elif told is not None:
        now = settings.clock().now()
        began = since.replace(tzinfo=UTC) if since else told_since("persons_request", now)
        lines = about_person(engine, _pseudonyms(told, settings), began, every=every)
        period = f" since {began:%Y-%m-%d %H:%M} (UTC)"
    else:
        raise KetensluisError("bad_person", "nothing was told of the person")
    _show(list(lines), period, json=json, opened=open_ids)


def _show(lines: list[dict[str, Any]], period: str, *, json: bool, opened: bool) -> None:
    if json:
        for each in lines:
            print_json(each)
        return
    more = ("data_subject_id",) if opened else ()
    table(
        ("when", "what", "recipient", "incident", "agreement", "legal basis", "by", *more),
        (
            (
                each["start_time"].strftime("%Y-%m-%d %H:%M"),
                each["name"],
                each["recipient"],
                each["incident_id"],
                " ".join(filter(None, (each["agreement"], each["agreement_version"]))),
                "; ".join(each["legal_basis"]),
                each["by_role"],
                *(each.get(name) for name in more),
            )
            for each in lines
        ),
    )
    say(f"{counted(len(lines), 'line')}{period}")


def _read(person: Path) -> bytes:
    from ketensluis.errors import KetensluisError

    try:
        return sys.stdin.buffer.read() if str(person) == "-" else person.read_bytes()
    except OSError as error:
        raise KetensluisError("bad_person", f"{person} cannot be read") from error


def _pseudonyms(told: bytes, settings: Settings) -> tuple[str, ...]:
    from ketensluis.envelope.directory import party_folder
    from ketensluis.model.party import HUB
    from ketensluis.processing_log.request import requested
    from ketensluis.runtime.hub_secret import known_pseudonyms
    from ketensluis.runtime.wiring import pki_folder

    secret = known_pseudonyms(party_folder(pki_folder(settings), HUB))
    return requested(told, secret.provisions_key)


def _opener(settings: Settings) -> SubjectOpener:
    from ketensluis.envelope.directory import Identity
    from ketensluis.model.party import HUB
    from ketensluis.processing_log.sealing import SubjectOpener
    from ketensluis.runtime.wiring import pki_folder

    return SubjectOpener(Identity.load(pki_folder(settings), HUB).decrypt)


def _register(settings: Settings) -> Engine:
    """The register, with all in it that was committed by now: an answer must be complete."""
    from ketensluis.model.resources import resource
    from ketensluis.processing_log.activities import load_activities
    from ketensluis.runtime.wiring import codec_of
    from services.provisions.database import engine_of, migrate
    from services.provisions.projection import Register
    from services.provisions.reading import catch_up

    engine = engine_of(settings)
    migrate(engine)
    activities = load_activities(resource("reference"))
    asyncio.run(catch_up(Register(engine, codec_of(settings), activities), settings.bootstrap))
    return engine
