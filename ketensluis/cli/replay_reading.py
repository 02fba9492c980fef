"""Reads what the replay of one partition takes beside its incidents."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from ketensluis.cli.output import remark
from ketensluis.cli.replay_asked import Ends
from ketensluis.cli.replay_course import subject_of
from ketensluis.errors import Refused
from ketensluis.kafka.ends import ends
from ketensluis.kafka.scan import Span, scan
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import HISTORY, INCIDENTS, LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Record
from services.disclosure.comparing import ERASED, MADE_AGAIN
from services.disclosure.heard import Glimpse, Heard, glimpse

if TYPE_CHECKING:
    from ketensluis.runtime.wiring import Post
    from services.disclosure.replay import Replay

__all__ = ["ends_now", "listen", "remembered", "requests_of", "subjects"]


async def ends_now(bootstrap: str, number: int) -> Ends:
    """Where that partition of the incidents ends, and of the ledger.

    Raises:
        Unavailable: Kafka does not answer.
    """
    return Ends(*await ends(bootstrap, [(INCIDENTS, number), (LEDGER_EVENTS, number)]))


async def requests_of(
    bootstrap: str, post: Post, number: int
) -> dict[str, tuple[Record, DisclosureRequest]]:
    """The partition's requests to decide again, by their coordinates as text."""
    found: dict[str, tuple[Record, DisclosureRequest]] = {}
    async for record in scan(bootstrap, [Span(REQUESTS, number)]):
        with suppress(Refused):  # it was refused then, and lies in quarantine
            request = post.opener.plain(record, DisclosureRequest)
            found[str(record.coordinates)] = record, request
    return found


async def listen(bootstrap: str, number: int, again: Replay, heard: Heard, end: int) -> None:
    """Take in the partition's ledger until that offset; what was erased, to its end now."""
    async for record in scan(bootstrap, [Span(LEDGER_EVENTS, number)]):
        try:
            _take(record, again, heard, end)
        except Refused as error:
            remark(f"{record.coordinates}: {error}")


def _take(record: Record, again: Replay, heard: Heard, end: int) -> None:
    """Take in an event of the ledger, as far as replay heeds it.

    Raises:
        Refused: it is none.
    """
    value = record.value or b""
    seen = glimpse(value)
    if seen is None or seen.kind == ERASED:
        event = heard.decode(value)
        again.ledger([event] if event.kind == ERASED else [])
        seen = Glimpse(event.kind, event.incident_id)
    if seen.kind in MADE_AGAIN and record.coordinates.offset < end:
        heard.add(seen.incident_id, value, record.coordinates)


async def subjects(bootstrap: str, number: int, offset: int, end: int) -> tuple[set[str], set[str]]:
    """The incidents of the partition's records before an offset, and of those from there on."""
    before: set[str] = set()
    after: set[str] = set()
    async for record in scan(bootstrap, [Span(INCIDENTS, number, None, end)]):
        (before if record.coordinates.offset < offset else after).add(subject_of(record))
    return before, after


async def remembered(
    bootstrap: str, post: Post, wanted: Collection[str], number: int
) -> dict[str, IncidentHistory]:
    """What the hub remembers of these incidents of the partition."""
    keys = {each.encode() for each in wanted}
    found: dict[str, IncidentHistory] = {}
    async for record in scan(bootstrap, [Span(HISTORY, number)]):
        if record.key in keys and record.value is not None:
            with suppress(Refused):
                history = post.codec.decode(record.value, IncidentHistory)
                found[history.incident_id] = history
    return found
