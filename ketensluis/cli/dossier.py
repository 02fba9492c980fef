"""`sluis worklist dossier`: the incidents of one dossier, and who changed role between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.options import AsJson, Home
from ketensluis.cli.output import print_json, say, table
from ketensluis.cli.worklist import commands, opened
from ketensluis.errors import KetensluisError

if TYPE_CHECKING:
    from services.worklist.dossier_answers import DossierOf

__all__ = ["dossier"]


@commands.command("dossier")
def dossier(
    incident: Annotated[str, typer.Argument(help="Any incident of the dossier.")],
    home: Home = None,
    *,
    json: AsJson = False,
) -> None:
    """List the incidents that share a person or an address, and say whose role changed.

    Persons go by a number that counts within the answer: no name is known here.
    """
    from services.worklist.access import EVERYTHING
    from services.worklist.dossiers import dossier as dossier_of

    _, engine = opened(home)
    found = dossier_of(engine, EVERYTHING, incident)
    if found is None:
        raise KetensluisError(
            "unknown_incident",
            "the work list knows no obligation of that incident",
            "see `sluis ledger --incident`: one that is neither labelled nor suspected has none",
        )
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        _say(found)


def _say(found: DossierOf) -> None:
    table(
        ("registered", "incident", "unit", "classification", "referred", "shares", "persons"),
        (
            (
                line.registered_at.strftime("%Y-%m-%d"),
                line.incident_id,
                line.unit,
                line.classification,
                "yes" if line.referred else "no",
                ", ".join(line.shares),
                "; ".join(line.roles),
            )
            for line in found.lines
        ),
    )
    for person in found.persons:
        say(person.words)
    say(
        f"{found.incidents} incidents{', not all shown' if found.more else ''}, "
        f"{found.labelled} labelled, {found.not_referred} without referral"
    )
