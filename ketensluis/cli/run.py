"""`sluis run`: one program of the chain in this process."""

from __future__ import annotations

import os
import signal
import sys
import threading
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import Broker, Home, chain, party_named
from ketensluis.errors import KetensluisError

__all__ = ["run"]


class Program(StrEnum):
    """What can be run: the services of the hub, and the partners' connectors."""

    DISCLOSURE = "disclosure"
    RESPONSES = "responses"
    DOSSIERS = "dossiers"
    TRACKER = "tracker"
    JOURNAL = "journal"
    WORKLIST = "worklist"
    PROVISIONS = "provisions"
    BVI = "bvi"
    VEILIG_THUIS = "veilig_thuis"
    OM = "om"
    WITNESS = "witness"


Party = Annotated[
    str | None,
    typer.Option("--party", help="Whose connector: vt:<region>, om:<office>; a witness's: A,B."),
]
Folder = Annotated[
    Path | None, typer.Option("--folder", help="The connector's folder: inbox, answers, files.")
]
Sql = Annotated[str | None, typer.Option("--sql", help="BVI's database, as an SQLAlchemy URL.")]
View = Annotated[str, typer.Option("--view", help="The view that is polled.")]
Seed = Annotated[
    int | None, typer.Option("--script", metavar="SEED", help="Answer by the seeded script.")
]
WithParent = Annotated[
    bool, typer.Option("--with-parent", help="Stop when standard input is closed.")
]


@app.command()
def run(
    program: Annotated[Program, typer.Argument(help="Which program.")],
    broker: Broker = None,
    home: Home = None,
    party: Party = None,
    folder: Folder = None,
    sql: Sql = None,
    view: View = "incidents",
    script: Seed = None,
    *,
    with_parent: WithParent = False,
) -> None:
    """Run a service of the hub, or a partner's connector, until it is stopped."""
    settings = chain(broker, home)
    if with_parent:
        _stop_with_parent()
    match program:
        case Program.BVI:
            from connectors.bvi import app as bvi

            bvi.run(settings, folder=folder, sql=sql, view=view)
        case Program.VEILIG_THUIS:
            from connectors.veilig_thuis import app as veilig_thuis

            veilig_thuis.run(
                settings,
                party_named(party, "--party"),
                _folder(settings.home, folder, party),
                script,
            )
        case Program.OM:
            from connectors.om import app as om

            om.run(
                settings,
                party_named(party, "--party"),
                _folder(settings.home, folder, party),
                script,
            )
        case Program.WITNESS:
            from connectors.witness import app as witness

            witness.run(settings, (party or "").split(","))
        case service:
            import_module(f"services.{service}.app").run(settings)


def _folder(home: Path, folder: Path | None, party: str | None) -> Path:
    return folder or home / "desks" / (party or "").replace(":", ".")


def _stop_with_parent() -> None:
    """SIGTERM to ourselves when the parent has gone and its end of the pipe with it."""
    if sys.stdin is None:
        raise KetensluisError("no_parent", "--with-parent needs standard input to be a pipe")

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
