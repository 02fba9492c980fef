"""What the ledger tells of one incident, put together event by event in the order of the topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ketensluis.ledger.events import decided_at
from ketensluis.model.ledger import Case, LedgerEvent
from ketensluis.model.record import Coordinates
from ketensluis.retention.held import Held

__all__ = ["Told"]


@dataclass(slots=True)
class Told:
    """Of one incident; small, as there are hundreds of thousands."""

    incident_id: str
    _registered_at: datetime | None = None
    _decided_at: datetime | None = None
    _sequence: int = 0
    _unit: str | None = None
    _newest: Coordinates | None = None
    _version: tuple[int, frozenset[str]] = (0, frozenset())
    _by_recipient: dict[str, datetime] = field(default_factory=dict)
    _overrides: dict[str, datetime] = field(default_factory=dict)
    _erased: tuple[str, datetime, str] | None = None

    def record(self, at: Coordinates) -> None:
        """A record of the incident lies there, whatever was made of it."""
        if self._newest is None or at.offset > self._newest.offset:
            self._newest = at

    def keys(self, sequence: int, keys: Sequence[str]) -> None:
        """That version has these pseudonyms."""
        if sequence >= self._version[0]:
            self._version = sequence, frozenset(keys)

    def event(self, event: LedgerEvent) -> None:
        """An event of it."""
        if event.kind == "decision" and event.recipient is not None:
            at = decided_at(event)
            registered = event.registered_at or event.occurred_at
            self._registered_at = min(self._registered_at or registered, registered)
            self._decided_at = max(self._decided_at or at, at)
            self._sequence = max(self._sequence, event.sequence)
            self._unit = event.unit or self._unit
            before = self._by_recipient.get(event.recipient, event.occurred_at)
            self._by_recipient[event.recipient] = max(before, event.occurred_at)
        elif event.kind == "override" and event.until is not None:
            for each in event.overrides:
                self._overrides[each] = event.until
            self._overrides.pop(event.replaces or "", None)
        elif event.kind == "erased":
            self._erased = event.record, event.occurred_at, event.code or ""

    def held(
        self,
        cases: Sequence[Case] = (),
        undecided: Sequence[str] = (),
        alarms: Sequence[str] = (),
        quarantined: Sequence[str] = (),
    ) -> Held:
        """What is held of it, together with what other topics tell."""
        newest = str(self._newest) if self._newest else ""
        # An erasure is of what there was then: a version that came after it is content anew.
        erased = self._erased if self._erased and self._erased[0] == newest else None
        rows = {case.recipient: case.changed_at for case in cases}
        behind = sorted(
            recipient
            for recipient, at in self._by_recipient.items()
            if (changed := rows.get(recipient)) is None or changed < at
        )
        return Held(
            self.incident_id,
            registered_at=self._registered_at,
            decided_at=self._decided_at,
            sequence=self._sequence,
            record=newest,
            unit=self._unit,
            cases=tuple(cases),
            undecided=tuple(undecided),
            behind=tuple(behind),
            alarms=tuple(alarms),
            overrides=tuple(sorted(self._overrides.items())),
            quarantined=tuple(quarantined),
            keys=self._version[1],
            erased_at=erased[1] if erased else None,
            erased_by=erased[2] if erased else None,
        )
