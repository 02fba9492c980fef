"""Detached signatures over a value (JWS, RFC 7515, appendix F) that also say what they vouch for.

The protected header names the certificate, the time of signing, the value's digest, the topic,
the recipient and every CloudEvents attribute, so that a signature cannot be moved to another
message, topic or recipient. No header parameter is marked critical: anyone's JOSE library must
be able to check the signature, and what it vouches for is checked here in any case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter
from joserfc.util import urlsafe_b64decode

from ketensluis.envelope.certificates import Certificate
from ketensluis.envelope.cloudevents import Attributes, read_instant
from ketensluis.errors import Refused

__all__ = ["SIGNATURE_ALGORITHMS", "Claims", "Signature", "digest_of", "read", "sign", "verify"]

SIGNATURE_ALGORITHMS: Final = ("ES256", "PS256")
_LONGEST = 16_384


class Claims(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"thumbprint": "x5t#S256", "signed_at": "sigT"},
):
    """The protected header: all that a signature vouches for beside the value.

    `signed_at` is RFC 3339 in UTC (`sigT`, ETSI TS 119 182-1, section 5.2.1); `digest` the
    SHA-256 of the signed bytes in hexadecimal, so that an altered value can be told from a
    signature by another key.
    """

    alg: str
    thumbprint: str
    signed_at: str
    digest: str
    topic: str
    recipient: str
    ce: Attributes


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it was received: what it claims, and its compact form. Not yet verified."""

    claims: Claims
    compact: str


class _Registry(jws.JWSRegistry):
    """The library's registry with our parameters and Kafka's sizes instead of a browser's."""

    max_header_length = _LONGEST
    max_payload_length = 8 * 1024 * 1024


def _object(value: object) -> None:
    if not isinstance(value, dict):
        raise ValueError("must be an object")  # noqa: TRY004 - joserfc looks for ValueError


_REGISTRY = _Registry(
    algorithms=SIGNATURE_ALGORITHMS,
    header_registry={
        "sigT": HeaderParameter("Time of signing", "str", required=True),
        "digest": HeaderParameter("SHA-256 of the signed bytes", "str", required=True),
        "topic": HeaderParameter("Topic", "str", required=True),
        "recipient": HeaderParameter("Recipient", "str", required=True),
        "ce": HeaderParameter("CloudEvents attributes", _object, required=True),
    },
)


def digest_of(signed: bytes) -> str:
    """The SHA-256 of the signed bytes, in hexadecimal."""
    return hashlib.sha256(signed).hexdigest()


def sign(claims: Claims, signed: bytes, key: ECKey | RSAKey) -> str:
    """The detached compact signature of the claims and the bytes."""
    protected = msgspec.to_builtins(claims)
    return jws.detach_content(jws.serialize_compact(protected, signed, key, registry=_REGISTRY))


def read(compact: bytes | None) -> Signature:
    """What a signature claims, before anything of it is believed.

    Raises:
        Refused: `missing_signature`, `bad_signature`, `alg_none`, `unknown_algorithm`,
            `unknown_critical` or `missing_certificate`.
    """
    if not compact:
        raise Refused("missing_signature", "the message is not signed: it has no header jws")
    parts = compact.split(b".")
    if len(parts) != 3 or parts[1] or len(compact) > _LONGEST:  # noqa: PLR2004 - RFC 7515, 7.1
        raise Refused("bad_signature", "the header jws is not a detached compact JWS")
    try:
        text = compact.decode("ascii")
        protected = msgspec.json.decode(urlsafe_b64decode(parts[0]), type=dict[str, Any])
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise Refused(
            "bad_signature", "the signature's protected header is not JSON in base64url"
        ) from error
    _check_algorithm(protected)
    try:
        claims = msgspec.convert(protected, Claims)
    except msgspec.ValidationError as error:
        raise Refused(
            "bad_signature", "the signature's protected header lacks or misstates a member"
        ) from error
    if read_instant(claims.signed_at) is None:
        raise Refused("bad_signature", "the signature's time is not RFC 3339 in UTC")
    return Signature(claims, text)


def _check_algorithm(protected: Mapping[str, Any]) -> None:
    algorithm = protected.get("alg")
    if isinstance(algorithm, str) and algorithm.lower() == "none":
        raise Refused("alg_none", "the signature says alg none, which is no signature")
    if algorithm not in SIGNATURE_ALGORITHMS:
        raise Refused("unknown_algorithm", "the signature's algorithm is not one that is accepted")
    if "crit" in protected:
        raise Refused("unknown_critical", "the signature asks for an extension that is not known")
    if "x5t#S256" not in protected:
        raise Refused("missing_certificate", "the signature does not name its certificate")


def verify(signature: Signature, signed: bytes, certificate: Certificate) -> None:
    """Checks the signature over the bytes with the certificate's key.

    Raises:
        Refused: `algorithm_key_mismatch`, or `wrong_key` where the key that is named did not
            make it.
    """
    if signature.claims.alg != certificate.algorithm:
        raise Refused(
            "algorithm_key_mismatch", "the signature's algorithm does not fit the key it names"
        )
    try:
        jws.deserialize_compact(
            signature.compact, certificate.key, registry=_REGISTRY, payload=signed
        )
    except (JoseError, ValueError) as error:
        raise Refused(
            "wrong_key", "the signature was not made with the key of the certificate that it names"
        ) from error
