"""A few messages of each kind that a test needs, of nobody who exists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from ketensluis.model.incident import Address, Incident, Measure, Person, Relation
from ketensluis.model.ledger import Delivery, IncidentHistory
from ketensluis.model.messages import Quarantined, Receipt

AT = datetime(2026, 3, 1, 22, 15, 0, 123456, tzinfo=UTC)
SUMMER = timezone(timedelta(hours=2))

INCIDENT = Incident(
    incident_id="PL0900-2026000001",
    sequence=3,
    event="amended",
    registered_at=AT,
    occurred_at=AT - timedelta(hours=2),
    unit="Midden-Nederland",
    team="Voorbeeld",
    municipality="GM0344",
    incident_class="domestic_quarrel",
    project_codes=("female_partner", "children"),
    persons=(
        Person(
            person_id="anna",
            role="victim",
            surname="van Voorbeeld",
            address=Address(city="Voorbeeldstad", secret=True),
        ),
        Person(person_id="bert", role="suspect"),
    ),
    relations=(Relation(from_="anna", to="bert", kind="ex_partner"),),
    measures=(Measure(kind="restraining_order", imposed_at=AT, until=AT + timedelta(days=10)),),
    narrative="Er werd geroepen: «ga weg». Schade € 50.",
)
RECEIPT = Receipt(
    incident_id="PL0900-2026000001",
    message_id="m-1",
    unit="Midden-Nederland",
    at=AT,
    digest="0" * 64,
)
QUARANTINED = Quarantined(
    quarantine_id="q-1",
    place="police.incidents[0]@7",
    code="not_avro",
    sentence="The value is not Avro.",
    remedy="",
    incident_id=None,
    topic="police.incidents",
    key=b"\xff\x00",
    value=None,
    headers=(("ce_id", b"1"), ("ce_id", b"\xfe"), ("", b""), ("none", None)),
    at=AT,
)


def history(*sequences: str) -> IncidentHistory:
    """Seen in that order."""
    return IncidentHistory(
        incident_id="PL0900-2026000001",
        sequence=1,
        digests=dict.fromkeys(sequences, "ab"),
        topic="police.incidents",
        partition=0,
        offset=7,
        registered_at=AT,
        labelled_at=None,
        unit="Midden-Nederland",
        deliveries={
            f"vt:{sequence}": Delivery(
                message_id=None, sequence=1, outcome="held", reason=None, digests={}
            )
            for sequence in sequences
        },
    )
