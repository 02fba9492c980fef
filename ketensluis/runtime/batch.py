"""What a stage makes of the records of one transaction, with refusals set apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from traceback import extract_tb

from msgspec.structs import replace

from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.stage import Context, Stage, StagedState

__all__ = ["Batch", "failure", "size"]

# Lengths, attributes and deltas of one record and of its batch (record format v2).
_FRAMING = 128
_HEADER_FRAMING = 10

Report = Callable[[Record, Exception], None]
"""Told of each record on which the stage failed, with what it raised."""


class Batch:
    """Collects the outputs and the memory of records taken one by one, in order.

    Attributes:
        outputs: to be produced, in order, without those for the memory; complete once closed.
        refused: the code of each refused record, in order.
    """

    def __init__(
        self,
        stage: Stage,
        stored: Callable[[bytes], bytes | None],
        *,
        largest: Callable[[Record], int],
        report: Report,
    ) -> None:
        self.outputs: list[Output] = []
        self.refused: list[str] = []
        self._refusals: list[tuple[int, Record, Refused]] = []
        self._stage = stage
        self._state = StagedState(stored)
        # One for all records, emptied after each: most stages remember nothing.
        self._of_record = StagedState(self._state.get)
        self._plain = Context(self._of_record)
        self._largest = largest
        self._report = report

    @property
    def writes(self) -> dict[bytes, bytes | None]:
        """The memory that is to be committed: None where a key was deleted."""
        return self._state.writes

    def refers_to(self, record: Record) -> Coordinates | None:
        """The record that this one is about, if any.

        Raises:
            Refused: it names none that can be; the record is to be refused.
        """
        try:
            return self._stage.refers_to(record)
        except Refused:
            raise
        except Exception as error:
            self._report(record, error)
            raise failure(error) from error

    def take(self, record: Record, referred: Record | None = None) -> None:
        """Process one record; what it leads to is taken whole, or it is refused whole.

        Raises:
            Unavailable: what the stage needs is away; the batch is to be tried again.
        """
        state = self._of_record
        context = self._plain if referred is None else Context(state, referred)
        try:
            outputs = list(self._stage.process(record, context))
            _fit(outputs, self._largest(record))
            if state.writes:
                _remember(self._stage, state.writes, self._largest(record))
        except Refused as error:
            self.refuse(record, error)
        except (Unavailable, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - a bug must not hold up the other records
            self._report(record, error)
            self.refuse(record, failure(error))
        else:
            self.outputs += outputs
            self._state.writes.update(state.writes)
        finally:
            state.writes.clear()

    def refuse(self, record: Record, error: Refused) -> None:
        """Set the record apart; `close` puts it in quarantine."""
        self._refusals.append((len(self.outputs), record, error))
        self.refused.append(error.code)

    def close(self) -> Iterator[None]:
        """Put the refused records in quarantine, each in its place among the outputs.

        Whoever iterates has a turn after each.

        Raises:
            Unavailable: `quarantine_too_large`, not even its coordinates fit; or what the stage
                needs is away.
        """
        if not self._refusals:
            return
        self._stage.refusing([record for _, record, _ in self._refusals])
        outputs, begin = list[Output](), 0
        for place, record, error in self._refusals:
            outputs += self.outputs[begin:place]
            outputs += self._quarantined(record, error)
            begin = place
            yield
        self.outputs = outputs + self.outputs[begin:]
        self._refusals.clear()

    def _quarantined(self, record: Record, error: Refused) -> list[Output]:
        """Its entry, without its value if it does not fit otherwise."""
        largest = self._largest(record)
        outputs = list(self._stage.refused(record, error))
        if _too_large(outputs, largest):
            outputs = list(self._stage.refused(replace(record, value=None), error))
        if _too_large(outputs, largest):
            raise Unavailable(
                "quarantine_too_large",
                f"{record.coordinates} was refused, but the quarantine does not take it",
                "raise max.message.bytes of the quarantine topic",
            )
        return outputs


def _too_large(outputs: Iterable[Output], largest: int) -> bool:
    for output in outputs:  # noqa: SIM110 - any() with a generator costs a microsecond more
        if size(output) > largest:
            return True
    return False


def _fit(outputs: Iterable[Output], largest: int) -> None:
    if _too_large(outputs, largest):
        raise Refused(
            "output_too_large",
            f"the outputs for this record are larger than {largest} bytes",
            "split the record at its source, or raise record_bytes and max.message.bytes",
        )


def _remember(stage: Stage, writes: dict[bytes, bytes | None], largest: int) -> None:
    if stage.state_topic is None:
        raise KetensluisError(
            "state_without_topic", f"{stage.name} remembers something, but has no state_topic"
        )
    _fit((Output(stage.state_topic, key, value) for key, value in writes.items()), largest)


def size(output: Output) -> int:
    """Upper bound of the bytes that Kafka needs for the record."""
    length = len(output.key or b"") + len(output.value or b"") + _FRAMING
    for name, value in output.headers:
        length += len(name) + len(value or b"") + _HEADER_FRAMING
    return length


def failure(error: BaseException) -> Refused:
    """What is told of a bug: its type and where it is, never the values that it met."""
    frames = extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return Refused(
        "stage_failure",
        f"the stage failed on this record with {type(error).__name__} at {where}",
        "report it with this place; requeue the record when it is mended",
    )
