"""Every message of the exchange, as it is before it is encoded, signed and encrypted.

Ids of derived messages are UUIDv5 of what they derive from (`ketensluis.model.ids`); those of
a referral and a notice bear a postmark as well (`ketensluis.envelope.postmark`). Times are
aware datetimes in UTC: the time of the event itself; the time of logging is in the CloudEvents
header `ce_time`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from ketensluis.model.dossier import SharedKey
from ketensluis.model.override import Override
from ketensluis.model.released import ReleasedIncident

__all__ = [
    "Acceptance",
    "Checkpoint",
    "ControlTotal",
    "Decision",
    "DisclosureRequest",
    "Feedback",
    "FeedbackNotice",
    "Notice",
    "Quarantined",
    "Receipt",
    "Referral",
    "Rejection",
    "SafetyAssessment",
    "Withheld",
]


class _Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable, by keyword, and closed."""


class ControlTotal(_Message, frozen=True, kw_only=True):
    """The police's own count of registrations of one unit on one local day."""

    unit: str
    day: date
    incidents: int
    hg: int
    incident_ids: tuple[str, ...] = ()
    counted_at: datetime


class Withheld(_Message, frozen=True, kw_only=True):
    """A field that did not go along, and the rule (or `default-deny`) that kept it back."""

    path: str
    rule: str


class Referral(_Message, frozen=True, kw_only=True):
    """The police's report of an HG incident to a Veilig Thuis region (VT-melding)."""

    message_id: str
    incident_id: str
    sequence: int
    event: Literal["registered", "amended", "withdrawn"]
    recipient: str
    unit: str
    registered_at: datetime
    decided_at: datetime
    agreement: str
    agreement_version: str
    legal_basis: tuple[str, ...]
    routing_rule: str
    replaces: str | None = None
    changed: tuple[str, ...] = ()
    released: ReleasedIncident
    withheld: tuple[Withheld, ...]


class Notice(Referral, frozen=True, kw_only=True):
    """The same, to OM: a measure of coercion in an HG incident."""


class _Answer(_Message, frozen=True, kw_only=True):
    """What every answer names: the message that it answers, and the unit that is to hear.

    `unit` is that of the referral; None where the message could not be opened.
    """

    incident_id: str
    message_id: str
    unit: str | None = None
    at: datetime


class Receipt(_Answer, frozen=True, kw_only=True):
    """Proof of arrival (ontvangstbevestiging): says nothing of the content.

    `digest` is the SHA-256, in hexadecimal, of the signed Avro value that was received.
    """

    digest: str


class Acceptance(_Answer, frozen=True, kw_only=True):
    """The receiver takes the dossier over."""


class Rejection(_Answer, frozen=True, kw_only=True):
    """The receiver does not take it; the dossier stays with its sender.

    `region` names the right Veilig Thuis region where the reason is `wrong_region`.
    """

    reason: Literal["wrong_region", "incomplete", "unverifiable"]
    region: str | None = None


class SafetyAssessment(_Answer, frozen=True, kw_only=True):
    """The outcome of Veilig Thuis' safety assessment."""

    outcome: Literal["acutely_unsafe", "structurally_unsafe", "no_unsafety"]


class Feedback(_Answer, frozen=True, kw_only=True):
    """What happened with the referral (terugkoppeling): codes only, no care content."""

    kind: Literal["procedural", "substantive", "disagreement"]
    code: Literal[
        "handed_over",
        "in_investigation",
        "waiting_list",
        "acutely_unsafe",
        "structurally_unsafe",
        "no_unsafety",
        "safety_plan",
        "closed",
        "no_concern",
    ]


class Decision(_Answer, frozen=True, kw_only=True):
    """What OM decided; breach of conditions is ground for arrest, so police must know."""

    decision: Literal[
        "summons",
        "joined",
        "conditional_dismissal",
        "dismissal",
        "transaction",
        "behavioural_order",
        "suspended_detention",
        "transferred",
        "unfinished",
    ]


class FeedbackNotice(_Message, frozen=True, kw_only=True):
    """What the reporting police unit hears: procedural status or outcome, no content."""

    message_id: str
    incident_id: str
    unit: str
    sender: str
    status: str
    code: str | None = None
    at: datetime


class DisclosureRequest(_Message, frozen=True, kw_only=True):
    """Asks disclosure to decide a record again; names the record by its coordinates.

    With the reason `history`, `evidence` is all that is known of it by then; with `override`,
    the override goes along.
    """

    request_id: str
    incident_id: str
    topic: str
    partition: int
    offset: int
    reason: Literal["hold_over", "reroute", "late_label", "history", "override"]
    recipient: str | None = None
    instead_of: str | None = None
    evidence: tuple[SharedKey, ...] = ()
    override: Override | None = None
    requested_at: datetime


class Quarantined(_Message, frozen=True, kw_only=True):
    """A record that was refused: its raw bytes, why, and where it lay.

    `place` is the record's coordinates, or `FILE:LINE` for what never reached a topic. With a
    `key_id`, `value` is the record's key, value and headers sealed under that key
    (`ketensluis.dossier_keys`), and `key` and `headers` are empty; `size` is the bytes of the
    record's own value.
    """

    quarantine_id: str
    place: str
    code: str
    sentence: str
    remedy: str
    incident_id: str | None
    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    at: datetime
    key_id: str | None = None
    size: int | None = None


class Checkpoint(_Message, frozen=True, kw_only=True):
    """A signed statement of the journal: what its log held at one size.

    `root_hash` is the RFC 6962 Merkle tree hash over the first `size` entries, in
    hexadecimal; `note` is the whole signed note, as witnesses and verifiers read it.
    """

    origin: str
    size: int
    root_hash: str
    note: str
