"""Terms as the law counts them, each case with its article beside it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_ledger import OM, OTHER, VT, answer, at, decision
from pydantic import ValidationError

from ketensluis.errors import KetensluisError
from ketensluis.ledger.clock_data import ClockFile, load
from ketensluis.ledger.clocks import Clocks, overdue, running
from ketensluis.ledger.events import add
from ketensluis.ledger.fold import cases
from ketensluis.ledger.pauses import Pause, pauses
from ketensluis.ledger.terms import Term, due
from ketensluis.ledger.working_days import AMSTERDAM, Calendar
from ketensluis.made_up.ledger_year import almanac
from ketensluis.model.ledger import Case, LedgerEvent
from ketensluis.model.resources import resource

CALENDAR = Calendar([date(2022, 5, 27)])
CLOCKS = Clocks(load(resource("reference") / "clocks.yaml"))


def local(text: str) -> datetime:
    """A time on the wall in the Netherlands."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def one_case(*events: LedgerEvent) -> Case:
    known = ()
    for event in events:
        known = add(known, event)
    return cases(known)[0]


@pytest.mark.parametrize(
    ("term", "start", "over", "article"),
    [
        # Hours run through weekends and holidays, and are elapsed time over a clock change.
        ({"hours": 24}, "2026-04-03T12:00", "2026-04-04T12:00", "Atw art. 4(a): not moved"),
        ({"hours": 24}, "2026-03-28T12:00", "2026-03-29T13:00", "23-hour day, summer time"),
        ({"hours": 24}, "2026-10-24T12:00", "2026-10-25T11:00", "25-hour day, winter time"),
        ({"hours": 1}, "2026-10-25T01:30", "2026-10-25T02:30", "the hour that comes twice"),
        # Working days: the day of the event does not count, the last one counts whole.
        ({"working_days": 1}, "2026-03-02T09:00", "2026-03-04T00:00", "Monday to Tuesday"),
        ({"working_days": 1}, "2026-03-06T23:59", "2026-03-10T00:00", "Friday to Monday"),
        ({"working_days": 1}, "2026-03-07T10:00", "2026-03-10T00:00", "Saturday to Monday"),
        ({"working_days": 1}, "2026-04-02T10:00", "2026-04-08T00:00",
         "Atw art. 3: Good Friday and Easter Monday"),
        ({"working_days": 5}, "2026-03-02T09:00", "2026-03-10T00:00", "Handelingsprotocol VT"),
        ({"working_days": 5}, "2026-12-22T09:00", "2026-12-31T00:00",
         "Atw art. 3(1): both days of Christmas, the second on a Saturday"),
        ({"working_days": 1}, "2026-04-24T09:00", "2026-04-29T00:00",
         "Atw art. 3(1): King's Day on Monday 27 April 2026"),
        ({"working_days": 1}, "2025-04-25T09:00", "2025-04-29T00:00",
         "Atw art. 3(1): King's Day celebrated on Saturday 26 April 2025"),
        ({"working_days": 1}, "2026-05-04T09:00", "2026-05-07T00:00",
         "Atw art. 3(1): 5 May, in every year"),
        ({"working_days": 1}, "2026-05-13T09:00", "2026-05-16T00:00",
         "Atw art. 3(1): Ascension Day"),
        ({"working_days": 1}, "2022-05-25T09:00", "2022-05-31T00:00",
         "Atw art. 3(3): the Friday after Ascension Day, by decree"),
        ({"working_days": 1}, "2026-05-22T09:00", "2026-05-27T00:00", "Atw art. 3(1): Whit Monday"),
        ({"working_days": 1}, "2025-12-31T09:00", "2026-01-03T00:00",
         "Atw art. 3(1): New Year's Day"),
        ({"working_days": 1}, "2028-02-28T09:00", "2028-03-01T00:00", "leap day, a Tuesday"),
        # Statutory terms in days and weeks move when they end on a day that does not count.
        ({"days": 10}, "2026-03-02T09:00", "2026-03-13T00:00", "ends on a Thursday"),
        ({"days": 5}, "2026-03-02T09:00", "2026-03-10T00:00", "Atw art. 1(1): ends on a Saturday"),
        ({"days": 6}, "2026-03-02T09:00", "2026-03-10T00:00", "Atw art. 1(1): ends on a Sunday"),
        ({"days": 3}, "2026-04-03T09:00", "2026-04-09T00:00",
         "Atw art. 2: at least two working days, after Easter"),
        ({"days": 2}, "2026-04-03T09:00", "2026-04-08T00:00",
         "Atw art. 1(1) and 2: shorter than three days, moved past Easter only"),
        ({"weeks": 10}, "2026-03-02T09:00", "2026-05-12T00:00",
         "Uitvoeringsbesluit Wmo 2015 art. 4.1.7"),
        ({"weeks": 10}, "2026-02-24T09:00", "2026-05-07T00:00",
         "Atw art. 1(1): the tenth week ends on 5 May"),
        ({"weeks": 10}, "2025-12-20T09:00", "2026-03-03T00:00",
         "Atw art. 1(1): the tenth week ends on a Saturday"),
        ({"weeks": 1}, "2028-02-22T09:00", "2028-03-01T00:00", "ends on the leap day"),
        ({"weeks": 13}, "2026-03-07T09:00", "2026-06-07T00:00",
         "Atw art. 4(a): more than twelve weeks is not moved"),
        ({"days": 91}, "2026-03-07T09:00", "2026-06-07T00:00",
         "Atw art. 4(a): more than ninety days is not moved"),
        # The day counts in the Netherlands: 23:30 UTC is already tomorrow there.
        ({"working_days": 1}, "2026-03-03T00:30", "2026-03-05T00:00", "the local day counts"),
        # A restraining order holds until the same time on the wall, weekend or not.
        ({"restraining_days": 10}, "2026-03-05T22:15", "2026-03-15T22:15",
         "Wth art. 2(1): ten days, over on a Sunday"),
        ({"restraining_days": 28}, "2026-03-05T22:15", "2026-04-02T22:15",
         "Wth art. 9(1): four weeks in total, over a clock change"),
        ({"restraining_days": 10}, "2026-10-20T22:15", "2026-10-30T22:15", "back to winter time"),
        ({"restraining_days": 10}, "2028-02-25T08:00", "2028-03-06T08:00", "over the leap day"),
    ],
)  # fmt: skip
def test_a_term_is_over_when_the_law_says(
    term: dict[str, int], start: str, over: str, article: str
):
    assert due(Term(**term), local(start).astimezone(UTC), CALENDAR) == local(over).astimezone(
        UTC
    ), article


