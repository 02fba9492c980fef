"""A difference that replay found, explained by field and rule, from what the hub remembers.

Of what was sent the hub keeps keyed digests per field, and no content. Held against those of
the decision made again, they tell which fields went that would not go now, or go otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Delivery
from ketensluis.redaction.steps import Verdict
from services.disclosure.changes import by_field
from services.disclosure.decision import Decision

__all__ = ["FieldDifference", "Unexplained", "explained"]

_WITHHELD, _RELEASED = "withheld", "released"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that goes otherwise than it went, and the rule that decides of it now."""

    path: str
    rule: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Unexplained:
    """What was sent under that id, and what the decision made again would release."""

    record: str
    message_id: str
    incident: Incident
    again: Decision
    key: bytes


def explained(found: Unexplained, was: Delivery | None) -> Iterator[FieldDifference]:
    """The fields that differ; none where the hub remembers a later message by now."""
    if was is None or was.message_id != found.message_id:
        return
    rules = {said.path: said for said in found.again.verdicts}
    for path, (before, after) in _differing(found, was.digests):
        said = _verdict(path, rules)
        changed = f"released otherwise ({said.action})" if said else "released otherwise"
        now = _WITHHELD if after is None else _RELEASED if before is None else changed
        yield FieldDifference(
            path, said.rule if said else "default-deny", _RELEASED if before else _WITHHELD, now
        )


def _differing(
    found: Unexplained, before: Mapping[str, str]
) -> Iterable[tuple[str, tuple[str | None, str | None]]]:
    fields = by_field(before, found.again.digests, found.incident, found.key)
    return sorted(fields.items())


def _verdict(path: str, rules: Mapping[str, Verdict]) -> Verdict | None:
    """The verdict on that field, or on the first part of it."""
    within = (f"{path}.", f"{path}[")
    return rules.get(path) or next((rules[each] for each in rules if each.startswith(within)), None)
