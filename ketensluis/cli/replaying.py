"""Replays partition by partition, and remembers what it has done, so that it can go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ketensluis.cli.output import remark
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import HISTORY, HUB, INCIDENTS, LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings
from services.disclosure.replay import Difference

if TYPE_CHECKING:
    from ketensluis.runtime.wiring import Post
    from services.disclosure.replay import Replay
    from services.disclosure.rules import RuleBook

__all__ = ["Asked", "Diary", "Done", "replay_all"]

Told = Callable[[int, int, int], None]
"""Hears of a partition's number, how many records were decided again, and how many there are."""


class Asked(msgspec.Struct, frozen=True):
    """What is compared: records of that time, and of these offsets; of one partition, or all."""

    begin: datetime | None
    end: datetime | None
    partition: int | None
    first: int
    last: int | None

    def compares(self, record: Record) -> bool:
        """Whether that record's decisions are compared."""
        at, offset = (
            datetime.fromtimestamp(record.timestamp_ms / 1000, UTC),
            record.coordinates.offset,
        )
        return (
            (self.begin is None or self.begin <= at)
            and (self.end is None or at < self.end)
            and self.first <= offset
            and (self.last is None or offset <= self.last)
        )


class Done(msgspec.Struct, frozen=True):
    """What came of a partition."""

    decided: int
    differences: tuple[Difference, ...]


class _Pages(msgspec.Struct, frozen=True):
    asked: Asked
    agreements: str
    done: dict[int, Done]


@dataclass
class Diary:
    """What was done of a replay, in a file; without one, nothing is remembered."""

    path: Path | None
    asked: Asked
    agreements: str
    """A digest of the agreements: another set of them is another replay."""

    def read(self) -> dict[int, Done]:
        """The partitions that are done.

        Raises:
            KetensluisError: `another_replay`, the file is of another one, or no such file.
        """
        if self.path is None or not self.path.exists():
            return {}
        with suppress(msgspec.MsgspecError):
            pages = msgspec.json.decode(self.path.read_bytes(), type=_Pages)
            if (pages.asked, pages.agreements) == (self.asked, self.agreements):
                return pages.done
        raise KetensluisError(
            "another_replay",
            f"{self.path} is not the diary of this replay",
            "name another file, or remove this one to begin anew",
        )

    def write(self, done: dict[int, Done]) -> None:
        """Remember what is done by now."""
        if self.path is not None:
            beside = self.path.with_name(f".{self.path.name}")
            beside.write_bytes(msgspec.json.encode(_Pages(self.asked, self.agreements, done)))
            beside.replace(self.path)


async def replay_all(
    settings: Settings, rules: RuleBook, asked: Asked, diary: Diary, told: Told
) -> Done:
    """Decide again what was asked; what the diary has is not done again.

    Raises:
        Unavailable: Kafka does not answer.
        KetensluisError: `another_replay`.
    """
    from ketensluis.kafka.cluster import partitions
    from ketensluis.runtime.wiring import post_of

    done, post = diary.read(), post_of(settings, HUB)
    count = (await partitions(settings.bootstrap, [INCIDENTS]))[INCIDENTS]
    numbers = range(count) if asked.partition is None else [asked.partition]
    for number in numbers:
        if number not in done:
            done[number] = await _partition(settings, rules, post, number, asked, told)
            await asyncio.to_thread(diary.write, done)
    return Done(
        sum(done[number].decided for number in numbers),
        tuple(each for number in numbers for each in done[number].differences),
    )


async def _partition(
    settings: Settings, rules: RuleBook, post: Post, number: int, asked: Asked, told: Told
) -> Done:
    from ketensluis.kafka.scan import Span, scan
    from services.disclosure.process import open_incident
    from services.disclosure.replay import Replay

    requests: dict[str, tuple[Record, DisclosureRequest]] = {}
    async for record in scan(settings.bootstrap, [Span(REQUESTS, number)]):
        with suppress(Refused):  # it was refused then, and lies in quarantine
            request = post.opener.plain(record, DisclosureRequest)
            requests[str(record.coordinates)] = record, request
    again = Replay(
        rules, lambda record: open_incident(record, post.opener, rules).message, requests
    )
    async for record in scan(settings.bootstrap, [Span(LEDGER_EVENTS, number)]):
        try:
            again.ledger([post.opener.plain(record, LedgerEvent)])
        except Refused as error:
            remark(f"{record.coordinates}: {error}")
    expected, count = sum(map(len, again.steps.values())), 0
    found: list[Difference] = []
    async for record in scan(settings.bootstrap, [Span(INCIDENTS, number)]):
        found.extend(again.incident(record, compare=asked.compares(record)))
        count += 1
        told(number, count, expected)
    found.extend(again.left())
    if again.unexplained:
        found.extend(again.fields(await _remembered(settings, post, again, number)))
    return Done(again.decided, tuple(found))


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
