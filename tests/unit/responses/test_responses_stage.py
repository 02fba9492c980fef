"""The stage that takes in answers: what the ledger is told, what the police may hear, what not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from made_incidents import REGIONS
from made_incidents import agreement as made_agreement
from made_mail import (
    AT,
    INCIDENT_ID,
    OM,
    OTHER_VT,
    POSTMARKS,
    UNIT,
    VT,
    World,
    arrived,
    message_id,
)
from msgspec.structs import replace

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.book import Agreements
from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import (
    Acceptance,
    Decision,
    Feedback,
    FeedbackNotice,
    Quarantined,
    Receipt,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.party import LEDGER_EVENTS, QUARANTINE
from ketensluis.model.record import Output, Record
from ketensluis.model.resources import resource
from ketensluis.runtime.stage import Context, StagedState
from services.responses.process import ResponsesStage
from services.responses.release import AgreementRelease

EXAMPLES = Agreements.load(resource("agreements"))
DIGEST = "0f" * 32
OTHER_UNIT = "Amsterdam"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def take(world: World) -> Callable[..., list[Output]]:
    def take(record: Record, agreements: Agreements = EXAMPLES) -> list[Output]:
        return list(stage(world, agreements).process(record, Context(StagedState(lambda _: None))))

    return take


def stage(world: World, agreements: Agreements = EXAMPLES) -> ResponsesStage:
    return ResponsesStage(
        inputs=("responses.vt.groningen",),
        opener=world.opener("hub"),
        sealer=world.sealer("hub"),
        postmarks=POSTMARKS,
        regions=REGIONS,
        release=AgreementRelease(agreements),
    )


def answer(message: type[msgspec.Struct], by: str = VT, /, **fields: Any) -> Any:
    named: dict[str, Any] = {
        "incident_id": INCIDENT_ID,
        "message_id": message_id(recipient=by),
        "unit": UNIT,
        "at": AT - timedelta(minutes=3),
    }
    return message(**named | fields)


def event_in(world: World, outputs: list[Output]) -> LedgerEvent:
    (found,) = [each for each in outputs if each.topic == LEDGER_EVENTS]
    return world.opener("hub").plain(arrived(found), LedgerEvent)


def notice_in(world: World, outputs: list[Output], unit: str = UNIT) -> FeedbackNotice | None:
    """What that unit, and nobody else, can read."""
    found = [each for each in outputs if each.topic.startswith("feedback.")]
    if not found:
        return None
    (one,) = found
    assert one.topic == f"feedback.police.{unit.lower()}"
    opened = world.opener(f"police:{unit.lower()}").open(arrived(one), (FeedbackNotice,))
    return opened.message


KINDS: list[tuple[str, Any, str, str | None]] = [
    (VT, partial(answer, Acceptance), "accepted", None),
    (VT, partial(answer, Rejection, reason="wrong_region", region="drenthe"),
     "rejected", "wrong_region"),
    (VT, partial(answer, SafetyAssessment, outcome="acutely_unsafe"), "assessed", "acutely_unsafe"),
    (VT, partial(answer, Feedback, kind="procedural", code="closed"), "feedback", "closed"),
    (OM, partial(answer, Acceptance, OM), "accepted", None),
    (OM, partial(answer, Decision, OM, decision="dismissal"), "om_decision", "dismissal"),
]  # fmt: skip


@pytest.mark.parametrize(("by", "made", "kind", "code"), KINDS)
def test_an_answer_becomes_its_rung_and_the_reporting_unit_hears_its_code(
    world: World, take: Any, by: str, made: Any, kind: str, code: str | None
):
    it = made()
    outputs = take(arrived(world.answer(it, by=by), 7))
    event = event_in(world, outputs)
    assert (event.kind, event.code, event.recipient) == (kind, code, by)
    assert (event.incident_id, event.message_id) == (INCIDENT_ID, it.message_id)
    assert (event.unit, event.occurred_at) == (UNIT, it.at)
    assert event.record == f"responses.{by.replace(':', '.')}[0]@7"
    notice = notice_in(world, outputs)
    assert notice is not None
    assert (notice.status, notice.code, notice.sender) == (kind, code, by)
    assert (notice.incident_id, notice.unit, notice.at) == (INCIDENT_ID, UNIT, it.at)


def test_a_receipt_puts_its_digest_on_the_ledger_and_is_no_feedback(world: World, take: Any):
    outputs = take(arrived(world.answer(answer(Receipt, digest=DIGEST))))
    assert event_in(world, outputs).digest == DIGEST
    assert notice_in(world, outputs) is None


def test_what_could_not_be_opened_is_no_feedback_either(world: World, take: Any):
    it = answer(Rejection, reason="unverifiable", unit=None)
    outputs = take(arrived(world.answer(it)))
    event = event_in(world, outputs)
    assert (event.kind, event.code, event.unit) == ("rejected", "unverifiable", UNIT)
    assert notice_in(world, outputs) is None


def test_the_same_answer_again_has_the_same_ids_and_another_has_others(world: World, take: Any):
    def ids(code: str, offset: int) -> tuple[str, str]:
        it = answer(Feedback, kind="substantive", code=code)
        outputs = take(arrived(world.answer(it), offset))
        notice = notice_in(world, outputs)
        assert notice is not None
        return event_in(world, outputs).event_id, notice.message_id

    assert ids("closed", 1) == ids("closed", 2)
    # Two things told at one moment are two notices.
    assert not set(ids("closed", 1)) & set(ids("safety_plan", 1))


def test_an_answer_without_a_unit_reaches_the_unit_of_its_message(world: World, take: Any):
    notice = notice_in(world, take(arrived(world.answer(answer(Acceptance, unit=None)))))
    assert notice is not None
    assert notice.unit == UNIT


REFUSED: list[tuple[str, Any, str]] = [
    ("wrong_unit", {"unit": OTHER_UNIT}, "unit"),
    ("wrong_unit", {"unit": "Nergens"}, "unit"),
    ("unknown_message", {"message_id": message_id(recipient=OTHER_VT)}, "message"),
    ("unknown_message", {"message_id": message_id(incident_id="PL0100-2026000002")}, "message"),
    ("unknown_message", {"incident_id": "PL0100-2026000002"}, "message"),
    ("unknown_message", {"message_id": message_id().upper()}, "message"),
    ("unknown_message", {"message_id": "not a uuid"}, "message"),
    ("unknown_message", {"message_id": ""}, "message"),
    ("answer_from_future", {"at": AT + timedelta(minutes=5, seconds=1)}, "at"),
]


@pytest.mark.parametrize(("code", "changed", "named"), REFUSED)
def test_an_answer_to_nothing_that_this_party_was_sent_reaches_nobody(
    world: World, take: Any, code: str, changed: Any, named: str
):
    with pytest.raises(Refused) as caught:
        take(arrived(world.answer(answer(Acceptance, **changed))))
    assert caught.value.code == code
    assert named in caught.value.sentence
    assert OTHER_UNIT not in caught.value.sentence


def test_no_party_can_have_another_unit_told_of_an_incident_that_it_knows(world: World, take: Any):
    # What it holds of its own referrals does not help it to the id of one for another unit.
    forged = [message_id(unit=UNIT)[:18] + message_id("PL-2", unit=OTHER_UNIT)[18:]]
    forged += [message_id("PL-2", unit=OTHER_UNIT), message_id(recipient=OTHER_VT)]
    for each in forged:
        with pytest.raises(Refused, match="was sent no such message"):
            take(arrived(world.answer(answer(Acceptance, unit=OTHER_UNIT, message_id=each))))


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("unknown_region", partial(answer, Rejection, reason="wrong_region", region="Jansen")),
        ("bad_digest", partial(answer, Receipt, digest="Jansen")),
        ("bad_digest", partial(answer, Receipt, digest=DIGEST.upper())),
    ],
)
def test_free_text_where_a_code_belongs_does_not_reach_the_ledger(
    world: World, take: Any, code: str, made: Any
):
    with pytest.raises(Refused) as caught:
        take(arrived(world.answer(made())))
    assert caught.value.code == code
    assert "Jansen" not in str(caught.value)


def test_a_clock_that_is_a_little_ahead_is_borne(world: World, take: Any):
    it = answer(Acceptance, at=AT + timedelta(minutes=5))
    assert event_in(world, take(arrived(world.answer(it)))).occurred_at == it.at


def test_an_answer_on_another_partys_topic_is_refused(world: World, take: Any):
    it = answer(Acceptance, OTHER_VT)
    output = world.sealer(OTHER_VT).seal(
        it, topic="responses.vt.groningen", key=INCIDENT_ID, subject=INCIDENT_ID, at=AT
    )
    with pytest.raises(Refused) as caught:
        take(arrived(output))
    assert caught.value.code == "signer_not_allowed"


def test_an_answer_moved_to_another_partys_topic_is_refused(world: World, take: Any):
    record = arrived(world.answer(answer(Acceptance)))
    moved = replace(record.coordinates, topic="responses.vt.drenthe")
    with pytest.raises(Refused) as caught:
        take(replace(record, coordinates=moved))
    assert caught.value.code == "wrong_topic"


def test_what_is_refused_lies_in_quarantine_as_it_came(world: World):
    record = arrived(world.answer(answer(Acceptance, unit=OTHER_UNIT)), 3)
    (output,) = stage(world).refused(record, Refused("wrong_unit", "a sentence", "a remedy"))
    assert output.topic == QUARANTINE
    entry = world.opener("hub").plain(arrived(output), Quarantined)
    assert (entry.code, entry.place) == ("wrong_unit", "responses.vt.groningen[0]@3")
    assert (entry.value, entry.headers) == (record.value, record.headers)
    (again,) = stage(world).refused(record, Refused("wrong_unit", "a sentence", "a remedy"))
    assert again.key == output.key


def feedback_agreement(*release: dict[str, Any], **changed: Any) -> Agreement:
    return made_agreement(
        *release, **{"about": "feedback", "provider": "vt", "recipient": "police:*", **changed}
    )


WHICH = ["message_id", "incident_id", "unit", "sender", "at"]
CLOSED = partial(answer, Feedback, kind="procedural", code="closed")


def told(world: World, take: Any, *agreements: Agreement) -> FeedbackNotice | None:
    record = arrived(world.answer(CLOSED()))
    outputs = take(record, Agreements.of(agreements))
    assert event_in(world, outputs).code == "closed", "the ledger knows in any case"
    return notice_in(world, outputs)


def test_without_an_agreement_the_police_hear_nothing(world: World, take: Any):
    assert told(world, take) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_until": (AT - timedelta(days=1)).date()},
        {"valid_from": (AT + timedelta(days=1)).date()},
        {"recipient": "police:amsterdam"},
        {"provider": "vt:drenthe"},
        {"region": ["drenthe"]},
    ],
)
def test_an_agreement_that_is_not_in_force_for_this_answer_lets_nothing_through(
    world: World, take: Any, changed: dict[str, Any]
):
    it = feedback_agreement({"id": "all", "fields": [*WHICH, "status", "code"]}, **changed)
    assert told(world, take, it) is None


def test_an_agreement_about_incidents_says_nothing_of_feedback(world: World, take: Any):
    it = made_agreement(
        {"id": "all", "fields": ["incident_id", "unit"]}, provider="vt", recipient="police:*"
    )
    assert told(world, take, it) is None


def test_a_code_that_no_rule_releases_stays_behind(world: World, take: Any):
    it = feedback_agreement({"id": "which", "fields": [*WHICH, "status"]})
    notice = told(world, take, it)
    assert notice is not None
    assert (notice.status, notice.code) == ("feedback", None)


def test_a_field_that_one_rule_keeps_back_is_withheld_whatever_others_say(world: World, take: Any):
    it = feedback_agreement(
        {"id": "all", "fields": [*WHICH, "status", "code"]},
        {"id": "but", "fields": ["code"], "action": "withhold"},
    )
    notice = told(world, take, it)
    assert notice is not None
    assert notice.code is None


def test_without_what_makes_it_a_message_nothing_goes(world: World, take: Any):
    assert told(world, take, feedback_agreement({"id": "some", "fields": ["status"]})) is None
