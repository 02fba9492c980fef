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
from services.disclosure.replay import DECIDED, Difference

if TYPE_CHECKING:
    from ketensluis.runtime.wiring import Post
    from services.disclosure.replay import Replay
    from services.disclosure.rules import RuleBook

__all__ = ["heeded", "replay_partition"]

# The ledger has some five events an incident, of which one or two are of decisions: the others
# are not decoded. What they begin with is a frame of five bytes, then an id, then their kind.
_KINDS: Final = frozenset(kind.encode() for kind in DECIDED)
_ID_AT: Final = 5
_LONGEST: Final = 0x80  # lengths are doubled (zigzag); from this on they take more than a byte
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
    again = Replay(
        rules,
        lambda record: open_incident(record, post.opener, rules).message,
        requests,
        lambda records: open_incidents(records, post.opener, rules),
    )
    async for record in scan(settings.bootstrap, [Span(LEDGER_EVENTS, number)]):
        if heeded(record.value or b""):
            try:
                again.ledger([post.codec.decode(record.value or b"", LedgerEvent)])
            except Refused as error:
                remark(f"{record.coordinates}: {error}")
    expected, count = sum(map(len, again.steps.values())), 0
    found: list[Difference] = []
    together: list[Record] = []

    def decide() -> None:
        nonlocal count
        found.extend(again.incidents(together, asked.compares))
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
    return Done(again.decided, tuple(found), tuple(again.erased))


def heeded(value: bytes) -> bool:
    """Whether it is an event that replay heeds; also where that cannot be told at a glance."""
    if len(value) <= _ID_AT or value[_ID_AT] >= _LONGEST:
        return True
    kind_at = _ID_AT + 1 + value[_ID_AT] // 2
    if len(value) <= kind_at or value[kind_at] >= _LONGEST:
        return True
    return value[kind_at + 1 : kind_at + 1 + value[kind_at] // 2] in _KINDS


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
