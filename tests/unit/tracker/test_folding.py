"""A batch of records is folded as each by itself would be, and what is bad stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from made_ledger import decision, whole_ladder

from ketensluis.avro.codec import Codec
from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.resources import resource
from services.tracker.folding import Folding
from services.tracker.process import Told, Tracking
from services.tracker.remembered import Remembered, pack

CODEC = Codec.from_lock()
TRACKING = Tracking(Clocks(load(resource("reference") / "clocks.yaml")))
CLOCKS = b"eightby8"
EVENTS = [event for name in ("A", "B", "C") for event in whole_ladder(name)]


def record(event: LedgerEvent, offset: int = 0) -> Record:
    return raw(event.incident_id.encode(), CODEC.encode(event), offset)


def raw(key: bytes, value: bytes | None, offset: int = 0) -> Record:
    return Record(Coordinates("ledger.events", 0, offset), key, value, (), 0)


class Table:
    """What a partition holds, and how often it was asked."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.asked: list[Sequence[bytes]] = []

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        self.asked.append(keys)
        return [self.values.get(key) for key in keys]

    def keep(self, told: dict[bytes, Told]) -> None:
        self.values |= {key: pack(each.known, CLOCKS) for key, each in told.items()}


@given(st.permutations(EVENTS), st.lists(st.integers(1, len(EVENTS)), max_size=4))
def test_however_events_are_cut_into_batches_the_table_comes_out_the_same(
    told: list[LedgerEvent], cuts: list[int]
):
    folding, one_by_one, in_batches = Folding(TRACKING, CODEC), Table(), Table()
    for event in told:
        one_by_one.keep(folding.fold([record(event)], one_by_one.get).told)
    edges = sorted({0, *cuts, len(told)})
    for begin, end in pairwise(edges):
        batch = [record(event) for event in told[begin:end]]
        in_batches.keep(folding.fold(batch, in_batches.get).told)

    assert in_batches.values == one_by_one.values


def test_an_incident_of_several_events_is_read_and_told_once():
    table = Table()
    folded = Folding(TRACKING, CODEC).fold([record(each) for each in EVENTS], table.get)

    assert table.asked == [[b"A", b"B", b"C"]]
    assert {key: each.rows[0].state for key, each in folded.told.items()} == {
        b"A": "closed", b"B": "closed", b"C": "closed",
    }  # fmt: skip


def test_a_record_that_is_no_event_is_refused_and_the_others_of_its_batch_count():
    good = decision(1, incident_id="A")
    bad = [raw(b"A", b"not avro", 1), raw(b"A", None, 2), raw(b"B", CODEC.encode(good), 3)]
    folded = Folding(TRACKING, CODEC).fold([bad[0], record(good), *bad[1:]], Table().get)

    assert [(each, error.code) for each, error in folded.refused] == list(
        zip(bad, ("not_avro", "no_value", "wrong_key"), strict=True)
    )
    assert folded.told[b"A"].known.events == (good,)


class Faulty(Tracking):
    """Stumbles over one event, as a fault of ours would."""

    def events(self, known: Remembered, told: Iterable[LedgerEvent]) -> Told:
        several = list(told)
        if any(each.code == "stumble" for each in several):
            raise ZeroDivisionError
        return super().events(known, several)


def test_an_event_that_cannot_be_folded_is_refused_alone_and_those_around_it_are_folded():
    first, *rest = whole_ladder("A")
    bad = decision(50, incident_id="A", event_id="bad", code="stumble")
    tracking = Faulty(Clocks(load(resource("reference") / "clocks.yaml")))
    batch = [
        record(first),
        record(bad, 7),
        *map(record, rest),
        record(decision(1, incident_id="B")),
    ]
    folded = Folding(tracking, CODEC).fold(batch, Table().get)

    ((refused, error),) = folded.refused
    assert (refused.coordinates.offset, error.code) == (7, "tracker_fault")
    assert folded.told[b"A"].known.events == (first, *rest)
    assert folded.told[b"A"].rows[0].state == "closed"
    assert folded.told[b"B"].rows[0].state == "sent"


def test_a_table_that_another_version_wrote_refuses_its_incidents_events_only():
    table = Table()
    table.values[b"A"] = b"x" * 40
    folded = Folding(TRACKING, CODEC).fold([record(each) for each in EVENTS], table.get)

    assert {error.code for _, error in folded.refused} == {"bad_table"}
    assert len(folded.refused) == len(whole_ladder("A"))
    assert set(folded.told) == {b"B", b"C"}