@pytest.mark.parametrize(
    "term", [{}, {"hours": 1, "days": 1}, {"hours": 0}, {"restraining_days": 29}, {"years": 1}]
)
def test_a_term_that_is_not_one_positive_count_in_one_unit_is_refused(term: dict[str, int]):
    with pytest.raises(ValidationError):
        Term(**term)


def test_every_day_of_a_leap_year_gives_the_same_deadlines_as_an_almanac_written_by_hand():
    calendar, shipped = Calendar(), load(resource("reference") / "clocks.yaml").calendar
    for number in range((almanac.LAST - almanac.FIRST).days + 1):
        day = almanac.FIRST + timedelta(days=number)
        start = almanac.clock_time(day, 13.25)
        for count in range(1, 11):
            over = almanac.over(almanac.working(day, count))
            assert due(Term(working_days=count), start, calendar) == over, (day, count)
        assert due(Term(weeks=10), start, calendar) == almanac.weeks(day, 10), day
        assert due(Term(weeks=10), start, shipped) == almanac.weeks(day, 10), day
        assert due(Term(restraining_days=28), start, calendar) == almanac.days_on(start, 28), day


def stood_still(start: str, end: str | None) -> Pause:
    return Pause(local(start).astimezone(UTC), local(end).astimezone(UTC) if end else None)


@pytest.mark.parametrize(
    ("term", "start", "pause", "over", "why"),
    [
        ({"hours": 24}, "2026-03-02T09:00", ("2026-03-02T12:00", "2026-03-02T15:30"),
         "2026-03-03T12:30", "hours: exactly as long later"),
        ({"hours": 24}, "2026-03-28T12:00", ("2026-03-28T20:00", "2026-03-29T08:00"),
         "2026-03-30T00:00", "hours: eleven of them, in the night that loses one"),
        ({"hours": 24}, "2026-03-02T09:00", ("2026-03-01T09:00", "2026-03-02T10:00"),
         "2026-03-03T10:00", "only what lies after the start"),
        ({"hours": 24}, "2026-03-02T09:00", ("2026-03-03T09:00", "2026-03-05T09:00"),
         "2026-03-03T09:00", "it was over when the pause began"),
        ({"working_days": 1}, "2026-03-02T09:00", ("2026-03-03T10:00", "2026-03-05T08:00"),
         "2026-03-06T00:00", "Tuesday and Wednesday do not count, Thursday does"),
        ({"working_days": 1}, "2026-03-06T09:00", ("2026-03-07T10:00", "2026-03-08T10:00"),
         "2026-03-10T00:00", "a pause of a weekend takes no working day"),
        ({"working_days": 5}, "2026-03-02T09:00", ("2026-03-04T10:00", "2026-03-04T16:00"),
         "2026-03-10T00:00", "a pause within one day costs no day"),
        ({"weeks": 10}, "2026-03-02T09:00", ("2026-04-01T12:00", "2026-04-15T12:00"),
         "2026-05-27T00:00",
         "fourteen days later is Whit Monday: Atw art. 1(1) moves what is left as well"),
        ({"days": 91}, "2026-03-07T09:00", ("2026-04-01T12:00", "2026-04-03T12:00"),
         "2026-06-09T00:00", "Atw art. 4(a): also with a pause it is not moved"),
        ({"restraining_days": 10}, "2026-03-05T22:15", ("2026-03-07T10:00", "2026-03-09T10:00"),
         "2026-03-15T22:15", "Wth art. 2(1): an order knows no pause"),
    ],
)  # fmt: skip
def test_what_a_pause_takes_from_a_term_is_added_to_it(
    term: dict[str, int], start: str, pause: tuple[str, str], over: str, why: str
):
    found = due(Term(**term), local(start).astimezone(UTC), CALENDAR, (stood_still(*pause),))

    assert found == local(over).astimezone(UTC), why


