"""Who the data subjects of an incident are, and by what a person finds itself again."""

from __future__ import annotations

import hmac

from ketensluis.classification.dossier import person_texts
from ketensluis.model.incident import Incident, Person
from ketensluis.model.processing import SubjectIdType

__all__ = ["identified", "pseudonyms_of"]

_DIGITS = 32  # hexadecimal: 128 bits, no two persons share one by chance


def pseudonyms_of(person: Person, key: bytes) -> tuple[str, ...]:
    """The person's keyed pseudonyms: of the BSN, and of the name with the birth date."""
    return tuple(
        [hmac.digest(key, text.encode(), "sha256").hex()[:_DIGITS] for text in person_texts(person)]
    )


def identified(person: Person, incident: Incident) -> tuple[SubjectIdType, str]:
    """The id under which the person is on record, and its kind.

    Without a BSN it is the person's place in the police's own record of the incident.
    """
    if person.bsn:
        return "bsn", person.bsn
    return "incident_person", f"{incident.incident_id}/{person.person_id}"
