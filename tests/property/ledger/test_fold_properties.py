"""Whatever the order, the repeats and the delays: the same books."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from made_ledger import OM, OTHER, VT, answer, decision

from ketensluis.ledger.balance import balance, contradiction
from ketensluis.ledger.events import add
from ketensluis.ledger.fold import SETTLED, cases, incident_closed
from ketensluis.model.ledger import LedgerEvent

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


def folded(told: list[LedgerEvent]) -> object:
    known = ()
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

    def decide(self, outcome: str, message: str) -> None:
        if outcome == "released":
            if self.pages and self.last.get("verdict") == "rejected":
                self.void |= set(self.pages)
            self.pages[message] = {}
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
        if not self.pages:
            return self.unsent
        if self.last.get("verdict") == "rejected":
            return "rejected"
        if self.closing - self.void:
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
    """The clerk hears everything in time; the hub hears it shuffled, and twice."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - order of arrival, no secret
        self.books = Books()
        self.told: list[LedgerEvent] = []
        self.minutes = 0
        self.sequence = 0

    def next(self) -> int:
        self.minutes += 1
        return self.minutes

    @rule(outcome=st.sampled_from(("released", "held", "not_required", "refused", "suspected")))
    def decide(self, outcome: str) -> None:
        if self.books.pages and outcome != "released":
            outcome = "unchanged"
        self.sequence += 1
        self.told.append(decision(self.next(), sequence=self.sequence, outcome=outcome))
        self.books.decide(outcome, f"m-{VT}-{self.sequence}")

    @rule(
        kind=st.sampled_from(("received", "accepted", "rejected", "assessed", "feedback")),
        back=st.integers(0, 2),
        final=st.booleans(),
    )
    def answer(self, kind: str, back: int, *, final: bool) -> None:
        message = f"m-{VT}-{self.sequence - back}"
        code = "closed" if final else "in_investigation"
        sent = {each.message_id for each in self.told if each.kind == "decision"}
        self.told.append(answer(self.next(), kind, message_id=message, code=code))
        if message in sent:
            self.books.answer(kind, message, final=final)

    @invariant()
    def the_hub_comes_to_the_same(self) -> None:
        heard = [*getattr(self, "told", ()), *getattr(self, "told", ())]
        if not heard:
            return
        self.chance.shuffle(heard)
        found = folded(heard)
        if self.books.shown == "none":
            assert found == ()
            return
        (case,) = found  # type: ignore[misc]
        assert case.state == self.books.shown
        assert case.owner == (VT if self.books.taken else "police:midden-nederland")
        done = self.books.shown in SETTLED
        assert incident_closed([case]) == done


TestClerk = Clerk.TestCase
TestClerk.settings = settings(max_examples=200, stateful_step_count=20, deadline=None)
