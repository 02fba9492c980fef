"""What every request needs at hand, and who makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.model.regions import RegionMap
from ketensluis.processing_log.recording import consultations
from ketensluis.processing_log.sealing import SubjectSealer
from ketensluis.runtime.clock import Clock
from ketensluis.runtime.hub_secret import known_pseudonyms
from services.worklist.access import Forbidden, Viewer
from services.worklist.consultations import Consultations
from services.worklist.tokens import NotKnown, Tokens

__all__ = ["COOKIE", "AtDesk", "Desk", "Known", "Seen", "dossier_key_in", "from_cookie"]

COOKIE = "ketensluis_worklist"
_bearer = HTTPBearer(auto_error=False, description="OpenID Connect: role, units, regions.")


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that the answers come from."""

    engine: Engine
    clock: Clock
    tokens: Tokens
    regions: RegionMap
    consultations: Consultations
    dossier_key: Callable[[], bytes]
    """The key of the pseudonyms that join dossiers; raises Unavailable where it is not."""
    sealer: SubjectSealer | None = None
    """Seals who looked, for the register; without it only the role is put on record."""

    def shown(self, viewer: Viewer, what: str, incident_ids: Iterable[str]) -> None:
        """Put on record that the viewer is about to see these incidents; `what` names the page.

        Raises:
            Unavailable: it is not on record, so they must not be shown.
        """
        self.consultations.confirm(
            consultations(
                what,
                incident_ids,
                by_role=viewer.role.value,
                by_scope=viewer.scope,
                at=self.now,
                by=viewer.person,
                sealer=self.sealer,
            )
        )

    @property
    def now(self) -> datetime:
        """The hub's time, from which ages are counted."""
        return self.clock.now()


def dossier_key_in(folder: Path) -> bytes:
    """The key of the pseudonyms that join dossiers, from the secret in the folder of the keys.

    Raises:
        Unavailable: `no_secret`, `bad_secret`: with another key nobody would be found.
    """
    try:
        return known_pseudonyms(folder).dossier_key
    except KetensluisError as error:
        raise Unavailable(
            error.code,
            "the hub's secret for pseudonyms is not at hand, so nobody can be looked up",
            "give the work list the folder of the hub's keys, with pseudonyms.key in it",
        ) from error


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]


def _from_header(
    desk: AtDesk,
    told: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Viewer:
    """Whom the bearer token describes; the cookie of the console does not count here."""
    if told is None:
        raise NotKnown("no_token", "there is no bearer token", "send Authorization: Bearer …")
    return desk.tokens.viewer(told.credentials)


Known = Annotated[Viewer, Depends(_from_header)]


def _at_a_list(viewer: Known) -> Viewer:
    """A control room has its own door, where each look is put on record with its purpose."""
    if viewer.looks_up:
        raise Forbidden("looks_up_only", "a control room sees no list: it looks up")
    return viewer


Seen = Annotated[Viewer, Depends(_at_a_list)]


def from_cookie(request: Request, desk: AtDesk) -> Viewer:
    """Whom the console's cookie describes, or the token that a proxy in front added.

    Raises:
        NotKnown, Forbidden: as for any token.
    """
    scheme, _, header = request.headers.get("authorization", "").partition(" ")
    token = header if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")
    if not token:
        raise NotKnown("no_token", "nobody is signed in", "sign in")
    return _at_a_list(desk.tokens.viewer(token))
