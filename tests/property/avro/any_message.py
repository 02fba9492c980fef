"""Any message that the structs' annotations allow, whether or not it makes sense."""

from __future__ import annotations

import types
import typing
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from ketensluis.avro.subjects import MESSAGES

LONGS = st.integers(-(1 << 63), (1 << 63) - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.one_of(st.integers(-70, 9_000), LONGS),
    bool: st.booleans(),
    bytes: st.binary(max_size=12),
    datetime: TIMES,
    date: st.dates(),
}


def _any(hint: Any) -> st.SearchStrategy[Any]:
    arguments = typing.get_args(hint)
    match typing.get_origin(hint):
        case typing.Literal:
            return st.sampled_from(arguments)
        case types.UnionType | typing.Union:
            return st.one_of(st.none(), *(_any(a) for a in arguments if a is not types.NoneType))
        case origin if origin is tuple and arguments[-1] is Ellipsis:
            return st.lists(_any(arguments[0]), max_size=3).map(tuple)
        case origin if origin is tuple:
            return st.tuples(*map(_any, arguments))
        case origin if origin is dict:
            return st.dictionaries(_any(arguments[0]), _any(arguments[1]), max_size=4)
        case _:
            return PLAIN[hint] if hint in PLAIN else _struct(hint)


def _struct(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(struct)
    names = [field.name for field in msgspec.structs.fields(struct)]
    return st.builds(struct, **{name: _any(hints[name]) for name in names})


BY_TYPE = {message: _struct(message) for message in MESSAGES}
ANY_MESSAGE: st.SearchStrategy[msgspec.Struct] = st.sampled_from(MESSAGES).flatmap(BY_TYPE.get)  # type: ignore[arg-type]
