"""Whether what retention took away was due: finished, past its term, by a rule in force then.

When something went is the hub's word, but no later than parties saw the log with that word in
it: a clock that was set ahead makes nothing due. When a message was sent stands in the log; when
it was received, and whether its incident was finished, on the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

from ketensluis.audit.answers import ANSWER_OF
from ketensluis.audit.chain import ChainAudit
from ketensluis.audit.due_entries import EntriesDue, early
from ketensluis.audit.findings import Findings
from ketensluis.audit.log import LogAudit
from ketensluis.audit.removals import Removed
from ketensluis.audit.rules import Rules
from ketensluis.audit.sources import ANSWERS, MAIL
from ketensluis.envelope.opening import Decode
from ketensluis.errors import KetensluisError, Refused
from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import cases, settled
from ketensluis.ledger.working_days import local_day
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import LEDGER_EVENTS, QUARANTINE, mail_topic
from ketensluis.model.record import Coordinates, Record, sent_at
from ketensluis.retention.held import Held, unfinished
from ketensluis.retention.plan import over_since
from ketensluis.retention.rules import ANSWER_NAMES, Rule
from ketensluis.retention.told import Told

__all__ = ["Due"]

_MAIL_OF: Final = {
    "referrals": ("referral",), "notices": ("notice",), "feedback": ("feedback-notice",),
    "disclosures": ("referral", "notice"),
}  # fmt: skip
_SHOWN: Final = 3


class _Gone(NamedTuple):
    """A message that went: what it can have been, and what its term may be counted from."""

    kinds: tuple[str, ...]
    received_at: datetime | None = None
    owed: str | None = None


class Due:
    """Give it every record; then hold what went against the ledger and the log."""

    def __init__(self, findings: Findings, decode: Decode, rules: Rules) -> None:
        self._findings = findings
        self._decode = decode
        self._rules = rules
        # Encoded, as there are millions, and few are asked for; in the order of the topic.
        self._told: dict[bytes, list[bytes]] = {}
        self._entries = EntriesDue(findings, decode, rules)

    def take(self, record: Record) -> None:
        """One record of any topic."""
        if record.coordinates.topic == LEDGER_EVENTS:
            self._told.setdefault(record.key or b"", []).append(record.value or b"")
        elif record.coordinates.topic == QUARANTINE:
            self._entries.take(record)

    def conclude(self, chain: ChainAudit, log: LogAudit) -> None:
        """Find what went before it was due."""
        for removed in chain.removals.each():
            self._mail(removed, chain, log)
        for event, lies_at in chain.erasures:
            self._incident(event, lies_at, log)
        self._entries.conclude(log)

    def _mail(self, removed: Removed, chain: ChainAudit, log: LogAudit) -> None:
        told, lies_at = removed.told, removed.lies_at
        at = log.as_of(told.at, lies_at)
        went = log.sent(told.topic, told.partition, removed.begin, told.up_to)
        if len(went) != len(told.messages):
            said = f"it names {len(told.messages)} messages, and {len(went)} lay there"
            self._find(at, "removed_without_rule", lies_at, said)
        for name, digest in zip(told.rules, told.rule_digests, strict=False):
            if edited := self._rules.retention_edited(name, digest):
                self._find(at, "edited_rule", lies_at, edited)
        for (offset, sent_ms), message_id in zip(went, told.messages, strict=False):
            place = Coordinates(told.topic, told.partition, offset)
            gone = self._gone(place, message_id, chain, at)
            if gone.owed is not None:
                self._find(at, "removed_unfinished", place, f"{message_id}: {gone.owed}")
            self._term(told.rules, gone, place, sent_at(sent_ms), at)

    def _term(
        self,
        named: tuple[str, ...],
        gone: _Gone,
        place: Coordinates,
        sent_at: datetime,
        at: datetime,
    ) -> None:
        in_force = [self._rules.retention.rule(kind, local_day(at)) for kind in gone.kinds]
        rules = [each for each in in_force if each is not None and each.id in named]
        if not rules:
            said = f"no rule for it was in force on {local_day(at)} of {', '.join(named) or 'none'}"
            self._find(at, "removed_without_rule", place, said)
            return
        over = [_over(rule, sent_at, gone.received_at) for rule in rules]
        ends = [each for each in over if each is not None]
        if ends and min(ends) > at:
            self._find(at, "removed_early", place, early(rules[0].id, min(ends), at))
        elif not ends and gone.owed is None:
            self._find(at, "removed_unfinished", place, "nobody had received it")

    def _gone(self, place: Coordinates, message_id: str, chain: ChainAudit, at: datetime) -> _Gone:
        if place.topic.startswith(ANSWERS):
            return self._answer(str(place), chain)
        kinds = _MAIL_OF.get(place.topic.partition(".")[0], ())
        if not place.topic.startswith(MAIL):
            return _Gone(kinds)
        decision = chain.letters.sent(message_id)
        if decision is None:
            return _Gone(kinds, owed="no decision sent it")
        events = self._events(decision.incident_id, until=at)
        received = [each for each in events if each.kind == "received"]
        first = next((e.occurred_at for e in received if e.message_id == message_id), None)
        case = next((c for c in cases(events) if mail_topic(c.recipient) == place.topic), None)
        if case is None or not settled(case):
            return _Gone(kinds, first, f"{case.state if case else 'undecided'}, and not closed")
        return _Gone(kinds, first or case.closed_at or case.received_at)

    def _answer(self, place: str, chain: ChainAudit) -> _Gone:
        told = chain.about(place)
        events = () if told is None else self._events(told)
        kinds = [ANSWER_OF[e.kind] for e in events if e.record == place and e.kind in ANSWER_OF]
        if told is None and place not in chain.excused:
            return _Gone(ANSWER_NAMES, owed="nothing on the ledger tells of it")
        return _Gone(tuple(kinds) or ANSWER_NAMES)

    def _incident(self, event: LedgerEvent, lies_at: Coordinates, log: LogAudit) -> None:
        at = log.as_of(event.occurred_at, lies_at)
        held, incident, day = self._held(event), event.incident_id, local_day(at)
        if event.by_role is not None:
            try:
                self._rules.retention.reason(event.code or "", event.by_role, day)
            except KetensluisError as error:
                said = f"{incident}: {error.sentence}"
                self._find(at, "removed_without_rule", lies_at, said)
        elif (rule := self._rules.retention.rule("incident", day)) is None or rule.id != event.code:
            said = f"{incident} was erased by {event.code}, which was not in force on {day}"
            self._find(at, "removed_without_rule", lies_at, said)
        elif (over := over_since(held, rule)) is not None and over > at:
            self._find(at, "removed_early", lies_at, f"{incident}: {early(rule.id, over, at)}")
        if edited := self._rules.retention_edited(event.code or "", event.rule_digest):
            self._find(at, "edited_rule", lies_at, f"{incident}: {edited}")
        if blocks := unfinished(held, self._rules.clocks, at):
            said = f"{incident}: {', '.join(map(str, blocks[:_SHOWN]))}"
            self._find(at, "removed_unfinished", lies_at, said)

    def _held(self, erased: LedgerEvent) -> Held:
        """What was held of the incident when it was erased: what lies before that, by its key."""
        told, before = Told(erased.incident_id), list[LedgerEvent]()
        for event in self._of(erased.incident_id):
            if event.event_id == erased.event_id:
                break
            told.event(event)
            before.append(event)
        return told.held(cases(_in_order(before)))

    def _events(self, incident_id: str, until: datetime | None = None) -> Events:
        told = self._of(incident_id)
        return _in_order(e for e in told if until is None or e.occurred_at <= until)

    def _of(self, incident_id: str) -> Iterator[LedgerEvent]:
        for encoded in self._told.get(incident_id.encode(), ()):
            with suppress(Refused):  # which is found as `unreadable`
                yield self._decode(encoded, LedgerEvent)

    def _find(self, at: datetime, code: str, place: Coordinates, said: str) -> None:
        self._findings.contradicts(round(at.timestamp() * 1000), code, place, said)


def _in_order(told: Iterator[LedgerEvent] | list[LedgerEvent]) -> Events:
    events: Events = ()
    for each in told:
        events = add(events, each)
    return events


def _over(rule: Rule, sent_at: datetime, received_at: datetime | None) -> datetime | None:
    start = received_at if rule.counted_from == "received" else sent_at
    return None if start is None else rule.term.over(start)
