"""The ladder as it is shown: every rung with its own time and evidence, in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ketensluis.ledger.answers import Answer
from ketensluis.ledger.events import decided_at
from ketensluis.ledger.legs import Leg
from ketensluis.model.ledger import LedgerEvent, Rung

__all__ = ["LADDER", "rungs"]

# The order of the rungs where their times are equal; those beside the ladder stand in the
# place where they usually happen.
LADDER = (
    "registered",
    "restrained",
    "noted",
    "classified",
    "decided",
    "overruled",
    "held",
    "corrected",
    "withdrawn",
    "sent",
    "received",
    "accepted",
    "rejected",
    "assessed",
    "fed_back",
    "rerouted",
    "closed",
    "erased",
)

_NAMES = {"feedback": "fed_back", "om_decision": "fed_back"}


def rungs(
    leg: Leg,
    told: Iterable[Answer],
    moved: LedgerEvent | None,
    closed: LedgerEvent | None,
    erased: LedgerEvent | None = None,
) -> tuple[Rung, ...]:
    """The rungs of a leg by time; `moved` and `closed` are the events that ended it, if any.

    `erased` is the event that says that the incident's content is gone.

    Rungs of decisions carry the note `replaced` once a newer decision, and `replaced_message`
    once a newer message, is in force.
    """
    shown = [*_decided(leg), *_sent(leg), *_answered(told)]
    if moved is not None:
        shown.append(_rung("rerouted", moved, code=moved.recipient))
    if closed is not None:
        shown.append(_rung("closed", closed, code=closed.code))
    if erased is not None:
        shown.append(_rung("erased", erased, code=erased.code))
    return tuple(sorted(shown, key=_place))


def _decided(leg: Leg) -> Iterator[Rung]:
    first = leg.decisions[0]
    yield Rung(
        name="registered",
        at=min(each.registered_at or each.occurred_at for each in leg.decisions),
        evidence=first.event_id,
    )
    if (restrained := leg.latest.restrained_from) is not None:
        until = leg.latest.restrained_until
        yield Rung(
            name="restrained",
            at=restrained,
            evidence=leg.latest.event_id,
            code=until.isoformat() if until else None,
        )
    for noted in leg.latest.notes:
        yield _rung("noted", leg.latest, code=noted)
    classification = None
    for decision in leg.decisions:
        if decision.classification != classification:
            classification = decision.classification
            at = decision.labelled_at if classification == "hg" else None
            yield Rung(
                name="classified",
                at=at or decided_at(decision),
                evidence=decision.event_id,
                code=classification,
            )
        # The newest one is replaced by none, also where it leaves an older one in force.
        counts = decision is leg.in_force or decision is leg.latest
        note = None if counts else "replaced"
        if decision.outcome == "suspected":
            continue  # waits for a person: nothing was decided
        yield _rung("decided", decision, code=decision.outcome, note=note)
        if decision.overrides:
            yield _rung("overruled", decision, code=" ".join(decision.overrides), note=note)
        if decision.outcome == "held":
            yield _rung("held", decision, code=decision.reason, note=note)
        if decision.event == "withdrawn":
            yield _rung("withdrawn", decision, code=decision.reason, note=note)
        elif decision.sequence > first.sequence:
            yield _rung("corrected", decision, code=decision.outcome, note=note)


def _sent(leg: Leg) -> Iterator[Rung]:
    for message in leg.messages:
        yield Rung(
            name="sent",
            at=message.sent_at or decided_at(message),
            evidence=message.event_id,
            note=None if message is leg.message else "replaced_message",
            code=message.message_id,
        )


def _answered(told: Iterable[Answer]) -> Iterator[Rung]:
    for answer in told:
        event = answer.event
        yield Rung(
            name=_NAMES.get(event.kind, event.kind),
            at=event.occurred_at,
            evidence=event.event_id,
            note=answer.note,
            code=event.code,
        )


def _rung(
    name: str, event: LedgerEvent, *, code: str | None = None, note: str | None = None
) -> Rung:
    at = decided_at(event) if event.kind == "decision" else event.occurred_at
    return Rung(name=name, at=at, evidence=event.event_id, code=code, note=note)


def _place(rung: Rung) -> tuple[object, ...]:
    return rung.at, LADDER.index(rung.name), rung.evidence
