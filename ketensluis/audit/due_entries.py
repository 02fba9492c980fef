"""Whether an entry of the quarantine was due when its content went."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from ketensluis.audit.findings import Findings
from ketensluis.audit.log import LogAudit
from ketensluis.audit.rules import Rules
from ketensluis.envelope.opening import Decode
from ketensluis.errors import KetensluisError, Refused
from ketensluis.ledger.working_days import local_day
from ketensluis.model.messages import Quarantined
from ketensluis.model.quarantine import (
    ERASED_BY_ROLE,
    ERASED_BY_RULE,
    ERASED_ENTRY,
    ERASED_UNDER,
    REQUEUED_ENTRY,
)
from ketensluis.model.record import Record

__all__ = ["EntriesDue", "early"]


class EntriesDue:
    """Give it the quarantine's records, each partition in its order."""

    def __init__(self, findings: Findings, decode: Decode, rules: Rules) -> None:
        self._findings = findings
        self._decode = decode
        self._rules = rules
        self._retention = rules.retention
        self._refused_at: dict[str, datetime] = {}
        self._requeued: set[str] = set()
        self._erased: list[tuple[Record, str, bool]] = []

    def take(self, record: Record) -> None:
        """An entry, or a marker of what became of one."""
        if record.value is not None:
            with suppress(Refused):  # which is found as `unreadable`
                entry = self._decode(record.value, Quarantined)
                self._refused_at.setdefault(entry.quarantine_id, entry.at)
        elif erased := _said(record, ERASED_ENTRY):
            self._erased.append((record, erased, erased in self._requeued))
        elif requeued := _said(record, REQUEUED_ENTRY):
            self._requeued.add(requeued)

    def conclude(self, log: LogAudit) -> None:
        """Find what went before it was due."""
        for marker, entry, requeued in self._erased:
            self._entry(marker, entry, log, requeued=requeued)

    def _entry(self, marker: Record, entry: str, log: LogAudit, *, requeued: bool) -> None:
        made = marker.sent_at
        at, code = log.as_of(made, marker.coordinates), _said(marker, ERASED_BY_RULE)
        day, found = local_day(at), f"entry {entry}"
        if said := self._rules.retention_edited(code, _said(marker, ERASED_UNDER)):
            self._find(marker, "edited_rule", f"{found}: {said}")
        if role := _said(marker, ERASED_BY_ROLE):
            try:  # by that a person has dealt with it
                self._retention.reason(code, role, day)
            except KetensluisError as error:
                self._find(marker, "removed_without_rule", f"{found}: {error.sentence}")
            return
        rule, whole = (self._retention.rule(each, day) for each in ("quarantined", "incident"))
        if rule is not None and rule.id == code:
            over = rule.term.over(self._refused_at.get(entry, made))
            if over > at:
                self._find(marker, "removed_early", f"{found}: {early(code, over, at)}")
        elif whole is None or whole.id != code:  # it goes with its incident too
            said = f"{found} was erased by {code or 'nothing'}, which was not in force on {day}"
            self._find(marker, "removed_without_rule", said)
        if not requeued:
            self._find(marker, "removed_unfinished", f"{found}: nobody had dealt with it")

    def _find(self, marker: Record, code: str, said: str) -> None:
        self._findings.contradicts(marker.timestamp_ms, code, marker.coordinates, said)


def early(rule: str, over: datetime, at: datetime) -> str:
    """That something went before its term was over."""
    return f"the term of {rule} runs until {local_day(over)}; it went on {local_day(at)}"


def _said(record: Record, header: str) -> str:
    return (record.header(header) or b"").decode(errors="replace")
