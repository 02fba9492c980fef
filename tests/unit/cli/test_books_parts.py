"""A part of the books by region, unit and days, and the police's totals beside it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import msgspec
import pytest
from made_ledger import OM, answer, at, decision, whole_ladder

from ketensluis.avro.codec import Codec
from ketensluis.cli.control import Control, say_tiers
from ketensluis.cli.period import Part
from ketensluis.kafka.books import Books
from ketensluis.ledger.balance import balance
from ketensluis.ledger.fold import cases
from ketensluis.ledger.source import Source
from ketensluis.ledger.tiers import Tiers, tiers
from ketensluis.model.ledger import Case, LedgerEvent
from ketensluis.model.messages import ControlTotal

UNIT, OTHER_UNIT = "Midden-Nederland", "Oost-Nederland"
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, number) for number in (2, 3, 4))


def of(incident: str, *told: LedgerEvent) -> tuple[Case, ...]:
    renamed = (msgspec.structs.replace(each, incident_id=incident) for each in told)
    return cases(tuple(sorted(renamed, key=lambda each: (each.occurred_at, each.event_id))))


ROWS = [
    *of("A", *whole_ladder(), decision(1, recipient=OM)),
    *of("B", decision(1), answer(2, "received")),
    *of("C", decision(1, outcome="suspected", classification="suspected")),
    *of("D", decision(1, unit=OTHER_UNIT, region="twente", recipient="vt:twente")),
    *of("E", decision(1, registered_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))),
]


def total(day: date, *listed: str, unit: str = UNIT) -> ControlTotal:
    return ControlTotal(
        unit=unit, day=day, incidents=len(listed), hg=0, incident_ids=listed, counted_at=at(0)
    )


def books() -> Books:
    found = Books(Codec.from_lock())
    found.cases = {f"{row.incident_id}|{row.recipient}".encode(): row for row in ROWS}
    return found


@pytest.mark.parametrize(
    ("part", "incidents"),
    [
        (Part(), "ABCDE"),
        (Part(region="twente"), "D"),
        (Part(unit=UNIT), "ABCE"),
        (Part(since=TUESDAY), "E"),
        (Part(until=MONDAY), "ABCD"),
        (Part(unit=UNIT, since=MONDAY, until=MONDAY), "ABC"),
    ],
)
def test_a_part_has_the_incidents_of_its_region_unit_and_local_days(part: Part, incidents: str):
    assert {case.incident_id for case in part.cases(ROWS)} == set(incidents)


def test_the_balance_of_a_part_keeps_what_the_whole_does_not_explain():
    whole = balance(ROWS, Source(incoming={"police.incidents[0]@1": "LOST"}))
    sheet = Part(region="twente").sheet(whole, ROWS)

    assert (sheet["registered"], len(sheet.unaccounted), sheet.holds) == (1, 1, False)
    assert Part().sheet(whole, ROWS) is whole


def test_tiers_count_incidents_from_the_polices_own_count_down_to_feedback():
    found = tiers(ROWS, [total(MONDAY, "A", "B", "C", "X"), total(WEDNESDAY)])

    lines = {(each.day, each.unit, each.region): each for each in found}
    assert lines[MONDAY, UNIT, None] == Tiers(MONDAY, UNIT, None, 4, 3, 2, 2, 2, 2, 1, 1)
    assert lines[MONDAY, UNIT, "utrecht"].source is None
    assert lines[MONDAY, OTHER_UNIT, None].source is None, "not known is not none"
    assert lines[WEDNESDAY, UNIT, None].registered == 0
    assert lines[TUESDAY, UNIT, "utrecht"].sent == 1


def test_of_two_totals_the_newer_one_is_the_source():
    newer = msgspec.structs.replace(total(MONDAY, "A"), counted_at=at(9))
    (line, *_) = tiers([], [newer, total(MONDAY, "A", "B")])

    assert line.source == 1


def test_tiers_print_a_row_for_the_unit_and_one_for_each_of_its_regions(
    capsys: pytest.CaptureFixture[str],
):
    say_tiers(tiers(ROWS[:1]))

    heading, every, region = capsys.readouterr().out.splitlines()
    assert heading.split()[3:5] == ["source", "registered"]
    assert every.split()[:3] == ["2026-03-02", UNIT, "all"]
    assert region.split()[2] == "utrecht"


def test_a_difference_and_a_day_without_a_total_are_named_and_the_totals_do_not_agree(
    capsys: pytest.CaptureFixture[str],
):
    sent = [total(MONDAY, "A", "B", "C", "GONE"), total(WEDNESDAY)]
    control = Control.of(sent, books(), Part())
    control.say()

    said = capsys.readouterr().out
    assert "1 of 2 unit-days agree" in said
    assert "missing: GONE" in said
    assert f"{TUESDAY} {UNIT}: no total came" in said
    assert not control.agrees
    told = json.loads(msgspec.json.encode(control.as_json()))
    assert told["control_totals_missing"] == [{"unit": UNIT, "day": "2026-03-03"}]
    assert told["control_totals"][0]["missing"] == ["GONE"]


def test_a_part_is_compared_on_its_own_days_only(capsys: pytest.CaptureFixture[str]):
    sent = [total(MONDAY, "GONE"), total(TUESDAY, "E")]

    assert Control.of(sent, books(), Part(since=TUESDAY)).agrees
    assert not Control.of(sent, books(), Part(until=MONDAY)).agrees
    Control.of([], books(), Part()).say()
    assert capsys.readouterr().out == "police control totals: none received\n"
