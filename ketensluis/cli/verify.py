"""`sluis verify`: what a received message proves, to whoever holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Home, settings_of
from ketensluis.cli.output import print_json, table

__all__ = ["verify"]


@app.command()
def verify(
    message: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="A .msg file as `sluis receive` writes."),
    ],
    home: Home = None,
    *,
    json: AsJson = False,
) -> None:
    """Check the signature and certificates of a received message, offline."""
    from ketensluis.envelope.directory import Directory
    from ketensluis.envelope.stored import load, verify_stored
    from ketensluis.runtime.wiring import pki_folder

    found = verify_stored(load(message), Directory.load(pki_folder(settings_of(home))))
    told = {
        "signer": found.signer,
        "recipient": found.recipient,
        "signed_at": found.signed_at,
        "type": found.attributes.type,
        "incident_id": found.attributes.subject,
        "message_id": found.attributes.id,
        "record": str(found.coordinates),
        "digest": found.digest,
    }
    if json:
        print_json(told)
    else:
        table(("verified", ""), told.items())
