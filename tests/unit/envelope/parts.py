"""A small chain of parties with keys of their own, and good records between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from joserfc import jws as jose
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.registry import HeaderParameter
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode
from made_keys import MemoryKeyring
from msgspec.structs import replace

from ketensluis.envelope import jws
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.jwe import encrypt
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.message_types import type_named
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.messages import Receipt, Referral, SafetyAssessment
from ketensluis.model.party import INCIDENTS, mail_topic, responses_topic
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.model.released import ReleasedIncident

AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
INCIDENT_ID = "PL0600-2026000001"
POLICE, HUB, VT, RSA_VT, OM = (
    "police:oost-nederland",
    "hub",
    "vt:twente",
    "vt:zeeland",
    "om:limburg",
)
PARTIES = (HUB, "police", POLICE, VT, RSA_VT, OM)
KEY = INCIDENT_ID

T = TypeVar("T", bound=msgspec.Struct)


def encode(message: msgspec.Struct) -> bytes:
    """Stands in for the Avro codec, which is tested by itself."""
    return msgspec.json.encode(message)


def decode(value: bytes, expected: type[T], /) -> T:
    try:
        return msgspec.json.decode(value, type=expected)
    except msgspec.MsgspecError as error:
        raise Refused("bad_avro", "the value is not of the expected type") from error


def incident(**changes: Any) -> Incident:
    found = Incident(
        incident_id=INCIDENT_ID,
        sequence=1,
        event="registered",
        registered_at=AT,
        occurred_at=AT - timedelta(hours=2),
        unit="Oost-Nederland",
        team="Enschede",
        municipality="GM0153",
        incident_class="quarrel",
        narrative="Ruzie om de sleutels, geen letsel.",
    )
    return msgspec.structs.replace(found, **changes)


def referral(recipient: str = VT) -> Referral:
    return Referral(
        message_id="0e9f4f5b-64ce-5bd5-9d0e-4ba1f9a2d6a1",
        incident_id=INCIDENT_ID,
        sequence=1,
        event="registered",
        recipient=recipient,
        unit="Oost-Nederland",
        registered_at=AT,
        decided_at=AT,
        agreement="police-vt",
        agreement_version="1",
        legal_basis=("Wpg art. 19",),
        routing_rule="place",
        released=ReleasedIncident(incident_id=INCIDENT_ID, incident_class="quarrel"),
        withheld=(),
    )


def receipt(message_id: str, digest: str = "0" * 64) -> Receipt:
    return Receipt(
        incident_id=INCIDENT_ID, message_id=message_id, unit="Oost-Nederland", at=AT, digest=digest
    )


def assessment() -> SafetyAssessment:
    return SafetyAssessment(
        incident_id=INCIDENT_ID,
        message_id="m",
        unit="Oost-Nederland",
        at=AT,
        outcome="acutely_unsafe",
    )


def arrived(output: Output, *, offset: int = 0, at: datetime = AT) -> Record:
    """The output as it comes back from its topic."""
    coordinates = Coordinates(output.topic, 0, offset)
    milliseconds = int(at.timestamp() * 1000)
    return Record(coordinates, output.key, output.value, output.headers, milliseconds)


@dataclass
class World:
    """Everyone's keys in one folder, which no real party would have."""

    folder: Path
    directory: Directory = field(init=False)
    identities: dict[str, Identity] = field(default_factory=dict)
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)

    def __post_init__(self) -> None:
        make_demo_pki(self.folder, PARTIES, AT)
        self.directory = Directory.load(self.folder)

    def identity(self, party: str) -> Identity:
        if party not in self.identities:
            self.identities[party] = Identity.load(self.folder, party)
        return self.identities[party]

    def sealer(self, party: str) -> Sealer:
        return Sealer(self.identity(party), self.directory, encode)

    def opener(self, party: str) -> Opener:
        return Opener(self.identity(party), self.directory, decode, self.keyring)

    def encrypted_incident(self, **changes: Any) -> Record:
        """As the police's connector seals it: with the incident's own key."""
        found = incident(**changes)
        sealer = Sealer(self.identity(POLICE), self.directory, encode, keyring=self.keyring)
        sealed = sealer.seal(
            found, topic=INCIDENTS, key=found.incident_id, subject=found.incident_id, at=AT
        )
        return arrived(sealed)

    def seal(
        self, message: msgspec.Struct, sender: str, topic: str, recipient: str | None = None
    ) -> Record:
        sealed = self.sealer(sender).seal(
            message,
            topic=topic,
            key=KEY,
            subject=INCIDENT_ID,
            at=AT,
            recipient=recipient,
            correlation=INCIDENT_ID,
            causation="cause",
        )
        return arrived(sealed)

    def incident(self) -> Record:
        return self.seal(incident(), POLICE, INCIDENTS)

    def referral(self, recipient: str = VT) -> Record:
        return self.seal(referral(recipient), HUB, mail_topic(recipient), recipient)

    def receipt(self, sender: str = VT) -> Record:
        return self.seal(receipt("m"), sender, responses_topic(sender))

    def assessment(self, sender: str = VT) -> Record:
        return self.seal(assessment(), sender, responses_topic(sender))


