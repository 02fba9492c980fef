"""What an envelope costs, per operation and per incident, on one core.

Run: `python -m benchmarks.envelope`
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import msgspec

from ketensluis.avro.codec import Codec
from ketensluis.envelope import jwe, jws
from ketensluis.envelope.blinding import blind
from ketensluis.envelope.cloudevents import parse
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.pki import demo_parties, make_demo_pki
from ketensluis.model.incident import Address, Incident, Person
from ketensluis.model.messages import DisclosureRequest, Referral
from ketensluis.model.party import HUB, INCIDENTS, REQUESTS, mail_topic
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.model.released import ReleasedAddress, ReleasedIncident, ReleasedPerson
from ketensluis.model.resources import resource

__all__ = ["main"]

_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_POLICE, _VT, _RSA_VT = "police:oost-nederland", "vt:twente", "vt:zeeland"
_ID = "PL0600-2026000001"
_TARGET = 1180
_ROUNDS, _CALLS = 5, 400


def _microseconds(call: Callable[[], object]) -> float:
    """The median round's mean, in microseconds of processor time: others may be at work."""
    call()
    rounds = []
    for _ in range(_ROUNDS):
        begin = process_time()
        for _ in range(_CALLS):
            call()
        rounds.append((process_time() - begin) / _CALLS * 1e6)
    return statistics.median(rounds)


def _incident() -> Incident:
    people = [
        Person(
            person_id=f"p{number}",
            role="involved",
            given_names="Voornaam",
            surname="Achternaam",
            birth_date="1990-01-01",
            address=Address(street="Straat", house_number="1", municipality="GM0153"),
        )
        for number in range(3)
    ]
    return Incident(
        incident_id=_ID,
        sequence=1,
        event="registered",
        registered_at=_AT,
        occurred_at=_AT,
        unit="Oost-Nederland",
        team="Enschede",
        municipality="GM0153",
        incident_class="quarrel",
        persons=tuple(people),
        narrative="Ruzie om de sleutels van de auto. " * 38,
    )


def _referral(recipient: str) -> Referral:
    people = tuple(
        ReleasedPerson(
            person_id=f"p{number}",
            role="involved",
            surname="Achternaam",
            birth_date="1990",
            address=ReleasedAddress(municipality="GM0153"),
        )
        for number in range(3)
    )
    return Referral(
        message_id="m",
        incident_id=_ID,
        sequence=1,
        event="registered",
        recipient=recipient,
        unit="Oost-Nederland",
        registered_at=_AT,
        decided_at=_AT,
        agreement="police-vt",
        agreement_version="1",
        legal_basis=("Wpg art. 19",),
        routing_rule="place",
        released=ReleasedIncident(
            incident_id=_ID, persons=people, narrative="Ruzie om de sleutels. " * 50
        ),
        withheld=(),
    )


def _record(output: Output) -> Record:
    coordinates = Coordinates(output.topic, 0, 0)
    return Record(
        coordinates, output.key, output.value, output.headers, int(_AT.timestamp() * 1000)
    )


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = perf_counter()
        parties = demo_parties(resource("reference") / "gemeenten.csv")
        make_demo_pki(folder, parties, _AT)
        made = perf_counter() - begin
        begin = perf_counter()
        directory = Directory.load(folder)
        loaded = perf_counter() - begin
        print(f"keys for {len(parties)} parties: made in {made:.2f} s, read in {loaded:.3f} s\n")
        _table(folder, directory)


def _row(what: str, call: Callable[[], object]) -> float:
    took = _microseconds(call)
    print(f"{what:44}{took:8.0f}")
    return took


def _table(folder: Path, directory: Directory) -> None:
    codec = Codec.from_lock()
    police = Sealer(Identity.load(folder, _POLICE), directory, codec.encode)
    incident = _incident()
    arrived = _record(police.seal(incident, topic=INCIDENTS, key=_ID, subject=_ID, at=_AT))
    value = arrived.value or b""
    padded = blind(codec.encode(_referral(_VT)))
    print(f"incident of {len(value)} bytes, referral of {len(padded)} bytes; microseconds a call\n")
    _row("Avro: encode the incident", lambda: codec.encode(incident))
    _row("Avro: decode the incident", lambda: codec.decode(value, Incident))
    _primitives(folder, directory, arrived, padded)
    _whole(folder, directory, codec, arrived)


def _primitives(folder: Path, directory: Directory, arrived: Record, padded: bytes) -> None:
    value = arrived.value or b""
    signature = jws.read(arrived.header("jws"))
    signer = directory.signer(signature.claims.thumbprint)
    _row("headers: parse", lambda: parse(arrived))
    _row("signature: read its claims", lambda: jws.read(arrived.header("jws")))
    _row("signature: verify ES256", lambda: jws.verify(signature, value, signer))
    for name, party in (("ES256", HUB), ("PS256", _RSA_VT)):
        key = Identity.load(folder, party).signing.private_key
        claims = msgspec.structs.replace(signature.claims, alg=name)
        _row(f"signature: sign {name}", partial(jws.sign, claims, value, key))
    for party in (_VT, _RSA_VT):
        pair = Identity.load(folder, party).encryption
        certificate, key = pair.certificate, pair.private_key
        sealed = jwe.encrypt(padded, certificate)
        name = certificate.key_management
        _row(f"encrypt {name}", partial(jwe.encrypt, padded, certificate))
        _row(f"decrypt {name}", partial(jwe.decrypt, sealed, certificate, key))


def _whole(folder: Path, directory: Directory, codec: Codec, arrived: Record) -> None:
    hub = Identity.load(folder, HUB)
    sealer, opener = Sealer(hub, directory, codec.encode), Opener(hub, directory, codec.decode)
    referral = _referral(_VT)
    request = DisclosureRequest(
        request_id="r",
        incident_id=_ID,
        topic=INCIDENTS,
        partition=0,
        offset=0,
        reason="hold_over",
        requested_at=_AT,
    )
    opening = _row("Opener.open, incident", lambda: opener.open(arrived, Incident))
    sealing = _row(
        "Sealer.seal, referral",
        lambda: sealer.seal(
            referral, topic=mail_topic(_VT), recipient=_VT, key=_ID, subject=_ID, at=_AT
        ),
    )
    _row(
        "Sealer.plain, hub-internal",
        lambda: sealer.plain(request, topic=REQUESTS, key=_ID, subject=_ID, at=_AT),
    )
    total = opening + sealing
    print(
        f"\none incident opened and one referral sealed: {total:.0f}, {1e6 / total:,.0f}/s a core; "
        f"the whole stage may take {1e6 / _TARGET:.0f} for {_TARGET:,}/s"
    )


if __name__ == "__main__":
    main()
