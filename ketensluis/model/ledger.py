"""The ledger's own messages: events, cases (one row per obligation), alarms, requests.

No personal data: incident ids, counts, codes, rule ids, hashes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from ketensluis.model.dossier import SharedKey
from ketensluis.model.override import Override, OverrideRole
from ketensluis.model.record import Coordinates

__all__ = ["Alarm", "Case", "Delivery", "IncidentHistory", "LedgerEvent", "Rung"]

EventKind = Literal[
    "decision",
    "duplicate",
    "superseded",
    "quarantined",
    "received",
    "accepted",
    "rejected",
    "assessed",
    "feedback",
    "om_decision",
    "override",
    "erased",
]
Outcome = Literal["released", "held", "not_required", "refused", "suspected", "unchanged"]
Classification = Literal["hg", "suspected", "not_hg"]


class _Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable, by keyword, and closed."""


class LedgerEvent(_Message, frozen=True, kw_only=True):
    """Something that happened to an incident or to one of its obligations.

    A `decision` carries the rungs registered, classified, decided and, where a message left,
    sent, each with its own time; every other kind is one rung. `record` is the coordinates of
    the record that it is about, as text; `trigger` those of the record that made it be decided,
    where that is another one (a request). `agreement_digest` is the SHA-256 of the agreement's
    file, `released_digest` a keyed digest of the released part: replay must find both again.

    Attributes:
        related: of a decision, labelled incidents of the same dossier that led to it.
        overrides: of a decision, the overrides that it was made under.
        by_role: of an override, who gave it; its effect is the `code`.
        until: of an override, when it ends by itself.
        restrained_from: of a decision, since when the newest restraining order holds.
        restrained_until: the end that this order names; None where it names none.
        rule_digest: of an erasure, what its rule or reason said (`retention.rules.digest_of`).
        regions_digest: of a decision, what the map of regions says on the day of the incident
            (`model.region_states`).
        classification_digest: of a decision, what the classification says on the day of it.
        masking_digest: of a decision that released something, the lists by which texts are masked.
        notes: of a decision, what in the record is odd but allowed (by the field's path, never
            its value), and which municipality that had ceased was read as its successor.
        paths: of an override, the fields that it releases or withholds.

    An `erased` event is there before the incident's key is destroyed: `code` is the rule or the
    reason, `reason` the article that it rests on, `by_role` who had it done, if a person did.
    """

    event_id: str
    kind: EventKind
    incident_id: str
    sequence: int
    recipient: str | None
    occurred_at: datetime
    record: str
    unit: str | None = None
    municipality: str | None = None
    region: str | None = None
    event: str | None = None
    classification: Classification | None = None
    signals: tuple[str, ...] = ()
    children_present: str | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    hold_until: datetime | None = None
    hold_by_role: str | None = None
    registered_at: datetime | None = None
    labelled_at: datetime | None = None
    decided_at: datetime | None = None
    sent_at: datetime | None = None
    message_id: str | None = None
    replaces: str | None = None
    instead_of: str | None = None
    agreement: str | None = None
    agreement_version: str | None = None
    agreement_digest: str | None = None
    routing_rule: str | None = None
    trigger: str | None = None
    released_digest: str | None = None
    released_fields: int | None = None
    withheld_fields: int | None = None
    code: str | None = None
    digest: str | None = None
    measures: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    by_role: OverrideRole | None = None
    until: datetime | None = None
    paths: tuple[str, ...] = ()
    restrained_from: datetime | None = None
    restrained_until: datetime | None = None
    notes: tuple[str, ...] = ()
    rule_digest: str | None = None
    regions_digest: str | None = None
    classification_digest: str | None = None
    masking_digest: str | None = None


class Rung(_Message, frozen=True, kw_only=True):
    """One rung of the ladder: what, when, and the ledger event that shows it.

    `code` is the outcome, reason or answer of that rung; a `note` says why the rung changes
    nothing (`ketensluis.ledger.fold`): without one it is in force.
    """

    name: str
    at: datetime
    evidence: str
    note: str | None = None
    code: str | None = None


class Case(_Message, frozen=True, kw_only=True):
    """One obligation (incident, recipient) as it stands: a row of `ledger.cases`."""

    incident_id: str
    recipient: str
    sequence: int
    state: str
    outcome: Outcome
    reason: str | None
    classification: Classification
    signals: tuple[str, ...]
    unit: str
    municipality: str
    region: str | None
    children_present: str | None
    registered_at: datetime
    decided_at: datetime | None
    sent_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    rejected_at: datetime | None
    assessed_at: datetime | None
    fed_back_at: datetime | None
    closed_at: datetime | None
    hold_until: datetime | None
    hold_by_role: str | None
    message_id: str | None
    agreement: str | None
    agreement_version: str | None
    routing_rule: str | None
    instead_of: str | None
    rungs: tuple[Rung, ...]
    overdue: tuple[str, ...] = ()
    owner: str = ""
    changed_at: datetime | None = None
    erased_at: datetime | None = None


class Alarm(_Message, frozen=True, kw_only=True):
    """Absence made an event: a clock of an obligation that is due soon, overdue or cleared."""

    alarm_id: str
    kind: Literal["due_soon", "overdue", "escalated", "cleared", "no_route"]
    clock: str
    incident_id: str
    recipient: str
    due_at: datetime
    raised_at: datetime
    addressed_to: str
    unit: str
    region: str | None


class Delivery(_Message, frozen=True, kw_only=True):
    """What one recipient was last sent of an incident, or was last told not to get.

    `digests` maps each released path to a keyed digest of what went, in hexadecimal.
    """

    message_id: str | None
    sequence: int
    outcome: str
    reason: str | None
    digests: dict[str, str]
    withdrawn: bool = False


class IncidentHistory(_Message, frozen=True, kw_only=True):
    """What disclosure remembers of an incident between its records: no content.

    `digests` maps each sequence that was seen to the SHA-256 of its record's content.

    Attributes:
        unit: the police unit that registered the incident, and so may overrule.
        evidence: what the incident is known to share with labelled ones.
        overrides: those given so far, also what ended, in the order of arrival.
    """

    incident_id: str
    sequence: int
    digests: dict[str, str]
    topic: str
    partition: int
    offset: int
    registered_at: datetime
    labelled_at: datetime | None
    deliveries: dict[str, Delivery]
    requests: tuple[str, ...] = ()
    unit: str
    evidence: tuple[SharedKey, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def coordinates(self) -> Coordinates:
        """Where the version in force lies."""
        return Coordinates(self.topic, self.partition, self.offset)
