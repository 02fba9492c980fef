"""A difference that replay found, explained by field and rule, from what the hub remembers.

Of what was sent the hub keeps keyed digests per field, and no content. Held against those of
the decision made again, they tell which fields went that would not go now, or go otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory
from ketensluis.redaction.steps import Verdict
from services.disclosure.changes import by_field
from services.disclosure.comparing import Difference
from services.disclosure.decision import Decision

__all__ = ["Unexplained", "explained"]

_WITHHELD, _RELEASED = "withheld", "released"


@dataclass(frozen=True, slots=True)
class Unexplained:
    """What was sent under that id, and what the decision made again would release."""

    record: str
    message_id: str
    incident: Incident
    again: Decision
    key: bytes


def explained(
    unexplained: Iterable[Unexplained], remembered: Mapping[str, IncidentHistory]
) -> Iterator[Difference]:
    """The fields that differ; none where the hub remembers a later message by now."""
    for found in unexplained:
        incident_id, recipient = found.again.incident_id, found.again.recipient
        history = remembered.get(incident_id)
        was = history.deliveries.get(recipient) if history else None
        if was is not None and was.message_id == found.message_id:
            for path, change in _differing(found, was.digests):
                before, after, rule = _told(path, change, found.again.verdicts)
                yield Difference(
                    incident_id, recipient, found.record, "field", before, after, path, rule
                )


def _told(
    path: str, change: tuple[str | None, str | None], verdicts: Iterable[Verdict]
) -> tuple[str, str, str]:
    """What became of a field then, what becomes of it now, and by which rule."""
    before, after = change
    said = _verdict(path, {each.path: each for each in verdicts})
    changed = f"released otherwise ({said.action})" if said else "released otherwise"
    now = _WITHHELD if after is None else _RELEASED if before is None else changed
    return _RELEASED if before else _WITHHELD, now, said.rule if said else "default-deny"


def _differing(
    found: Unexplained, before: Mapping[str, str]
) -> Iterable[tuple[str, tuple[str | None, str | None]]]:
    fields = by_field(before, found.again.digests, found.incident, found.key)
    return sorted(fields.items())


def _verdict(path: str, rules: Mapping[str, Verdict]) -> Verdict | None:
    """The verdict on that field, or on the first part of it."""
    within = (f"{path}.", f"{path}[")
    return rules.get(path) or next((rules[each] for each in rules if each.startswith(within)), None)
