"""What goes into a transaction, and what is set apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from ketensluis.errors import Refused, Unavailable
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.batch import Batch, size
from ketensluis.runtime.bounds import Bounds
from ketensluis.runtime.partitioner import partition_of
from ketensluis.runtime.stage import Context

Act = Callable[[Record, Context], Iterable[Output]]


@dataclass(frozen=True)
class Doing:
    """Does as it is told."""

    act: Act
    state_topic: str | None = "memory"
    name: str = "doing"
    inputs: tuple[str, ...] = ("in",)
    told: list[list[int]] = field(default_factory=list)

    def refers_to(self, record: Record) -> Coordinates | None:
        if record.value == b"confusing":
            raise KeyError("Jansen")
        return None

    def process(self, record: Record, context: Context) -> Iterable[Output]:
        return self.act(record, context)

    def refusing(self, records: Sequence[Record]) -> None:
        self.told.append([each.coordinates.offset for each in records])

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        yield Output("quarantine", record.key, record.value, (("code", error.code.encode()),))


def record(offset: int = 0, value: bytes = b"v") -> Record:
    return Record(Coordinates("in", 0, offset), b"k", value, (), 0)


def batch_of(act: Act, largest: int = 10_000, state_topic: str | None = "memory") -> Batch:
    stage = Doing(act, state_topic)
    return Batch(stage, {}.get, largest=lambda _: largest, report=lambda *_: None)


def closed(batch: Batch) -> Batch:
    """The batch with its refused records in quarantine."""
    for _ in batch.close():
        pass
    return batch


def codes(batch: Batch) -> list[bytes | None]:
    return [dict(output.headers).get("code") for output in batch.outputs]


def test_a_later_record_sees_what_an_earlier_one_of_the_batch_remembered():
    seen = []

    def act(record: Record, context: Context) -> Iterable[Output]:
        seen.append(context.state.get(b"x"))
        context.state.put(b"x", b"%d" % record.coordinates.offset)
        return ()

    batch = batch_of(act)
    batch.take(record(1))
    batch.take(record(2))
    assert seen == [None, b"1"]
    assert batch.writes == {b"x": b"2"}


def test_what_a_refused_record_remembered_or_yielded_is_gone():
    def act(record: Record, context: Context) -> Iterable[Output]:
        yield Output("out", b"k", b"secret for someone")
        context.state.put(b"x", b"1")
        if record.coordinates.offset == 1:
            raise Refused("unwanted", "it is not wanted")

    batch = batch_of(act)
    batch.take(record(1))
    assert batch.writes == {}
    batch.take(record(2))
    assert codes(closed(batch)) == [b"unwanted", None]
    assert [output.topic for output in batch.outputs] == ["quarantine", "out"]


def test_the_refused_are_told_to_the_stage_at_once_and_stand_where_they_came():
    def act(record: Record, context: Context) -> Iterable[Output]:
        if record.coordinates.offset in {2, 3, 5}:
            raise Refused(f"unwanted_{record.coordinates.offset}", "it is not wanted")
        return [Output("out", b"k", b"first"), Output("out", b"k", b"second")]

    stage = Doing(act)
    batch = Batch(stage, {}.get, largest=lambda _: 1_000, report=lambda *_: None)
    for offset in range(1, 6):
        batch.take(record(offset))
    assert codes(closed(batch)) == [
        None, None, b"unwanted_2", b"unwanted_3", None, None, b"unwanted_5",
    ]  # fmt: skip
    assert stage.told == [[2, 3, 5]]
    assert len(closed(batch).outputs) == 7


def test_a_batch_without_refusals_tells_the_stage_of_none():
    stage = Doing(lambda *_: ())
    batch = Batch(stage, {}.get, largest=lambda _: 1_000, report=lambda *_: None)
    batch.take(record())
    closed(batch)
    assert stage.told == []


def test_a_bug_is_quarantined_by_type_and_place_without_the_values_it_met():
    told: list[Refused] = []

    class Listening(Doing):
        def refused(self, record: Record, error: Refused) -> Iterable[Output]:
            told.append(error)
            return super().refused(record, error)

    def act(record: Record, context: Context) -> Iterable[Output]:
        raise ValueError("Jansen, Dorpsstraat 1")

    reported: list[Exception] = []
    batch = Batch(
        Listening(act), {}.get, largest=lambda _: 1_000, report=lambda _, e: reported.append(e)
    )
    batch.take(record())
    closed(batch)
    assert batch.refused == ["stage_failure"]
    assert "ValueError at test_runtime_batch.py:" in told[0].sentence
    assert "Jansen" not in str(told[0])
    assert [type(error) for error in reported] == [ValueError]


def test_a_bug_in_finding_the_referred_record_refuses_that_record_only():
    batch = batch_of(lambda *_: ())
    with pytest.raises(Refused) as caught:
        batch.refers_to(record(value=b"confusing"))
    assert caught.value.code == "stage_failure"
    assert "Jansen" not in str(caught.value)


@pytest.mark.parametrize("error", [Unavailable("registry_away", "it is away"), MemoryError()])
def test_what_may_heal_is_raised_and_refuses_nothing(error: Exception):
    def act(record: Record, context: Context) -> Iterable[Output]:
        raise error

    batch = batch_of(act)
    with pytest.raises(type(error)):
        batch.take(record())
    assert closed(batch).outputs == []


def test_memory_without_a_topic_for_it_is_a_fault_of_the_stage():
    def act(record: Record, context: Context) -> Iterable[Output]:
        context.state.put(b"x", b"1")
        return ()

    batch = batch_of(act, state_topic=None)
    batch.take(record())
    assert batch.refused == ["stage_failure"]
    assert batch.writes == {}


@pytest.mark.parametrize("where", ["value", "header", "memory"])
def test_too_large_an_output_quarantines_the_input(where: str):
    large = b"x" * 20_000

    def act(record: Record, context: Context) -> Iterable[Output]:
        if where == "memory":
            context.state.put(b"x", large)
        headers = (("h", large),) if where == "header" else ()
        yield Output("out", b"k", large if where == "value" else b"", headers)

    batch = batch_of(act)
    batch.take(record())
    assert codes(closed(batch)) == [b"output_too_large"]
    assert batch.outputs[0].value == b"v"


def test_a_quarantine_record_that_does_not_fit_is_cut_to_its_coordinates():
    batch = batch_of(lambda *_: (), largest=1_000)
    batch.refuse(record(value=b"x" * 2_000), Refused("unwanted", "it is not wanted"))
    assert closed(batch).outputs[0].value is None
    batch = batch_of(lambda *_: (), largest=10)
    batch.refuse(record(), Refused("unwanted", "no"))
    with pytest.raises(Unavailable) as caught:
        closed(batch)
    assert caught.value.code == "quarantine_too_large"


@given(st.binary(max_size=70), st.integers(1, 50))
def test_keys_go_where_other_kafka_clients_put_them(key: bytes, count: int):
    partitions = list(range(count))
    assert partition_of(key, partitions) == DefaultPartitioner()(key, partitions, partitions)


def test_size_counts_all_that_is_sent():
    output = Output("t", b"12345", b"1234567890", (("name", b"value"),))
    assert size(output) >= 5 + 10 + 4 + 5


@given(st.integers(0, 299), st.integers(1, 300))
def test_narrowing_isolates_the_one_record_that_is_too_large(bad: int, most: int):
    """Simulates the broker, which says only that something in a batch was too large."""
    bounds, position, refused, tries = Bounds(most, 100), 0, [], 0
    while position < 300:
        tries += 1
        taken = [record(offset) for offset in range(position, min(position + bounds.records, 300))]
        sizes = {
            one.coordinates.offset: 90 if one.coordinates.offset == bad else 10 for one in taken
        }
        fitting = [one for one in taken if sizes[one.coordinates.offset] <= bounds.largest(one)]
        if any(sizes[one.coordinates.offset] > 50 for one in fitting):
            bounds.narrow(taken, max(sizes.values()))
            continue
        refused += [one.coordinates.offset for one in taken if one not in fitting]
        position += len(taken)
        bounds.widen()
    assert refused == [bad]
    assert tries <= 300 // most + 120
