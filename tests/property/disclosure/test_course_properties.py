"""Whatever course an incident takes, in the end those who are owed it hold it, and nobody waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from made_incidents import AT, agreement, incident, person, rules

from ketensluis.ledger.balance import balance, contradiction
from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import cases
from ketensluis.ledger.requests import requests
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.override import Override
from ketensluis.model.record import Coordinates, Record
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.history import fold
from services.disclosure.ledger_events import event_of, override_event
from services.disclosure.recipients import whereabouts
from services.disclosure.requests import asked_anew, overriding

BOOK = rules(
    agreement({"id": "m", "fields": ["municipality", "team"]}, id="vt"),
    agreement({"id": "t", "fields": ["team"]}, id="om", recipient="om:*"),
)
OM = "om:noord-nederland"
REGIONS = {"GM0014": "groningen", "GM0363": "amsterdam-amstelland", "GM0106": "drenthe"}
RECIPIENTS = [f"vt:{region}" for region in REGIONS.values()] + [OM]
HOUR = timedelta(hours=1)
LONG = timedelta(days=60)
TOLD = {"sent", "received", "accepted", "rejected"}
REASONS = {"hold": "hold_safety", "send": "hold_lifted", "withhold": "disputed_data"}

place = st.sampled_from(sorted(REGIONS))
version = st.fixed_dictionaries({
    "municipality": place,
    "project_codes": st.sampled_from([["children"], ["children"], []]),
    "measures": st.sampled_from([[], [{"kind": "arrest"}]]),
    "team": st.sampled_from("AB"),
    "event": st.sampled_from(["registered", "amended", "amended", "withdrawn"]),
    "relations": st.sampled_from([[], [{"from": "p2", "to": "p1", "kind": "parent"}]]),
    "home": st.none() | place,
    "hold": st.none() | st.integers(-9, 90),
})  # fmt: skip
override = st.tuples(st.sampled_from(sorted(REASONS)), st.sampled_from(RECIPIENTS))
answer = st.tuples(st.sampled_from(["accepted", "rejected"]), st.sampled_from(RECIPIENTS), place)
steps = st.lists(version | override | answer, min_size=1, max_size=9)


class Course:
    """One incident: what arrives, what the tracker asks, who holds which message."""

    def __init__(self) -> None:
        self.now = AT
        self.history: IncidentHistory | None = None
        self.events: Events = ()
        self.records: list[tuple[Incident, Record]] = []
        self.holding: dict[str, Decision] = {}
        self.laid = 0

    def record(self, topic: str = "police.incidents") -> Record:
        self.laid += 1
        return Record(Coordinates(topic, 0, self.laid), b"", b"", (), 0)

    def pass_time(self, by: timedelta) -> None:
        """The tracker asks again until it has no question left."""
        self.now += by
        asked = requests(self.events, cases(self.events), self.now)
        for request in asked:
            self.ask(request)
        if any(self._is_new(each) for each in asked):
            self.pass_time(timedelta())

    def _is_new(self, request: DisclosureRequest) -> bool:
        return self.history is None or request.request_id not in self.history.requests

    def arrive(self, told: dict[str, Any]) -> None:
        home, hold = told["home"], told["hold"]
        people = [person("p1", "victim"), person("p2", "suspect")]
        if home is not None:
            people[0]["address"] = {"municipality": home}
        until = None if hold is None else (self.now + hold * HOUR).isoformat()
        changed = {key: value for key, value in told.items() if key not in {"home", "hold"}}
        it = incident(
            **changed,
            sequence=len(self.records) + 1,
            persons=people,
            hold=until and {"reason": "hold_safety", "until": until, "by_role": "coordinator"},
        )
        source = self.record()
        self.records.append((it, source))
        self.decide(it, source, source, None)

    def overrule(self, effect: Any, recipient: str) -> None:
        given = Override(
            override_id=f"o-{self.laid}",
            incident_id=incident().incident_id,
            recipient=recipient,
            effect=effect,
            paths=("team",) if effect == "withhold" else (),
            reason=REASONS[effect],  # type: ignore[arg-type]
            by_role="supervisor",
            given_at=self.now,
            until=self.now + 50 * HOUR,
        )
        self.ask(overriding(given, "police", self.history, self.now, BOOK.knows))

    def answer(self, kind: Any, sender: str, right: str) -> None:
        """The holder of a message accepts it, or says that it is another region's."""
        held = self.holding.get(sender)
        if held is not None and held.message is not None:
            self.laid += 1
            told = LedgerEvent(
                event_id=f"answer-{self.laid}",
                kind=kind,
                incident_id=held.incident_id,
                sequence=0,
                recipient=sender,
                occurred_at=self.now,
                record="responses",
                message_id=held.message.message_id,
                code="wrong_region" if kind == "rejected" else None,
                region=REGIONS[right] if kind == "rejected" else None,
            )
            self.events = add(self.events, told)
            self.pass_time(timedelta())

    def ask(self, request: DisclosureRequest) -> None:
        if not self._is_new(request):
            return
        there = {record.coordinates.offset: (it, record) for it, record in self.records}
        request = asked_anew(request, there[request.offset][0], self.history) or request
        self.decide(*there[request.offset], self.record("disclosure.requests"), request)

    def decide(
        self, it: Incident, source: Record, trigger: Record, request: DisclosureRequest | None
    ) -> None:
        made = decide(it, at=self.now, history=self.history, rules=BOOK, request=request)
        after = fold(
            self.history, it, made, rules=BOOK, coordinates=source.coordinates, at=self.now,
            request=request,
        )  # fmt: skip
        if request is not None and request.override is not None:
            told = override_event(request.override, after, source, trigger, self.now)
            self.events = add(self.events, told)
        for each in made:
            event = event_of(
                each, it, after, record=source, trigger=trigger, at=self.now, rules=BOOK
            )
            self.events = add(self.events, event)
            self.take(each)
        self.history = after

    def take(self, made: Decision) -> None:
        """The recipient's box: what replaces what, and that nothing comes twice."""
        if made.message is None:
            return
        before = self.holding.pop(made.recipient, None)
        if made.message.event == "withdrawn":
            assert before is not None, "it was told to disregard what it never had"
        else:
            self.holding[made.recipient] = made
            assert before is None or made.digests != before.digests, "it was told nothing new"
        if before is not None and before.message is not None:
            assert made.message.replaces == before.message.message_id


@settings(max_examples=150, deadline=None)
@given(steps)
def test_in_the_end_those_who_are_owed_it_hold_it_and_nobody_waits(course: list[Any]):
    world = Course()
    for step in course:
        world.pass_time(7 * HOUR)
        if isinstance(step, dict):
            world.arrive(step)
        elif world.history is not None:
            (world.overrule if len(step) == 2 else world.answer)(*step)
    world.pass_time(LONG)  # every hold is over

    found = {case.recipient: case for case in cases(world.events)}
    assert [contradiction(case) for case in found.values()] == [None] * len(found)
    assert list(balance(found.values()).faults()) == []
    assert not any(case.hold_until for case in found.values() if case.state != "rerouted")
    if not world.records or world.history is None:
        return
    newest, _ = world.records[-1]
    passed_on = {case.recipient for case in found.values() if case.state == "rerouted"}
    holders = set(world.holding) - passed_on
    if newest.event == "withdrawn":
        assert not world.holding
    elif newest.project_codes:
        owed = {whereabouts(newest, BOOK, world.history).vt} | ({OM} if newest.measures else set())
        assert holders == owed
        assert {found[each].state for each in owed} <= TOLD
    elif not newest.relations:
        assert not holders
