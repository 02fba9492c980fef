"""The alarms that stand in for a receipt: each raised when it says, and when it was due.

Alarms are the hub's own word and not signed, but they are in the log: one that was taken away
or made up afterwards is found there by its entry. Here it is asked whether an alarm came when
it says that it was raised, and whether the message was overdue by then.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from ketensluis.audit.findings import AT_WORK, Findings
from ketensluis.audit.rules import Rules
from ketensluis.envelope.opening import Decode
from ketensluis.model.ledger import Alarm, LedgerEvent
from ketensluis.model.record import Record

__all__ = ["AlarmsAudit"]

# An alarm that comes so much later than it says (choice) was not raised then. As the log allows
# an entry: for a day the tracker may be on its way.
_LATE: Final = timedelta(days=1)


class AlarmsAudit:
    """Give it every alarm; then ask it about messages that nobody has confirmed."""

    def __init__(self, findings: Findings, decode: Decode, rules: Rules) -> None:
        self._findings = findings
        self._decode = decode
        self._rules = rules
        self._raised: dict[tuple[str, str], datetime] = {}

    def take(self, record: Record) -> None:
        """An alarm as it lies on its topic.

        Raises:
            Refused: it cannot be read.
        """
        alarm = self._decode(record.value or b"", Alarm)
        came = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
        if came - alarm.raised_at > _LATE:
            self._findings.contradicts(
                record.timestamp_ms,
                "backdated_alarm",
                record.coordinates,
                f"it says that it was raised at {alarm.raised_at:%Y-%m-%dT%H:%M:%SZ}, "
                f"and came at {came:%Y-%m-%dT%H:%M:%SZ}",
            )
        elif alarm.clock == "receipt" and alarm.kind in {"overdue", "escalated"}:
            about = alarm.incident_id, alarm.recipient
            self._raised[about] = max(alarm.raised_at, self._raised.get(about, alarm.raised_at))

    def excuses(self, sent: LedgerEvent) -> bool:
        """Whether someone was alarmed that the message of that decision was not confirmed."""
        raised_at = self._raised.get((sent.incident_id, sent.recipient or ""))
        return raised_at is not None and self._rules.receipt_is_overdue(sent, raised_at + AT_WORK)
