"""What an erasure is to take away, and the records that say so before it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ketensluis.envelope.refusal import entry_key
from ketensluis.model.ids import derived_id
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.override import OverrideRole
from ketensluis.model.processing import ProcessingAction, ProcessingRecord
from ketensluis.processing_log.tracing import derived_ids
from ketensluis.retention.held import Held

__all__ = ["Order", "event_of", "processing_of"]


@dataclass(frozen=True, slots=True)
class Order:
    """What goes, and why.

    Attributes:
        rule: the retention rule, or the reason that a person gave.
        digest: of what that says (`retention.rules.digest_of`).
        article: what that rests on, where it says so.
        by_role: who had it done; None where a rule did.
        held: the incident whose content goes; None where only entries of the quarantine do.
        entries: those entries; an incident takes its own along.
    """

    rule: str
    digest: str
    article: str | None = None
    by_role: OverrideRole | None = None
    held: Held | None = None
    entries: tuple[str, ...] = ()

    def key_names(self) -> Iterator[str]:
        """What the keys to be destroyed were made for."""
        if self.held is not None:
            yield self.held.incident_id
        yield from map(entry_key, self.entries)


def event_of(order: Order, held: Held, at: datetime) -> LedgerEvent:
    """The ledger event; the same content erased again has the same id."""
    return LedgerEvent(
        event_id=derived_id("erased", held.incident_id, held.record),
        kind="erased",
        incident_id=held.incident_id,
        sequence=held.sequence,
        recipient=None,
        occurred_at=at,
        record=held.record,
        unit=held.unit,
        code=order.rule,
        rule_digest=order.digest,
        reason=order.article,
        by_role=order.by_role,
    )


def processing_of(order: Order, held: Held, at: datetime) -> ProcessingRecord:
    """The record of the processing (Wpg art. 32a); about the persons of the record before it."""
    trace_id, span_id = derived_ids("erased", held.incident_id, held.record)
    return ProcessingRecord(
        record_id=derived_id("processing", "erased", held.incident_id, held.record),
        incident_id=held.incident_id,
        unit=held.unit,
        started_at=at,
        ended_at=at,
        status="ok",
        actions=(
            ProcessingAction(
                kind="erase",
                trace_id=trace_id,
                span_id=span_id,
                legal_basis=(order.article,) if order.article else (),
                reason=order.rule,
                by_role=order.by_role,
            ),
        ),
    )
