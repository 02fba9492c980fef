"""Made-up mail for tests: a hub, some parties with keys of their own, and what goes between."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.envelope.postmark import Postmarks
from ketensluis.model.messages import Notice, Referral, Withheld
from ketensluis.model.party import mail_topic, responses_topic
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.model.released import ReleasedIncident

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
UNIT = "Noord-Nederland"
INCIDENT_ID = "PL0100-2026000001"
VT, OTHER_VT, OM = "vt:groningen", "vt:drenthe", "om:noord-nederland"
PARTIES = ("hub", "police", "police:noord-nederland", "police:amsterdam", VT, OTHER_VT, OM)
POSTMARKS = Postmarks(b"a key that only tests know of, 32 bytes")
CODEC = Codec.from_lock()


def message_id(incident_id: str = INCIDENT_ID, recipient: str = VT, unit: str = UNIT) -> str:
    """The id under which the hub sent its message."""
    return POSTMARKS.issue("made", incident_id, incident_id=incident_id, recipient=recipient,
                           unit=unit)  # fmt: skip


def referral(recipient: str = VT, **changed: Any) -> Referral:
    """A referral, or for an OM office a notice; keywords replace fields."""
    incident_id = changed.get("incident_id", INCIDENT_ID)
    fields: dict[str, Any] = {
        "message_id": message_id(incident_id, recipient),
        "incident_id": incident_id,
        "sequence": 1,
        "event": "registered",
        "recipient": recipient,
        "unit": UNIT,
        "registered_at": AT,
        "decided_at": AT,
        "agreement": "politie-veilig-thuis",
        "agreement_version": "1",
        "legal_basis": ("Wpg art. 19",),
        "routing_rule": "place",
        "released": ReleasedIncident(incident_id=incident_id, incident_class="quarrel"),
        "withheld": (Withheld(path="narrative", rule="default-deny"),),
    }
    return (Referral if recipient.startswith("vt:") else Notice)(**fields | changed)


def arrived(output: Output, offset: int = 0, at: datetime = AT) -> Record:
    """The output as it comes back from its topic."""
    place = Coordinates(output.topic, 0, offset)
    milliseconds = round(at.timestamp() * 1000)
    return Record(place, output.key, output.value, output.headers, milliseconds)


class World:
    """A folder of keys, and every party's way to seal and to open."""

    def __init__(self, folder: Path, at: datetime = AT) -> None:
        make_demo_pki(folder, PARTIES, at)
        self.folder = folder
        self.directory = Directory.load(folder)
        self._identities = {party: Identity.load(folder, party) for party in PARTIES}

    def sealer(self, party: str) -> Sealer:
        return Sealer(self._identities[party], self.directory, CODEC.encode)

    def opener(self, party: str) -> Opener:
        return Opener(self._identities[party], self.directory, CODEC.decode)

    def mail(self, message: Referral, *, by: str = "hub", at: datetime = AT) -> Output:
        """The hub's message, sealed for its recipient."""
        return self.sealer(by).seal(
            message,
            topic=mail_topic(message.recipient),
            key=message.incident_id,
            subject=message.incident_id,
            at=at,
            recipient=message.recipient,
        )

    def answer(self, message: msgspec.Struct, *, by: str = VT, at: datetime = AT) -> Output:
        """A party's answer, sealed for the hub."""
        incident_id = getattr(message, "incident_id", INCIDENT_ID)
        return self.sealer(by).seal(
            message,
            topic=responses_topic(by),
            key=incident_id,
            subject=incident_id,
            at=at,
        )
