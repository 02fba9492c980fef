"""What a decision may rest on: an agreement, a map and a classification on file, unaltered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ketensluis.agreements.book import Agreements, local_day
from ketensluis.audit.findings import AT_WORK
from ketensluis.classification.classifier import Classifier
from ketensluis.ledger.clocks import Clocks, overdue, running
from ketensluis.ledger.events import decided_at
from ketensluis.ledger.fold import cases
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.region_states import RegionStates
from ketensluis.retention.rules import Retention

__all__ = ["Rules"]

_RECEIPT = "receipt"


@dataclass(frozen=True)
class Rules:
    """The agreements, clocks, terms and reference data that the ledger is held against."""

    agreements: Agreements
    clocks: Clocks
    retention: Retention
    regions: RegionStates
    classifier: Classifier

    def faults(self, decision: LedgerEvent) -> Iterator[tuple[str, str]]:
        """What is wrong with the agreement that a message left under: code and sentence."""
        name = (decision.agreement or "", decision.agreement_version or "")
        written = f"{name[0]} version {name[1]}"
        on_file = self.agreements.digests.get(name)
        if on_file is None:
            yield "unknown_agreement", f"{written} is not on file"
            return
        if on_file != decision.agreement_digest:
            yield "edited_agreement", f"{written} on file is not what was decided by"
        day = local_day(decided_at(decision))
        in_force = next(
            each.in_force(day) for each in self.agreements.all if (each.id, each.version) == name
        )
        if not in_force:
            yield "wrong_version", f"{written} was not in force on {day}"

    def reference_faults(self, decision: LedgerEvent) -> Iterator[tuple[str, str]]:
        """What is wrong with the data by which something was decided: code and sentence.

        Nothing, where a decision does not say what these were. On which day the map was read
        stands in the incident alone: it must say that on some day.
        """
        map_then, classes_then = decision.regions_digest, decision.classification_digest
        if map_then is not None and map_then not in self.regions.digests:
            yield "edited_regions", "the map of regions on file is not what was decided by"
        day = local_day(decided_at(decision))
        if classes_then is not None and classes_then != self.classifier.digest(day):
            said = f"the classification of {day} on file is not what was decided by"
            yield "edited_classification", said

    def retention_edited(self, name: str, digest: str | None) -> str | None:
        """That a retention rule, or reason, on file is not the one by which something went.

        None if it is; or if it is not on file at all, or nothing was said of its text.
        """
        on_file = self.retention.digest(name)
        if not digest or not on_file or digest == on_file:
            return None
        return f"{name} on file is not what it went by"

    def receipt_is_overdue(self, decision: LedgerEvent, at: datetime) -> bool:
        """Whether an unanswered message should have raised an alarm by then."""
        (case, *_) = cases((decision,))
        return _RECEIPT in overdue(running(case, self.clocks, at - AT_WORK))
