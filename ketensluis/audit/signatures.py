"""Whether each signed record bears its sender's good signature, as of when it was made.

Certificates, their chain and their revocation are judged as of the time that the signature
names, so that a referral of five years ago still holds. What the hub itself refused lies in
quarantine, and is no finding, unless something came of it all the same; of what is young that
may still come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from ketensluis.audit.findings import Findings
from ketensluis.audit.sources import ANSWERS, MAIL
from ketensluis.envelope.checking import check_signature
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.opening import Opener
from ketensluis.errors import Refused
from ketensluis.model.party import REMOVALS
from ketensluis.model.record import Record

__all__ = ["SIGNED", "SignatureAudit", "Vouchers"]

SIGNED: Final = (*MAIL, ANSWERS, "police.", "feedback.", REMOVALS)
"""Where all that lies is signed by a party, or by the hub."""

# What the envelope calls a defect, and as what it is found; all others are `bad_signature`.
_FOUND: Final[Mapping[str, str]] = {
    "missing_signature": "unsigned",
    "unexpected_type": "unsigned",
    "unknown_signer": "unknown_signer",
    "untrusted_certificate": "unknown_signer",
    "missing_certificate": "unknown_signer",
    "expired_certificate": "expired_certificate",
    "revoked_certificate": "revoked_certificate",
    "revocation_unknown": "revocation_unknown",
    "source_not_signer": "signer_not_allowed",
    "signer_not_allowed": "signer_not_allowed",
    "wrong_key_usage": "signer_not_allowed",
}


@dataclass(frozen=True)
class Vouchers:
    """What signatures are checked by: everyone's certificates, and the hub's keys if at hand."""

    directory: Directory
    opener: Opener | None = None


@dataclass
class SignatureAudit:
    """What was found so far, by place; give it every record, then what was refused."""

    findings: Findings
    vouchers: Vouchers
    counts: Counter[str] = field(default_factory=Counter)
    _faults: list[tuple[Record, Refused]] = field(default_factory=list)

    def take(self, record: Record) -> None:
        """One record of any topic; what is outside of the time asked about is passed over."""
        if not record.coordinates.topic.startswith(SIGNED):
            return
        if not self.findings.window.judges(record.timestamp_ms):
            return
        try:
            whole = check_signature(record, self.vouchers.directory, self.vouchers.opener)
        except Refused as error:
            self._faults.append((record, error))
        else:
            self.counts["signatures" if whole else "signatures under encryption"] += 1

    def conclude(self, refused: Collection[str]) -> None:
        """Find what does not hold, but for what was refused for it."""
        for record, error in self._faults:
            place = str(record.coordinates)
            if place not in refused:
                self.findings.lacking(
                    record.timestamp_ms,
                    _FOUND.get(error.code, "bad_signature"),
                    place,
                    f"{error.code}: {error.sentence}",
                )
