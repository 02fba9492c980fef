"""One incident as it goes: its events, when each comes in, and which alarms that must give."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ketensluis.made_up.draw import Draw
from ketensluis.made_up.ledger_year.almanac import Standstill
from ketensluis.made_up.ledger_year.silence import Run, alarms_of
from ketensluis.made_up.ledger_year.stands import Stand
from ketensluis.made_up.ledger_year.truth import Asked, Expected
from ketensluis.model.ids import derived_id
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import party

__all__ = ["Place", "Script"]

_LAG = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened: police unit, municipality, Veilig Thuis region."""

    unit: str
    municipality: str
    region: str

    @property
    def vt(self) -> str:
        """The region's Veilig Thuis."""
        return party("vt", self.region)

    @property
    def om(self) -> str:
        """The office of the public prosecution."""
        return party("om", self.unit)


class Script:
    """One incident, written down by the stories; without a fault nothing may alarm.

    Attributes:
        arrivals: the events, each with the moment at which it comes in.
        expected: the alarms that have to come.
        asked: the decisions that the hub has to ask for by itself, and when.
        counted_as_hg: whether the police counted it as labelled.
        order: since when and until when a restraining order holds.
    """

    def __init__(
        self,
        incident_id: str,
        place: Place,
        registered_at: datetime,
        draw: Draw,
        hub: Standstill,
        fault: str | None = None,
    ) -> None:
        self.incident_id = incident_id
        self.place = place
        self.registered_at = registered_at
        self.draw = draw
        self.hub = hub
        self.fault = fault
        self.arrivals: list[tuple[datetime, LedgerEvent]] = []
        self.expected: list[Expected] = []
        self.asked: dict[Asked, datetime] = {}
        self.counted_as_hg = True
        self.order: tuple[datetime, datetime | None] | None = None
        self.stands: dict[str, Stand] = defaultdict(Stand)
        self._police = party("police", place.unit)
        self._messages: Counter[str] = Counter()
        self._version = 1

    def decide(
        self,
        at: datetime,
        recipient: str,
        outcome: str = "released",
        *,
        anew: bool = False,
        lag: timedelta = timedelta(),
        **fields: Any,
    ) -> datetime:
        """A decision, on a new version of the incident if `anew`; without the hub it waits.

        Returns when it is made; it comes in `lag` later.
        """
        at = self.hub.up(at)
        self._version += anew
        told: dict[str, Any] = {
            "event": "amended" if self._version > 1 else "registered",
            "classification": "hg",
            "labelled_at": self.registered_at,
            "region": self.place.region,
            "municipality": self.place.municipality,
            "registered_at": self.registered_at,
            "decided_at": at,
            "restrained_from": self.order[0] if self.order else None,
            "restrained_until": self.order[1] if self.order else None,
        }
        if outcome == "released":
            self._messages[recipient] += 1
            told |= {"message_id": self.message(recipient), "sent_at": at}
        self.stands[recipient].decided(outcome)
        self._come(at + lag, "decision", recipient, at, outcome=outcome, **told | fields)
        return at

    def message(self, recipient: str) -> str:
        """The id of the message in force."""
        return f"m-{self.incident_id}-{recipient}-{self._messages[recipient]}"

    def tell(
        self, at: datetime, kind: str, recipient: str, *, lag: timedelta = _LAG, **fields: Any
    ) -> datetime:
        """An answer that counts. Returns when it comes in, `lag` after it was given."""
        self.stands[recipient].told(kind, fields.get("code"))
        return self.remark(at, kind, recipient, lag=lag, **fields)

    def remark(
        self, at: datetime, kind: str, recipient: str, *, lag: timedelta = _LAG, **fields: Any
    ) -> datetime:
        """An answer that changes nothing; otherwise as `tell`."""
        told = {"message_id": self.message(recipient), **fields}
        self._come(at + lag, kind, recipient, at, **told)
        return at + lag

    def note(self, at: datetime, kind: str) -> None:
        """An event that is about no recipient: a duplicate, a superseded version."""
        self._come(at, kind, None, at)

    def again(self, later: timedelta) -> None:
        """The newest event comes once more."""
        at, event = self.arrivals[-1]
        self.arrivals.append((at + later, event))

    def run(
        self,
        clock: str,
        recipient: str,
        known: datetime,
        due: datetime,
        ended: datetime | None = None,
    ) -> None:
        """A clock runs: what must be heard of it, if its answer is not in before."""
        fault = self.fault or "hub_down"
        run = Run(clock, recipient, known, due, ended)
        self.expected += alarms_of(run, self.incident_id, fault, self._police, self.hub)

    def no_route(self, recipient: str, decided: datetime, ended: datetime) -> None:
        """A refusal: it alarms at once, until there is a way."""
        to = f"{self._police}/supervisor"
        self.expected += [
            Expected(
                str(self.fault), self.incident_id, recipient, "route", kind, decided, at, at, to
            )
            for kind, at in (("no_route", decided), ("cleared", ended))
        ]

    def ask(self, reason: str, recipient: str, at: datetime) -> None:
        """The hub has to ask for this decision by itself, then."""
        self.asked[Asked(reason, self.incident_id, recipient)] = self.hub.up(at)

    def _come(
        self, arrives: datetime, kind: str, recipient: str | None, at: datetime, **fields: Any
    ) -> None:
        number = str(len(self.arrivals))
        topic = "police.incidents" if kind == "decision" or not recipient else "responses.made-up"
        told: dict[str, Any] = {
            "event_id": derived_id("made-up-year", self.incident_id, number),
            "kind": kind,
            "incident_id": self.incident_id,
            "sequence": self._version,
            "recipient": recipient,
            "occurred_at": at,
            "record": f"{topic}[0]@{number}",
            "unit": self.place.unit,
        }
        self.arrivals.append((arrives, LedgerEvent(**told | fields)))
