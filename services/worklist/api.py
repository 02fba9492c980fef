"""The work list over HTTP, as JSON and CSV, under `/v1`; described at `/openapi.json`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, HTTPException, Path, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field

from services.worklist.access import Viewer
from services.worklist.answers import (
    CaseLine,
    ChaseLine,
    ConferenceLine,
    Incident,
    OverdueLine,
    Page,
)
from services.worklist.chasing import ChaseCode, record_chase
from services.worklist.conferences import Conference, draw_up, held, kept, news
from services.worklist.desk import AtDesk, Desk, Seen
from services.worklist.documents import as_csv
from services.worklist.incidents import incident
from services.worklist.paging import MOST
from services.worklist.queries import Filter, open_cases, overdue, summary

__all__ = ["router"]

Found = TypeVar("Found")
_REFUSALS: dict[int | str, dict[str, str]] = {
    400: {"description": "The question is not sound."},
    401: {"description": "There is no valid token."},
    403: {"description": "The token gives no right to this."},
}
_GONE: dict[int | str, dict[str, str]] = {
    404: {"description": "There is none, or none that this token may see."}
}
router = APIRouter(prefix="/v1", responses={**_REFUSALS})

_Text = Annotated[str | None, Query(max_length=100)]
_Many = Annotated[list[str] | None, Query(max_length=100, description="Those of one dossier.")]
_After = Annotated[str | None, Query(max_length=1_000, description="`next` of the page before.")]
_Limit = Annotated[int, Query(ge=1, le=MOST)]
_IncidentId = Annotated[str, Path(max_length=64)]
_Partner = Annotated[str, Query(max_length=100, description="E.g. `vt:utrecht`.")]


class Chased(BaseModel):
    """What a coordinator did. There is no field for text, and one that is sent is refused."""

    model_config = ConfigDict(extra="forbid")

    recipient: str = Field(max_length=100)
    code: ChaseCode
    follow_up_on: date | None = None


class DrawUp(BaseModel):
    """For whom a case conference's list is drawn up."""

    model_config = ConfigDict(extra="forbid")

    partner: str = Field(max_length=100)


class ConferenceAnswer(BaseModel):
    """A case conference's list; without a number it is one that would be drawn up by now."""

    number: int | None
    partner: str
    at: str
    by_role: str
    lines: tuple[ConferenceLine, ...]


@router.get("/open")
def list_open(
    desk: AtDesk, viewer: Seen, unit: _Text = None, region: _Text = None, recipient: _Text = None,
    state: _Text = None, reason: _Text = None, incident: _Many = None, after: _After = None,
    limit: _Limit = 100,
) -> Page[CaseLine]:  # fmt: skip
    """The obligations on which somebody still owes something, the oldest first."""
    asked = Filter(
        unit=unit, region=region, recipient=recipient, state=state, reason=reason,
        incidents=tuple(incident or ()), after=after, limit=limit,
    )  # fmt: skip
    found = open_cases(desk.engine, viewer, asked, desk.now)
    desk.shown(viewer, "open", (line.incident_id for line in found.lines))
    return found


@router.get("/overdue")
def list_overdue(
    desk: AtDesk, viewer: Seen, unit: _Text = None, region: _Text = None, recipient: _Text = None,
    role: _Text = None, addressed_to: _Text = None, clock: _Text = None, incident: _Many = None,
    after: _After = None, limit: _Limit = 100,
) -> Page[OverdueLine]:  # fmt: skip
    """The clocks that ran out, the longest overdue first, with whom to chase."""
    asked = Filter(
        unit=unit, region=region, recipient=recipient, role=role, addressed_to=addressed_to,
        clock=clock, incidents=tuple(incident or ()), after=after, limit=limit,
    )  # fmt: skip
    found = overdue(desk.engine, viewer, asked, desk.now)
    desk.shown(viewer, "overdue", (line.case.incident_id for line in found.lines))
    return found


@router.get("/summary")
def count(desk: AtDesk, viewer: Seen) -> dict[str, int]:
    """How many obligations are open, by state, and how many clocks ran out."""
    return summary(desk.engine, viewer)


@router.get("/incidents/{incident_id}", responses=_GONE)
def show_incident(desk: AtDesk, viewer: Seen, incident_id: _IncidentId) -> Incident:
    """One incident: its obligations, their ladders and clocks, and who chased."""
    found = _there(incident(desk.engine, viewer, incident_id, desk.now))
    desk.shown(viewer, "incident", [incident_id])
    return found


@router.post("/incidents/{incident_id}/chases", status_code=201, responses=_GONE)
def chase(desk: AtDesk, viewer: Seen, incident_id: _IncidentId, told: Chased) -> ChaseLine:
    """Put on record that this role chased. Codes and a date only: no text."""
    return _there(
        record_chase(
            desk.engine, viewer, incident_id=incident_id, recipient=told.recipient,
            code=told.code, follow_up_on=told.follow_up_on, now=desk.now,
        )
    )  # fmt: skip


@router.get("/conferences/next")
def preview(desk: AtDesk, viewer: Seen, partner: _Partner) -> ConferenceAnswer:
    """What the partner's next list would hold by now."""
    return _told(_seen(desk, viewer, news(desk.engine, viewer, partner, desk.now)))


@router.post("/conferences", status_code=201)
def draw(desk: AtDesk, viewer: Seen, told: DrawUp) -> ConferenceAnswer:
    """Draw up the partner's list; what it shows is not new any more."""
    return _told(_seen(desk, viewer, draw_up(desk.engine, viewer, told.partner, desk.now)))


@router.get("/conferences")
def list_conferences(
    desk: AtDesk, viewer: Seen, partner: _Text = None
) -> tuple[ConferenceAnswer, ...]:
    """The lists that were drawn up, the newest first, without their lines."""
    return tuple(map(_told, held(desk.engine, viewer, partner)))


@router.get("/conferences/{number}", responses=_GONE)
def show_conference(desk: AtDesk, viewer: Seen, number: int) -> ConferenceAnswer:
    """A list as it was drawn up."""
    return _told(_seen(desk, viewer, _there(kept(desk.engine, viewer, number))))


@router.get("/conferences/{number}/csv", responses=_GONE, response_class=Response)
def csv_of_conference(desk: AtDesk, viewer: Seen, number: int) -> Response:
    """A list as it was drawn up, for a spreadsheet."""
    return csv_answer(_seen(desk, viewer, _there(kept(desk.engine, viewer, number))))


def _seen(desk: Desk, viewer: Viewer, conference: Conference) -> Conference:
    desk.shown(viewer, "conference", (line.incident_id for line in conference.lines))
    return conference


def csv_answer(conference: Conference) -> Response:
    """The list as a file to keep."""
    name = f"case-conference-{conference.number or 'next'}.csv"
    return Response(
        as_csv(conference).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _told(conference: Conference) -> ConferenceAnswer:
    return ConferenceAnswer(
        number=conference.number,
        partner=conference.partner,
        at=conference.at.isoformat().replace("+00:00", "Z"),
        by_role=conference.by_role,
        lines=conference.lines,
    )


def _there(found: Found | None) -> Found:
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "not found")
    return found
