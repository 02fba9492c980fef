"""Whatever the order, the repeats and the delays: the same books."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from made_ledger import OM, OTHER, VT, answer, decision

from ketensluis.ledger.balance import balance, contradiction
from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import SETTLED, cases, incident_closed
from ketensluis.model.ledger import Case, LedgerEvent

PARTIES = (VT, OTHER, OM)
OUTCOMES = ("released", "held", "not_required", "refused", "suspected", "unchanged")
CODES = ("closed", "in_investigation", "no_concern", "dismissal", "unfinished")
KINDS = ("received", "accepted", "rejected", "assessed", "feedback", "om_decision")


@st.composite
def events(draw: st.DrawFn) -> list[LedgerEvent]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        minutes = draw(st.integers(0, 40))
        if draw(st.booleans()):
            found.append(
                decision(
                    minutes,
                    event_id=f"d{number}",
                    sequence=draw(st.integers(1, 3)),
                    recipient=draw(st.sampled_from(PARTIES)),
                    outcome=draw(st.sampled_from(OUTCOMES)),
                    event=draw(st.sampled_from(("amended", "withdrawn"))),
                    instead_of=draw(st.sampled_from((None, *PARTIES))),
                )
            )
        else:
            party = draw(st.sampled_from(PARTIES))
            found.append(
                answer(
                    minutes,
                    draw(st.sampled_from(KINDS)),
                    event_id=f"a{number}",
                    recipient=draw(st.sampled_from((party, party, VT))),
                    message_id=f"m-{party}-{draw(st.integers(1, 3))}",
                    code=draw(st.sampled_from(CODES)),
                )
            )
    return found


def folded(told: list[LedgerEvent]) -> tuple[Case, ...]:
    known: Events = ()
    for event in told:
        known = add(known, event)
    return cases(known)


@given(events(), st.randoms(use_true_random=False))
def test_shuffled_and_repeated_events_give_the_same_cases(
    told: list[LedgerEvent], chance: random.Random
):
    repeated = [*told, *chance.choices(told, k=4)]
    chance.shuffle(repeated)

    assert folded(repeated) == folded(told)


@given(events(), events())
def test_an_event_that_comes_long_after_gives_what_it_would_have_given_in_time(
    first: list[LedgerEvent], rest: list[LedgerEvent]
):
    later = [each for each in rest if each.event_id not in {one.event_id for one in first}]

    assert folded(first + later) == folded(later + first)


@given(events())
def test_every_line_of_the_balance_is_the_sum_of_its_own(told: list[LedgerEvent]):
    known = ()
    for event in told:
        known = add(known, event)
    sheet = balance(cases(known))

    assert list(sheet.faults()) == []
    totals = sheet.totals()
    assert totals["obligations"] == (
        totals["sent"] + totals["held"] + totals["not_required"] + totals["undecided"]
    )
    assert totals["sent"] >= totals["received"] >= totals["accepted"] + totals["rejected"]


@given(events())
def test_a_case_never_contradicts_its_own_rungs_but_for_what_was_never_sent(
    told: list[LedgerEvent],
):
    known = ()
    for event in told:
        known = add(known, event)

    assert {contradiction(case) for case in cases(known)} <= {None, "unchanged_unsent"}


class Books:
    """The reference: a clerk who is told everything in the order in which it happened.

    Keeps a page for each message of one obligation, and knows no set of events.
    """

    def __init__(self) -> None:
        self.unsent = "none"
        self.pages: dict[str, dict[str, object]] = {}
        self.void: set[str] = set()
        self.closing: set[str] = set()
        self.moved = False

    def decide(self, outcome: str, message: str, *, withdraws: bool = False) -> None:
        self.moved = False
        if outcome == "released":
            if self.pages and self.last.get("verdict") == "rejected":
                self.void |= set(self.pages)
            self.pages[message] = {"withdraws": withdraws}
            self.closing.clear()
        elif not self.pages:
            self.unsent = {"suspected": "undecided"}.get(outcome, outcome)

    def answer(self, kind: str, message: str, *, final: bool) -> None:
        page = self.pages[message]
        if kind == "received":
            page["received"] = True
        elif kind in {"accepted", "rejected"}:
            page.setdefault("verdict", kind)
            if page["verdict"] == "rejected" and page is not self.last:
                names = list(self.pages)
                self.void |= set(names[: names.index(message) + 1])
        elif page.get("verdict") != "rejected":
            repeated = (kind, final) in page
            page[kind] = page[kind, final] = True
            if kind == "feedback" and final and not repeated:
                self.closing.add(message)

    @property
    def last(self) -> dict[str, object]:
        return list(self.pages.values())[-1]

    @property
    def round(self) -> list[dict[str, object]]:
        return [page for name, page in self.pages.items() if name not in self.void]

    @property
    def shown(self) -> str:
        if self.moved or not self.pages:
            return "rerouted" if self.moved else self.unsent
        if self.last.get("verdict") == "rejected":
            return "rejected"
        if self.last["withdraws"] and "received" in self.last:
            return "withdrawn"
        if self.closing - self.void and not self.last["withdraws"]:
            return "closed"
        for kind, name in (("feedback", "fed_back"), ("assessed", "assessed")):
            if any(kind in page for page in self.round):
                return name
        return str(self.last.get("verdict", "received" if "received" in self.last else "sent"))

    @property
    def taken(self) -> bool:
        given = {page.get("verdict") for page in self.round}
        return "accepted" in given and self.last.get("verdict") != "rejected"


class Clerk(RuleBasedStateMachine):
    """The clerk hears everything in time; the hub hears it shuffled, and twice.

    One incident: its referral, a notice to OM, and the region to which a rejection moves it.
    """

    @initialize(seed=st.integers(0, 2**16), notice=st.booleans())
    def begin(self, seed: int, *, notice: bool) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - order of arrival, no secret
        self.legs = {VT: Books()}
        self.told: list[LedgerEvent] = []
        self.minutes = 0
        self.sequence = 1
        if notice:
            self.send(OM)

    def next(self) -> int:
        self.minutes += 1
        return self.minutes

    def send(self, recipient: str, outcome: str = "released", **fields: object) -> None:
        message = f"m-{recipient}-{self.minutes + 1}"
        if outcome == "released":
            fields["message_id"] = message
        self.told.append(
            decision(
                self.next(), sequence=self.sequence, recipient=recipient, outcome=outcome, **fields
            )
        )
        books = self.legs.setdefault(recipient, Books())
        books.decide(outcome, message, withdraws=fields.get("event") == "withdrawn")

    @rule(outcome=st.sampled_from(("released", "held", "not_required", "refused", "suspected")))
    def decide(self, outcome: str) -> None:
        if self.legs[VT].pages and outcome != "released":
            outcome = "unchanged"
        self.send(VT, outcome)
        self.sequence += 1

    @precondition(lambda self: self.legs[VT].pages)
    @rule()
    def withdraw(self) -> None:
        self.send(VT, event="withdrawn")
        self.sequence += 1

    @precondition(lambda self: self.legs[VT].shown == "rejected" and OTHER not in self.legs)
    @rule()
    def reroute(self) -> None:
        self.send(OTHER, instead_of=VT)
        self.legs[VT].moved = True

    @rule(
        data=st.data(),
        kind=st.sampled_from(("received", "accepted", "rejected", "assessed", "feedback")),
        final=st.booleans(),
    )
    def answer(self, data: st.DataObject, kind: str, *, final: bool) -> None:
        recipient = data.draw(st.sampled_from(sorted(self.legs)))
        pages = self.legs[recipient].pages
        message = data.draw(st.sampled_from((*list(pages)[-3:], "m-nobody-sent-this")))
        code = "closed" if final else "in_investigation"
        self.told.append(
            answer(self.next(), kind, recipient=recipient, message_id=message, code=code)
        )
        if message in pages:
            self.legs[recipient].answer(kind, message, final=final)

    @invariant()
    def the_hub_comes_to_the_same(self) -> None:
        heard = [*getattr(self, "told", ()), *getattr(self, "told", ())]
        if not heard:
            return
        self.chance.shuffle(heard)
        found = {case.recipient: case for case in folded(heard)}
        kept = {to: books for to, books in self.legs.items() if books.shown != "none"}
        assert {to: case.state for to, case in found.items()} == {
            to: books.shown for to, books in kept.items()
        }
        for to, books in kept.items():
            assert found[to].owner == (to if books.taken else "police:midden-nederland")
        settled = {books.shown in SETTLED for books in kept.values()}
        assert incident_closed(found.values()) == (settled == {True})


TestClerk = Clerk.TestCase
TestClerk.settings = settings(max_examples=200, stateful_step_count=20, deadline=None)
