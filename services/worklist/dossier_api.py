"""The dossier of an incident over HTTP: for the police side, as what may be seen of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, status

from services.worklist.access import Viewer
from services.worklist.desk import AtDesk, Desk, Seen
from services.worklist.dossier_answers import DossierOf
from services.worklist.dossiers import dossier

__all__ = ["router", "shown_dossier"]

router = APIRouter(
    prefix="/v1",
    responses={
        400: {"description": "The question is not sound."},
        401: {"description": "There is no valid token."},
        403: {"description": "The token gives no right to this."},
        404: {"description": "There is none, or none that this token may see."},
    },
)


@router.get("/incidents/{incident_id}/dossier")
def show_dossier(
    desk: AtDesk, viewer: Seen, incident_id: Annotated[str, Path(max_length=64)]
) -> DossierOf:
    """The incidents that share a person or an address with it, and whose role changed."""
    found = shown_dossier(desk, viewer, incident_id)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "not found")
    return found


def shown_dossier(desk: Desk, viewer: Viewer, incident_id: str) -> DossierOf | None:
    """The same, with the incidents in it on record as about to be seen.

    Raises:
        Unavailable: they are not on record, so they must not be shown.
    """
    found = dossier(desk.engine, viewer, incident_id)
    if found is not None:
        desk.shown(viewer, "dossier", (line.incident_id for line in found.lines))
    return found
