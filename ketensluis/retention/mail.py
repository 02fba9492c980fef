"""Up to where a partition of mail may be emptied: Kafka removes from the beginning only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ketensluis.ledger.working_days import local_day
from ketensluis.retention.rules import ANSWER_NAMES, Retention

__all__ = ["Letter", "Removable", "removable"]


class Letter(NamedTuple):
    """A record of a mail topic, as far as it decides whether it may go.

    Attributes:
        message: its type by its short name; unknown types are kept.
        sent_at: the record's own time.
        received_at: when the recipient confirmed it; None as long as nobody did.
        handled: whether what it must lead to is on the ledger, or its incident is settled.
        journalled: whether it is in the log; what is not yet may not go.
    """

    offset: int
    message: str
    message_id: str
    incident_id: str
    sent_at: datetime
    received_at: datetime | None
    handled: bool
    journalled: bool


@dataclass(frozen=True)
class Removable:
    """What may go of one partition: everything before `up_to`, by which rules, and what stops it.

    `reason` is why the first record that is kept is kept; None where nothing is left.
    """

    up_to: int
    messages: tuple[str, ...]
    rules: tuple[str, ...]
    reason: str | None


def removable(letters: Iterable[Letter], retention: Retention, at: datetime) -> Removable:
    """How far the partition, given in order of offset, may be emptied at that moment."""
    up_to, gone, rules = 0, list[str](), set[str]()
    for letter in letters:
        rule, reason = _judged(letter, retention, at)
        if reason is not None:
            return Removable(up_to, tuple(gone), tuple(sorted(rules)), reason)
        up_to = letter.offset + 1
        gone.append(letter.message_id)
        rules.add(rule)
    return Removable(up_to, tuple(gone), tuple(sorted(rules)), None)


def _judged(letter: Letter, retention: Retention, at: datetime) -> tuple[str, str | None]:
    """The rule by which it goes, or why it stays."""
    rule = retention.rule(letter.message, local_day(at))
    if rule is None:
        return "", "no_term"
    if not letter.journalled:
        return rule.id, "not_journalled"
    if not letter.handled:
        unhandled = "not_on_ledger" if letter.message in ANSWER_NAMES else "open_obligation"
        return rule.id, unhandled
    start = letter.received_at if rule.counted_from == "received" else letter.sent_at
    if start is None:
        return rule.id, "not_received"
    if rule.term.over(start) > at:
        return rule.id, "within_term"
    return rule.id, None
