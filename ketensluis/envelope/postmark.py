"""Message ids that the hub knows again when they come back in an answer.

An answer says what it answers: a message, an incident, the unit that is to hear. Its signature
shows who says so, not that it is true. So half of each id is a keyed digest over the other
half, the incident, the recipient and the unit: without a look into any book the hub sees
whether it sent that message about that incident to that party, and for which unit.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from ketensluis.model.ids import derived_number, uuid_text
from ketensluis.model.mac import mac

__all__ = ["Postmarks"]

# A UUIDv8 (RFC 9562, section 5.8): 48 and 12 bits of our own, then 62 bits of the digest,
# around the version and the variant. Who guesses has to send each guess, signed.
_DIGEST_BITS = 62
_DIGEST_MASK = (1 << _DIGEST_BITS) - 1
_VERSION = 8 << 76
_VARIANT = 2 << _DIGEST_BITS
_OWN_MASK = ((1 << 128) - 1) ^ (0xF << 76) ^ ((1 << 64) - 1)


@dataclass(frozen=True, slots=True)
class Postmarks:
    """Makes and recognises ids of messages under the hub's key."""

    key: bytes = field(repr=False)

    def issue(self, *derived_from: str | int, incident_id: str, recipient: str, unit: str) -> str:
        """The id of a message; the same derivation gives the same id again."""
        own = derived_number(*derived_from) & _OWN_MASK
        return uuid_text(f"{self._marked(own, incident_id, recipient, unit):032x}")

    def unit_of(
        self, message_id: str, *, incident_id: str, recipient: str, units: Iterable[str]
    ) -> str | None:
        """The unit for which the hub sent that message to that recipient; None if it did not."""
        try:
            given = uuid.UUID(message_id)
        except ValueError:
            return None
        if str(given) != message_id:
            return None
        own = given.int & _OWN_MASK
        for unit in units:
            if self._marked(own, incident_id, recipient, unit) == given.int:
                return unit
        return None

    def _marked(self, own: int, *about: str) -> int:
        encoded = [part.encode() for part in about]
        framed = b"".join([len(raw).to_bytes(4, "big") + raw for raw in encoded])
        digest = int.from_bytes(mac(self.key, own.to_bytes(16, "big") + framed)[:8], "big")
        return own | _VERSION | _VARIANT | (digest & _DIGEST_MASK)
