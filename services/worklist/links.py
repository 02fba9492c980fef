"""Which incidents a person or an address is known in, by keyed pseudonyms, from `dossier.links`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, select, tuple_

from ketensluis.model.dossier import DossierLink, Part
from services.worklist.process import separated
from services.worklist.tables import linked, links
from services.worklist.upsert import upsert

__all__ = ["apply_links", "subject_of"]

# 128 bits of an HMAC: no two subjects of a country meet by chance, in half the space.
_DIGITS = 32
_AT_ONCE = 1_000


def subject_of(pseudonym: str) -> str:
    """A pseudonym (`ketensluis.classification.dossier`) as the tables hold it."""
    kind, _, digits = pseudonym.partition(":")
    return f"{kind}:{digits[:_DIGITS]}"


def apply_links(connection: Connection, told: Iterable[DossierLink]) -> None:
    """Let each incident have the pseudonyms of its newest version; an older one changes nothing."""
    newest: dict[str, DossierLink] = {}
    for link in told:
        before = newest.get(link.incident_id)
        if before is None or before.sequence <= link.sequence:
            newest[link.incident_id] = link
    ordered = sorted(newest)  # as all workers do, or two could wait for each other for ever
    for begin in range(0, len(ordered), _AT_ONCE):
        _replace(connection, [newest[each] for each in ordered[begin : begin + _AT_ONCE]])


def _replace(connection: Connection, told: Sequence[DossierLink]) -> None:
    query = select(linked.c.incident_id, linked.c.sequence, linked.c.subjects)
    known = {
        incident_id: (sequence, subjects)
        for incident_id, sequence, subjects in connection.execute(
            query.where(linked.c.incident_id.in_([each.incident_id for each in told]))
        )
    }
    rows, new, gone = [], [], []
    for link in told:
        sequence, subjects = known.get(link.incident_id, (0, ""))
        if sequence > link.sequence:
            continue
        was, now = set(separated(subjects)), {subject_of(key) for key in link.keys}
        gone += [(subject, link.incident_id) for subject in sorted(was - now)]
        new += [
            {"subject": subject, "incident_id": link.incident_id} for subject in sorted(now - was)
        ]
        rows.append({
            "incident_id": link.incident_id,
            "sequence": link.sequence,
            "subjects": " ".join(sorted(now)),
            "occurred_at": link.occurred_at,
            "parts": _parts(link),
        })  # fmt: skip
    for begin in range(0, len(gone), _AT_ONCE):
        pairs = gone[begin : begin + _AT_ONCE]
        connection.execute(
            delete(links).where(
                links.c.subject.in_(sorted({subject for subject, _ in pairs})),
                tuple_(links.c.subject, links.c.incident_id).in_(pairs),
            )
        )
    if new:
        connection.execute(links.insert(), new)
    upsert(connection, linked, rows)


def _parts(link: DossierLink) -> str:
    """Who had which role, as JSON, by pseudonyms as the tables hold them."""
    told = [Part(role=each.role, keys=tuple(map(subject_of, each.keys))) for each in link.parts]
    return msgspec.json.encode(told).decode()
