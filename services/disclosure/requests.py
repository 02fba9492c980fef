"""Requests to decide again: which are sound, when that counts as decided, and overrides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from ketensluis.agreements.overrides import check_override
from ketensluis.errors import Refused
from ketensluis.model.ids import derived_id
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.override import Override
from ketensluis.model.party import party
from ketensluis.model.record import Record

__all__ = ["asked_anew", "check_request", "decision_time", "overriding"]

# These hold for the incident, whatever its version; the others ask about one version.
_OF_ANY_VERSION = frozenset({"history", "override"})


def check_request(request: DisclosureRequest, incident: Incident) -> None:
    """See that the request is about that incident, and says all that its reason needs.

    Raises:
        Refused: `wrong_record`, `no_override`, `bad_request`.
    """
    if request.incident_id != incident.incident_id:
        raise Refused("wrong_record", "the request names a record of another incident")
    if request.reason == "override" and request.override is None:
        raise Refused("no_override", "the request says nothing of what is to be overruled")
    if request.reason == "reroute" and not all(
        each is not None and each.startswith("vt:")
        for each in (request.recipient, request.instead_of)
    ):
        raise Refused("bad_request", "a re-route names the region it goes to, and from which")


def decision_time(source: Record, trigger: Record) -> datetime:
    """When a record counts as decided: at the Kafka timestamp of what made it be decided.

    Deciding again comes after deciding, also where the clock of who asks is behind.
    """
    at = _at(trigger)
    return at if trigger is source else max(at, _at(source) + timedelta(microseconds=1))


def asked_anew(
    request: DisclosureRequest, incident: Incident, history: IncidentHistory | None
) -> DisclosureRequest | None:
    """The same request about the version in force, if it was overtaken by a newer one."""
    if history is None or incident.sequence >= history.sequence:
        return None
    if request.reason not in _OF_ANY_VERSION:
        return None
    place = history.coordinates
    return msgspec.structs.replace(
        request,
        request_id=derived_id("request", request.request_id, str(place)),
        topic=place.topic,
        partition=place.partition,
        offset=place.offset,
    )


def overriding(
    override: Override,
    signer: str,
    history: IncidentHistory | None,
    at: datetime,
    knows: Callable[[str], bool],
) -> DisclosureRequest:
    """The request that an override leads to: the version in force, decided under it.

    `knows` tells whether there is such a recipient: one that is misspelt would hold nothing.

    Raises:
        Refused: `unknown_incident`, `signer_not_allowed`, `conflicting_override`,
            `unknown_override`, `override_until`, and what `check_override` finds.
    """
    check_override(override)
    if not knows(override.recipient):
        raise Refused(
            "override_recipient",
            "the override's recipient: there is no such party",
            "name it as the region map or the agreement does",
        )
    if history is None:
        raise Refused(
            "unknown_incident", "no record of the incident was decided", "send the incident first"
        )
    if signer not in {"police", party("police", history.unit)}:
        raise Refused("signer_not_allowed", "another unit than the incident's cannot overrule")
    if override.until <= at:
        raise Refused("override_until", "the override was over when it came in")
    known = {each.override_id: each for each in history.overrides}
    if known.get(override.override_id, override) != override:
        raise Refused(
            "conflicting_override", "that id was given to another override", "give it a new id"
        )
    if override.ends is not None and (
        override.ends not in known or known[override.ends].recipient != override.recipient
    ):
        raise Refused("unknown_override", "it ends an override that this recipient does not have")
    place = history.coordinates
    return DisclosureRequest(
        request_id=derived_id("request", "override", override.override_id),
        incident_id=override.incident_id,
        topic=place.topic,
        partition=place.partition,
        offset=place.offset,
        reason="override",
        recipient=override.recipient,
        override=override,
        requested_at=at,
    )


def _at(record: Record) -> datetime:
    return record.sent_at
