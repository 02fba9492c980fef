"""All that a decision rests on besides the record: agreements, map, signals, keys, masker."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cached_property

import msgspec

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.book import Agreements
from ketensluis.classification.classifier import Classified, Classifier
from ketensluis.classification.dossier import dossier_keys
from ketensluis.envelope.postmark import Postmarks
from ketensluis.model.dossier import SharedKey
from ketensluis.model.incident import Incident
from ketensluis.model.intake import content_digest
from ketensluis.model.mac import mac
from ketensluis.model.region_states import RegionStates
from ketensluis.model.regions import RegionMap
from ketensluis.model.released import ReleasedIncident
from ketensluis.model.routing import local_date
from ketensluis.redaction.free_text import MaskText
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redactor

__all__ = ["RuleBook"]


@dataclass(frozen=True)
class RuleBook:
    """What is the same for every incident; redactors are compiled once per agreement.

    Without a `masker`, free text is withheld; `masking_digest` is of the lists that it masks by.
    """

    agreements: Agreements
    regions: RegionMap
    classifier: Classifier
    pseudonyms: Pseudonyms
    masker: MaskText | None = None
    masking_digest: str | None = None
    _redactors: dict[tuple[str, str], Redactor] = field(default_factory=dict, repr=False)

    @cached_property
    def postmarks(self) -> Postmarks:
        """What makes the ids of messages."""
        return Postmarks(self.pseudonyms.postmark_key)

    def knows(self, recipient: str) -> bool:
        """Whether there is such a recipient: a region or office of the map, or as agreed."""
        kind, _, name = recipient.partition(":")
        match kind:
            case "vt":
                return name in self.regions.regions
            case "om":
                return recipient in self.regions.offices
            case _:
                named = (each.recipient for each in self.agreements.all)
                return any(fnmatchcase(recipient, pattern) for pattern in named)

    def redactor(self, agreement: Agreement) -> Redactor:
        """The compiled rules of an agreement."""
        name = agreement.id, agreement.version
        if name not in self._redactors:
            self._redactors[name] = Redactor(agreement, self.pseudonyms)
        return self._redactors[name]

    @cached_property
    def _region_states(self) -> RegionStates:
        return RegionStates.of(self.regions)

    def regions_digest(self, incident: Incident) -> str:
        """The digest of what the map of regions says on the local day of the incident."""
        return self._region_states.on(local_date(incident.occurred_at))

    def knows_regions(self, digest: str) -> bool:
        """Whether the map says that on any day."""
        return digest in self._region_states.digests

    def classification_digest(self, at: datetime) -> str:
        """The digest of what the classification says on the local day of a decision."""
        return self.classifier.digest(local_date(at))

    def digest_of(self, agreement: Agreement) -> str | None:
        """The SHA-256 of the agreement's file, as it was loaded."""
        return self.agreements.digests.get((agreement.id, agreement.version))

    def released_digest(self, released: ReleasedIncident | None, recipient: str) -> str | None:
        """A keyed digest of the released part, to the byte of its JSON; it tells no value."""
        if released is None:
            return None
        key = self.pseudonyms.digest_key(recipient)
        return mac(key, msgspec.json.encode(released)).hex()

    def content_digest(self, incident: Incident) -> str:
        """A keyed digest of all that an incident says; without the key no guess can be tried."""
        digest = bytes.fromhex(content_digest(incident))
        return mac(self.pseudonyms.content_key, digest).hex()

    def classify(
        self, incident: Incident, at: datetime, evidence: tuple[SharedKey, ...]
    ) -> Classified:
        """What the incident is, by the signals of that day and the history that is known."""
        if not evidence or incident.project_codes:
            return self.classifier.classify(incident, on=local_date(at))
        keys = dossier_keys(incident, self.pseudonyms.dossier_key)
        shared = [each for each in evidence if each.key in keys]
        found = self.classifier.classify(
            incident,
            on=local_date(at),
            keys=keys,
            earlier=frozenset(each.key for each in shared),
        )
        related = {
            incident_id
            for each in shared
            if f"history:{each.key.partition(':')[0]}" in found.signals
            for incident_id in each.incident_ids
        }
        return replace(found, related=tuple(sorted(related)))
