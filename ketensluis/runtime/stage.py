"""What a stage is: a pure function from a record to outputs, with staged memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ketensluis.errors import Refused
from ketensluis.model.record import Coordinates, Output, Record

__all__ = ["Context", "Stage", "StagedState"]


class StagedState:
    """A stage's memory as this record sees it: what is stored, under what was just written.

    Nothing reaches the store until the transaction that carries it is committed.
    """

    __slots__ = ("_stored", "writes")

    def __init__(self, stored: Callable[[bytes], bytes | None]) -> None:
        self._stored = stored
        self.writes: dict[bytes, bytes | None] = {}
        """What was put, or None for what was deleted."""

    def get(self, key: bytes) -> bytes | None:
        """The value last put under the key, or None."""
        if key in self.writes:
            return self.writes[key]
        return self._stored(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Remember the value, with this record's transaction."""
        self.writes[key] = value

    def delete(self, key: bytes) -> None:
        """Forget the key, with this record's transaction."""
        self.writes[key] = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a stage may look at besides the record itself.

    Attributes:
        state: the memory of the record's partition; empty for a stage without `state_topic`.
        referred: the record that `Stage.refers_to` named, read again; None if it named none.
    """

    state: StagedState
    referred: Record | None = None


class Stage(Protocol):
    """One step of the flow: pure, synchronous, and knowing no Kafka.

    Attributes:
        name: also the consumer group, and the first part of each transactional id.
        inputs: the topics it reads; all have as many partitions.
        state_topic: the compacted topic of its memory, with as many partitions; or None.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - told above

    @property
    def inputs(self) -> tuple[str, ...]: ...  # noqa: D102 - told above

    @property
    def state_topic(self) -> str | None: ...  # noqa: D102 - told above

    def refers_to(self, record: Record) -> Coordinates | None:
        """The earlier record that this one is about, to be read again; usually None.

        It must lie on one of the inputs, in the same partition number, as the memory does.
        """
        ...

    def process(self, record: Record, context: Context) -> Iterable[Output]:
        """What the record leads to; all of it is committed with the record, or none.

        Raises:
            Refused: the record can never be accepted; it goes to quarantine.
            Unavailable: something that may heal is away; the record is tried again.
        """
        ...

    def refusing(self, records: Sequence[Record]) -> None:
        """Told which records of a batch were refused, before `refused` is asked of each.

        What that needs from elsewhere is made at once, for all of them.

        Raises:
            Unavailable: something that may heal is away; the batch is tried again.
        """
        ...

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        """What is produced in place of `process` for a record that was refused.

        The record comes without its value if the outputs for the whole were too large to
        produce; its coordinates still say where it lies.
        """
        ...
