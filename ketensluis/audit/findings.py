"""What an audit finds: each with its code, the place, and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

__all__ = ["AT_WORK", "MEANINGS", "Finding", "Findings", "Window"]

# What is younger than this (choice) and lacks something may still be at work, and is counted so.
AT_WORK: Final = timedelta(minutes=1)
# What bears a later time than this after now is not young: it will not be for years (choice, as
# of the envelope for clocks that differ).
_AHEAD: Final = timedelta(minutes=5)

MEANINGS: Final[Mapping[str, str]] = {
    # The chain: what should have led to something, and what should have come of something.
    "no_decision": "an incident record of which neither a decision nor a quarantine entry tells",
    "no_record": "a ledger event about a record that is not on its topic",
    "other_incident": "a ledger event about another incident than its record",
    "no_message": "the ledger says that a message left; it is not on its recipient's topic",
    "unexplained_message": "a message to a recipient that no decision sent",
    "repeated_message": "a message that lies on its topic, or on another, once more",
    "wrong_recipient": "a message on the topic of another than the decision names",
    "no_receipt_no_alarm": "a message without a receipt, though its time is over, and no alarm",
    "no_signed_receipt": "the ledger says received; what it names is no receipt of that message",
    "no_signed_answer": "the ledger says answered; what it names is no such answer of that party",
    "receipt_of_other": "a receipt for what is not the message that was sent",
    "unknown_agreement": "a message under an agreement that is not among those on file",
    "edited_agreement": "the agreement on file is not the one decided by, under one version",
    "wrong_version": "a message under a version of the agreement that was not in force",
    "edited_regions": "the map of regions on file is not the one decided by, on any day",
    "edited_classification": "the classification on file is not the one decided by on that day",
    "override_not_given": "an override on the ledger that the police did not give, or not so",
    "unreadable": "a record of the hub's own that cannot be read",
    # What retention took away, as of when it did.
    "removed_early": "something removed or erased before its term was over",
    "removed_unfinished": "something removed or erased while work on it was open",
    "removed_without_rule": "a removal or erasure by no rule or reason that was in force then",
    "edited_rule": "the retention rule on file is not the one it went by, under one name",
    # The parties' signatures, as of when they were made.
    "unsigned": "a record that must be signed, and is not",
    "bad_signature": "a signature that is not over this record, or not of the key that it names",
    "unknown_signer": "a signature of a certificate for which nobody vouches",
    "expired_certificate": "a signature made when its certificate was not valid",
    "revoked_certificate": "a signature made when its certificate had been revoked",
    "revocation_unknown": "a signature of which nobody knows whether its certificate was revoked",
    "signer_not_allowed": "a record signed by a party that may not send it",
    # The log: whether the records are those that were entered.
    "altered_record": "the record is not as it was when it was entered",
    "not_journalled": "a record that is not in the log",
    "entry_without_record": "the log has an entry for a record that is not there",
    "repeated_entry": "a record has two entries in the log",
    "out_of_order": "the log has a partition's records in another order than they lie",
    "added_later": "an entry a day older than a state of the log that was seen without it",
    "bad_entry": "an entry of the log is not in an entry's form",
    "bad_tree": "the log's files do not lead to the root that was signed",
    "bad_checkpoint": "a state of the log that the log, or a witness, did not sign",
    "retired_log_key": "a state that only a key of the log signed which did not count at its size",
    "too_few_witnesses": "fewer parties have seen the log than must have",
    "two_histories": "a state of the log that was signed is not a beginning of the log",
    "truncated": "a state with more entries than the log has was signed",
}


class Finding(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong: `place` is a record's coordinates, an entry, or an incident."""

    code: str
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Window:
    """What is judged, as of `at`: what bears a time from `since` to before `until`, if given."""

    since: datetime | None
    until: datetime | None
    at: datetime

    def judges(self, timestamp_ms: int) -> bool:
        """Whether a record of that time is judged."""
        return not (
            (self.since is not None and timestamp_ms < _milliseconds(self.since))
            or (self.until is not None and timestamp_ms >= _milliseconds(self.until))
        )

    def at_work(self, timestamp_ms: int) -> bool:
        """Whether what it lacks may still come: it is young, and not of a time yet to be."""
        young, ahead = self.at - AT_WORK, self.at + _AHEAD
        return _milliseconds(young) < timestamp_ms <= _milliseconds(ahead)


@dataclass
class Findings:
    """Collects findings; what may still come is only counted."""

    window: Window
    found: list[Finding] = field(default_factory=list)
    at_work: int = 0

    def add(self, code: str, place: object, sentence: str | None = None) -> None:
        """Something is wrong, whenever it was."""
        self.found.append(Finding(code, str(place), sentence or MEANINGS[code]))

    def contradicts(
        self, timestamp_ms: int, code: str, place: object, sentence: str | None = None
    ) -> None:
        """What a record of that time says is not so, and no waiting heals that."""
        if self.window.judges(timestamp_ms):
            self.add(code, place, sentence)

    def lacking(
        self, timestamp_ms: int, code: str, place: object, sentence: str | None = None
    ) -> None:
        """Something is missing beside a record of that time."""
        if not self.window.judges(timestamp_ms):
            return
        if self.window.at_work(timestamp_ms):
            self.at_work += 1
        else:
            self.add(code, place, sentence)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
