"""Control totals: a difference between police and hub names the incidents that make it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from made_ledger import decision

from ketensluis.ledger.fold import cases
from ketensluis.ledger.reconciliation import UnitDay, reconcile, uncounted
from ketensluis.model.ledger import Case
from ketensluis.model.messages import ControlTotal

UNIT, DAY = "Midden-Nederland", date(2026, 3, 2)


def hub(*incident_ids: str, **fields: object) -> list[Case]:
    return [
        case
        for incident_id in incident_ids
        for case in cases((decision(1, incident_id=incident_id, **fields),))
    ]


def total(*incident_ids: str, hour: int = 1, **fields: object) -> ControlTotal:
    told = {
        "unit": UNIT,
        "day": DAY,
        "incidents": len(incident_ids),
        "hg": len(incident_ids),
        "incident_ids": incident_ids,
        "counted_at": datetime(2026, 3, 3, hour, tzinfo=UTC),
        **fields,
    }
    return ControlTotal(**told)  # type: ignore[arg-type]


def only(found: tuple[UnitDay, ...]) -> UnitDay:
    (unit_day,) = found
    return unit_day


def test_the_same_incidents_on_both_sides_agree():
    assert only(reconcile([total("A", "B")], hub("A", "B"))).agrees


def test_an_incident_that_never_reached_the_hub_is_named():
    found = only(reconcile([total("A", "B")], hub("A")))

    assert not found.agrees
    assert found.missing == ("B",)


def test_an_incident_that_the_police_do_not_count_is_named():
    found = only(reconcile([total("A")], hub("A", "B")))

    assert not found.agrees
    assert found.surplus == ("B",)


def test_one_missing_and_one_surplus_do_not_cancel_out():
    found = only(reconcile([total("A", "B")], hub("A", "C")))

    assert found.police == found.hub
    assert not found.agrees
    assert (found.missing, found.surplus) == (("B",), ("C",))


def test_an_incident_in_quarantine_is_explained_and_not_missing():
    found = only(reconcile([total("A", "B")], hub("A"), quarantined={"B"}))

    assert found.agrees
    assert found.quarantined == ("B",)


def test_a_label_that_came_after_the_count_is_explained_and_not_alarmed():
    found = only(reconcile([total("A", "B", hg=1)], hub("A", "B")))

    assert found.agrees
    assert found.late_labels == 1


def test_an_incident_just_after_local_midnight_counts_on_its_local_day():
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # 00:30 on 2 March in the Netherlands

    assert only(reconcile([total("A")], hub("A", registered_at=late))).agrees


def test_an_incident_that_the_hub_has_under_another_day_is_moved_and_not_missing():
    found = only(
        reconcile([total("A")], hub("A", registered_at=datetime(2026, 3, 5, 9, tzinfo=UTC)))
    )

    assert found.missing == ()
    assert found.moved == ("A",)
    assert found.agrees


def test_an_incident_that_the_police_list_under_another_day_is_no_surplus():
    other = date(2026, 3, 3)
    found = reconcile([total("A"), total("B", day=other)], hub("A", "B"))

    assert [(each.elsewhere, each.moved) for each in found] == [(("B",), ()), ((), ("B",))]
    assert all(each.agrees and not each.surplus for each in found)


def test_a_count_of_none_names_what_the_hub_has_as_surplus():
    found = only(reconcile([total()], hub("A")))

    assert not found.agrees
    assert found.surplus == ("A",)


def test_a_list_that_is_shorter_than_its_count_names_nothing_as_surplus():
    found = only(reconcile([total("A", incidents=3)], hub("A", "B")))

    assert not found.agrees
    assert (found.surplus, found.elsewhere) == ((), ())


def test_days_without_a_total_are_named_from_a_units_first_to_anybodys_last():
    days = [date(2026, 3, number) for number in range(1, 6)]
    sent = [total(day=day) for day in (days[1], days[3])]
    sent += [total(unit="Oost-Brabant", day=day) for day in (days[3], days[4])]

    assert uncounted(sent) == ((UNIT, days[2]), (UNIT, days[4]))
    assert uncounted([]) == ()


def test_the_total_that_was_counted_last_holds():
    found = only(reconcile([total("A", "B", hour=5), total("A", hour=2)], hub("A", "B")))

    assert found.agrees


def test_a_count_without_a_list_still_shows_that_something_is_missing():
    found = only(reconcile([total(incidents=3, hg=3)], hub("A")))

    assert not found.agrees
    assert found.missing == ()
