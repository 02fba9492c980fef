"""The books of one incident: its set of events read as one case per recipient.

Nothing is remembered but the set, so the order of arrival, repeats and delays cannot change
the outcome. No rung is inferred from another: each has its own time and its own event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ketensluis.ledger.answers import FINAL, Answer, answers
from ketensluis.ledger.events import Events, decided_at, erasure
from ketensluis.ledger.legs import Leg, lapsed_by, legs, moved_by
from ketensluis.ledger.rungs import rungs
from ketensluis.model.ledger import Case, LedgerEvent
from ketensluis.model.party import party

__all__ = ["SETTLED", "cases", "incident_closed", "settled"]

# States in which nobody owes anything any more. `rejected`, `held` and `refused` are not:
# the dossier is with its sender, who must act.
SETTLED = frozenset({"closed", "withdrawn", "rerouted", "not_required"})


def cases(events: Events) -> tuple[Case, ...]:
    """One case per (incident, recipient), by recipient.

    States: `undecided` (suspected), `held`, `refused`, `not_required`; once a message left
    the furthest rung in force: `sent`, `received`, `accepted`, `rejected`, `assessed`,
    `fed_back`, `closed`; and `withdrawn` (the recipient has confirmed the withdrawal) and
    `rerouted` (the obligation went on to another recipient; both legs stay). With the reason
    `lapsed`, nothing had left and a newer version of the incident owes this recipient nothing.
    """
    among, erased = legs(events), erasure(events)
    return tuple(_case(leg, among, events, erased) for leg in among.values())


def settled(case: Case) -> bool:
    """Whether nothing is owed any more on this obligation."""
    return case.state in SETTLED


def incident_closed(of_one_incident: Iterable[Case]) -> bool:
    """Whether every obligation of the incident is settled; with none it is not."""
    states = [settled(case) for case in of_one_incident]
    return bool(states) and all(states)


def _case(leg: Leg, among: Mapping[str, Leg], events: Events, erased: LedgerEvent | None) -> Case:
    told = answers(leg, among, events)
    moved = moved_by(leg, among)
    message, decision = leg.message, leg.in_force
    received = _first(told, "received")
    accepted, rejected = _first(told, "accepted"), _first(told, "rejected")
    assessed, fed_back = _first(told, "assessed"), _first(told, "feedback", "om_decision")
    closed = _closing(message, told, received, rejected, moved)
    lapsed = moved is None and lapsed_by(leg, among) is not None
    state = (
        "not_required"
        if lapsed
        else _state(
            decision,
            message,
            moved=moved,
            withdrawn=_withdraws(message) and closed is not None,
            reached={
                "closed": closed,
                "rejected": rejected,
                "fed_back": fed_back,
                "assessed": assessed,
                "accepted": accepted,
                "received": received,
            },
        )
    )
    held = decision.outcome == "held" and not lapsed
    unit = _latest(leg, "unit") or ""
    own = [each.event for each in told]
    return Case(
        incident_id=decision.incident_id,
        recipient=leg.recipient,
        sequence=leg.latest.sequence,
        state=state,
        outcome="not_required" if lapsed else decision.outcome or "suspected",
        reason="lapsed" if lapsed else decision.reason,
        classification=_latest(leg, "classification") or "suspected",
        signals=leg.latest.signals,
        unit=unit,
        municipality=_latest(leg, "municipality") or "",
        region=_latest(leg, "region"),
        children_present=_latest(leg, "children_present"),
        registered_at=min(each.registered_at or each.occurred_at for each in leg.decisions),
        decided_at=None if state == "undecided" else decided_at(decision),
        sent_at=(message.sent_at or decided_at(message)) if message else None,
        received_at=_at(received),
        accepted_at=_at(accepted),
        rejected_at=_at(rejected),
        assessed_at=_at(assessed),
        fed_back_at=_at(fed_back),
        closed_at=_at(closed),
        hold_until=decision.hold_until if held else None,
        hold_by_role=decision.hold_by_role if held else None,
        message_id=message.message_id if message else None,
        agreement=decision.agreement,
        agreement_version=decision.agreement_version,
        routing_rule=decision.routing_rule,
        instead_of=_latest(leg, "instead_of"),
        rungs=rungs(leg, told, moved, closed, erased),
        owner=leg.recipient if _taken_over(told) else party("police", unit),
        changed_at=max(each.occurred_at for each in (*leg.decisions, *own)),
        erased_at=_at(erased),
    )


def _state(
    decision: LedgerEvent,
    message: LedgerEvent | None,
    *,
    moved: LedgerEvent | None,
    withdrawn: bool,
    reached: Mapping[str, LedgerEvent | None],
) -> str:
    if moved is not None:
        return "rerouted"
    if message is not None:
        if withdrawn:
            return "withdrawn"
        return next((name for name, event in reached.items() if event is not None), "sent")
    match decision.outcome:
        case "held" | "refused" | "not_required" as outcome:
            return outcome
        case _:
            return "undecided"


def _closing(
    message: LedgerEvent | None,
    told: Iterable[Answer],
    received: LedgerEvent | None,
    rejected: LedgerEvent | None,
    moved: LedgerEvent | None,
) -> LedgerEvent | None:
    """The event that ended the obligation.

    A dossier that was closed before the message in force left is open again: its recipient
    was told something new.
    """
    if moved is not None or message is None:
        return moved
    if rejected is not None:
        return None
    if _withdraws(message):
        return received
    since = message.sent_at or decided_at(message)
    return next(
        (
            each.event
            for each in told
            if each.note is None
            and each.event.kind in {"feedback", "om_decision"}
            and each.event.code in FINAL
            and each.event.occurred_at >= since
        ),
        None,
    )


def _withdraws(message: LedgerEvent | None) -> bool:
    return message is not None and message.event == "withdrawn"


def _taken_over(told: Iterable[Answer]) -> bool:
    """Whether a recipient took the dossier over, by any message since the last rejection."""
    return any(
        each.event.kind == "accepted" and each.note in {None, "replaced_message"} for each in told
    ) and not any(each.event.kind == "rejected" and each.note is None for each in told)


def _first(told: Iterable[Answer], *kinds: str) -> LedgerEvent | None:
    for each in told:  # a loop: five of these are asked for each event
        if each.note is None and each.event.kind in kinds:
            return each.event
    return None


def _at(event: LedgerEvent | None) -> datetime | None:
    if event is None:
        return None
    return decided_at(event) if event.kind == "decision" else event.occurred_at


def _latest(leg: Leg, field: str) -> Any:
    for each in reversed(leg.decisions):
        if (value := getattr(each, field)) is not None:
            return value
    return None
