"""What `sluis watch` shows fits the terminal that it is shown in."""

from __future__ import annotations

import pytest
from rich.console import Console
from worklist_rig import alarm, case

from ketensluis.avro.codec import Codec
from ketensluis.cli.watch import shown
from ketensluis.kafka.books import Books
from ketensluis.ledger.sheet import LINES


def lines(width: int, height: int, *, terminal: bool = True) -> list[str]:
    books = Books(Codec.from_lock())
    books.cases = {b"%d" % number: case(number) for number in range(1, 6)}
    books.alarms = {str(number): alarm(number) for number in range(1, 20)}
    console = Console(width=width, height=height, force_terminal=terminal, color_system=None)
    with console.capture() as said:
        console.print(shown(books, console))
    return said.get().splitlines()


@pytest.mark.parametrize(("width", "height"), [(100, 24), (100, 50), (130, 24), (200, 60)])
def test_the_newest_alarm_and_what_is_unaccounted_are_never_cut_off(width: int, height: int):
    found = lines(width, height)
    assert len(found) <= height
    for words in ("PL0900-19", "unaccounted, or on its way", "registered"):
        assert any(words in line for line in found), words


def test_with_room_or_on_paper_every_line_of_the_balance_is_there():
    for found in (lines(200, 40), lines(80, 25, terminal=False)):
        for line in LINES:
            assert any(line.label in each for each in found), line
