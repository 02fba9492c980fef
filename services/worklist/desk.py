"""What every request needs at hand, and who makes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine

from ketensluis.model.regions import RegionMap
from ketensluis.processing_log.recording import consultations
from ketensluis.runtime.clock import Clock
from services.worklist.access import Viewer
from services.worklist.consultations import Consultations
from services.worklist.tokens import NotKnown, Tokens

__all__ = ["COOKIE", "AtDesk", "Desk", "Seen", "from_cookie"]

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
            )
        )

    @property
    def now(self) -> datetime:
        """The hub's time, from which ages are counted."""
        return self.clock.now()


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


Seen = Annotated[Viewer, Depends(_from_header)]


def from_cookie(request: Request, desk: AtDesk) -> Viewer:
    """Whom the console's cookie describes, or the token that a proxy in front added.

    Raises:
        NotKnown, Forbidden: as for any token.
    """
    scheme, _, header = request.headers.get("authorization", "").partition(" ")
    token = header if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")
    if not token:
        raise NotKnown("no_token", "nobody is signed in", "sign in")
    return desk.tokens.viewer(token)
