"""The texts of an incident: which characters they may hold, and how many."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec

from ketensluis.model.incident import Incident
from ketensluis.model.intake_codes import refusal

__all__ = ["check_texts"]

MAX_TEXT = 1_000  # characters
MAX_NARRATIVE = 65_536  # bytes of UTF-8

# Unicode's category Cc without its white space (U+0009-000D and U+0085), and surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]|(?P<surrogate>[\ud800-\udfff])")


def check_texts(incident: Incident) -> None:
    """See that every string of an incident is of sound characters, not too long, nor missing.

    Raises:
        Refused: `missing_field`, `lone_surrogate`, `control_character`, `too_long`.
    """
    _check(incident, "")


def _check(struct: Any, path: str) -> None:
    """Every string of the structure: its characters, its length, and that it is not missing."""
    fields, values = _FIELDS[type(struct)]
    within = f"{path}." if path else ""
    for (key, kind, required), value in zip(fields, values(struct), strict=True):
        if value is None:
            continue
        if kind == "text":
            if not value.isprintable() or len(value) > MAX_TEXT or (required and not value.strip()):
                _check_text(value, within + key, required=required)
        elif kind == "struct":
            _check(value, within + key)
        else:
            for index, item in enumerate(value):
                _check(item, f"{within}{key}[{index}]")


def _check_text(value: str, path: str, *, required: bool) -> None:
    if required and not value.strip():
        raise refusal("missing_field", path, "is required, and blank")
    lines_joined = value.replace("\n", " ")
    forbidden = None if lines_joined.isprintable() else _FORBIDDEN.search(value)
    if forbidden:
        if forbidden["surrogate"]:
            raise refusal("lone_surrogate", path, "holds half of a surrogate pair")
        raise refusal("control_character", path, "holds a control character")
    if path == "narrative":
        if len(value.encode()) > MAX_NARRATIVE:
            raise refusal("too_long", path, f"has more than {MAX_NARRATIVE} bytes of UTF-8")
    elif len(value) > MAX_TEXT:
        raise refusal("too_long", path, f"has more than {MAX_TEXT} characters")


_Field = tuple[str, str, bool]


def _fields(
    type_: msgspec.inspect.Type,
) -> dict[type, tuple[tuple[_Field, ...], Callable[[Any], tuple[Any, ...]]]]:
    """Of each structure its fields that hold text or structures, and what takes their values.

    Of each field the key, the kind, and whether it is required.
    """
    match type_:
        case msgspec.inspect.UnionType(types=(one, msgspec.inspect.NoneType())):
            return _fields(one)
        case msgspec.inspect.VarTupleType(item_type=item):
            return _fields(item)
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            found = {inner: plan for one in fields for inner, plan in _fields(one.type).items()}
            heeded = [one for one in fields if _kind(one.type)]
            found[cls] = (
                tuple((one.encode_name, _kind(one.type), one.required) for one in heeded),
                _taking([one.name for one in heeded]),
            )
            return found
        case _:
            return {}


def _taking(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Takes the values of several fields at once, which costs half as much as one by one."""
    several = 2
    if len(names) < several:  # `attrgetter` gives a tuple for several only
        return lambda struct: tuple([getattr(struct, name) for name in names])
    return attrgetter(*names)


def _kind(type_: msgspec.inspect.Type) -> str:
    match type_:
        case msgspec.inspect.UnionType(types=(one, msgspec.inspect.NoneType())):
            return _kind(one)
        case msgspec.inspect.StrType():
            return "text"
        case msgspec.inspect.StructType():
            return "struct"
        case msgspec.inspect.VarTupleType(item_type=msgspec.inspect.StructType()):
            return "list"
        case _:
            return ""


_FIELDS = _fields(msgspec.inspect.type_info(Incident))
