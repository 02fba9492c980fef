"""The alarms that stand in for a receipt: whether one came when the message was overdue.

Alarms are the hub's own word and not signed, but they are in the log: one that was taken away
or made up afterwards is found there by its entry. When one came is its record's time, which the
log vouches for, to the end of its millisecond; what it says of itself counts for nothing, as a
tracker that was down says of an alarm since when it was due.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from ketensluis.audit.findings import AT_WORK
from ketensluis.audit.rules import Rules
from ketensluis.envelope.opening import Decode
from ketensluis.model.ledger import Alarm, LedgerEvent
from ketensluis.model.record import Record, sent_at

__all__ = ["AlarmsAudit"]

# An alarm that came so long after it was due (choice) is counted: nobody was alarmed in time.
_LATE: Final = timedelta(days=1)


class AlarmsAudit:
    """Give it every alarm; then ask it about messages that nobody has confirmed."""

    def __init__(self, decode: Decode, rules: Rules, counts: Counter[str]) -> None:
        self._decode = decode
        self._rules = rules
        self._counts = counts
        self._came: dict[tuple[str, str], datetime] = {}

    def take(self, record: Record) -> None:
        """An alarm as it lies on its topic.

        Raises:
            Refused: it cannot be read.
        """
        alarm = self._decode(record.value or b"", Alarm)
        if alarm.clock != "receipt" or alarm.kind not in {"overdue", "escalated"}:
            return
        came = sent_at(record.timestamp_ms + 1)
        about = alarm.incident_id, alarm.recipient
        self._came[about] = max(came, self._came.get(about, came))
        if alarm.kind == "overdue" and came - alarm.due_at > _LATE:
            self._counts["alarms a day or more after they were due"] += 1

    def excuses(self, sent: LedgerEvent) -> bool:
        """Whether someone was alarmed that the message of that decision was not confirmed."""
        came = self._came.get((sent.incident_id, sent.recipient or ""))
        return came is not None and self._rules.receipt_is_overdue(sent, came + AT_WORK)
