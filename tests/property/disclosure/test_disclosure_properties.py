"""What must hold for every decision, whoever the recipients are and whatever their rules."""

from __future__ import annotations

import random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from made_incidents import AT, agreement, incident, rules
from made_rules import incidents
from made_rules import rules as release_rules

from ketensluis.agreements.agreement import Agreement
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.record import Coordinates, Record
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.history import fold
from services.disclosure.ledger_events import event_of

PLACE = Coordinates("police.incidents", 0, 0)
RECORD = Record(PLACE, b"", b"", (), 0)


def decided(it: Incident, *agreements: Agreement) -> dict[str, Decision]:
    book = rules(*agreements, masker=lambda text, *_: text)
    return {each.recipient: each for each in decide(it, at=AT, history=None, rules=book)}


def told(it: Incident, decisions: dict[str, Decision]) -> tuple[IncidentHistory, str]:
    """The memory, and everything that the hub says in the open, as text."""
    history = fold(None, it, decisions.values(), rules=rules(), coordinates=PLACE, at=AT)
    events = [
        event_of(each, it, history, record=RECORD, trigger=RECORD, at=AT, rules=rules())
        for each in decisions.values()
    ]
    return history, "\n".join(msgspec.json.encode(each).decode() for each in events)


def om(*release: dict[str, Any]) -> Agreement:
    return agreement(*release, id="om", recipient="om:*")


def vt(*release: dict[str, Any]) -> Agreement:
    return agreement(*release, id="vt")


@given(incidents(), release_rules(), release_rules(), release_rules(name="more"))
def test_a_rule_for_one_recipient_never_changes_what_another_gets(
    it: Incident,
    to_vt: list[dict[str, Any]],
    to_om: list[dict[str, Any]],
    more: list[dict[str, Any]],
) -> None:
    before = decided(it, vt(*to_vt), om(*to_om))
    after = decided(it, vt(*to_vt), om(*to_om, *more))
    for recipient, decision in before.items():
        if recipient.startswith("vt:"):
            assert decision == after[recipient]


@given(incidents(), release_rules())
def test_no_value_of_a_person_is_said_in_the_open(
    it: Incident, release: list[dict[str, Any]]
) -> None:
    history, said = told(it, decided(it, vt(*release), om(*release)))
    said += msgspec.json.encode(history).decode()
    for person in it.persons:
        values = [person.given_names, person.surname, person.bsn, person.phone, person.email]
        if person.address is not None:
            values += [person.address.street, person.address.postcode, person.address.city]
            if person.address.secret:
                values.append(person.address.municipality)
        if not person.person_id.startswith("p"):
            values.append(person.person_id)
        for value in values:
            assert value not in said


@given(incidents(), release_rules(), st.randoms(use_true_random=False))
def test_persons_in_another_order_are_unchanged_for_everybody(
    it: Incident, release: list[dict[str, Any]], order: random.Random
) -> None:
    book = rules(vt(*release), om(*release))
    first = decide(it, at=AT, history=None, rules=book)
    history = fold(None, it, first, rules=book, coordinates=PLACE, at=AT)
    turned = msgspec.structs.replace(
        it,
        sequence=it.sequence + 1,
        event="amended",
        persons=tuple(order.sample(it.persons, len(it.persons))),
    )
    for decision in decide(turned, at=AT, history=history, rules=book):
        assert decision.message is None, decision.message


@given(incidents(), release_rules())
def test_deciding_twice_gives_the_same_bytes(it: Incident, release: list[dict[str, Any]]) -> None:
    one, other = (told(it, decided(it, vt(*release), om(*release))) for _ in range(2))
    assert one == other


_STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "event": st.sampled_from(["registered", "amended", "withdrawn"]),
            "municipality": st.sampled_from(["GM0014", "GM0363"]),
            "project_codes": st.sampled_from([["children"], []]),
            "measures": st.sampled_from([[], [{"kind": "arrest"}]]),
            "restricted": st.booleans(),
        }
    ),
    max_size=8,
)


@given(_STEPS)
def test_whoever_holds_a_message_hears_of_the_end_of_it(steps: list[dict[str, Any]]) -> None:
    """After any course of records, a withdrawal reaches exactly those who hold a message."""
    book = rules(vt({"id": "m", "fields": ["municipality"]}), om({"id": "t", "fields": ["team"]}))
    history: IncidentHistory | None = None
    holding: dict[str, str] = {}
    sequence = 0
    for step in (*steps, {"event": "withdrawn"}):
        sequence += 1
        it = incident(**{**step, "sequence": sequence})
        decisions = decide(it, at=AT, history=history, rules=book)
        for each in decisions:
            if each.message is None:
                continue
            assert each.message.replaces == holding.get(each.recipient, each.message.replaces)
            if each.message.event == "withdrawn":
                del holding[each.recipient]
            else:
                holding[each.recipient] = each.message.message_id
        history = fold(history, it, decisions, rules=book, coordinates=PLACE, at=AT)
        if it.event == "withdrawn":
            assert holding == {}
