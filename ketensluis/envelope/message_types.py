"""Every message type: its name on the wire, who may sign it, and whether it is encrypted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from ketensluis.envelope.cloudevents import AVRO, JOSE
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.dossier import Dossier, DossierLink
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Alarm, Case, IncidentHistory, LedgerEvent
from ketensluis.model.messages import (
    Acceptance,
    Checkpoint,
    ControlTotal,
    Decision,
    DisclosureRequest,
    Feedback,
    FeedbackNotice,
    Notice,
    Quarantined,
    Receipt,
    Referral,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.override import Override
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.removal import Removal

__all__ = ["MESSAGE_TYPES", "MessageType", "kind_of", "type_named", "type_of"]

# Whoever an agreement lets receive mail may say that it came, take it or not, and answer.
_RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class MessageType:
    """How a message travels.

    Attributes:
        message: its class.
        ce_type: its CloudEvents type, reverse DNS with one major version.
        signers: the kinds of party that may sign it, `recipient` for whoever gets mail from
            the hub; empty = hub-internal, unsigned.
        confidential: encrypted to its recipient.
        by_dossier: encrypted with its incident's key; taken in the clear too, as programs
            without a key send it.
        own_id: the field that is its own id, where it has one.
    """

    message: type[msgspec.Struct]
    ce_type: str
    signers: frozenset[str]
    confidential: bool
    own_id: str | None
    by_dossier: bool = False

    def may_sign(self, party: str) -> bool:
        """Whether that party may send it."""
        kind = kind_of(party)
        return kind in self.signers or (
            _RECIPIENT in self.signers and kind not in {"hub", "police"}
        )

    def encrypted(self, content_type: str) -> bool:
        """Whether a value of that content type is encrypted, and padded."""
        return self.confidential or (self.by_dossier and content_type == JOSE)

    def takes(self, content_type: str) -> bool:
        """Whether a value of that content type may come."""
        return content_type == (JOSE if self.encrypted(content_type) else AVRO)

    @property
    def dataschema(self) -> str:
        """The name of its Avro schema, as the CloudEvents attribute wants it: a URI."""
        return f"urn:nl:ketensluis:avro:nl.ketensluis.{self.message.__name__}:v1"


def _type(
    message: type[msgspec.Struct],
    name: str,
    *signers: str,
    confidential: bool = False,
    own_id: str | None = None,
    by_dossier: bool = False,
) -> MessageType:
    ce_type = f"nl.ketensluis.{name}.v1"
    return MessageType(message, ce_type, frozenset(signers), confidential, own_id, by_dossier)


MESSAGE_TYPES: Final[tuple[MessageType, ...]] = (
    _type(Incident, "incident", "police", by_dossier=True),
    _type(ControlTotal, "control-total", "police"),
    _type(Override, "override", "police", own_id="override_id"),
    _type(Referral, "referral", "hub", confidential=True, own_id="message_id"),
    _type(Notice, "notice", "hub", confidential=True, own_id="message_id"),
    _type(Receipt, "receipt", _RECIPIENT),
    _type(Acceptance, "acceptance", _RECIPIENT),
    _type(Rejection, "rejection", _RECIPIENT),
    _type(SafetyAssessment, "safety-assessment", "vt", confidential=True),
    _type(Feedback, "feedback", _RECIPIENT, confidential=True),
    _type(Decision, "decision", "om", confidential=True),
    _type(FeedbackNotice, "feedback-notice", "hub", confidential=True),
    _type(LedgerEvent, "ledger-event", own_id="event_id"),
    _type(Case, "case"),
    _type(Alarm, "alarm", own_id="alarm_id"),
    _type(IncidentHistory, "incident-history"),
    _type(DossierLink, "dossier-link"),
    _type(Dossier, "dossier"),
    _type(DisclosureRequest, "disclosure-request", own_id="request_id"),
    _type(ProcessingRecord, "processing-record", own_id="record_id"),
    _type(Quarantined, "quarantined", own_id="quarantine_id"),
    _type(Removal, "removal", "hub", own_id="removal_id"),
    _type(Checkpoint, "checkpoint"),
)
_BY_CLASS = {each.message: each for each in MESSAGE_TYPES}
_BY_NAME = {each.ce_type: each for each in MESSAGE_TYPES}


def type_of(message: type[msgspec.Struct]) -> MessageType:
    """The type of messages of that class.

    Raises:
        KetensluisError: `unknown_type`, for a class that is no message.
    """
    found = _BY_CLASS.get(message)
    if found is None:
        raise KetensluisError("unknown_type", f"{message.__name__} is not a message of the chain")
    return found


def type_named(ce_type: str) -> MessageType:
    """The type with that name on the wire.

    Raises:
        Refused: `unknown_type`.
    """
    found = _BY_NAME.get(ce_type)
    if found is None:
        raise Refused("unknown_type", "the header ce_type names no message of the chain")
    return found


def kind_of(party: str) -> str:
    """The kind of a party: `vt` of `vt:utrecht`, `hub` of `hub`."""
    return party.partition(":")[0]
