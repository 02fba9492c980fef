"""The report of an audit: what was held against what, what holds, and what does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

from ketensluis.audit.findings import Finding, Findings

__all__ = ["CHECKS", "FORMAT", "Check", "LogState", "Report", "Seen", "report_of"]

FORMAT: Final = "ketensluis.audit/v1"

# What is asked, and by which findings the answer is no.
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "every incident record has its decision, or lies in quarantine": ("no_decision",),
    "every decision has its record": ("no_record", "other_incident", "unreadable"),
    "every decision that sent something has its message, and every message its decision": (
        "no_message", "unexplained_message", "repeated_message", "wrong_recipient",
    ),
    "every message has its receipt, or its alarm": ("no_receipt_no_alarm",),
    "every receipt is a party's own, of the message that was sent": (
        "no_signed_receipt", "no_signed_answer", "receipt_of_other",
    ),
    "every message left under an agreement that is on file, unaltered, and was in force": (
        "unknown_agreement", "edited_agreement", "wrong_version", "override_not_given",
    ),
    "every decision was made by a map of regions and a classification on file, unaltered": (
        "edited_regions", "edited_classification",
    ),
    "what was removed or erased was finished, past its term, and by a rule in force then": (
        "removed_early", "removed_unfinished", "removed_without_rule", "edited_rule",
    ),
    "every signed record bears its sender's good signature, as of when it was made": (
        "unsigned", "bad_signature", "unknown_signer", "expired_certificate",
        "revoked_certificate", "revocation_unknown", "signer_not_allowed",
    ),
    "every record and ledger event is in the log, as it was when it was entered": (
        "not_journalled", "altered_record",
    ),
    "nothing is in the log that has no record, twice, out of order, or added afterwards": (
        "entry_without_record", "repeated_entry", "out_of_order", "added_later", "bad_entry",
    ),
    "the log is what was signed, in one history": (
        "bad_tree", "bad_checkpoint", "retired_log_key", "two_histories", "truncated",
    ),
    "as many parties as must have seen the log": ("too_few_witnesses",),
}  # fmt: skip


class Seen(msgspec.Struct, frozen=True):
    """A party that witnessed the log, and when it saw that state."""

    party: str
    at: datetime


class LogState(msgspec.Struct, frozen=True):
    """The log that was audited: its name, its size, its root in hexadecimal, who saw it."""

    origin: str
    size: int
    root: str
    quorum: int
    seen: tuple[Seen, ...]


class Check(msgspec.Struct, frozen=True):
    """One question of the audit, and how many findings answer it with no."""

    question: str
    holds: bool
    findings: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit says; no personal data: coordinates, incident ids, codes, counts."""

    format: Literal["ketensluis.audit/v1"] = FORMAT
    made_at: datetime
    made_by: str
    since: datetime | None
    until: datetime | None
    log: LogState
    counts: dict[str, int]
    at_work: int
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def by_code(self) -> dict[str, list[Finding]]:
        """The findings, the more frequent codes later, so that few of a kind are not missed."""
        counts = Counter(each.code for each in self.findings)
        codes = sorted(counts, key=lambda code: (counts[code], code))
        return {code: [each for each in self.findings if each.code == code] for code in codes}


def report_of(
    findings: Findings,
    *,
    made_by: str,
    log: LogState,
    counts: Mapping[str, int],
    since: datetime | None,
    until: datetime | None,
) -> Report:
    """The report of what was found."""
    found = tuple(sorted(set(findings.found)))
    return Report(
        made_at=findings.window.at,
        made_by=made_by,
        since=since,
        until=until,
        log=log,
        counts=dict(sorted(counts.items())),
        at_work=findings.at_work,
        checks=tuple(_checks(found)),
        findings=found,
    )


def _checks(found: Iterable[Finding]) -> Iterable[Check]:
    counts = Counter(each.code for each in found)
    for question, codes in CHECKS.items():
        count = sum(counts[code] for code in codes)
        yield Check(question, not count, count)
