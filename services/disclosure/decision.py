"""What was decided about one incident for one recipient."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from ketensluis.agreements.agreement import Agreement
from ketensluis.classification.classifier import Classified
from ketensluis.model.messages import Withheld
from ketensluis.model.override import Override
from ketensluis.model.released import ReleasedIncident
from ketensluis.redaction.steps import Verdict
from services.disclosure.changes import Parts

__all__ = ["Correspondence", "Decision", "Outcome", "is_news"]

WITHDRAWAL = "Wpg art. 28 lid 5"

Outcome = Literal[
    "released", "held", "not_required", "refused", "suspected", "superseded", "duplicate"
]


class Correspondence(msgspec.Struct, frozen=True, kw_only=True):
    """The message that leaves with a decision, and how it stands to earlier ones.

    Attributes:
        event: `withdrawn` where the recipient is told to disregard what it had.
        replaces: the message that it corrects or takes back.
        changed: the paths in `released` that differ from what it replaces.
    """

    message_id: str
    event: Literal["registered", "amended", "withdrawn"]
    replaces: str | None = None
    changed: tuple[str, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One record, one recipient: the outcome, and everything that it rests on.

    `released` is there whenever the outcome is `released`; `message` only if something
    leaves: a correction that changes nothing for this recipient has none. `parts` are what was
    released, by whose digests the next correction sees what changed.
    `overrides` are those that hold for the recipient. `notes` say what in the record is odd
    but allowed, and what of it was read otherwise.
    """

    incident_id: str
    sequence: int
    recipient: str
    kind: Literal["referral", "notice"]
    outcome: Outcome
    reason: str | None = None
    agreement: Agreement | None = None
    routing_rule: str | None = None
    released: ReleasedIncident | None = None
    verdicts: tuple[Verdict, ...] = ()
    message: Correspondence | None = None
    parts: Parts | None = None
    overrides: tuple[Override, ...] = ()
    instead_of: str | None = None
    hold_until: datetime | None = None
    hold_by_role: str | None = None
    classified: Classified
    municipality: str | None = None
    region: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """The fields that stayed behind, each with its rule."""
        return tuple([said.withheld for said in self.verdicts if said.withheld is not None])

    @property
    def digests(self) -> dict[str, str]:
        """A keyed digest of each part that was released; none where nothing was."""
        return {} if self.parts is None else self.parts.digests

    @property
    def legal_basis(self) -> tuple[str, ...]:
        """The articles that a message rests on; a withdrawal rests on its own, first.

        What a person widened rests on that decision.
        """
        if self.message is None:
            return self.agreement.legal_basis if self.agreement else ()
        before = (WITHDRAWAL,) if self.message.event == "withdrawn" else ()
        articles = self.agreement.legal_basis if self.agreement else ()
        widening = tuple(
            f"override: {each.reason} ({each.by_role})"
            for each in self.overrides
            if each.effect in {"release", "send"}
        )
        return (*before, *articles, *widening)

    def without_route(self) -> Decision:
        """The same where no way leads to the recipient: nothing leaves, and it is refused."""
        return msgspec.structs.replace(
            self,
            outcome="refused",
            reason="no_route",
            released=None,
            verdicts=(),
            message=None,
            parts=None,
        )

    def to_json(self) -> dict[str, Any]:
        """The object that `sluis decide` prints; its keys are those of the contract."""
        return {
            "incident_id": self.incident_id,
            "sequence": self.sequence,
            "recipient": self.recipient,
            "kind": self.kind,
            "outcome": self.outcome,
            "reason": self.reason,
            "agreement": self.agreement.id if self.agreement else None,
            "version": self.agreement.version if self.agreement else None,
            "routing_rule": self.routing_rule,
            "released": msgspec.to_builtins(self.released),
            "withheld": msgspec.to_builtins(self.withheld),
        }


def is_news(decisions: Iterable[Decision]) -> bool:
    """Whether the record was the newest version, seen for the first time."""
    return not any(decision.outcome in {"duplicate", "superseded"} for decision in decisions)