def test_a_term_that_stands_still_without_an_end_is_not_over_unless_it_was_before():
    start = local("2026-03-02T09:00")
    for began, over in (("2026-03-02T12:00", None), ("2026-03-03T12:00", "2026-03-03T09:00")):
        found = due(Term(hours=24), start, CALENDAR, (stood_still(began, None),))
        assert found == (local(over) if over else None)


REJECTED = [decision(0), answer(1, "received"), answer(2, "rejected", code="incomplete")]


def held(minutes: float, until: float, reason: str = "hold_safety", **fields: Any) -> LedgerEvent:
    return decision(
        minutes, sequence=2, event="amended", outcome="held", reason=reason,
        hold_until=at(until), event_id=f"held-{minutes}", **fields,
    )  # fmt: skip


def due_of(clock: str, *events: LedgerEvent) -> datetime | None:
    found = running(one_case(*events), CLOCKS, at(10))
    return next((each.due_at for each in found if each.clock == clock), None)


def test_a_rejected_dossier_on_hold_gives_its_sender_the_time_that_the_hold_took():
    day = 24 * 60

    assert due_of("rejection", *REJECTED) == local("2026-03-04T00:00")
    assert due_of("rejection", *REJECTED, held(60, 2 * day)) == local("2026-03-05T00:00")
    assert due_of("rejection", *REJECTED, held(60, 2 * day, "restricted_class")) == local(
        "2026-03-04T00:00"
    ), "only the reasons that the clock names"
    refused = decision(
        2 * day, sequence=2, outcome="refused", reason="no_agreement", event="amended"
    )
    assert due_of("rejection", *REJECTED, held(60, 9 * day), refused) == local("2026-03-05T00:00")


def test_a_hold_that_ended_with_a_decision_on_the_same_version_paused_until_then():
    anew = decision(
        2 * 24 * 60, sequence=2, event="amended", outcome="refused", reason="no_agreement",
        event_id="anew",
    )  # fmt: skip
    case = one_case(*REJECTED, held(60, 9 * 24 * 60), anew)

    assert pauses(case, {"hold_safety"}) == (Pause(at(60), at(2 * 24 * 60)),)
    assert pauses(case, {"hold_investigation"}) == ()


def restrained(minutes: float, until: datetime | None, **fields: Any) -> LedgerEvent:
    return decision(minutes, restrained_from=at(0), restrained_until=until, **fields)


def order(*events: LedgerEvent) -> dict[str, datetime]:
    found = running(one_case(*events), CLOCKS, at(10))
    return {each.clock: each.due_at for each in found if each.clock.startswith("restraining")}


def test_a_restraining_order_has_its_ten_days_and_at_most_twenty_eight_with_an_extension():
    day = 24 * 60
    ten, eighteen, most = at(10 * day), at(18 * day), local("2026-03-30T10:00")

    assert order(decision(0)) == {}
    assert order(restrained(0, None)) == {"restraining_help": ten, "restraining_end": ten}
    extended = restrained(5 * day, eighteen, sequence=2, event="amended")
    assert order(restrained(0, ten), extended) == {
        "restraining_help": ten,
        "restraining_end": eighteen,
    }
    beyond = restrained(5 * day, at(40 * day), sequence=2, event="amended")
    assert order(restrained(0, ten), beyond)["restraining_end"] == most, (
        "Wth art. 9(1): four weeks in total, by the clock on the wall over the change to summer"
    )
    lifted = decision(5 * day, sequence=2, event="amended")
    assert order(restrained(0, ten), lifted) == {}


