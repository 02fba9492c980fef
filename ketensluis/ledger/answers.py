"""What a recipient answered, and what each answer counts for.

An answer is never dropped: one that changes nothing stands on the ladder with a note.

- `repeated`: the same was already answered; the first one counts.
- `late`: a positive answer, or an answer of substance, after a rejection.
- `contradicts`: a rejection after an acceptance; ownership has moved, a person must look.
- `replaced_message`: a receipt, acceptance or rejection of a message that a newer replaced.
- `earlier_round`: about a message from before the last rejection that was sent anew.
- `other_sender`: by another than the recipient of the message.
- `unknown_message`: of a message that no decision sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ketensluis.ledger.events import Events
from ketensluis.ledger.legs import Leg
from ketensluis.model.ledger import LedgerEvent

__all__ = ["ANSWERS", "FINAL", "Answer", "answers"]

ANSWERS = frozenset({"received", "accepted", "rejected", "assessed", "feedback", "om_decision"})

# (choice) What ends an obligation: Veilig Thuis closes its dossier, or OM decides so that
# nothing of its own is open. Transferred, suspended or unfinished work is not the end.
FINAL = frozenset({
    "closed",
    "summons",
    "joined",
    "conditional_dismissal",
    "dismissal",
    "transaction",
    "behavioural_order",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and, where it changes nothing, why."""

    event: LedgerEvent
    note: str | None


def answers(leg: Leg, among: Mapping[str, Leg], events: Events) -> tuple[Answer, ...]:
    """Every answer that belongs to this leg, by time, each with what it counts for."""
    judged: list[Answer] = []
    own: dict[str | None, list[LedgerEvent]] = {each.message_id: [] for each in leg.messages}
    for event in events:
        if event.kind not in ANSWERS:
            continue
        if leg.sent(event.message_id):
            if event.recipient == leg.recipient:
                own[event.message_id].append(event)
            else:
                judged.append(Answer(event, "other_sender"))
        elif event.recipient == leg.recipient and not _sent_by_any(event, among.values()):
            judged.append(Answer(event, "unknown_message"))
    per_message = [_judged(own[each.message_id]) for each in leg.messages]
    begin = max((i + 1 for i, each in enumerate(per_message[:-1]) if _rejects(each)), default=0)
    for position, each in enumerate(per_message):
        judged.extend(_placed(answer, position, begin, len(per_message) - 1) for answer in each)
    return tuple(sorted(judged, key=lambda each: (each.event.occurred_at, each.event.event_id)))


def _sent_by_any(event: LedgerEvent, among: Iterable[Leg]) -> bool:
    return any(leg.sent(event.message_id) for leg in among)


def _judged(own: Iterable[LedgerEvent]) -> list[Answer]:
    """The answers to one message, by time, judged against each other."""
    judged: list[Answer] = []
    seen: set[tuple[str, str | None]] = set()
    verdict: str | None = None
    for event in own:
        said = (event.kind, event.code if event.kind not in _ONCE else None)
        note = None
        if event.kind in _VERDICTS and verdict is not None:
            if event.kind == verdict:
                note = "repeated"
            else:
                note = "late" if verdict == "rejected" else "contradicts"
        elif event.kind not in _VERDICTS and said in seen:
            note = "repeated"
        elif event.kind in _SUBSTANCE and verdict == "rejected":
            note = "late"
        elif event.kind in _VERDICTS:
            verdict = event.kind
        seen.add(said)
        judged.append(Answer(event, note))
    return judged


def _rejects(judged: Iterable[Answer]) -> bool:
    return any(each.event.kind == "rejected" and each.note is None for each in judged)


def _placed(answer: Answer, position: int, begin: int, last: int) -> Answer:
    """The same answer, noted if its message is no longer the one in force.

    Receipt and acceptance are of a message; assessment and feedback are of the dossier, and
    count whichever of its messages since the last rejection they name.
    """
    if answer.note is not None or position == last:
        return answer
    if position < begin:
        return Answer(answer.event, "earlier_round")
    if answer.event.kind in _SUBSTANCE:
        return answer
    return Answer(answer.event, "replaced_message")


_VERDICTS = frozenset({"accepted", "rejected"})
_SUBSTANCE = frozenset({"assessed", "feedback", "om_decision"})
_ONCE = frozenset({"received", "accepted", "rejected"})
