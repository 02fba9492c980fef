"""Made-up incidents and rule books for tests; nothing in them is of anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.book import Agreements
from ketensluis.classification.classifier import load_classifier
from ketensluis.model.incident import Incident
from ketensluis.model.regions import load_regions
from ketensluis.redaction.free_text import MaskText
from ketensluis.redaction.pseudonyms import Pseudonyms
from services.disclosure.rules import RuleBook

ROOT = Path(__file__).parents[1]
AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
SECRET = b"a secret that only tests know of"
REGIONS = load_regions(ROOT / "reference")
CLASSIFIER = load_classifier(ROOT / "reference")
EXAMPLES = Agreements.load(ROOT / "agreements")

HOME = {"street": "Elzenlaan", "house_number": "5", "postcode": "9711ZZ", "city": "Groningen"}


def person(person_id: str, role: str, **more: Any) -> dict[str, Any]:
    return {"person_id": person_id, "role": role, **more}


def incident(**changed: Any) -> Incident:
    """A labelled incident of a victim and a suspect in Groningen; keywords replace fields."""
    tree: dict[str, Any] = {
        "incident_id": "PL0100-2026000001",
        "sequence": 1,
        "event": "registered",
        "registered_at": "2026-03-01T10:00:00Z",
        "occurred_at": "2026-03-01T09:00:00Z",
        "unit": "Noord-Nederland",
        "team": "Basisteam Noord",
        "municipality": "GM0014",
        "incident_class": "simple_assault",
        "project_codes": ["female_partner"],
        "persons": [
            person("p1", "victim", surname="Zandoogje", birth_date="1990-05-06"),
            person("p2", "suspect", surname="Koolwitje", birth_date="1988-01-02"),
        ],
        "relations": [{"from": "p2", "to": "p1", "kind": "partner"}],
    }
    tree |= changed
    return msgspec.convert({k: v for k, v in tree.items() if v is not None}, Incident)


def agreement(*release: dict[str, Any], **changed: Any) -> Agreement:
    """An agreement police to every Veilig Thuis with these rules; keywords replace keys."""
    keys: dict[str, Any] = {
        "id": "test",
        "version": "1",
        "provider": "police",
        "recipient": "vt:*",
        "valid_from": datetime(2021, 1, 1, tzinfo=UTC).date(),
        "valid_until": None,
        "purpose": "to test",
        "legal_basis": ["art. 1"],
        "decided_by": "a test",
        "public_interest": "tests",
        "shown_to_suspect": False,
        "release": [{"why": "because", **rule} for rule in release]
        or [{"id": "none", "why": "because", "fields": ["team"], "action": "withhold"}],
    }
    return Agreement.model_validate(keys | changed)


def rules(*agreements: Agreement, masker: MaskText | None = None) -> RuleBook:
    """A rule book with these agreements, or with the examples of the repository."""
    return RuleBook(
        agreements=Agreements.of(agreements) if agreements else EXAMPLES,
        regions=REGIONS,
        classifier=CLASSIFIER,
        pseudonyms=Pseudonyms(SECRET),
        masker=masker,
    )
