"""The roots of a growing log, and the place of a record in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_log import log_of, made_record

from ketensluis.journal.entry import Entry
from ketensluis.journal.frontier import Frontier
from ketensluis.journal.hashing import leaf_hash, root_of
from ketensluis.journal.lookup import find_entry
from ketensluis.model.record import Coordinates


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_at_each_size_is_that_of_the_leaves_so_far(entries: list[bytes]):
    frontier, leaves = Frontier(), list[bytes]()
    for entry in entries:
        assert frontier.root() == root_of(leaves)
        leaves.append(leaf_hash(entry))
        frontier.add(leaves[-1])
    assert (frontier.size, frontier.root()) == (len(leaves), root_of(leaves))


@pytest.mark.parametrize("number", [0, 5, 255, 256, 299])
def test_the_entry_of_a_record_is_found_by_where_it_lies(number: int):
    at = made_record(number).coordinates
    found = find_entry(log_of(300).fetch, 300, at)
    assert found == (number, Entry.of(made_record(number)).encode())


@pytest.mark.parametrize("offset", [75, 7_500])
def test_a_record_that_is_not_in_the_log_is_not_found(offset: int):
    assert find_entry(log_of(300).fetch, 300, Coordinates("ledger.events", 0, offset)) is None


def test_an_entry_beyond_the_size_that_is_asked_about_is_not_found():
    assert find_entry(log_of(300).fetch, 256, made_record(295).coordinates) is None
