"""The demo's course of time: incidents arrive, parties answer, weeks go by, nobody waits.

The hub reads a clock that this moves, in steps. What happens within a step is sent with its
own time; the next step begins when the hub has nothing left to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from ketensluis.envelope.cloudevents import instant, read_instant
from ketensluis.errors import KetensluisError
from ketensluis.kafka.books import Books
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.tail import Tail
from ketensluis.ledger.clocks import Clocks, overdue, running
from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import cases
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import DOSSIER_LINKS, LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.partner.desk import Desk
from ketensluis.runtime.clock import milliseconds

__all__ = ["Arrival", "Simulation", "set_clock"]

# After these the last clock of the example, ten weeks, has run out.
_STEPS = (
    *(timedelta(hours=hour) for hour in range(4, 28, 4)),
    *(timedelta(days=day) for day in range(2, 8)),
    *(timedelta(weeks=week) for week in range(2, 13)),
)
_DEADLINE_SECONDS = 180.0
_HELD = "held"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record that the police send, and when."""

    at: datetime
    output: Output


@dataclass
class Simulation:
    """One run: the desks by their mail's topic, the books, the hub's clock."""

    clock_file: Path
    begin: datetime
    arrivals: Sequence[Arrival]
    desks: Mapping[str, Desk]
    books: Books
    clocks: Clocks
    tail: Tail
    publisher: Publisher
    now: datetime = field(init=False)
    events: dict[str, Events] = field(default_factory=dict)
    unseen: set[Coordinates] = field(default_factory=set)
    """Where what was published lies, until it was read back: before that nothing is at rest."""

    def __post_init__(self) -> None:
        self.now = self.begin
        set_clock(self.clock_file, self.begin)

    async def run(self) -> None:
        """From the first arrival until every clock has run out.

        Raises:
            KetensluisError: `demo_stuck`, the hub does not finish what it was given.
            Unavailable: Kafka does not answer.
        """
        coming = sorted(self.arrivals, key=lambda each: each.at)
        for step in _STEPS:
            self.now = self.begin + step
            set_clock(self.clock_file, self.now)
            here, coming = _split(coming, self.now)
            await self._publish(here)
            await self._settle()

    async def _publish(self, arrivals: Sequence[Arrival]) -> None:
        self.unseen.update(
            await self.publisher.publish_timed(
                (each.output, milliseconds(each.at)) for each in arrivals
            )
        )

    async def _settle(self) -> None:
        """Answer what is due by now, again and again, until nothing more comes of it."""
        deadline = asyncio.get_running_loop().time() + _DEADLINE_SECONDS
        while True:
            for record in await self.tail.poll():
                self._take(record)
            answered = await self._answer()
            waiting = answered or self.unseen or self.books.open
            if not waiting and await self._at_rest():
                return
            if asyncio.get_running_loop().time() > deadline:
                raise KetensluisError(
                    "demo_stuck",
                    f"{len(self.books.open)} records were not handled in {_DEADLINE_SECONDS:.0f} s",
                    "look at the logs of the workers",
                )

    def _take(self, record: Record) -> None:
        self.unseen.discard(record.coordinates)
        desk = self.desks.get(record.coordinates.topic)
        if desk is not None:
            desk.take(record, _logged_at(record))
            return
        self.books.enter(record)
        if record.coordinates.topic == LEDGER_EVENTS and record.value:
            event = self.books.codec.decode(record.value, LedgerEvent)
            self.events[event.incident_id] = add(self.events.get(event.incident_id, ()), event)

    async def _answer(self) -> int:
        found = [(due, desk) for desk in self.desks.values() for due in desk.due(self.now)]
        found.sort(key=lambda each: each[0].answer.at)
        await self._publish(
            [Arrival(due.answer.at, desk.seal(due.answer, due.answer.at)) for due, desk in found]
        )
        for due, desk in found:
            desk.settle(due)
        return len(found)

    async def _at_rest(self) -> bool:
        """Whether every link and every request was met, and the tracker told of every event."""
        return (
            not await self.tail.behind("dossiers", DOSSIER_LINKS)
            and not await self.tail.behind("disclosure", REQUESTS)
            and all(self._told())
        )

    def _told(self) -> Iterator[bool]:
        """For each case that follows from the events by now: whether its row says the same."""
        for events in self.events.values():
            for case in cases(events):
                key = f"{case.incident_id}|{case.recipient}".encode()
                over = overdue(running(case, self.clocks, self.now))
                yield self.books.cases.get(key) == msgspec.structs.replace(case, overdue=over)
                yield not (case.state == _HELD and case.hold_until and case.hold_until <= self.now)


def _split(coming: Sequence[Arrival], until: datetime) -> tuple[list[Arrival], list[Arrival]]:
    here = [each for each in coming if each.at <= until]
    return here, list(coming[len(here) :])


def _logged_at(record: Record) -> datetime:
    """The message's own time of logging, which lies within the step."""
    told = (record.header("ce_time") or b"").decode(errors="replace")
    return read_instant(told) or record.sent_at


def set_clock(path: Path, at: datetime) -> None:
    """Move the hub's clock: the file is replaced, never half written."""
    beside = path.with_suffix(".next")
    beside.write_text(instant(at), encoding="ascii")
    beside.replace(path)
