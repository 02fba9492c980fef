"""The dossiers stage: links of incidents in; out comes who is to be decided again, and why.

Incidents of one dossier lie in other partitions, so disclosure, which knows one incident at a
time, cannot see a history. Here all links meet, in one task: dossiers overlap, as persons move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from ketensluis.avro.codec import Codec
from ketensluis.classification.dossiers import Asked, Dossiers
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.refusal import entry_record, make_entry_keys
from ketensluis.errors import Refused
from ketensluis.model.dossier import Dossier, DossierLink
from ketensluis.model.ids import derived_id
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import DOSSIER_LINKS, DOSSIER_MEMORY, REQUESTS
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.stage import Context, StagedState

__all__ = ["DossiersStage"]


@dataclass(frozen=True)
class DossiersStage:
    """`dossier.links` in; `disclosure.requests` with the reason `history` out."""

    opener: Opener
    sealer: Sealer
    codec: Codec
    name: str = "dossiers"
    inputs: tuple[str, ...] = (DOSSIER_LINKS,)
    state_topic: str | None = DOSSIER_MEMORY

    def refers_to(self, record: Record) -> Coordinates | None:  # noqa: ARG002 - a Stage
        """A link stands by itself."""
        return None

    def process(self, record: Record, context: Context) -> Iterator[Output]:
        """The requests that one link leads to; ids derive from where the link lies."""
        link = self.opener.plain(record, DossierLink)
        at = record.sent_at
        for asked in Dossiers(_StateShelf(context.state, self.codec)).take(link):
            yield self._request(asked, record, at)

    def refusing(self, records: Sequence[Record]) -> None:
        """The keys of their entries, at once."""
        make_entry_keys(records, self.sealer)

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        """The quarantine entry."""
        yield entry_record(quarantined(record, error), self.sealer)

    def _request(self, asked: Asked, because: Record, at: datetime) -> Output:
        link = asked.link
        request = DisclosureRequest(
            request_id=derived_id("request", "history", link.incident_id, str(because.coordinates)),
            incident_id=link.incident_id,
            topic=link.topic,
            partition=link.partition,
            offset=link.offset,
            reason="history",
            evidence=asked.evidence,
            requested_at=at,
        )
        output = self.sealer.plain(
            request,
            topic=REQUESTS,
            key=link.incident_id,
            subject=link.incident_id,
            at=at,
            correlation=link.incident_id,
        )
        # Where the incident's own record lies, there its memory is.
        return replace(output, partition=link.partition)


@dataclass(frozen=True, slots=True)
class _StateShelf:
    """The stage's memory: a link per incident, a dossier per pseudonym."""

    state: StagedState
    codec: Codec

    def link(self, incident_id: str) -> DossierLink | None:
        stored = self.state.get(b"incident:" + incident_id.encode())
        return None if stored is None else self.codec.decode(stored, DossierLink)

    def dossier(self, key: str) -> Dossier:
        stored = self.state.get(key.encode())
        return Dossier(key=key) if stored is None else self.codec.decode(stored, Dossier)

    def keep_link(self, link: DossierLink) -> None:
        self.state.put(b"incident:" + link.incident_id.encode(), self.codec.encode(link))

    def keep_dossier(self, dossier: Dossier) -> None:
        key = dossier.key.encode()
        if dossier.labelled or dossier.unlabelled:
            self.state.put(key, self.codec.encode(dossier))
        else:
            self.state.delete(key)
