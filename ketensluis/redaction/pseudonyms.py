"""Pseudonyms: the same for one recipient during one key period, and for nobody else.

HMAC-SHA256 (RFC 2104) under a key that is itself derived for the recipient and the period,
so that two recipients who lay their lists side by side find nothing in common.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ketensluis.model.mac import mac

__all__ = ["Pseudonymiser", "Pseudonyms"]

LENGTH = 16  # hexadecimal digits: 64 bits, no collision to be expected in a recipient's lifetime
MINIMUM_SECRET = 32  # bytes, as long as the digest (RFC 2104, section 3)


def _mac(key: bytes, *parts: str) -> bytes:
    encoded = [part.encode() for part in parts]
    return mac(key, b"".join([len(raw).to_bytes(4, "big") + raw for raw in encoded]))


@dataclass(frozen=True)
class Pseudonymiser:
    """Makes the pseudonyms for one recipient in one key period."""

    key: bytes = field(repr=False)

    def of(self, field_path: str, value: str, *context: str) -> str:
        """The pseudonym of a value of that field; `context` narrows where it is the same."""
        return f"ps-{_mac(self.key, field_path, value, *context).hex()[:LENGTH]}"


@dataclass(frozen=True)
class Pseudonyms:
    """The hub's secret for pseudonyms, at least 32 bytes, from which every key is derived."""

    secret: bytes = field(repr=False)
    _derived: dict[tuple[str, str], Pseudonymiser] = field(
        default_factory=dict, repr=False, compare=False
    )
    _digest_keys: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.secret) < MINIMUM_SECRET:
            raise ValueError(f"the pseudonym secret needs at least {MINIMUM_SECRET} bytes")

    def towards(self, recipient: str, period: str) -> Pseudonymiser:
        """The pseudonymiser of a recipient in a key period (`2026`)."""
        found = self._derived.get((recipient, period))
        if found is None:  # as many as there are recipients: some hundreds
            key = _mac(self.secret, "ketensluis pseudonym 1", recipient, period)
            found = self._derived[recipient, period] = Pseudonymiser(key)
        return found

    @cached_property
    def dossier_key(self) -> bytes:
        """The key of the pseudonyms by which incidents of one dossier are joined."""
        return _mac(self.secret, "ketensluis dossier 1")

    @cached_property
    def provisions_key(self) -> bytes:
        """The key of the pseudonyms by which a person's request finds what was provided."""
        return _mac(self.secret, "ketensluis provisions 1")

    @cached_property
    def content_key(self) -> bytes:
        """The key for digests of what came in, by which a repeat is recognised."""
        return _mac(self.secret, "ketensluis content digest 1")

    @property
    def postmark_key(self) -> bytes:
        """The key by which the hub knows the ids of its own messages again."""
        return _mac(self.secret, "ketensluis postmark 1")

    def digest_key(self, recipient: str) -> bytes:
        """The key for digests of what went to a recipient, by which a change is recognised."""
        found = self._digest_keys.get(recipient)
        if found is None:  # idem
            found = _mac(self.secret, "ketensluis delivery digest 1", recipient)
            self._digest_keys[recipient] = found
        return found
