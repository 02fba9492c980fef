"""The console: the work list as plain pages, for a browser without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ketensluis.errors import KetensluisError
from services.worklist.access import Forbidden, Viewer
from services.worklist.api import csv_answer
from services.worklist.chasing import ChaseCode, record_chase
from services.worklist.conferences import Conference, draw_up, held, kept, news
from services.worklist.desk import COOKIE, AtDesk, Desk, from_cookie
from services.worklist.dossier_api import shown_dossier
from services.worklist.incidents import incident
from services.worklist.paging import WrongQuestion
from services.worklist.queries import Filter, open_cases, overdue, summary
from services.worklist.wording import day, minute, words

__all__ = ["PREFIX", "router", "trouble"]

PREFIX = "/console"
_FOLDER = Path(__file__).with_name("pages")
_LARGEST_FORM = 16_384
_LINES = 50
router = APIRouter(prefix=PREFIX, include_in_schema=False)
_pages = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
_pages.filters |= {"words": words, "minute": minute, "day": day}


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form of our own page: another site's is refused."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("foreign_form", "the form was not sent from this site")
    body = await request.body()
    if len(body) > _LARGEST_FORM:
        raise WrongQuestion("not_sound", "the form is too large")
    fields = parse_qs(body.decode(errors="replace"), max_num_fields=20)
    return {name: values[-1] for name, values in fields.items()}


Form = Annotated[dict[str, str], Depends(_form)]
Signed = Annotated[Viewer, Depends(from_cookie)]
_Text = Annotated[str, Query(max_length=100)]
_After = Annotated[str | None, Query(max_length=1_000)]


def _page(name: str, status: int = 200, **told: Any) -> HTMLResponse:
    return HTMLResponse(_pages.get_template(name).render(**told), status)


def trouble(error: KetensluisError, status: int) -> Response:
    """What went wrong, as a page; without a valid token, the page to sign in."""
    name = "sign_in.html" if status == 401 else "trouble.html"  # noqa: PLR2004 - RFC 9110
    return _page(name, status, error=error, viewer=None)


@router.get("/style.css")
def style() -> Response:
    """The one style sheet."""
    return Response((_FOLDER / "style.css").read_bytes(), media_type="text/css")


@router.get("/sign-in")
def ask_token() -> Response:
    """Where a token is handed over; a proxy that adds one makes this page needless."""
    return _page("sign_in.html", error=None, viewer=None)


@router.post("/sign-in")
def sign_in(request: Request, desk: AtDesk, form: Form) -> Response:
    """Keep the token in a cookie that no script reads and no other site sends."""
    token = form.get("token", "").strip()
    desk.tokens.viewer(token)
    answer = RedirectResponse(PREFIX, 303)
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="strict", path=PREFIX,
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.post("/sign-out")
def sign_out() -> Response:
    """Forget the token."""
    answer = RedirectResponse(f"{PREFIX}/sign-in", 303)
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer


@router.get("")
def show_open(
    desk: AtDesk, viewer: Signed, unit: _Text = "", region: _Text = "", recipient: _Text = "",
    state: _Text = "", after: _After = None,
) -> Response:  # fmt: skip
    """The list of what is open."""
    given = {"unit": unit, "region": region, "recipient": recipient, "state": state}
    asked = Filter(**_wanted(given), after=after, limit=_LINES)
    found = open_cases(desk.engine, viewer, asked, desk.now)
    desk.shown(viewer, "open", (line.incident_id for line in found.lines))
    return _listed("open.html", desk, viewer, given, found)


@router.get("/overdue")
def show_overdue(
    desk: AtDesk, viewer: Signed, unit: _Text = "", region: _Text = "", recipient: _Text = "",
    role: _Text = "", clock: _Text = "", after: _After = None,
) -> Response:  # fmt: skip
    """The list of clocks that ran out."""
    given = {"unit": unit, "region": region, "recipient": recipient, "role": role, "clock": clock}
    asked = Filter(**_wanted(given), after=after, limit=_LINES)
    found = overdue(desk.engine, viewer, asked, desk.now)
    desk.shown(viewer, "overdue", (line.case.incident_id for line in found.lines))
    return _listed("overdue.html", desk, viewer, given, found)


@router.get("/incidents/{incident_id}")
def show_incident(desk: AtDesk, viewer: Signed, incident_id: str) -> Response:
    """One incident, with the form to put chasing on record."""
    found = _there(incident(desk.engine, viewer, incident_id, desk.now))
    desk.shown(viewer, "incident", [incident_id])
    return _page(
        "incident.html", viewer=viewer, found=found, codes=list(ChaseCode), now=desk.now,
        dossier=shown_dossier(desk, viewer, incident_id),
    )  # fmt: skip


@router.post("/incidents/{incident_id}/chases")
def chase(desk: AtDesk, viewer: Signed, incident_id: str, form: Form) -> Response:
    """Put chasing on record."""
    try:
        code = ChaseCode(form.get("code", ""))
        day = form.get("follow_up_on", "")
        follow_up_on = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise WrongQuestion("not_sound", "choose a code, and a date or none") from error
    line = record_chase(
        desk.engine, viewer, incident_id=incident_id, recipient=form.get("recipient", ""),
        code=code, follow_up_on=follow_up_on, now=desk.now,
    )  # fmt: skip
    _there(line)
    return RedirectResponse(f"{PREFIX}/incidents/{incident_id}", 303)


@router.get("/conferences")
def show_next(desk: AtDesk, viewer: Signed, partner: _Text = "") -> Response:
    """What is new for a partner, and the lists of before."""
    found = news(desk.engine, viewer, partner, desk.now) if partner else None
    _seen(desk, viewer, found)
    before = held(desk.engine, viewer, partner or None)
    return _page(
        "conferences.html", viewer=viewer, found=found, before=before, partner=partner,
        partners=[f"vt:{region}" for region in desk.regions.regions] + [*desk.regions.offices],
    )  # fmt: skip


@router.post("/conferences")
def draw(desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Draw up a partner's list."""
    drawn = draw_up(desk.engine, viewer, form.get("partner", ""), desk.now)
    return RedirectResponse(f"{PREFIX}/conferences/{drawn.number}", 303)


@router.get("/conferences/{number}")
def show_conference(desk: AtDesk, viewer: Signed, number: int) -> Response:
    """A list as it was drawn up, to be printed."""
    found = _there(kept(desk.engine, viewer, number))
    _seen(desk, viewer, found)
    return _page("conference.html", viewer=viewer, found=found)


@router.get("/conferences/{number}/csv")
def csv_of_conference(desk: AtDesk, viewer: Signed, number: int) -> Response:
    """A list as it was drawn up, for a spreadsheet."""
    found = _there(kept(desk.engine, viewer, number))
    _seen(desk, viewer, found)
    return csv_answer(found)


def _listed(
    name: str, desk: AtDesk, viewer: Viewer, given: Mapping[str, str], found: Any
) -> Response:
    more = urlencode({**_wanted(given), "after": found.next}) if found.next else None
    return _page(
        name, viewer=viewer, found=found, given=given, more=more, regions=desk.regions.regions,
        units=desk.regions.units, counts=summary(desk.engine, viewer), now=desk.now,
    )  # fmt: skip


def _seen(desk: Desk, viewer: Viewer, conference: Conference | None) -> None:
    if conference is not None:
        desk.shown(viewer, "conference", (line.incident_id for line in conference.lines))


def _wanted(given: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}


def _there(found: Any) -> Any:
    if found is None:
        raise HTTPException(404)
    return found
