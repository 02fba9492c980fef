"""CloudEvents attributes of a record, in Kafka's binary mode and the NL GOV profile.

Binary mode puts each attribute in a header `ce_<name>` and the message itself in the value
(Kafka Protocol Binding for CloudEvents 1.0.2, section 3.2). The NL GOV profile asks for a
source that names the organisation by its OIN and a type in reverse DNS.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

from ketensluis.errors import Refused
from ketensluis.model.record import Headers, Record

__all__ = [
    "AVRO",
    "JOSE",
    "SIGNATURE",
    "Attributes",
    "child_of",
    "instant",
    "oin_of",
    "parse",
    "read_instant",
    "source_of",
    "to_headers",
]

AVRO = "application/avro"
JOSE = "application/jose"
SIGNATURE = "jws"

_LONGEST = 1000
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_SOURCE = re.compile(r"urn:nld:oin:([0-9]{20}):systeem:[a-z0-9][a-z0-9.-]{0,63}")
_TRACE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


class Attributes(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """The attributes as they stand in the headers; all of them are signed.

    `partitionkey` is the record's key (CloudEvents partitioning extension); `time` is when
    the message was logged, RFC 3339 in UTC. The event's own time is in the message.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    datacontenttype: str
    correlationid: str | None = None
    causationid: str | None = None
    partitionkey: str | None = None

    @property
    def at(self) -> datetime:
        """`time` as an instant."""
        return datetime.fromisoformat(self.time)


_REQUIRED = ("specversion", "id", "source", "type", "subject", "time", "dataschema")
_HEADERS = {f"ce_{name}": name for name in (*_REQUIRED, "correlationid", "causationid")}
_HEADERS["content-type"] = "datacontenttype"


def source_of(oin: str, system: str) -> str:
    """The source of a system of the organisation with that OIN."""
    return f"urn:nld:oin:{oin}:systeem:{system}"


def oin_of(attributes: Attributes) -> str:
    """The OIN, 20 digits, of the organisation that the source names."""
    found = _SOURCE.fullmatch(attributes.source)
    if found is None:
        raise Refused("bad_header", "the header ce_source is not an OIN's urn:nld:oin:…:systeem:…")
    return found[1]


@lru_cache(maxsize=16)  # every message that follows from a record has its time
def instant(at: datetime) -> str:
    """RFC 3339 in UTC.

    Raises:
        ValueError: the time names no offset.
    """
    if at.utcoffset() is None:
        raise ValueError("a time without an offset names no instant")
    text = at.isoformat() if at.utcoffset() == timedelta(0) else at.astimezone(UTC).isoformat()
    return text.removesuffix("+00:00") + "Z"


def read_instant(text: str) -> datetime | None:
    """The instant, or None where the text is not RFC 3339 in UTC."""
    if _TIME.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def to_headers(
    attributes: Attributes, *, signature: str | None = None, traceparent: str | None = None
) -> Headers:
    """The attributes as headers, the signature beside them, and the place in the trace."""
    found = [(name, getattr(attributes, field)) for name, field in _HEADERS.items()]
    found += ((SIGNATURE, signature), ("traceparent", child_of(traceparent)))
    return tuple([(name, text.encode()) for name, text in found if text is not None])


def parse(record: Record) -> Attributes:
    """The record's attributes.

    Raises:
        Refused: `missing_header`, `repeated_header`, `unknown_header` or `bad_header`, naming
            the header (never its value).
    """
    found: dict[str, str] = {}
    for name, value in record.headers:
        known = _HEADERS.get(name)
        if known is not None:
            if known in found:
                raise Refused("repeated_header", f"the header {name} is there more than once")
            found[known] = _text(name, value)
        elif name.lower().startswith("ce_") or name.lower() == "content-type":
            raise Refused("unknown_header", "a header is there that no signature vouches for")
    for name, field in _HEADERS.items():
        if field not in found and field not in {"correlationid", "causationid"}:
            raise Refused("missing_header", f"the header {name} is missing")
    if record.key is not None:
        found["partitionkey"] = _text("(the record's key)", record.key)
    attributes = Attributes(**found)
    _check(attributes)
    return attributes


def _text(name: str, value: bytes | None) -> str:
    try:
        text = (value or b"").decode()
    except UnicodeDecodeError as error:
        raise Refused("bad_header", f"the header {name} is not UTF-8") from error
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        raise Refused(
            "bad_header", f"the header {name} is empty, too long or holds control characters"
        )
    return text


def _check(attributes: Attributes) -> None:
    if attributes.specversion != "1.0":
        raise Refused("bad_header", "the header ce_specversion is not 1.0")
    if read_instant(attributes.time) is None:
        raise Refused("bad_header", "the header ce_time is not a time in UTC (RFC 3339)")
    if attributes.datacontenttype not in {AVRO, JOSE}:
        raise Refused("bad_header", f"the header content-type is neither {AVRO} nor {JOSE}")
    oin_of(attributes)


def child_of(traceparent: str | None) -> str:
    """The next step of the trace, or the first of a new one (W3C Trace Context, section 3.2).

    A malformed parent starts a new trace, as the standard asks: tracing never stops a message.
    """
    parent = _TRACE.fullmatch(traceparent) if traceparent else None
    random = secrets.token_hex(24)
    trace, flags = parent.groups() if parent else (random[16:], "00")
    return f"00-{trace}-{random[:16]}-{flags}"