@pytest.mark.parametrize("outcome", ["held", "refused", "suspected"])
def test_of_an_order_that_veilig_thuis_was_not_told_of_the_alarms_stay_with_the_police(
    outcome: str,
):
    unsent = restrained(0, None, outcome=outcome, reason="restricted_class")
    found = {each.clock: each for each in running(one_case(unsent), CLOCKS, at(1))}

    assert found["restraining_help"].addressed_to == "police:midden-nederland/hg_coordinator"
    assert not any(VT in each.addressed_to for each in found.values())
    sent = {each.clock: each for each in running(one_case(restrained(0, None)), CLOCKS, at(1))}
    assert sent["restraining_help"].addressed_to == f"{VT}/intake"


def test_help_that_began_and_an_outcome_that_is_known_end_the_clocks_of_an_order():
    told = [restrained(0, None), answer(1, "received")]

    assert set(order(*told, answer(2, "feedback", code="waiting_list"))) == {
        "restraining_help", "restraining_end",
    }  # fmt: skip
    assert set(order(*told, answer(2, "feedback", code="in_investigation"))) == {"restraining_end"}
    assert set(order(*told, answer(2, "feedback", code="safety_plan"))) == set()
    assert set(order(*told, answer(2, "rejected", code="incomplete"))) == {
        "restraining_help", "restraining_end",
    }, "an order runs on, whoever rejects the dossier"  # fmt: skip


def test_a_silent_recipient_is_due_soon_then_overdue_then_escalated():
    case = one_case(decision(0))
    states = [running(case, CLOCKS, at(minute))[0].state for minute in (1, 45, 60, 24 * 60 + 60)]

    assert states == ["running", "due_soon", "overdue", "escalated"]
    assert overdue(running(case, CLOCKS, at(60))) == ("receipt",)


def test_a_deadline_is_addressed_to_a_role_and_escalated_to_the_senders():
    (deadline,) = running(one_case(decision(0)), CLOCKS, at(1))

    assert deadline.addressed_to == f"{VT}/intake"
    assert deadline.escalated_to == "police:midden-nederland/hg_coordinator"


@pytest.mark.parametrize(
    ("events", "clocks"),
    [
        ([decision(0, outcome="suspected")], {"decision"}),
        ([decision(0)], {"receipt"}),
        ([decision(0), decision(9, sequence=2, outcome="suspected")], {"decision", "receipt"}),
        ([decision(0), answer(1, "received")], {"acceptance", "safety_assessment"}),
        ([decision(0), answer(1, "received"), answer(2, "accepted")], {"safety_assessment"}),
        ([decision(0), answer(1, "received"), answer(2, "accepted"),
          answer(3, "assessed", code="no_unsafety")], {"feedback"}),
        ([decision(0), answer(1, "received"), answer(2, "accepted"),
          answer(3, "assessed", code="no_unsafety"),
          answer(4, "feedback", code="in_investigation")], {"investigation"}),
        ([decision(0), answer(1, "received"), answer(2, "rejected", code="incomplete")],
         {"rejection"}),
        ([decision(0), answer(1, "received"), answer(4, "feedback", code="closed")], set()),
        ([decision(0, outcome="not_required")], set()),
        ([decision(0, outcome="held", reason="hold_safety", hold_until=at(100))], {"hold_over"}),
        ([decision(0, outcome="held", reason="restricted_class")], {"hold_review"}),
        ([decision(0), answer(1, "received"), decision(9, sequence=2, event="withdrawn")],
         {"receipt"}),
    ],
)  # fmt: skip
def test_the_clocks_that_run_follow_from_the_rungs(events: list[LedgerEvent], clocks: set[str]):
    assert {each.clock for each in running(one_case(*events), CLOCKS, at(10))} == clocks


def test_om_has_no_clock_for_a_safety_assessment():
    received = answer(1, "received", recipient=OM, message_id=f"m-{OM}-1")

    found = running(one_case(decision(0, recipient=OM), received), CLOCKS, at(5))
    assert [each.clock for each in found] == ["acceptance"]


def test_a_correction_gives_veilig_thuis_no_more_time_to_assess():
    first = one_case(decision(0), answer(1, "received"))
    corrected = one_case(
        decision(0),
        answer(1, "received"),
        decision(5000, sequence=2, event="amended"),
        answer(5001, "received", message_id=f"m-{VT}-2"),
    )

    def assessment(case: Case) -> datetime:
        found = {each.clock: each for each in running(case, CLOCKS, at(6000))}
        return found["safety_assessment"].due_at

    assert assessment(corrected) == assessment(first)


