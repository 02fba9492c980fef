"""`sluis pki`, `sluis topics`, `sluis schemas`: what the chain stands on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain, settings_of
from ketensluis.cli.output import print_json, say, table

__all__ = ["pki", "pki_demo", "schemas_check", "schemas_lock", "topics_apply", "topics_plan"]

pki = typer.Typer(no_args_is_help=True, help="Certificates and keys.")
_topics = typer.Typer(no_args_is_help=True, help="The topics of the chain.")
_schemas = typer.Typer(no_args_is_help=True, help="The Avro schemas of the messages.")
app.add_typer(pki, name="pki")
app.add_typer(_topics, name="topics")
app.add_typer(_schemas, name="schemas")

Partitions = Annotated[
    int, typer.Option("--partitions", min=1, help="Partitions of the topics that carry incidents.")
]
Also = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="PARTY", help="A recipient beside Veilig Thuis and OM."),
]
Replication = Annotated[int, typer.Option("--replication", min=1, help="Copies of each partition.")]


@pki.command("demo")
def pki_demo(
    home: Home = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="PARTY", help="A party beside the usual.")
    ] = None,
) -> None:
    """Make a demo authority, and a certificate and keys for every party; what is there stays."""
    from ketensluis.envelope.directory import Directory
    from ketensluis.envelope.pki import demo_parties, make_demo_pki
    from ketensluis.journal.demo_keys import make_demo_journal_keys
    from ketensluis.model.resources import resource
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    folder = pki_folder(settings)
    parties = (*demo_parties(resource("reference") / "gemeenten.csv"), *(add or ()))
    make_demo_pki(folder, parties, settings.clock().now())
    make_demo_journal_keys(folder, parties)
    known = len(Directory.load(folder).entries)
    say(f"{folder}: certificates and keys of {known} parties, for demo and tests only")


@_topics.command("plan")
def topics_plan(
    partitions: Partitions = 4,
    replication: Replication = 1,
    also: Also = None,
    *,
    json: AsJson = False,
) -> None:
    """Show the topics that the chain needs."""
    from ketensluis.kafka.topics import plan

    planned = plan(partitions, replication, also or ())
    if json:
        print_json(planned)
        return
    table(
        ("topic", "partitions", "copies", "cleanup"),
        ((t.name, t.partitions, t.replication, t.config["cleanup.policy"]) for t in planned),
    )


@_topics.command("apply")
def topics_apply(
    broker: Broker = None,
    home: Home = None,
    partitions: Partitions = 4,
    replication: Replication = 1,
    also: Also = None,
    *,
    json: AsJson = False,
) -> None:
    """Make the topics that are missing; never delete or change one that is there."""
    from ketensluis.kafka.cluster import apply
    from ketensluis.kafka.topics import plan

    applied = asyncio.run(
        apply(chain(broker, home).bootstrap, plan(partitions, replication, also or ()))
    )
    if json:
        print_json(applied)
    else:
        say(f"{len(applied.created)} topics made")
        for each in applied.differences:
            say(f"{each.topic}: {each.setting} is {each.found}, planned is {each.planned}")
    if applied.differences:
        raise typer.Exit(1)


@_schemas.command("check")
def schemas_check() -> None:
    """Check every schema against its message, its lock and all of its earlier versions."""
    from ketensluis.avro.check import check_all

    faults = check_all()
    for fault in faults:
        say(fault)
    if faults:
        raise typer.Exit(1)
    say("schemas: every message has one, locked, and readable back to its first version")


@_schemas.command("register")
def schemas_register(
    url: Annotated[
        str | None,
        typer.Argument(
            help="The registry; the configured one (KETENSLUIS_REGISTRY_URL) if left out."
        ),
    ] = None,
) -> None:
    """Register what a Confluent-compatible registry lacks, as BACKWARD_TRANSITIVE."""
    from ketensluis.avro.codec import Codec

    url = url or settings_of().registry_url
    if url is None:
        raise typer.BadParameter("no registry is configured", param_hint="URL")
    Codec.from_registry(url, register=True)
    say("schemas: the registry has every version")


@_schemas.command("lock")
def schemas_lock(
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where the schemas are, if not in the project.")
    ] = None,
) -> None:
    """Add what changed to registry.lock.json, if every earlier version stays readable."""
    from ketensluis.avro.lock import lock

    say(f"{len(lock(folder))} schema versions locked")
