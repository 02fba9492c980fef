"""The tracker without Kafka: its own functions and table, on events in the order of arrival."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from ketensluis.ledger.clock_data import ClockFile, load
from ketensluis.ledger.clocks import Clocks
from ketensluis.ledger.terms import Term
from ketensluis.made_up.ledger_year.almanac import Standstill
from ketensluis.model.ledger import Alarm, Case, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.resources import resource
from services.tracker.due import DueIndex
from services.tracker.process import Told, Tracking
from services.tracker.remembered import due_micros, micros, pack, unpack

__all__ = ["Hub"]

_CLOCKS = b"the year"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Hub:
    """Handles every event when it comes in, and looks at every moment when it has come.

    While it is down events wait, and nobody looks; what waited is read before anybody looks.
    `terms` are other terms than those of the file, by clock.
    """

    def __init__(
        self, standstill: Standstill, terms: Mapping[str, Mapping[str, int]] | None = None
    ) -> None:
        self._tracking = Tracking(Clocks(_clocks(terms or {})))
        self._standstill = standstill
        self._due = DueIndex()
        self._now = _EPOCH
        self.table: dict[bytes, bytes] = {}
        self.rows: dict[tuple[str, str], Case] = {}
        self.alarms: list[Alarm] = []
        self.requests: list[DisclosureRequest] = []
        self.events = 0

    def run(self, arrivals: Iterable[tuple[datetime, LedgerEvent]], until: datetime) -> None:
        """Live through these events, and then on to that moment."""
        for at, event in arrivals:
            arrives = self._standstill.up(at)
            self._pass(arrives)
            self._now = arrives
            key = event.incident_id.encode()
            self._remember(key, self._tracking.events(unpack(self.table.get(key)), (event,)))
            self.events += 1
        self._pass(until)

    def _pass(self, until: datetime) -> None:
        """Look at the moments before that time, one by one, each when it comes."""
        while (first := self._due.first()) is not None:
            moment = max(_EPOCH + timedelta(microseconds=first), self._now)
            as_of = self._standstill.up(moment)
            if as_of >= until:
                return
            self._now = as_of
            for key in self._due.due(micros(as_of), most=1):
                told = self._tracking.moment(unpack(self.table[key]), as_of)
                self.alarms += told.alarms
                self.requests += told.requests
                self._remember(key, told)

    def _remember(self, key: bytes, told: Told) -> None:
        value = self.table[key] = pack(told.known, _CLOCKS)
        for row in told.rows:
            self.rows[row.incident_id, row.recipient] = row
        self._due.set(key, due_micros(value, _CLOCKS))


def _clocks(terms: Mapping[str, Mapping[str, int]]) -> ClockFile:
    shipped = load(resource("reference") / "clocks.yaml")
    return shipped.model_copy(update={
        "clocks": tuple(
            each.model_copy(update={"term": Term(**terms[each.name])})
            if each.name in terms
            else each
            for each in shipped.clocks
        )
    })  # fmt: skip
