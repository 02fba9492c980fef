"""Another JOSE implementation, npm's jose, opens and verifies what we sealed, and the reverse."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode
from msgspec.structs import replace
from real_parts import without

from ketensluis.envelope.directory import Identity
from ketensluis.envelope.stored import save, store
from ketensluis.model.messages import Referral, SafetyAssessment
from ketensluis.model.record import Record
from tests.unit.envelope.parts import HUB, RSA_VT, VT, World, assessment, signature_of, with_header

_JOSE = "jose@6.2"

Peer = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="session")
def peer(pytestconfig: pytest.Config) -> Peer:
    """Runs one job in Node; without Node and npm these tests have no other side."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        without("node and npm", "there is no second JOSE implementation at hand")
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("jose")
    if not (folder / "node_modules" / "jose").is_dir():
        install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", _JOSE]
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            without(_JOSE, done.stderr.strip()[-200:])
    program = folder / "peer.mjs"
    program.write_bytes(Path(__file__).with_name("jose_peer.mjs").read_bytes())

    def run(job: dict[str, Any]) -> dict[str, Any]:
        done = subprocess.run(
            [node, str(program)], input=json.dumps(job), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def pem_of(identity: Identity) -> str:
    return identity.signing.certificate.raw.public_bytes(Encoding.PEM).decode()


def key_file(world: World, party: str, name: str) -> str:
    return (world.folder / "parties" / party.replace(":", ".") / name).read_text("ascii")


@pytest.mark.parametrize(
    ("make", "sender", "reader", "signed_by", "encrypted_by"),
    [
        (lambda world: world.referral(VT), HUB, VT, "ES256", "ECDH-ES+A256KW"),
        (lambda world: world.referral(RSA_VT), HUB, RSA_VT, "ES256", "RSA-OAEP-256"),
        (lambda world: world.assessment(RSA_VT), RSA_VT, HUB, "PS256", "ECDH-ES+A256KW"),
    ],
)
def test_another_implementation_decrypts_and_verifies_what_we_sealed(
    world: World,
    peer: Peer,
    make: Callable[[World], Record],
    sender: str,
    reader: str,
    signed_by: str,
    encrypted_by: str,
) -> None:
    record = make(world)
    opened = world.opener(reader).open(record, (Referral, SafetyAssessment))
    assert record.value is not None
    answer = peer(
        {
            "do": "open",
            "value": record.value.decode(),
            "jws": signature_of(record).compact,
            "key": key_file(world, reader, "encrypt.key"),
            "signer": pem_of(world.identity(sender)),
            "algorithm": signed_by,
        }
    )
    assert answer["alg"] == encrypted_by
    assert urlsafe_b64decode(answer["payload"].encode()) == opened.signed


@pytest.mark.parametrize(
    ("make", "reader", "algorithm"),
    [
        (lambda world: world.referral(VT), VT, "ES256"),
        (lambda world: world.assessment(RSA_VT), HUB, "PS256"),
    ],
)
def test_a_stored_message_verifies_with_another_implementation(
    world: World,
    peer: Peer,
    tmp_path: Path,
    make: Callable[[World], Record],
    reader: str,
    algorithm: str,
) -> None:
    record = make(world)
    opened = world.opener(reader).open(record, (Referral, SafetyAssessment))
    save(store(record, opened), tmp_path / "kept.msg")
    file = json.loads((tmp_path / "kept.msg").read_text("utf-8"))
    answer = peer({"do": "verify-file", "file": file, "algorithm": algorithm})
    assert answer["topic"] == record.coordinates.topic
    assert urlsafe_b64decode(answer["payload"].encode()) == opened.signed


@pytest.mark.parametrize("sender", [VT, RSA_VT])
def test_we_open_what_another_implementation_sealed(world: World, peer: Peer, sender: str) -> None:
    """A partner may build on its own JOSE library: the same claims, its own signature."""
    record = world.assessment(sender)
    ours = world.opener(HUB).open(record, SafetyAssessment)
    recipient = world.identity(HUB).encryption.certificate
    answer = peer(
        {
            "do": "seal",
            "payload": urlsafe_b64encode(ours.signed).decode(),
            "claims": msgspec.to_builtins(ours.signature.claims),
            "key": key_file(world, sender, "sign.key"),
            "recipient": recipient.raw.public_bytes(Encoding.PEM).decode(),
            "header": {
                "alg": recipient.key_management,
                "enc": "A256GCM",
                "x5t#S256": recipient.thumbprint,
            },
        }
    )
    theirs = with_header(record, "jws", answer["jws"].encode())
    opened = world.opener(HUB).open(
        replace(theirs, value=answer["value"].encode()), SafetyAssessment
    )
    assert opened.message == assessment()
    assert opened.signer == sender
    assert opened.signature.compact != ours.signature.compact
