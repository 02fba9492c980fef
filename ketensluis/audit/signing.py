"""The auditor's signature beside a report: a detached JWS over the file's bytes.

As on messages (RFC 7515, appendix F), so that any JOSE library checks it. The protected header
names the certificate (`x5t#S256`), the time of signing (`sigT`) and the type of the content.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from ketensluis.envelope.cloudevents import instant, read_instant
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.jws import SIGNATURE_ALGORITHMS
from ketensluis.errors import Refused

__all__ = ["check_signature", "sign_report"]

_TYPE: Final = "ketensluis-audit+json"
_ALLOWED: Final = list(SIGNATURE_ALGORITHMS)
# Its own members beside those that the library knows.
_REGISTRY: Final = jws.JWSRegistry(algorithms=_ALLOWED, strict_check_header=False)


class _Protected(
    msgspec.Struct, frozen=True, rename={"thumbprint": "x5t#S256", "signed_at": "sigT"}
):
    alg: str
    typ: str
    thumbprint: str
    signed_at: str


def sign_report(content: bytes, identity: Identity, at: datetime) -> str:
    """The detached compact signature of the report's bytes."""
    signing = identity.signing_at(at)
    certificate = signing.certificate
    said = _Protected(certificate.algorithm, _TYPE, certificate.thumbprint, instant(at))
    protected = msgspec.to_builtins(said)
    compact = jws.serialize_compact(protected, content, signing.private_key, registry=_REGISTRY)
    head, _, signature = compact.split(".")
    return f"{head}..{signature}"


def check_signature(content: bytes, signature: str, directory: Directory) -> tuple[str, datetime]:
    """Who signed the report, and when.

    Raises:
        Refused: `bad_signature`, `unknown_signer`, or what was wrong with the certificate then.
    """
    fault = Refused("bad_signature", "the signature is not over this report")
    try:
        head, body, made = signature.strip().split(".")
        protected = msgspec.json.decode(urlsafe_b64decode(head.encode()), type=_Protected)
    except (ValueError, msgspec.MsgspecError) as error:
        raise fault from error
    at = read_instant(protected.signed_at)
    if body or protected.typ != _TYPE or at is None:
        raise fault
    certificate = directory.signer(protected.thumbprint)
    party = directory.party_of(certificate.oin)
    directory.trust.chain(certificate, at, ())
    whole = f"{head}.{urlsafe_b64encode(content).decode()}.{made}"
    try:
        jws.deserialize_compact(whole, certificate.key, registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise fault from error
    if party is None or protected.alg != certificate.algorithm:
        raise fault
    return party, at
