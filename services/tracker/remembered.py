"""What the tracker's table holds of one incident, as bytes.

The first eight bytes are the moment at which the incident wants to be looked at again, the next
eight the fingerprint of the clocks by which that was found, so that after a rebalance the whole
table is walked without decoding its values; the rest is msgpack.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import msgspec

from ketensluis.errors import Refused
from ketensluis.ledger.events import Events, in_time
from ketensluis.model.ledger import LedgerEvent

__all__ = ["NEVER", "Remembered", "due_micros", "micros", "pack", "unpack"]

_VERSION = 1
_DUE = 8
_HEADER = 16
NEVER = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """The events of one incident, the alarms that were raised, and the requests made.

    `due` is None when nothing is to be waited for.
    """

    events: Events = ()
    raised: dict[str, tuple[str, ...]] = {}
    asked: tuple[str, ...] = ()
    due: datetime | None = None


class _Stored(msgspec.Struct, array_like=True):
    version: int
    events: list[msgspec.Raw]
    raised: dict[str, tuple[str, ...]]
    asked: tuple[str, ...]


_ENCODER = msgspec.msgpack.Encoder()
_STORED = msgspec.msgpack.Decoder(_Stored)
_EVENT = msgspec.msgpack.Decoder(LedgerEvent)
# A field without a default (NODEFAULT equals no value) is always written, also if it is None.
_NAMES = tuple(field.name for field in msgspec.structs.fields(LedgerEvent))
_DEFAULTS = tuple(field.default for field in msgspec.structs.fields(LedgerEvent))
_values: Callable[[LedgerEvent], tuple[Any, ...]] = attrgetter(*_NAMES)


def pack(known: Remembered, clocks: bytes) -> bytes:
    """The canonical bytes: the same content always gives the same.

    `clocks` is the fingerprint, eight bytes, of the clocks by which `due` was found.
    """
    due = NEVER if known.due is None else micros(known.due)
    stored = _Stored(
        _VERSION,
        [msgspec.Raw(_packed(event)) for event in sorted(known.events, key=in_time)],
        dict(sorted(known.raised.items())),
        known.asked,
    )
    return due.to_bytes(_DUE, "big", signed=True) + clocks + _ENCODER.encode(stored)


def unpack(value: bytes | None) -> Remembered:
    """What was packed; without a value, nothing is known.

    Raises:
        Refused: `bad_table`: not written by this version, which no record can cause.
    """
    if value is None:
        return Remembered()
    try:
        stored = _STORED.decode(value[_HEADER:])
        if stored.version != _VERSION:
            raise msgspec.ValidationError
        events = tuple(_EVENT.decode(event) for event in stored.events)
    except msgspec.MsgspecError as error:
        raise Refused(
            "bad_table",
            "the tracker's table holds a value that this version did not write",
            "start the tracker with the version that wrote it, or rebuild it from ledger.events",
        ) from error
    due = int.from_bytes(value[:_DUE], "big", signed=True)
    return Remembered(
        events=events,
        raised=stored.raised,
        asked=stored.asked,
        due=None if due == NEVER else _EPOCH + timedelta(microseconds=due),
    )


def due_micros(value: bytes, clocks: bytes) -> int:
    """When the incident wants to be looked at again, in microseconds since the epoch.

    With other clocks than those by which it was found, at once.
    """
    if value[_DUE:_HEADER] != clocks:
        return 0
    return int.from_bytes(value[:_DUE], "big", signed=True)


def micros(instant: datetime) -> int:
    """Microseconds since the epoch (UTC)."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _packed(event: LedgerEvent) -> bytes:
    """Fields with their default are left out: most of an event's are empty."""
    told = {
        name: value
        for name, value, default in zip(_NAMES, _values(event), _DEFAULTS, strict=True)
        if value is not default and value != default
    }
    return _ENCODER.encode(told)
