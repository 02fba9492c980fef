"""The count that knows nothing of the cases: what lies on the topics, held against the books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from ketensluis.model.ledger import Case

__all__ = ["Answered", "Source", "Unaccounted", "missing", "unmatched"]

# Of an answer: the incident, who answered, and the message that it names.
Answered = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Source:
    """The independent count, taken from the topics themselves.

    Attributes:
        incoming: every record that came in, by its coordinates (`topic[partition]@offset`), with
            the incident that it is about as far as that can be read.
        accounted: the coordinates that a ledger event or a quarantine entry names.
        decided: the incidents that a decision on the ledger is about.
        quarantined: the number of quarantine entries.
        answered: incident, sender and message of every answer on the ledger.
    """

    incoming: Mapping[str, str | None] = field(default_factory=dict)
    accounted: AbstractSet[str] = frozenset()
    decided: AbstractSet[str] = frozenset()
    quarantined: int = 0
    answered: AbstractSet[Answered] = frozenset()


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """Something that the books do not explain: which incident, for whom, and why."""

    incident_id: str
    recipient: str | None
    reason: str


def missing(incidents: Iterable[str], source: Source) -> Iterator[Unaccounted]:
    """Records that nothing names as its cause, and decisions that no case shows."""
    for place, incident in source.incoming.items():
        if place not in source.accounted:
            yield Unaccounted(incident or place, None, "no_ledger_event")
    for incident in source.decided - set(incidents):
        yield Unaccounted(incident, None, "no_obligation")


def unmatched(
    incidents: Mapping[str, list[Case]], answered: AbstractSet[Answered]
) -> tuple[Answered, ...]:
    """Answers that no case of their incident shows, by incident."""
    found = []
    for incident, sender, message in answered:
        shown = incidents.get(incident, ())
        if not any(
            case.recipient == sender
            or any(rung.name == "sent" and rung.code == message for rung in case.rungs)
            for case in shown
        ):
            found.append((incident, sender, message))
    return tuple(sorted(found, key=str))
