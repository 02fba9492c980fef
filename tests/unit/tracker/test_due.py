"""The index of moments: soonest first, never forgotten, never twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.tracker.due import DueIndex
from services.tracker.remembered import NEVER


def test_incidents_come_up_soonest_first_and_stay_until_their_moment_is_set_anew():
    index = DueIndex([(b"late", 30), (b"soon", 10), (b"never", NEVER)])

    assert index.due(20, most=9) == [b"soon"]
    assert index.due(30, most=9) == [b"soon", b"late"]
    assert index.due(30, most=1) == [b"soon"]

    index.set(b"soon", 40)
    assert index.due(30, most=9) == [b"late"]
    index.set(b"late", NEVER)
    assert index.due(30, most=9) == []
    assert (len(index), index.first()) == (1, 40)


def test_a_moment_that_is_set_back_comes_up_once():
    index = DueIndex()
    for moment in (10, 20, 10):
        index.set(b"one", moment)

    assert index.due(50, most=9) == [b"one"]


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.integers(0, 9) | st.just(NEVER))))
def test_the_index_knows_what_a_plain_dictionary_knows(changes: list[tuple[bytes, int]]):
    index, plain = DueIndex(), {}
    for key, moment in changes:
        index.set(key, moment)
        plain[key] = moment
        due = {key for key, at in plain.items() if at <= 5}
        assert set(index.due(5, most=9)) == due
        assert len(index) == sum(at != NEVER for at in plain.values())
