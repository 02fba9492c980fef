"""A person's request for what was provided about them: who they say they are."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from ketensluis.errors import KetensluisError
from ketensluis.model.incident import Person
from ketensluis.processing_log.subjects import pseudonyms_of

__all__ = ["requested"]


class _Requester(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a request says of the person; names as in the Incident."""

    bsn: Annotated[str, Meta(pattern=r"^([0-9]{9})?$")] | None = None
    given_names: str | None = None
    surname: str | None = None
    birth_date: date | None = None


def requested(told: bytes, key: bytes) -> tuple[str, ...]:
    """The pseudonyms by which the person is found; what was told is not kept.

    Raises:
        KetensluisError: `bad_person`: it is not in that form, or too little to find anybody by.
    """
    try:
        json.loads(told, object_pairs_hook=_once)
        person = msgspec.json.decode(told, type=_Requester)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        # Not the error's own words: they may repeat what was told.
        raise _bad(
            "is not JSON with a bsn of nine digits, given_names, surname and birth_date"
        ) from error
    found = pseudonyms_of(
        Person(
            person_id="requester",
            role="involved",
            bsn=person.bsn,
            given_names=person.given_names,
            surname=person.surname,
            birth_date=None if person.birth_date is None else person.birth_date.isoformat(),
        ),
        key,
    )
    if not found:
        raise _bad("has neither a bsn nor given_names, surname and birth_date")
    return found


def _once(pairs: list[tuple[str, object]]) -> None:
    """Nobody is two people: of a name that is there twice it is not known which one counts."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError


def _bad(why: str) -> KetensluisError:
    return KetensluisError(
        "bad_person",
        f"what was told of the person {why}",
        'write e.g. {"bsn": "…", "given_names": "…", "surname": "…", "birth_date": "YYYY-MM-DD"}',
    )