def test_the_ten_weeks_start_when_an_investigation_is_found_needed_not_at_receipt():
    case = one_case(
        decision(0),
        answer(1, "received"),
        answer(20 * 24 * 60, "feedback", code="in_investigation"),
    )
    found = {each.clock: each for each in running(case, CLOCKS, at(21 * 24 * 60))}

    assert found["investigation"].started_at == at(20 * 24 * 60)


YAML = """\
clocks:
  - name: receipt
    start: sent
    stop: received
    term: {hours: 1}
    valid_from: 2015-01-01
    warn_before: {}
    escalate_after: {hours: 1}
    addressed_to: recipient
    role: intake
    escalated_to: hg_coordinator
    source: general
    choice: true
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "clocks.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_region_has_its_own_clock_in_its_own_years(tmp_path: Path):
    own = YAML.split("\n", 1)[1].replace("hours: 1}\n    valid_from: 2015-01-01",
        "hours: 8}\n    regions: [utrecht]\n    valid_from: 2026-01-01\n"
        "    valid_until: 2026-03-02", 1)  # fmt: skip
    clocks = Clocks(load(written(tmp_path, YAML + own)))

    def term(case: Case) -> float:
        (deadline,) = running(case, clocks, at(0))
        return (deadline.due_at - deadline.started_at).total_seconds() / 3600

    assert term(one_case(decision(0))) == 8
    assert term(one_case(decision(0, recipient=OTHER, region="gelderland-midden"))) == 1
    assert term(one_case(decision(24 * 60))) == 1, "no longer in force on the day of the start"


def test_the_clock_of_a_recipient_goes_before_that_of_its_kind_and_that_before_the_general(
    tmp_path: Path,
):
    def own(who: str, hours: int) -> str:
        return YAML.split("\n", 1)[1].replace(
            "hours: 1}\n    valid", f'hours: {hours}}}\n    recipients: ["{who}"]\n    valid', 1
        )

    clocks = Clocks(load(written(tmp_path, YAML + own("vt:*", 3) + own(VT, 5))))

    def hours(recipient: str, region: str) -> float:
        case = one_case(decision(0, recipient=recipient, region=region))
        (deadline,) = running(case, clocks, at(0))
        return (deadline.due_at - deadline.started_at).total_seconds() / 3600

    assert (hours(VT, "utrecht"), hours(OTHER, "gelderland-midden"), hours(OM, "utrecht")) == (
        5, 3, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("start: sent", "start: dreamt"), 3, "start"),
        (("hours: 1}\n    valid", "hours: 1, days: 2}\n    valid"), 5, "exactly one unit"),
        (("choice: true", "choice: true\n    colour: red"), 14, "colour"),
        (("choice: true", "choice: true\n    ends: restrained_until"), 2, "end of its own"),
        (
            ("hours: 1}\n    valid", "restraining_days: 10}\n    pauses: [hold_safety]\n    valid"),
            2,
            "never paused",
        ),
        (("source: general", "source: ''"), 12, "source"),
    ],
)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, said: str
):
    path = written(tmp_path, YAML.replace(*change))

    with pytest.raises(KetensluisError, match=f"clocks.yaml:{line}: .*{said}"):
        load(path)


def test_two_clocks_that_would_both_count_are_refused(tmp_path: Path):
    path = written(tmp_path, YAML + YAML.split("\n", 1)[1])

    with pytest.raises(KetensluisError, match=r"clocks.yaml:14: .*overlaps"):
        load(path)


@pytest.mark.parametrize("text", ["clocks: [", "- 1", ""])
def test_what_is_no_file_of_clocks_is_refused(tmp_path: Path, text: str):
    with pytest.raises(KetensluisError, match=r"clocks\.yaml:"):
        load(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(KetensluisError, match="cannot be read"):
        load(tmp_path / "clocks.yaml")


PAGE = Path(__file__).parents[3] / "docs" / "reference" / "clocks.md"
_ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_the_page_on_clocks_lists_every_clock_that_ships_and_which_are_our_choice():
    table = PAGE.read_text(encoding="utf-8").partition("## Keys")[0]
    shipped = load(resource("reference") / "clocks.yaml").clocks

    assert {name: "choice" in source for name, source in _ROW.findall(table)} == {
        each.name: each.choice for each in shipped
    }


def test_the_clocks_that_ship_name_a_source_and_mark_every_choice():
    shipped: ClockFile = load(resource("reference") / "clocks.yaml")

    assert {each.name for each in shipped.clocks if not each.choice} == {
        "safety_assessment",
        "investigation",
    }
