"""The control room's door of the API: earlier incidents of a person or at an address.

What identifies the person or the address comes in the body of a POST, is turned into keyed
pseudonyms at once, and goes nowhere else.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ketensluis.classification.dossier import subject_keys
from ketensluis.model.incident import Address, Person
from services.worklist.access import Forbidden, Viewer
from services.worklist.desk import AtDesk, Desk, Known, Seen
from services.worklist.links import subject_of
from services.worklist.lookup_answers import Found, LookUpLine
from services.worklist.lookups import LookUp, Purpose, look_up, look_ups, record_look_up
from services.worklist.paging import WrongQuestion

__all__ = ["Question", "answer", "router", "tell"]

router = APIRouter(
    prefix="/v1",
    responses={
        400: {"description": "The question is not sound."},
        401: {"description": "There is no valid token."},
        403: {"description": "The token gives no right to this."},
        503: {"description": "It cannot be put on record, so nothing is told."},
    },
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskedAddress(_Part):
    """An address, by what makes it one: its postcode and house number."""

    postcode: str = Field(max_length=10)
    house_number: str = Field(max_length=20)


class AskedPerson(_Part):
    """A person, by BSN, or by first name, surname and date of birth, or by both."""

    bsn: str | None = Field(default=None, pattern=r"^[0-9]{9}$")
    given_names: str | None = Field(default=None, max_length=200)
    surname: str | None = Field(default=None, max_length=200)
    birth_date: date | None = None


class Question(_Part):
    """Whom or what it is about, and why it is asked: an address or a person, never both."""

    purpose: Purpose
    address: AskedAddress | None = None
    person: AskedPerson | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.address is None) == (self.person is None):
            raise ValueError("give an address or a person")
        return self

    def under(self, key: bytes) -> LookUp:
        """The question by keyed pseudonyms: all that is kept of it.

        Raises:
            WrongQuestion: `too_little`.
        """
        subject: Address | Person
        if self.address is not None:
            kind, subject = "address", Address(**self.address.model_dump())
        else:
            assert self.person is not None  # noqa: S101 - one of both, see above
            told = self.person.model_dump(mode="json")
            kind, subject = "person", Person(person_id="asked", role="involved", **told)
        keys = subject_keys(subject, key)
        if not keys:
            raise WrongQuestion(
                "too_little",
                f"that is too little to find {'an address' if kind == 'address' else 'a person'}",
                "a postcode with house number; a BSN; or first name, surname and date of birth",
            )
        return LookUp(kind, tuple(sorted(map(subject_of, keys))), self.purpose)


def _in_control_room(viewer: Known) -> Viewer:
    if not viewer.looks_up:
        raise Forbidden("not_a_control_room", "looking somebody up is for the control room")
    return viewer


def answer(desk: Desk, viewer: Viewer, question: Question) -> Found:
    """Look it up, put that on record, then tell.

    Raises:
        WrongQuestion: `too_little`.
        Unavailable: the secret of the pseudonyms, or the log, is away; nothing is told.
    """
    return tell(desk, viewer, question.under(desk.dossier_key()))


def tell(desk: Desk, viewer: Viewer, asked: LookUp) -> Found:
    """The same, of a question by keyed pseudonyms."""
    found = look_up(desk.engine, viewer, asked, desk.now)
    desk.shown(viewer, f"look_up:{asked.purpose}", (line.incident_id for line in found.lines))
    record_look_up(desk.engine, viewer, asked, found, desk.now)
    return found


@router.post("/look-ups")
def ask(
    desk: AtDesk, viewer: Annotated[Viewer, Depends(_in_control_room)], question: Question
) -> Found:
    """Earlier incidents and referrals of five years, of a person or at an address."""
    return answer(desk, viewer, question)


@router.get("/look-ups")
def list_look_ups(
    desk: AtDesk, viewer: Seen, before: Annotated[int | None, Query(ge=1)] = None
) -> tuple[LookUpLine, ...]:
    """Who looked up what, the newest first; for supervisors and auditors."""
    if not viewer.supervises:
        raise Forbidden("not_a_supervisor", "who looked up what is for supervision alone")
    return look_ups(desk.engine, viewer, before)
