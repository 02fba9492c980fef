"""Decides the records of one partition again, in their order, and compares with its ledger.

The partition is read as it was when its replay began, also by who goes on from a mark later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from ketensluis.cli.output import remark
from ketensluis.cli.replay_asked import Asked, Done, Mark, Told
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import HUB, INCIDENTS
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings
from services.disclosure.heard import Heard

if TYPE_CHECKING:
    from ketensluis.cli.replay_course import Course
    from services.disclosure.rules import RuleBook

__all__ = ["replay_partition"]

_MARK_EVERY: Final = 500  # records: what is decided once more, at the most, where it is gone on
_TOGETHER: Final = 500  # records that are opened, then decided


async def replay_partition(
    settings: Settings,
    rules: RuleBook,
    number: int,
    asked: Asked,
    told: Told,
    mark: Mark | None = None,
    *,
    marks: bool = False,
) -> Done:
    """Decide that partition's records again, from that mark on; with `marks`, tell of new ones.

    Raises:
        Unavailable: Kafka does not answer.
    """
    from ketensluis.cli import replay_reading as reading
    from ketensluis.cli.replay_course import Course
    from ketensluis.runtime.wiring import post_of
    from services.disclosure.process import open_incident, open_incidents
    from services.disclosure.replay import Replay

    bootstrap, post = settings.bootstrap, post_of(settings, HUB)
    ends = mark.ends if mark else await reading.ends_now(bootstrap, number)
    heard = Heard(
        post.codec.encode,
        lambda value: post.codec.decode(value, LedgerEvent),
        lambda place, error: remark(f"{place}: {error}"),
    )
    again = Replay(
        rules,
        lambda record: open_incident(record, post.opener, rules).message,
        await reading.requests_of(bootstrap, post, number),
        lambda records: open_incidents(records, post.opener, rules),
        heard,
    )
    await reading.listen(bootstrap, number, again, heard, ends.ledger)
    course = Course(again, asked, ends, heard.records)
    if mark is not None:
        await _go_on(bootstrap, number, course, heard, mark)
    told(number, course.records, course.expected)
    marked = course.records
    start = mark.offset if mark else None
    async for records in _together(bootstrap, number, start, ends.incidents):
        course.decide(records)
        due = marks and course.records - marked >= _MARK_EVERY
        if due:
            marked = course.records
        new = course.mark(records[-1].coordinates.offset + 1) if due else None
        told(number, course.records, course.expected, new)
        await asyncio.sleep(0)  # who interrupts is heard between two batches
    told(number, course.records, course.expected)
    left = list(again.left())
    if again.unexplained:
        wanted = {each.incident.incident_id for each in again.unexplained}
        left += again.fields(await reading.remembered(bootstrap, post, wanted, number))
    return course.done(left)


async def _go_on(bootstrap: str, number: int, course: Course, heard: Heard, mark: Mark) -> None:
    """Be where the mark was made: of what is done with, the rest is not looked at again."""
    from ketensluis.cli.replay_course import subject_of
    from ketensluis.cli.replay_reading import subjects

    before, after = await subjects(bootstrap, number, mark.offset, mark.ends.incidents)
    over = before - after - set(mark.unfinished)
    heard.forget(over)
    async for records in _together(bootstrap, number, None, mark.offset):
        course.remember([each for each in records if subject_of(each) not in over])
    course.go_on(mark, before)


async def _together(
    bootstrap: str, number: int, start: int | None, end: int
) -> AsyncIterator[list[Record]]:
    """The partition's incidents from that offset until before the end, so many at once."""
    from ketensluis.kafka.scan import Span, scan

    several: list[Record] = []
    async for record in scan(bootstrap, [Span(INCIDENTS, number, start, end)]):
        several.append(record)
        if len(several) == _TOGETHER:
            yield several
            several = []
    if several:
        yield several
