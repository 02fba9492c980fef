"""What disclosure is asked to decide again: holds that are over, rejections for region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ketensluis.ledger.events import Events
from ketensluis.ledger.legs import legs
from ketensluis.model.ids import derived_id
from ketensluis.model.ledger import Case
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import INCIDENTS, party
from ketensluis.model.record import Coordinates

__all__ = ["Wanted", "coordinates", "requests", "wanted"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision to be made anew: why, on which case, for whom, and about what exactly."""

    reason: Literal["hold_over", "reroute"]
    case: Case
    recipient: str
    about: str

    @property
    def request_id(self) -> str:
        """The same for the same question, whenever it is asked."""
        return derived_id(
            "request",
            self.reason,
            self.case.incident_id,
            self.case.recipient,
            self.recipient,
            self.about,
        )


def requests(
    events: Events, cases: Iterable[Case], as_of: datetime
) -> tuple[DisclosureRequest, ...]:
    """What disclosure is to decide again: holds that are over, and rejections for region.

    Ids depend on what is asked, not on when, so a repeat is recognised. A region that already
    has its leg of this incident is not asked again: that needs a person.
    """
    where = coordinates(events)
    if where is None:
        return ()
    return tuple(
        DisclosureRequest(
            request_id=each.request_id,
            incident_id=each.case.incident_id,
            topic=where.topic,
            partition=where.partition,
            offset=where.offset,
            reason=each.reason,
            recipient=each.recipient,
            instead_of=each.case.recipient if each.reason == "reroute" else None,
            requested_at=as_of,
        )
        for each, since in wanted(events, list(cases))
        if since <= as_of
    )


def wanted(events: Events, cases: list[Case]) -> Iterator[tuple[Wanted, datetime]]:
    """What there is to ask, and since when."""
    if coordinates(events) is None:
        return
    recipients = {case.recipient for case in cases}
    for case in cases:
        # Also where an earlier version was sent: what the hold kept back is still owed.
        if case.hold_until is not None and case.state not in {"rerouted", "withdrawn"}:
            about = f"{case.sequence}|{case.hold_until.isoformat()}"
            yield Wanted("hold_over", case, case.recipient, about), case.hold_until
        region = _right_region(events, case)
        if region is not None and case.rejected_at is not None:
            to = party("vt", region)
            if to not in recipients:
                yield Wanted("reroute", case, to, str(case.message_id)), case.rejected_at


def coordinates(events: Events) -> Coordinates | None:
    """Where the newest version of the incident that has a decision lies, or None."""
    versions = sorted(
        (event.sequence, event.record)
        for event in events
        if event.kind == "decision" and event.record.startswith(f"{INCIDENTS}[")
    )
    if not versions:
        return None
    topic, _, place = versions[-1][1].partition("[")
    partition, _, offset = place.partition("]@")
    return Coordinates(topic, int(partition), int(offset))


def _right_region(events: Events, case: Case) -> str | None:
    """The region that a Veilig Thuis names in a rejection in force, if it is another one.

    What another party rejects is not for a region instead: it never was a referral.
    """
    if case.state != "rejected" or not case.recipient.startswith("vt:"):
        return None
    leg = legs(events)[case.recipient]
    evidence = {rung.evidence for rung in case.rungs if rung.name == "rejected" and not rung.note}
    for event in events:
        if event.event_id in evidence and leg.sent(event.message_id):
            right = event.region if event.code == "wrong_region" else None
            return right if right and party("vt", right) != case.recipient else None
    return None
