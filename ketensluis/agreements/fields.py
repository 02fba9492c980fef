"""The fields that a rule can name: every leaf of the Incident, read from its own structure.

Nothing is listed here by hand, so a field that is added to the Incident is known at once, and
is withheld until a rule names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from ketensluis.model.incident import Incident
from ketensluis.model.messages import FeedbackNotice

__all__ = ["FIELDS", "SUBJECTS", "Field", "FieldKind", "Subject", "below"]

Subject = Literal["incident", "feedback"]

FieldKind = Literal["code", "codes", "text", "time", "flag", "number"]

FREE_TEXT = "narrative"


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf: `path` as rules write it (`persons[].address.postcode`), and what it holds."""

    path: str
    kind: FieldKind

    @property
    def of_person(self) -> bool:
        """Whether it belongs to one person, so that conditions on a person can apply."""
        return self.path.startswith("persons[].")

    @property
    def free_text(self) -> bool:
        """Whether it is prose, which goes masked or not at all."""
        return self.path == FREE_TEXT


def _kind(leaf: msgspec.inspect.Type) -> FieldKind:
    match leaf:
        case msgspec.inspect.VarTupleType():
            return "codes"
        case msgspec.inspect.LiteralType():
            return "code"
        case msgspec.inspect.DateTimeType():
            return "time"
        case msgspec.inspect.BoolType():
            return "flag"
        case msgspec.inspect.IntType():
            return "number"
        case _:
            return "text"


def _leaves(kind: msgspec.inspect.Type, path: str) -> list[Field]:
    if isinstance(kind, msgspec.inspect.UnionType):
        present = [t for t in kind.types if not isinstance(t, msgspec.inspect.NoneType)]
        return _leaves(present[0], path)
    if isinstance(kind, msgspec.inspect.VarTupleType) and isinstance(
        kind.item_type, msgspec.inspect.StructType
    ):
        return _leaves(kind.item_type, f"{path}[]")
    if isinstance(kind, msgspec.inspect.StructType):
        prefix = f"{path}." if path else ""
        return [
            leaf
            for field in kind.fields
            for leaf in _leaves(field.type, f"{prefix}{field.encode_name}")
        ]
    return [Field(path, _kind(kind))]


def _fields_of(structure: type[msgspec.Struct]) -> dict[str, Field]:
    return {leaf.path: leaf for leaf in _leaves(msgspec.inspect.type_info(structure), "")}


FIELDS = _fields_of(Incident)
"""The leaves of an incident by path, in the order of its structure."""

SUBJECTS: dict[Subject, dict[str, Field]] = {
    "incident": FIELDS,
    "feedback": _fields_of(FeedbackNotice),
}
"""What an agreement can be about: an incident, or what the police hear back of it."""


def below(path: str, fields: dict[str, Field]) -> list[str]:
    """The leaves under a path that is no leaf itself, as `place` or `persons[].address`."""
    return [leaf for leaf in fields if leaf.startswith((f"{path}.", f"{path}[]"))]
