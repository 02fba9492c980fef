"""Decides the records of one partition again, in their order, and compares with its ledger."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ketensluis.cli.output import remark
from ketensluis.cli.replay_asked import Asked, Done
from ketensluis.cli.replay_crew import Told
from ketensluis.errors import Refused
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import HISTORY, HUB, INCIDENTS, LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings
from services.disclosure.comparing import ERASED, MADE_AGAIN, Difference
from services.disclosure.heard import Glimpse, Heard, glimpse

if TYPE_CHECKING:
    from ketensluis.runtime.wiring import Post
    from services.disclosure.replay import Replay
    from services.disclosure.rules import RuleBook

__all__ = ["replay_partition"]

_TOGETHER: Final = 125  # records that are opened, then decided


async def replay_partition(
    settings: Settings, rules: RuleBook, number: int, asked: Asked, told: Told
) -> Done:
    """Decide that partition's records again.

    Raises:
        Unavailable: Kafka does not answer.
    """
    from ketensluis.kafka.scan import Span, scan
    from ketensluis.runtime.wiring import post_of
    from services.disclosure.process import open_incident, open_incidents
    from services.disclosure.replay import Replay

    post = post_of(settings, HUB)
    requests: dict[str, tuple[Record, DisclosureRequest]] = {}
    async for record in scan(settings.bootstrap, [Span(REQUESTS, number)]):
        with suppress(Refused):  # it was refused then, and lies in quarantine
            request = post.opener.plain(record, DisclosureRequest)
            requests[str(record.coordinates)] = record, request
    heard = Heard(
        post.codec.encode,
        lambda value: post.codec.decode(value, LedgerEvent),
        lambda place, error: remark(f"{place}: {error}"),
    )
    again = Replay(
        rules,
        lambda record: open_incident(record, post.opener, rules).message,
        requests,
        lambda records: open_incidents(records, post.opener, rules),
        heard,
    )
    async for record in scan(settings.bootstrap, [Span(LEDGER_EVENTS, number)]):
        try:
            _listen(record, again, heard)
        except Refused as error:
            remark(f"{record.coordinates}: {error}")
    expected, count, compared = heard.records, 0, 0
    found: list[Difference] = []
    together: list[Record] = []

    def compares(record: Record) -> bool:
        nonlocal compared
        asked_for = asked.compares(record)
        compared += asked_for
        return asked_for

    def decide() -> None:
        nonlocal count
        found.extend(again.incidents(together, compares))
        count += len(together)
        together.clear()
        told(number, count, expected)

    async for record in scan(settings.bootstrap, [Span(INCIDENTS, number)]):
        together.append(record)
        if len(together) == _TOGETHER:
            decide()
    decide()
    found.extend(again.left())
    if again.unexplained:
        found.extend(again.fields(await _remembered(settings, post, again, number)))
    return Done(again.decided, tuple(found), tuple(again.erased), compared)


def _listen(record: Record, again: Replay, heard: Heard) -> None:
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
    if seen.kind in MADE_AGAIN:
        heard.add(seen.incident_id, value, record.coordinates)


async def _remembered(
    settings: Settings, post: Post, again: Replay, number: int
) -> dict[str, IncidentHistory]:
    """What the hub remembers of the incidents of which something is to be explained."""
    from ketensluis.kafka.scan import Span, scan

    wanted = {each.incident.incident_id.encode() for each in again.unexplained}
    found: dict[str, IncidentHistory] = {}
    async for record in scan(settings.bootstrap, [Span(HISTORY, number)]):
        if record.key in wanted and record.value is not None:
            with suppress(Refused):
                history = post.codec.decode(record.value, IncidentHistory)
                found[history.incident_id] = history
    return found
