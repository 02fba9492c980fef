"""What goes to whom, record after record: outcomes, corrections, withdrawals, moves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from made_incidents import AT, HOME, agreement, incident, person, rules

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.record import Coordinates
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.history import fold
from services.disclosure.rules import RuleBook

ARREST = {"measures": [{"kind": "arrest"}]}
VT, OM = "vt:groningen", "om:noord-nederland"


class Desk:
    """Takes records one by one and remembers, as the stage does."""

    def __init__(self, book: RuleBook | None = None) -> None:
        self.book = book or rules()
        self.history: IncidentHistory | None = None
        self.offset = 0

    def take(
        self, record: Incident, at: Any = AT, request: DisclosureRequest | None = None
    ) -> dict[str, Decision]:
        found = decide(record, at=at, history=self.history, rules=self.book, request=request)
        self.history = fold(
            self.history,
            record,
            found,
            rules=self.book,
            coordinates=Coordinates("police.incidents", 0, self.offset),
            at=at,
            request=request,
        )
        self.offset += 1
        assert len({each.recipient for each in found}) == len(found)
        return {each.recipient: each for each in found}

    def outcomes(self, record: Incident, **how: Any) -> dict[str, tuple[str, str | None]]:
        return {to: (each.outcome, each.reason) for to, each in self.take(record, **how).items()}


def amended(sequence: int = 2, **changed: Any) -> Incident:
    return incident(sequence=sequence, event="amended", **changed)


def request(reason: Any, **more: Any) -> DisclosureRequest:
    keys = {
        "request_id": f"{reason}-1",
        "incident_id": "PL0100-2026000001",
        "topic": "police.incidents",
        "partition": 0,
        "offset": 0,
        "reason": reason,
        "requested_at": AT,
    }
    return DisclosureRequest(**{**keys, **more})


def test_an_hg_incident_goes_to_its_veilig_thuis_and_nobody_else():
    found = Desk().take(incident())
    assert list(found) == [VT]
    assert found[VT].outcome == "released"
    assert found[VT].kind == "referral"
    assert found[VT].routing_rule == "place_of_incident"
    assert found[VT].message is not None
    assert found[VT].message.replaces is None


def test_a_measure_of_coercion_owes_om_a_notice():
    found = Desk().take(incident(**ARREST))
    assert [(to, each.kind) for to, each in found.items()] == [(VT, "referral"), (OM, "notice")]


def test_a_restraining_order_is_told_to_the_municipality_that_imposes_it():
    found = Desk().take(incident(measures=[{"kind": "restraining_order"}]))
    assert found["gemeente:gm0014"].outcome == "released"


def test_what_is_not_hg_is_not_required_and_what_may_be_waits():
    nothing = {"project_codes": [], "persons": [], "relations": [], "incident_class": "vandalism"}
    assert Desk().outcomes(incident(**nothing)) == {VT: ("not_required", "no_hg")}
    assert Desk().outcomes(incident(project_codes=[])) == {VT: ("suspected", None)}


@pytest.mark.parametrize("changed", [{"restricted": True}, {"police_employee": True}])
def test_the_restricted_class_is_held_until_its_own_agreement_decides(changed: Any):
    if "restricted" not in changed:
        changed = {"persons": [person("p1", "suspect", police_employee=True)], "relations": []}
    record = incident(**changed)
    assert Desk().outcomes(record) == {VT: ("held", "restricted_class")}
    own = agreement({"id": "t", "fields": ["team"]}, incident_scope="restricted")
    found = Desk(rules(agreement(), own)).take(record)
    assert msgspec.to_builtins(found[VT].released) == {"team": "Basisteam Noord"}


def test_a_hold_holds_until_it_is_over_and_is_then_decided_anew():
    hold = {"reason": "hold_safety", "until": "2026-03-10T00:00:00Z", "by_role": "coordinator"}
    desk = Desk()
    record = incident(hold=hold, **ARREST)
    assert desk.outcomes(record)[VT] == ("held", "hold_safety")
    later = AT + timedelta(days=10)
    asked = request("hold_over", recipient=VT)
    found = desk.take(record, at=later, request=asked)
    assert {to: each.outcome for to, each in found.items()} == {VT: "released"}


def test_without_an_agreement_in_force_it_is_refused_and_says_why():
    ended = agreement(valid_until=date(2026, 1, 1))
    assert Desk(rules(ended)).outcomes(incident()) == {VT: ("refused", "agreement_expired")}
    other = agreement(recipient="vt:zeeland")
    assert Desk(rules(other)).outcomes(incident()) == {VT: ("refused", "no_agreement")}


def test_the_same_record_again_is_a_duplicate():
    desk = Desk()
    desk.take(incident())
    assert desk.outcomes(incident()) == {VT: ("duplicate", None)}


def test_the_same_sequence_with_other_content_is_refused():
    desk = Desk()
    desk.take(incident())
    with pytest.raises(Refused) as refused:
        desk.take(incident(team="Basisteam Zuid"))
    assert refused.value.code == "conflicting_sequence"


def test_a_lower_sequence_that_comes_late_changes_nothing():
    desk = Desk()
    desk.take(amended(3))
    before = desk.history
    assert desk.outcomes(incident()) == {VT: ("superseded", None)}
    assert before is not None
    assert desk.history is not None
    assert desk.history.deliveries == before.deliveries
    assert desk.history.coordinates == before.coordinates
    assert desk.outcomes(amended(3)) == {VT: ("duplicate", None)}


def test_a_correction_names_what_it_replaces_and_what_changed():
    desk = Desk()
    first = desk.take(incident())[VT].message
    second = desk.take(amended(children_present="yes"))[VT].message
    assert first is not None
    assert second is not None
    assert second.replaces == first.message_id
    assert second.changed == ("children_present",)
    assert second.event == "amended"


def test_a_correction_that_changes_nothing_for_the_recipient_sends_nothing():
    desk = Desk()
    desk.take(incident())
    found = desk.take(amended(reporting_officer={"number": "1"}))[VT]
    assert (found.outcome, found.reason, found.message) == ("released", "unchanged", None)
    assert found.released is not None
    third = desk.take(amended(3, children_present="no"))[VT].message
    assert third is not None
    assert third.replaces is not None


def test_persons_in_another_order_are_no_change():
    desk = Desk()
    desk.take(incident())
    turned = list(reversed(msgspec.to_builtins(incident().persons)))
    assert desk.take(amended(persons=turned))[VT].reason == "unchanged"


def test_a_person_put_in_front_changes_only_what_is_new():
    desk = Desk()
    desk.take(incident())
    more = [person("k1", "child", sex="f"), *msgspec.to_builtins(incident().persons)]
    message = desk.take(amended(persons=more))[VT].message
    assert message is not None
    assert all(path.startswith("persons[0]") for path in message.changed)


def test_who_was_told_hears_of_a_withdrawal_and_nobody_else():
    desk = Desk()
    first = desk.take(incident(**ARREST))
    bare = incident(sequence=2, event="withdrawn", persons=[], relations=[], project_codes=[])
    found = desk.take(bare)
    assert list(found) == [VT, OM]
    for to in (VT, OM):
        before, now = first[to].message, found[to].message
        assert found[to].outcome == "released"
        assert now is not None
        assert before is not None
        assert (now.event, now.replaces) == ("withdrawn", before.message_id)
        assert msgspec.to_builtins(found[to].released) == {
            "incident_id": "PL0100-2026000001",
            "sequence": 2,
            "event": "withdrawn",
        }
        assert found[to].legal_basis[0] == "Wpg art. 28 lid 5"


def test_a_withdrawal_goes_even_if_the_agreement_has_expired_by_then():
    desk = Desk(rules(agreement({"id": "t", "fields": ["team"]}, valid_until=date(2026, 4, 1))))
    desk.take(incident())
    later = AT + timedelta(days=90)
    bare = incident(sequence=2, event="withdrawn", persons=[], relations=[])
    assert desk.outcomes(bare, at=later) == {VT: ("released", "withdrawn")}


def test_a_withdrawal_before_anybody_was_told_tells_nobody():
    bare = incident(event="withdrawn", persons=[], relations=[], project_codes=[])
    assert Desk().outcomes(bare) == {VT: ("not_required", "withdrawn")}
    desk = Desk()
    desk.take(incident(restricted=True))
    bare = incident(sequence=2, event="withdrawn", persons=[], relations=[])
    assert desk.outcomes(bare) == {VT: ("not_required", "withdrawn")}


def test_a_withdrawn_record_shows_nothing_of_an_address_that_was_hidden_before():
    desk = Desk()
    home = HOME | {"municipality": "GM0363", "secret": True}
    desk.take(incident(persons=[person("p1", "victim", address=home)], relations=[]))
    bare = incident(sequence=2, event="withdrawn", persons=[], relations=[])
    for each in desk.take(bare).values():
        assert each.municipality is None
        assert each.routing_rule == "not_shown"


def test_a_late_label_sends_and_keeps_both_times():
    desk = Desk()
    desk.take(incident(project_codes=[]))
    assert desk.history is not None
    assert desk.history.labelled_at is None
    later = AT + timedelta(days=3)
    assert desk.outcomes(amended(), at=later) == {VT: ("released", None)}
    assert desk.history.labelled_at == later
    assert desk.history.registered_at == incident().registered_at


def test_a_label_that_is_taken_away_is_told_to_who_had_it():
    desk = Desk()
    desk.take(incident())
    nothing = {"project_codes": [], "persons": [], "relations": [], "incident_class": "vandalism"}
    found = desk.take(amended(**nothing))
    assert (found[VT].outcome, found[VT].reason) == ("released", "no_hg")
    assert found[VT].message is not None
    assert found[VT].message.event == "withdrawn"


def test_a_label_that_goes_while_signs_remain_takes_nothing_back_until_a_person_has_looked():
    desk = Desk()
    desk.take(incident(**ARREST))
    unlabelled = amended(project_codes=[], **ARREST)
    assert desk.outcomes(unlabelled) == {VT: ("suspected", None), OM: ("suspected", None)}
    again = desk.take(amended(3, **ARREST))
    assert {to: each.reason for to, each in again.items()} == {VT: "unchanged", OM: "unchanged"}
    away = desk.take(amended(4, project_codes=[], persons=[], relations=[], **ARREST))
    assert {each.message.event for each in away.values() if each.message} == {"withdrawn"}
    assert set(away) == {VT, OM}


def test_a_notice_that_was_taken_back_and_waits_again_lapses_when_it_is_no_longer_owed():
    desk = Desk()
    desk.take(incident(**ARREST))
    desk.take(amended())
    hold = {"reason": "hold_safety", "until": "2026-03-10T00:00:00Z", "by_role": "coordinator"}
    assert desk.outcomes(amended(3, hold=hold, **ARREST))[OM] == ("held", "hold_safety")
    assert desk.outcomes(amended(4))[OM] == ("not_required", "lapsed")
    assert OM not in desk.outcomes(amended(5))


def test_an_incident_that_moves_again_names_the_region_that_had_it_last():
    desk = Desk()
    desk.take(incident(municipality="GM0363"))
    desk.take(amended(municipality="GM0599"))
    third = desk.take(amended(3))
    assert third[VT].instead_of == "vt:rotterdam-rijnmond"
    back = desk.take(amended(4, municipality="GM0363"))
    assert back["vt:amsterdam-amstelland"].instead_of == VT


def test_a_hold_on_a_correction_that_changes_nothing_ends_without_a_message():
    desk = Desk()
    first = desk.take(incident())[VT].message
    assert first is not None
    hold = {"reason": "hold_safety", "until": "2026-03-10T00:00:00Z", "by_role": "coordinator"}
    assert desk.outcomes(amended(hold=hold)) == {VT: ("held", "hold_safety")}
    later, asked = AT + timedelta(days=10), request("hold_over", recipient=VT)
    over = desk.take(amended(hold=hold), at=later, request=asked)[VT]
    assert (over.outcome, over.reason, over.message) == ("released", "unchanged", None)
    changed = desk.take(amended(3, team="Basisteam Zuid", children_present="yes"), at=later)[VT]
    assert changed.message is not None
    assert changed.message.replaces == first.message_id


def test_an_incident_that_moves_is_taken_back_there_and_told_here():
    desk = Desk()
    desk.take(incident())
    found = desk.take(amended(municipality="GM0363"))
    assert found["vt:amsterdam-amstelland"].outcome == "released"
    assert found["vt:amsterdam-amstelland"].instead_of == VT
    assert (found[VT].outcome, found[VT].reason) == ("released", "moved")
    assert desk.outcomes(amended(3, municipality="GM0363")) == {
        "vt:amsterdam-amstelland": ("released", "unchanged")
    }


def test_a_measure_that_was_never_imposed_is_taken_back_from_om():
    desk = Desk()
    desk.take(incident(**ARREST))
    found = desk.take(amended())
    assert (found[OM].outcome, found[OM].reason) == ("released", "withdrawn")
    assert desk.outcomes(amended(3)) == {VT: ("released", "unchanged")}


def test_a_rerouted_incident_stays_with_the_region_that_took_it():
    desk = Desk()
    desk.take(incident())
    asked = request("reroute", recipient="vt:drenthe", instead_of=VT)
    found = desk.take(incident(), request=asked)
    assert list(found) == ["vt:drenthe"]
    assert found["vt:drenthe"].instead_of == VT
    assert found["vt:drenthe"].routing_rule == "reroute"
    assert desk.outcomes(amended(team="Basisteam Zuid")) == {"vt:drenthe": ("released", None)}
    bare = incident(sequence=3, event="withdrawn", persons=[], relations=[])
    assert set(desk.take(bare)) == {"vt:drenthe", VT}


def test_a_request_about_an_older_version_changes_nothing():
    desk = Desk()
    hold = {"reason": "hold_safety", "until": "2026-03-10T00:00:00Z", "by_role": "coordinator"}
    desk.take(incident(hold=hold))
    desk.take(amended())
    later = AT + timedelta(days=10)
    assert desk.take(incident(hold=hold), at=later, request=request("hold_over")) == {}


@pytest.mark.parametrize("role", ["victim", "child"])
def test_a_secret_home_routes_and_shows_neither_itself_nor_the_rule(role: str):
    home = HOME | {"municipality": "GM0363", "secret": True}
    record = incident(persons=[person("p1", role, address=home)], relations=[], **ARREST)
    found = Desk().take(record)
    assert found["vt:amsterdam-amstelland"].routing_rule == "not_shown"
    assert found[OM].region is None
    for each in found.values():
        assert "GM0363" not in str(each.to_json())
        assert "home_of" not in str(each.to_json())


def test_a_secret_home_in_the_municipality_of_the_incident_keeps_that_back_everywhere():
    home = HOME | {"municipality": "GM0014", "secret": True}
    record = incident(
        persons=[person("p1", "victim", address=home)],
        relations=[],
        measures=[{"kind": "restraining_order"}],
    )
    found = Desk().take(record)
    assert found["gemeente:not-shown"].outcome == "held"
    for each in found.values():
        assert each.municipality is None
        assert "GM0014" not in str(each.to_json())


def test_deciding_twice_gives_the_same_message_ids():
    one, other = Desk().take(incident())[VT], Desk().take(incident())[VT]
    assert one == other
