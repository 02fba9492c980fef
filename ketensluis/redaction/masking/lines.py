"""Reads persons and a place as far as they are what they should be."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from ketensluis.model.incident import Address, Person, Place

__all__ = ["read_persons", "read_place"]

_T = TypeVar("_T", bound=msgspec.Struct)


def read_persons(entries: object) -> list[Person]:
    """Each entry's text fields; what is odd is passed over, as the text is masked all the same."""
    if not isinstance(entries, list):
        return []
    return [_person(entry) for entry in entries if isinstance(entry, dict)]


def read_place(entry: object) -> Place | None:
    """The place's text fields, or None if it is no object."""
    return _texts(Place, entry) if isinstance(entry, dict) else None


def _person(entry: dict[str, Any]) -> Person:
    address = entry.get("address")
    listed = _texts(Address, address) if isinstance(address, dict) else None
    fields = {key: entry[key] for key in _FIELDS if isinstance(entry.get(key), str)}
    return Person(person_id="", role="involved", address=listed, **fields)


_FIELDS = ("given_names", "surname", "birth_date", "bsn", "phone", "email")


def _texts(kind: type[_T], entry: dict[str, Any]) -> _T:
    names = kind.__struct_fields__
    return kind(**{key: entry[key] for key in names if isinstance(entry.get(key), str)})
