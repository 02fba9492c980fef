"""`sluis verify`: what a received message, or a report, proves to whoever holds it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.log_files import LogFiles, log_files
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Home, settings_of
from ketensluis.cli.output import print_json, say, table
from ketensluis.errors import KetensluisError
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from ketensluis.audit.message import Point
    from ketensluis.envelope.directory import Directory
    from ketensluis.envelope.stored import StoredMessage, Verified

__all__ = ["verify"]

_WORDS = {True: "holds", False: "does NOT hold", None: "not checked"}


@app.command()
def verify(
    message: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="A .msg file as `sluis receive` writes, or the report.json of `sluis audit`.",
        ),
    ],
    home: Home = None,
    log: LogFiles = None,
    *,
    json: AsJson = False,
) -> None:
    """Say what holds of a received message: signature, certificate, log, witnesses."""
    from ketensluis.audit.message import signed_points
    from ketensluis.envelope import directory as directories
    from ketensluis.envelope.stored import load
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    directory = directories.Directory.load(pki_folder(settings))
    signature = message.with_name(f"{message.name}.jws")
    if signature.exists():
        _report(message, signature, directory, json=json)
        return
    stored = load(message)
    found, signed = signed_points(stored, directory)
    points = (*signed, *asyncio.run(_in_log(stored, settings, log)))
    if json:
        print_json({**_about(found), "points": points})
    else:
        if found is not None:
            table(("verified", ""), _about(found).items())
        _tell(points)
    if any(each.holds is False for each in points):
        raise typer.Exit(1)


def _about(found: Verified | None) -> dict[str, str]:
    if found is None:
        return {}
    return {
        "signer": found.signer,
        "recipient": found.recipient,
        "signed_at": found.signed_at,
        "type": found.attributes.type,
        "incident_id": found.attributes.subject,
        "message_id": found.attributes.id,
        "record": str(found.coordinates),
        "digest": found.digest,
    }


async def _in_log(
    stored: StoredMessage, settings: Settings, log: str | None
) -> tuple[Point, Point]:
    from ketensluis.audit.message import in_log, not_checked
    from ketensluis.journal.keys import JournalKeys
    from ketensluis.kafka.auditing import read_heads
    from ketensluis.runtime.wiring import pki_folder

    why = "no log is known (--log URL|DIR)"
    try:
        fetch = log_files(settings, log)
        if fetch is not None:
            keys = JournalKeys.load(pki_folder(settings))
            return in_log(stored, await read_heads(fetch), keys, fetch)
    except (KetensluisError, FileNotFoundError) as error:
        if log is not None:  # what was named must be there
            raise
        why = error.sentence if isinstance(error, KetensluisError) else "a file of it is missing"
    return not_checked("log", why), not_checked("witnesses", why)


def _tell(points: tuple[Point, ...]) -> None:
    for each in points:
        say(f"{each.name}: {_WORDS[each.holds]}: {each.sentence}")


def _report(path: Path, signature: Path, directory: Directory, *, json: bool) -> None:
    from ketensluis.audit.signing import check_signature

    party, at = check_signature(path.read_bytes(), signature.read_text(), directory)
    if json:
        print_json({"signer": party, "signed_at": at})
    else:
        say(f"signature: holds: {party} signed this report at {at:%Y-%m-%dT%H:%M:%SZ}")
