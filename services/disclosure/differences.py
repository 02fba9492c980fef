"""What the ledger says of a decision otherwise than when it is made again, field by field.

Of the data that a decision hangs on its event has the digest: where what is on file says
something else, that is a difference by itself, and is named for what it is. An event from
before these digests has none, and is held against what is decided alone. The lists of the
masking have no dates, so that they are others now is told only where other text is released.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from services.disclosure.comparing import Difference, Step
from services.disclosure.rules import RuleBook

__all__ = ["differences", "refused"]

_DATED: Final = ("regions_digest", "classification_digest")
_MASKING: Final = "masking_digest"
_REFERENCE: Final = frozenset({*_DATED, _MASKING})

_Lines = Mapping[tuple[str, str | None], LedgerEvent]


def differences(step: Step, events: Iterable[LedgerEvent]) -> Iterator[Difference]:
    """What the ledger says of a step otherwise than these events do, which were made again."""
    were, now = _by_line(step.events), _by_line(events)
    told: set[str] = set()
    for line in sorted(were.keys() | now.keys(), key=str):
        was, again = were.get(line), now.get(line)
        if was is not None and again is not None:
            for each in _otherwise(step, was, again):
                told.add(each.what)
                yield each
            continue
        found = was or again
        if found is not None:
            yield Difference(
                found.incident_id,
                line[1],
                step.record,
                "decision",
                was.outcome if was else None,
                again.outcome if again else None,
            )
    if were.keys() != now.keys():
        yield from _edited(step, were, now, told)


def refused(step: Step, incident_id: str, error: Refused, rules: RuleBook) -> Iterator[Difference]:
    """That a record of which the ledger tells a decision is refused now, and for what."""
    yield Difference(incident_id, None, step.record, "refused", "decided", error.code)
    regions = _said(_by_line(step.events), "regions_digest")
    if regions is not None and not rules.knows_regions(regions):
        yield Difference(incident_id, None, step.record, "regions_digest", regions, None)


def _otherwise(step: Step, was: LedgerEvent, again: LedgerEvent) -> Iterator[Difference]:
    if was == again:
        return
    for name in LedgerEvent.__struct_fields__:
        before, after = getattr(was, name), getattr(again, name)
        if before == after or (name in _REFERENCE and before is None):
            continue
        if name == _MASKING and was.released_digest == again.released_digest:
            continue
        yield Difference(
            was.incident_id, was.recipient, step.record, name, _text(before), _text(after)
        )


def _edited(step: Step, were: _Lines, now: _Lines, told: set[str]) -> Iterator[Difference]:
    """Which data are others now, where somebody else is decided on than was."""
    for name in _DATED:
        before, after = _said(were, name), _said(now, name)
        if name not in told and None not in {before, after} and before != after:
            incident_id = next(iter(were.values())).incident_id
            yield Difference(incident_id, None, step.record, name, before, after)


def _said(lines: _Lines, name: str) -> str | None:
    """What the first of these events says there that says anything."""
    return next((found for each in lines.values() if (found := getattr(each, name))), None)


def _by_line(events: Iterable[LedgerEvent]) -> _Lines:
    """A decision by its recipient, and likewise an override."""
    return {
        ("override" if event.kind == "override" else "decision", event.recipient): event
        for event in events
    }


def _text(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode().strip('"')
