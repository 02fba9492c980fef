"""The high-water mark with its gaps: a row that appears late is found, and the form is small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.bvi.gaps import Gap, Marks

HOUR = 3600
KAFKA_METADATA_BYTES = 4096
HIGHEST = 2**63 - 1


def after(marks: Marks, *numbers: int, at: int = 0) -> Marks:
    return marks.after(numbers, at)[0]


def test_rows_in_a_row_leave_no_gap():
    assert after(after(Marks(), 5, 6), 7) == Marks(7)


def test_what_lies_before_the_first_row_is_history():
    assert after(Marks(), 5, 8) == Marks(8, (Gap(6, 7, 0),))
    assert after(Marks(0), 2) == Marks(2, (Gap(1, 1, 0),))


def test_a_row_that_comes_late_closes_its_gap_or_splits_it():
    marks = after(Marks(1), 9)
    assert after(marks, 5, at=60) == Marks(9, (Gap(2, 4, 0), Gap(6, 8, 0)))
    assert after(after(Marks(1), 3), 2) == Marks(3)


def test_a_number_that_did_not_come_in_an_hour_was_never_used():
    marks = after(Marks(1), 3)
    assert after(marks, 4, at=HOUR - 1).gaps == (Gap(2, 2, 0),)
    assert after(marks, 4, at=HOUR).gaps == ()


def test_too_many_gaps_are_given_up_oldest_first_and_counted():
    marks, given_up = Marks(0).after(range(2, 2 * 100 + 2, 2), 0)
    assert given_up == 36
    assert len(marks.gaps) == 64
    assert marks.gaps[-1] == Gap(199, 199, 0)


def test_the_largest_position_fits_into_kafkas_offset_metadata():
    marks, _ = Marks(HIGHEST - 1000).after(range(HIGHEST - 998, HIGHEST + 1, 2), 4_000_000_000)
    assert marks.mark == HIGHEST
    assert len(marks.text().encode()) <= KAFKA_METADATA_BYTES
    assert Marks.read(marks.text()) == marks


@given(st.lists(st.lists(st.integers(1, 60), min_size=1, unique=True), max_size=8))
def test_every_number_is_either_taken_or_still_asked_for(polls: list[list[int]]):
    marks, seen = Marks(0), set[int]()
    for poll in polls:
        asked = {n for gap in marks.gaps for n in range(gap.first, gap.last + 1)}
        rows = [n for n in poll if n > (marks.mark or 0) or n in asked]
        if not rows:
            continue
        assert not seen & set(rows), "a row is never taken twice"
        seen |= set(rows)
        marks = after(marks, *rows)
        asked = {n for gap in marks.gaps for n in range(gap.first, gap.last + 1)}
        assert asked == set(range(1, (marks.mark or 0) + 1)) - seen
