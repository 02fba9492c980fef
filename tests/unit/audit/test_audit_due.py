"""What retention took away before it was due, unfinished, or by no rule of that day, is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from made_ledger import INCIDENT, START, answer, decision, whole_ladder
from made_log import MadeLog, log_keys, witness, witness_key
from msgspec.structs import replace

from ketensluis.audit.findings import Finding, Window
from ketensluis.audit.heads import Heads
from ketensluis.audit.report import CHECKS
from ketensluis.audit.rules import Rules
from ketensluis.audit.signatures import Vouchers
from ketensluis.audit.whole import Audit
from ketensluis.avro.codec import Codec
from ketensluis.cli.audit import rules_on_file
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import cosign
from ketensluis.journal.entry import Entry
from ketensluis.journal.keys import JournalKeys
from ketensluis.kafka.auditing import Reading, read_log
from ketensluis.kafka.quarantine_markers import Erasure, Requeue, erasure_headers, marker_headers
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.removal import Removal
from ketensluis.retention.terms import KeepFor
from ketensluis.runtime.settings import Settings

CODEC = Codec.from_lock()
RULES = cache(lambda: rules_on_file(Settings()))
MAIL, ANSWERS = "referrals.utrecht", "responses.vt.utrecht"
(OURS,) = (codes for question, codes in CHECKS.items() if "removed" in question)
MONTH, YEAR = timedelta(days=31), timedelta(days=366)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    folder = tmp_path_factory.mktemp("pki")
    make_demo_pki(folder, ("hub",), START)
    return Directory.load(folder)


@dataclass
class World:
    """Records as they came, those that are gone by now, and the log over all of them."""

    directory: Directory
    lying: list[Record] = field(default_factory=list)
    gone: list[Record] = field(default_factory=list)
    rules: Rules = field(default_factory=RULES)

    def lay(self, topic: str, value: object, at: datetime, *, gone: bool = False) -> Record:
        every = (*self.lying, *self.gone)
        offset = sum(each.coordinates.topic == topic for each in every)
        content = value if isinstance(value, bytes) else CODEC.encode(value)  # type: ignore[arg-type]
        record = Record(
            Coordinates(topic, 0, offset), INCIDENT.encode(), content, (),
            round(at.timestamp() * 1000),
        )  # fmt: skip
        (self.gone if gone else self.lying).append(record)
        return record

    def mark(self, headers: list[tuple[str, bytes]], at: datetime) -> None:
        """A record without value on the quarantine, of which its headers say what it is."""
        marker = self.lay("quarantine", b"", at)
        self.lying[-1] = replace(marker, value=None, headers=tuple(headers))

    def events(self, events: Iterable[LedgerEvent]) -> None:
        for each in events:
            self.lay("ledger.events", each, each.occurred_at)

    def found(self, *, seen_at: datetime | None = None, now: datetime | None = None) -> set[str]:
        return {each.code for each in self.findings(seen_at=seen_at, now=now)}

    def findings(
        self, *, seen_at: datetime | None = None, now: datetime | None = None
    ) -> list[Finding]:
        every = sorted((*self.lying, *self.gone), key=lambda each: each.timestamp_ms)
        latest = datetime.fromtimestamp(every[-1].timestamp_ms / 1000, UTC)
        log = MadeLog().add(Entry.of(each).encode() for each in every)
        note = log.checkpoint()
        seen = note.with_lines([cosign(note, witness_key(), int((seen_at or latest).timestamp()))])
        keys = JournalKeys(log_keys(), {"vt:utrecht": witness()}, 1)
        window = Window(None, None, now or latest + timedelta(days=1))
        audit = Audit(
            Heads(seen, seen), keys, window, CODEC.decode, self.rules, Vouchers(self.directory)
        )  # fmt: skip
        read_log(audit, log.fetch, Reading())
        for record in self.lying:
            audit.record(record)
        found = audit.conclude("hub").report.findings
        return [each for each in found if each.code in OURS]


def of_mail(
    directory: Directory,
    after: timedelta,
    *,
    ladder: Iterable[LedgerEvent] | None = None,
    topic: str = MAIL,
    **told: Any,
) -> World:
    """A referral that was removed so long after it was received, as the hub put it on record."""
    world = World(directory)
    letter = world.lay(topic, b"sealed", START, gone=True)
    world.events(whole_ladder() if ladder is None else ladder)
    at = START + after
    removal = Removal(
        **{
            "removal_id": "r1", "topic": topic, "partition": 0,
            "up_to": letter.coordinates.offset + 1, "rules": ("mail-after-receipt",),
            "messages": ("m-vt:utrecht-1",), "at": at, **told,
        }
    )  # fmt: skip
    world.lay("retention.removals", removal, at)
    return world


def test_mail_that_was_received_settled_and_past_its_term_is_no_finding(directory: Directory):
    assert of_mail(directory, 4 * MONTH).found() == set()


def test_mail_removed_before_its_term_is_found_at_its_place(directory: Directory):
    (found,) = of_mail(directory, 2 * MONTH).findings()
    assert (found.code, found.place) == ("removed_early", f"{MAIL}[0]@0")
    assert "mail-after-receipt" in found.sentence


def test_a_term_is_counted_from_the_receipt_and_not_from_the_sending(directory: Directory):
    first, received, *others = whole_ladder()
    late = [replace(each, occurred_at=each.occurred_at + 2 * MONTH) for each in (received, *others)]
    assert of_mail(directory, 4 * MONTH, ladder=[first, *late]).found() == {"removed_early"}


def test_a_clock_that_was_set_ahead_makes_nothing_due(directory: Directory):
    """The parties saw the removal in the log when it was made."""
    world = of_mail(directory, 4 * MONTH)
    assert world.found(seen_at=START + MONTH) == {"removed_early"}
    assert world.found(now=START + MONTH) == {"removed_early"}


def test_mail_of_an_open_case_is_found(directory: Directory):
    (found,) = of_mail(directory, 4 * MONTH, ladder=whole_ladder()[:-1]).findings()
    assert (found.code, found.place) == ("removed_unfinished", f"{MAIL}[0]@0")
    assert "assessed" in found.sentence


def test_what_was_closed_only_after_its_removal_was_unfinished_then(directory: Directory):
    *before, closed = whole_ladder()
    later = replace(closed, occurred_at=START + 5 * MONTH)
    assert of_mail(directory, 4 * MONTH, ladder=[*before, later]).found() == {"removed_unfinished"}


def test_mail_that_nobody_received_is_found(directory: Directory):
    assert of_mail(directory, 4 * MONTH, ladder=[decision(1)]).found() == {"removed_unfinished"}


def test_mail_that_no_decision_sent_is_found(directory: Directory):
    world = of_mail(directory, 4 * MONTH, messages=("m-another",))
    assert world.found() == {"removed_unfinished"}


@pytest.mark.parametrize(
    "told",
    [{"rules": ("no-such-rule",)}, {"rules": ()}, {"rules": ("answers-one-year",)}],
    ids=["no such rule", "none", "a rule for other messages"],
)
def test_mail_removed_by_no_rule_for_it_is_found(directory: Directory, told: dict[str, Any]):
    assert of_mail(directory, 4 * MONTH, **told).found() == {"removed_without_rule"}


def test_more_messages_than_the_removal_names_are_found(directory: Directory):
    world = of_mail(directory, 4 * MONTH, messages=())
    assert world.found() == {"removed_without_rule"}


@pytest.mark.parametrize(("after", "found"), [(13 * MONTH, set()), (MONTH, {"removed_early"})])
@pytest.mark.parametrize(
    ("topic", "rule"), [(ANSWERS, "answers-one-year"), ("feedback.police.x", "feedback-one-year")]
)
def test_answers_and_feedback_are_counted_from_when_they_were_sent(
    directory: Directory, topic: str, rule: str, after: timedelta, found: set[str]
):
    ladder = [decision(1), answer(2, "received", record=f"{ANSWERS}[0]@0")]
    assert of_mail(directory, after, ladder=ladder, topic=topic, rules=(rule,)).found() == found


def test_an_answer_of_which_the_ledger_does_not_tell_is_found(directory: Directory):
    world = of_mail(
        directory, 13 * MONTH, ladder=[decision(1)], topic=ANSWERS, rules=("answers-one-year",)
    )
    assert world.found() == {"removed_unfinished"}


def test_what_an_earlier_removal_took_is_not_asked_for_again(directory: Directory):
    world = of_mail(directory, 4 * MONTH)
    world.lay(MAIL, b"sealed", START + 1 * MONTH, gone=True)
    second = replace(
        CODEC.decode(world.lying[-1].value or b"", Removal),
        removal_id="r2", up_to=2, messages=("m-another",), at=START + 5 * MONTH,
    )  # fmt: skip
    world.lay("retention.removals", second, second.at)
    assert [each.place for each in world.findings()] == [f"{MAIL}[0]@1"]


def erased(
    directory: Directory,
    after: timedelta,
    ladder: Callable[[], list[LedgerEvent]] = whole_ladder,
    **told: Any,
) -> World:
    """An incident erased so long after it was registered, by the rule unless told otherwise."""
    world, at = World(directory), START + after
    world.events(ladder())
    event = LedgerEvent(
        **{
            "event_id": "e1", "kind": "erased", "incident_id": INCIDENT, "sequence": 1,
            "recipient": None, "occurred_at": at, "record": "police.incidents[0]@7",
            "code": "incident-five-years", **told,
        }
    )  # fmt: skip
    world.events([event])
    return world


CITIZEN = {"code": "citizens_request", "by_role": "privacy_officer"}


def test_an_incident_erased_after_its_term_is_no_finding(directory: Directory):
    assert erased(directory, 5 * YEAR + MONTH).found() == set()


def test_an_incident_erased_by_the_rule_before_its_term_is_found(directory: Directory):
    (found,) = erased(directory, 4 * YEAR).findings()
    assert (found.code, found.place) == ("removed_early", "ledger.events[0]@5")
    assert INCIDENT in found.sentence


def test_an_incident_erased_while_it_was_open_is_found(directory: Directory):
    world = erased(directory, 5 * YEAR + MONTH, lambda: whole_ladder()[:2])
    assert world.found() == {"removed_unfinished"}


def test_an_incident_erased_by_another_rule_than_that_of_the_day_is_found(directory: Directory):
    world = erased(directory, 5 * YEAR + MONTH, code="incident-one-day")
    assert world.found() == {"removed_without_rule"}


def test_a_person_may_have_it_erased_before_its_term_for_a_listed_reason_only(
    directory: Directory,
):
    assert erased(directory, YEAR, **CITIZEN).found() == set()
    other = {**CITIZEN, "by_role": "case_officer"}
    assert erased(directory, YEAR, **other).found() == {"removed_without_rule"}
    unlisted = {**CITIZEN, "code": "because"}
    assert erased(directory, YEAR, **unlisted).found() == {"removed_without_rule"}


def test_a_person_may_not_have_unfinished_work_erased(directory: Directory):
    world = erased(directory, YEAR, lambda: whole_ladder()[:2], **CITIZEN)
    assert world.found() == {"removed_unfinished"}


def entry_erased(
    directory: Directory,
    after: timedelta,
    rule: str,
    role: str = "",
    digest: str = "",
    *,
    requeued: bool = True,
) -> World:
    """An entry of the quarantine whose content went so long after it was refused."""
    world, at = World(directory), START + after
    refused = Record(Coordinates("police.incidents", 0, 9), b"k", b"v", (), 1_000)
    entry = replace(quarantined(refused, Refused("bad_time", "it is bad")), at=START)
    world.lay("quarantine", entry, START)
    if requeued:
        world.mark(marker_headers(entry.quarantine_id, Requeue(START, "supervisor", "p")), START)
    world.mark(erasure_headers(entry.quarantine_id, Erasure(at, rule, role, digest)), at)
    return world


@pytest.mark.parametrize(
    ("days", "rule", "role", "requeued", "found"),
    [
        (100, "quarantine-ninety-days", "", True, set()),
        (80, "quarantine-ninety-days", "", True, {"removed_early"}),
        (100, "quarantine-ninety-days", "", False, {"removed_unfinished"}),
        (100, "incident-five-years", "", True, set()),
        (100, "no-such-rule", "", True, {"removed_without_rule"}),
        (1, "unusable", "supervisor", False, set()),
        (1, "citizens_request", "supervisor", False, {"removed_without_rule"}),
    ],
)
def test_an_entry_of_the_quarantine_is_held_against_its_term_too(
    directory: Directory, days: int, rule: str, role: str, *, requeued: bool, found: set[str]
):
    world = entry_erased(directory, timedelta(days=days), rule, role, requeued=requeued)
    assert world.found() == found


# A rule edited afterwards, under the name that it had.


def edited(world: World, name: str, **parts: Any) -> World:
    """The rules on file say something else by now."""
    retention = world.rules.retention
    rules, reasons = (
        tuple(
            each.model_copy(update=parts) if name == getattr(each, part, None) else each
            for each in several
        )
        for several, part in ((retention.rules, "id"), (retention.reasons, "code"))
    )
    changed = retention.model_copy(update={"rules": rules, "reasons": reasons})
    world.rules = dataclasses.replace(world.rules, retention=changed)
    return world


def said(name: str) -> str:
    """The digest of what a rule says, as goes on record with a removal."""
    return RULES().retention.digest(name)


WEEK = {"term": KeepFor(days=7)}
MAIL_RULE, LONG, BAD = "mail-after-receipt", "incident-five-years", "quarantine-ninety-days"


def test_mail_removed_early_by_a_rule_whose_term_was_shortened_afterwards_is_found(
    directory: Directory,
):
    world = of_mail(directory, 2 * MONTH, rule_digests=(said(MAIL_RULE),))
    assert world.found() == {"removed_early"}
    (found,) = edited(world, MAIL_RULE, **WEEK).findings()
    assert (found.code, found.place) == ("edited_rule", "retention.removals[0]@0")
    assert MAIL_RULE in found.sentence


@pytest.mark.parametrize("name", [LONG, "citizens_request"])
def test_an_incident_erased_by_a_rule_or_reason_that_was_edited_afterwards_is_found(
    directory: Directory, name: str
):
    told = CITIZEN if name != LONG else {}
    world = erased(directory, 6 * YEAR, rule_digest=said(name), **told)
    assert world.found() == set()
    assert edited(world, name, source="another").found() == {"edited_rule"}


def test_an_entry_erased_by_a_rule_that_was_edited_afterwards_is_found(directory: Directory):
    world = entry_erased(directory, timedelta(days=80), BAD, digest=said(BAD))
    assert world.found() == {"removed_early"}
    assert edited(world, BAD, **WEEK).found() == {"edited_rule"}


def test_that_a_rule_ended_later_is_no_edit_of_what_it_said(directory: Directory):
    ends = (START + 20 * YEAR).date()
    world = of_mail(directory, 4 * MONTH, rule_digests=(said(MAIL_RULE),))
    assert edited(world, MAIL_RULE, valid_until=ends).found() == set()


def test_what_went_on_record_without_the_rules_text_is_held_against_the_rule_alone(
    directory: Directory,
):
    assert edited(of_mail(directory, 2 * MONTH), MAIL_RULE, **WEEK).found() == set()
