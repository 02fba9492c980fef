"""Where an incident belongs, what of that may be shown to whom, and who else is to hear of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from made_incidents import AT, HOME, agreement, incident, person, rules

from ketensluis.agreements.agreement import Agreement
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Delivery, IncidentHistory
from ketensluis.model.routing import RULE_NOT_SHOWN
from services.disclosure.decide import decide
from services.disclosure.recipients import Whereabouts, owed, whereabouts

VT, OM = "vt:groningen", "om:noord-nederland"
CEASED, THERE = "GM0501", "rotterdam-rijnmond"  # Brielle, until 2023
HOMELESS = {"persons": [person("p1", "victim")], "relations": []}


def where(**changed: Any) -> Whereabouts:
    return whereabouts(incident(**changed), rules(), None)


def hiding(*others: dict[str, Any]) -> dict[str, Any]:
    """Somebody of whom the address is hidden, and by whose home nothing is routed."""
    secret = {"street": "Beukenlaan", "city": "Assen", "secret": True}
    return {"persons": [*others, person("p9", "witness", address=secret)], "relations": []}


def test_where_nothing_is_hidden_the_region_the_rule_and_the_notes_are_for_everybody():
    found = where(municipality=CEASED, **HOMELESS)
    assert (found.region, found.rule, found.municipality) == (THERE, "place_of_incident", CEASED)
    assert found.notes
    assert (found.region_for(f"vt:{THERE}"), found.region_for(OM)) == (THERE, THERE)


def test_where_an_address_is_hidden_others_are_told_neither_region_nor_rule_nor_notes():
    at_home = person("p1", "victim", address={**HOME, "municipality": CEASED})
    for persons in (hiding(at_home), hiding(person("p1", "victim"))):
        found = where(municipality=CEASED, **persons)
        assert (found.rule, found.notes) == (RULE_NOT_SHOWN, ())
        assert (found.region_for(f"vt:{THERE}"), found.region_for(OM)) == (THERE, None)


def test_a_withdrawal_may_name_nobody_and_so_tells_others_nothing_of_where_it_was():
    found = where(event="withdrawn", sequence=2, **HOMELESS)
    assert (found.region, found.rule, found.municipality) == ("groningen", RULE_NOT_SHOWN, None)
    assert (found.region_for(VT), found.region_for(OM)) == ("groningen", None)


def test_a_place_that_is_the_home_of_who_reported_only_is_told_by_no_municipality():
    reporter = person("p3", "reporter", address=HOME)
    persons = {"persons": [person("p1", "victim"), reporter], "relations": [], "place": HOME}
    assert where(**persons).municipality is None
    assert where(**persons | {"place": {"city": "Elders"}}).municipality == "GM0014"


def moved(**onward: str) -> IncidentHistory:
    deliveries = {
        f"vt:{region}": Delivery(
            message_id="m", sequence=1, outcome="rerouted", reason=f"rerouted:vt:{to}", digests={}
        )
        for region, to in onward.items()
    }
    return IncidentHistory(
        incident_id="PL0100-2026000001",
        sequence=1,
        digests={},
        topic="police.incidents",
        partition=0,
        offset=0,
        registered_at=AT,
        labelled_at=AT,
        deliveries=deliveries,
        unit="Noord-Nederland",
    )


@pytest.mark.parametrize(
    ("onward", "settled"),
    [
        ({"groningen": "drenthe"}, "vt:drenthe"),
        ({"groningen": "drenthe", "drenthe": "twente"}, "vt:twente"),
        ({"drenthe": "twente"}, VT),
        # Regions that send each other on do not keep the hub busy for ever.
        ({"groningen": "drenthe", "drenthe": "groningen"}, "vt:drenthe"),
        ({"groningen": "drenthe", "drenthe": "twente", "twente": "drenthe"}, "vt:twente"),
    ],
)
def test_an_incident_belongs_to_the_region_that_took_it_over_last(
    onward: dict[str, str], settled: str
):
    assert whereabouts(incident(), rules(), moved(**onward)).vt == settled


def hears(it: Incident, *agreements: Agreement) -> list[tuple[str, str]]:
    book = rules(*agreements)
    found = owed(it, whereabouts(it, book, None), book, AT)
    return [(each.recipient, each.kind) for each in found]


def further(recipient: str, **more: Any) -> Agreement:
    return agreement(version=recipient, recipient=recipient, **more)


def test_each_recipient_that_an_agreement_names_gets_a_notice():
    found = hears(incident(), further("gemeente:*"), further("raad:kinderbescherming"))
    assert found == [
        (VT, "referral"),
        ("gemeente:gm0014", "notice"),
        ("raad:kinderbescherming", "notice"),
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"valid_from": date(2026, 3, 4)}, True),  # that day
        ({"valid_from": date(2026, 3, 5)}, False),
        ({"region": ["groningen"]}, True),
        ({"region": ["twente"]}, False),
        ({"applies_when": {"measures": "arrest"}}, False),
    ],
)
def test_an_agreement_names_whom_to_tell_from_its_first_day_in_its_regions(
    more: dict[str, Any],
    told: bool,  # noqa: FBT001 - a case
):
    found = hears(incident(), further("raad:kinderbescherming", **more))
    assert (("raad:kinderbescherming", "notice") in found) is told


def test_a_recipient_whose_name_would_betray_a_hidden_address_waits_for_safety():
    secret = {**HOME, "municipality": "GM0014", "secret": True}
    it = incident(persons=[person("p1", "victim", address=secret)], relations=[])
    found = decide(it, at=AT, history=None, rules=rules(agreement(), further("gemeente:*")))
    (held,) = [each for each in found if each.recipient.startswith("gemeente:")]
    assert (held.recipient, held.kind) == ("gemeente:not-shown", "notice")
    assert (held.outcome, held.reason) == ("held", "hold_safety")


def test_a_text_goes_as_the_hubs_own_masker_gives_it():
    text = agreement({"id": "text", "fields": ["narrative"], "action": "mask"})
    book = rules(text, masker=lambda *_: "Er werd [naam] gebeld.")
    (found,) = decide(incident(narrative="Er werd gebeld."), at=AT, history=None, rules=book)
    assert found.released is not None
    assert found.released.narrative == "Er werd [naam] gebeld."


def test_what_has_no_way_to_its_recipient_keeps_nothing_that_could_go():
    book = rules(agreement({"id": "team", "fields": ["team"]}))
    (found,) = decide(incident(), at=AT, history=None, rules=book)
    assert found.released is not None
    assert found.parts is not None
    stopped = found.without_route()
    assert (stopped.outcome, stopped.reason) == ("refused", "no_route")
    assert not any((stopped.released, stopped.verdicts, stopped.message, stopped.parts))