def with_header(record: Record, name: str, value: bytes) -> Record:
    """The record with that header's value replaced, or the header added."""
    found = [(key, value if key == name else old) for key, old in record.headers]
    if name not in dict(record.headers):
        found.append((name, value))
    return replace(record, headers=tuple(found))


def without_header(record: Record, name: str) -> Record:
    return replace(record, headers=tuple(each for each in record.headers if each[0] != name))


def signature_of(record: Record) -> jws.Signature:
    return jws.read(record.header("jws"))


def resigned(
    world: World,
    record: Record,
    *,
    by: str,
    signed: bytes | None = None,
    attributes: dict[str, str] | None = None,
    **claims: str,
) -> Record:
    """The record with other claims, truly signed by that party: what an insider could send.

    `signed` replaces the bytes under the signature; it is encrypted again where the type asks.
    """
    identity = world.identity(by)
    before = signature_of(record).claims
    ce = msgspec.structs.replace(before.ce, **(attributes or {}))
    certificate = identity.signing.certificate
    found = record.value if signed is None else signed
    assert found is not None
    named = {
        "alg": certificate.algorithm,
        "thumbprint": certificate.thumbprint,
        "digest": jws.digest_of(found),
        **claims,
    }
    made = msgspec.structs.replace(before, ce=ce, **named)
    compact = jws.sign(made, found, identity.signing.private_key)
    result = with_header(record, "jws", compact.encode())
    for name, value in (attributes or {}).items():
        header = "content-type" if name == "datacontenttype" else f"ce_{name}"
        result = with_header(result, header, value.encode())
    if type_named(ce.type).confidential and ce.datacontenttype == "application/jose":
        found = encrypt(found, world.directory.encryption(made.recipient, AT))
    return replace(result, value=found)


def with_protected(
    record: Record,
    change: Callable[[dict[str, Any]], None],
    key: ECKey | OctKey | RSAKey | None = None,
) -> Record:
    """The record with a changed protected header; truly signed if there is a key, else not."""
    segment, _, signature = signature_of(record).compact.split(".")
    protected = msgspec.json.decode(urlsafe_b64decode(segment.encode()))
    change(protected)
    if key is None:
        segment = urlsafe_b64encode(msgspec.json.encode(protected)).decode()
    else:
        assert record.value is not None
        forged = jose.serialize_compact(protected, record.value, key, registry=_FORGERS)
        segment, _, signature = forged.split(".")
    return with_header(record, "jws", f"{segment}..{signature}".encode())


class _Loose(jose.JWSRegistry):
    max_header_length = 100_000


_FORGERS = _Loose(
    algorithms=["ES256", "PS256", "HS256", "RS256"],
    strict_check_header=False,
    header_registry={"crit": HeaderParameter("Critical", "list[str]")},
)
