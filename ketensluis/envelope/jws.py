"""Detached signatures over a value (JWS, RFC 7515, appendix F) that also say what they vouch for.

The protected header names the certificate, the time of signing, the value's digest, the topic,
the recipient and every CloudEvents attribute, so that a signature cannot be moved to another
message, topic or recipient. No header parameter is marked critical: anyone's JOSE library must
be able to check the signature, and what it vouches for is checked here in any case.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

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


class Signature(msgspec.Struct, frozen=True):
    """A signature as it was received: what it claims, and its compact form. Not yet verified."""

    claims: Claims
    compact: str


_ALLOWED = jws.JWSRegistry(algorithms=SIGNATURE_ALGORITHMS)
_ALGORITHMS = {name: _ALLOWED.get_alg(name) for name in SIGNATURE_ALGORITHMS}


def digest_of(signed: bytes) -> str:
    """The SHA-256 of the signed bytes, in hexadecimal."""
    return hashlib.sha256(signed).hexdigest()


def sign(claims: Claims, signed: bytes, key: ECKey | RSAKey) -> str:
    """The detached compact signature of the claims and the bytes."""
    protected = urlsafe_b64encode(msgspec.json.encode(claims))
    signature = _ALGORITHMS[claims.alg].sign(_signing_input(protected, signed), key)
    return b"..".join((protected, urlsafe_b64encode(signature))).decode()


def _signing_input(protected: bytes, signed: bytes) -> bytes:
    """What a signature is over (RFC 7515, section 5.1, step 5)."""
    return protected + b"." + urlsafe_b64encode(signed)


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
        text, raw = compact.decode("ascii"), urlsafe_b64decode(parts[0])
    except ValueError as error:
        raise _not_json() from error
    try:
        claims = msgspec.json.decode(raw, type=Claims)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _defect(raw) from error
    _check_algorithm(claims.alg)
    if read_instant(claims.signed_at) is None:
        raise Refused("bad_signature", "the signature's time is not RFC 3339 in UTC")
    return Signature(claims, text)


def _defect(raw: bytes) -> Refused:
    """What is wrong with a protected header that does not hold what it must."""
    try:
        protected = msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _not_json()
    _check_algorithm(protected.get("alg"))
    if "crit" in protected:
        return Refused("unknown_critical", "the signature asks for an extension that is not known")
    if "x5t#S256" not in protected:
        return Refused("missing_certificate", "the signature does not name its certificate")
    return Refused("bad_signature", "the signature's protected header lacks or misstates a member")


def _not_json() -> Refused:
    return Refused("bad_signature", "the signature's protected header is not JSON in base64url")


def _check_algorithm(algorithm: object) -> None:
    if isinstance(algorithm, str) and algorithm.lower() == "none":
        raise Refused("alg_none", "the signature says alg none, which is no signature")
    if algorithm not in SIGNATURE_ALGORITHMS:
        raise Refused("unknown_algorithm", "the signature's algorithm is not one that is accepted")


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
    protected, _, signature_part = signature.compact.encode().split(b".")
    try:
        good = _ALGORITHMS[certificate.algorithm].verify(
            _signing_input(protected, signed), urlsafe_b64decode(signature_part), certificate.key
        )
    except (JoseError, ValueError) as error:
        raise _wrong_key() from error
    if not good:
        raise _wrong_key()


def _wrong_key() -> Refused:
    return Refused(
        "wrong_key", "the signature was not made with the key of the certificate that it names"
    )
