"""By which region an agreement is chosen, and what each decision says of itself."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from made_incidents import AT, agreement, incident, rules

from ketensluis.agreements.agreement import Agreement
from ketensluis.model.incident import Incident
from ketensluis.model.messages import DisclosureRequest
from services.disclosure.decide import decide
from services.disclosure.decision import Decision, is_news

VT, OM = "vt:groningen", "om:noord-nederland"
ARREST = {"measures": [{"kind": "arrest"}]}
TEAM = {"id": "team", "fields": ["team"]}


def request(reason: Any, request_id: str = "r1", **more: Any) -> DisclosureRequest:
    return DisclosureRequest(
        request_id=request_id,
        incident_id="PL0100-2026000001",
        topic="police.incidents",
        partition=0,
        offset=0,
        reason=reason,
        requested_at=AT,
        **more,
    )


def decided(
    it: Incident, *agreements: Agreement, asked: DisclosureRequest | None = None
) -> dict[str, Decision]:
    found = decide(it, at=AT, history=None, rules=rules(*agreements), request=asked)
    return {each.recipient: each for each in found}


@pytest.mark.parametrize(
    ("recipient", "pattern"), [(VT, "vt:*"), (OM, "om:*"), ("raad:kinderbescherming", None)]
)
def test_an_agreement_of_one_region_holds_for_the_incidents_of_that_region_only(
    recipient: str, pattern: str | None
):
    named = pattern or recipient
    here = agreement(TEAM, version="here", recipient=named, region=["groningen", "zeeland"])
    other = agreement(TEAM, version="other", recipient=named, region=["twente"])
    found = decided(incident(**ARREST), here, other)[recipient]
    assert found.outcome == "released"
    assert found.agreement is not None
    assert found.agreement.version == "here"
    if pattern is not None:  # who is named by an agreement alone does not hear at all
        alone = decided(incident(**ARREST), other)[recipient]
        assert (alone.outcome, alone.reason) == ("refused", "no_agreement")


def test_a_region_that_takes_an_incident_over_gets_it_by_its_own_agreement():
    first = agreement(TEAM, version="groningen", region=["groningen"])
    second = agreement(TEAM, version="drenthe", region=["drenthe"])
    asked = request("reroute", recipient="vt:drenthe", instead_of=VT)
    found = decided(incident(), first, second, asked=asked)["vt:drenthe"]
    assert found.agreement is not None
    assert (found.agreement.version, found.outcome) == ("drenthe", "released")


def test_a_decision_says_where_the_incident_was_and_to_which_region_it_belongs():
    found = decided(incident(**ARREST))
    for recipient, kind in ((VT, "referral"), (OM, "notice")):
        told = found[recipient]
        assert (told.kind, told.municipality, told.region) == (kind, "GM0014", "groningen")


def test_each_message_has_an_id_of_its_own_and_the_same_one_when_it_is_decided_again():
    def ids(sequence: int, asked: DisclosureRequest | None = None) -> list[str]:
        found = decided(incident(sequence=sequence, **ARREST), asked=asked)
        return [each.message.message_id for each in found.values() if each.message]

    versions = [ids(1), ids(2), ids(1, request("history", "r1")), ids(1, request("history", "r2"))]
    assert ids(1) == versions[0]
    every = [one for version in versions for one in version]
    assert len(every) == 8
    assert len(set(every)) == 8


@pytest.mark.parametrize("outcome", ["duplicate", "superseded", "released"])
def test_what_was_there_before_is_no_news(outcome: str):
    told = [msgspec.structs.replace(each, outcome=outcome) for each in decided(incident()).values()]
    assert is_news(told) is (outcome == "released")


def test_a_decision_is_printed_with_the_agreement_that_it_rests_on():
    printed = decided(incident(), agreement(TEAM, version="7"))[VT].to_json()
    assert (printed["agreement"], printed["version"]) == ("test", "7")
