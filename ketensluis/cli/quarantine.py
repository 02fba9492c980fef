"""`sluis quarantine`: what was refused, why, and putting it back."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, say, table
from ketensluis.kafka.quarantine import Decode, Entry
from ketensluis.runtime.settings import Settings

__all__ = ["list_entries", "requeue", "show"]

_commands = typer.Typer(no_args_is_help=True, help="What was refused, and why.")
app.add_typer(_commands, name="quarantine")

EntryId = Annotated[str, typer.Argument(metavar="ID", help="As `quarantine list` shows it.")]
Role = Annotated[
    str, typer.Option("--role", help="Which role puts it back; never a person's name.")
]


@_commands.command("list")
def list_entries(broker: Broker = None, home: Home = None, *, json: AsJson = False) -> None:
    """List the entries: where each lay, why it was refused, and what to do. No content."""
    from ketensluis.kafka.quarantine import entries

    settings = chain(broker, home)
    found = asyncio.run(entries(settings.bootstrap, _decode(settings)))
    if json:
        print_json([_told(each) for each in found])
        return
    for each in found:
        say(f"{each.quarantine_id}  {each.place}: {each.code}: {each.sentence} [{each.state}]")
    waiting = sum(each.state == "open" for each in found)
    say(f"{len(found)} in quarantine, {waiting} open")


@_commands.command("show")
def show(
    entry_id: EntryId, broker: Broker = None, home: Home = None, *, json: AsJson = False
) -> None:
    """Show one entry: everything but the record's content."""
    from ketensluis.kafka.quarantine import find

    settings = chain(broker, home)
    entry, _ = asyncio.run(find(settings.bootstrap, _decode(settings), entry_id))
    if json:
        print_json(_told(entry))
    else:
        table(("field", "value"), _told(entry).items())


@_commands.command("requeue")
def requeue(
    entry_id: EntryId,
    broker: Broker = None,
    home: Home = None,
    role: Role = "operator",
    *,
    json: AsJson = False,
) -> None:
    """Put a refused record back on its topic, as it was, to be tried once more."""
    from ketensluis.dossier_keys.opening import key_store
    from ketensluis.envelope.refusal import unsealed_entry
    from ketensluis.kafka.requeue import requeue as put_back

    settings = chain(broker, home)
    keyring = key_store(settings)
    place = asyncio.run(
        put_back(
            settings.bootstrap,
            _decode(settings),
            entry_id,
            at=settings.clock().now(),
            by_role=role,
            unseal=lambda entry: unsealed_entry(entry, keyring),
        )
    )
    if json:
        print_json({"quarantine_id": entry_id, "requeued_as": str(place)})
    else:
        say(f"{entry_id} went back as {place}")


def _decode(settings: Settings) -> Decode:
    from ketensluis.model.messages import Quarantined
    from ketensluis.runtime.wiring import codec_of

    return partial(codec_of(settings).decode, expected=Quarantined)


def _told(entry: Entry) -> dict[str, object]:
    return {
        "quarantine_id": entry.quarantine_id,
        "place": entry.place,
        "topic": entry.topic,
        "code": entry.code,
        "sentence": entry.sentence,
        "remedy": entry.remedy,
        "incident_id": entry.incident_id,
        "at": entry.at.isoformat(),
        "bytes": entry.size,
        "state": entry.state,
        "requeued_as": entry.requeued.place if entry.requeued else None,
        "erased_by": entry.erased.rule if entry.erased else None,
    }
