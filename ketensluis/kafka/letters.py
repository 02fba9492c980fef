"""What of a record of a mail topic decides whether it may go."""

from __future__ import annotations

from datetime import datetime

from ketensluis.kafka.holdings import Holdings
from ketensluis.ledger.fold import settled
from ketensluis.model.party import mail_topic
from ketensluis.model.record import Record
from ketensluis.retention.mail import Letter
from ketensluis.retention.rules import ANSWER_NAMES

__all__ = ["Judge", "Partition"]

Partition = tuple[str, int]
"""A topic, and a partition of it."""


class Judge:
    """Reads records against the books, and against how far the log has come."""

    def __init__(self, holdings: Holdings, journalled: dict[Partition, int]) -> None:
        self._journalled = journalled
        self._accounted = holdings.books.accounted
        self._receipts = holdings.receipts
        self._closed: dict[tuple[str, str], datetime | None] = {}
        for case in holdings.books.cases.values():
            closed = (case.closed_at or case.received_at) if settled(case) else None
            self._closed[case.incident_id, mail_topic(case.recipient)] = closed

    def letter(self, record: Record) -> Letter:
        """The record, judged."""
        at = record.coordinates
        message, message_id, incident_id = (
            (record.header(name) or b"").decode(errors="replace")
            for name in ("ce_type", "ce_id", "ce_subject")
        )
        closed = self._closed.get((incident_id, at.topic))
        kind = message.removeprefix("nl.ketensluis.").removesuffix(".v1")
        if kind in ANSWER_NAMES:
            handled = str(at) in self._accounted
        else:
            handled = kind == "feedback-notice" or closed is not None
        return Letter(
            offset=at.offset,
            message=kind,
            message_id=message_id,
            incident_id=incident_id,
            sent_at=record.sent_at,
            received_at=self._receipts.get(message_id) or closed,
            handled=handled,
            journalled=at.offset < self._journalled.get((at.topic, at.partition), 0),
        )
