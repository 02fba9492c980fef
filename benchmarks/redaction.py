"""Field redaction of an incident of four persons, one core: asked is under 100 µs."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from ketensluis.agreements.book import Agreements
from ketensluis.model.incident import Address, Incident, Measure, Person, Place, Relation, Risk
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redactor

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
ROUNDS = 9
REPEATS = 2_000


def four_persons(*, secret: bool) -> Incident:
    """A made-up incident with every part of the structure in use but the narrative."""
    homes = [
        Address(
            street="Voorbeeldstraat",
            house_number=str(number),
            postcode=f"99{number:02}ZZ",
            city="Nergenshuizen",
            municipality="GM9999",
            secret=secret and number == 1,
        )
        for number in range(4)
    ]
    persons = tuple(
        Person(
            person_id=f"p{number}",
            role=role,
            given_names=f"Voornaam{number}",
            surname=f"Achternaam{number}",
            birth_date=f"{1980 + 10 * number}-02-03",
            sex="unknown",
            bsn=f"00000000{number}",
            address=homes[number],
            phone=f"000000000{number}",
            email=f"p{number}@example.invalid",
        )
        for number, role in enumerate(("suspect", "victim", "child", "witness"))
    )
    return Incident(
        incident_id="PL0000-2026000001",
        sequence=1,
        event="registered",
        registered_at=AT,
        occurred_at=AT,
        unit="Nergens",
        team="Basisteam Nergens",
        municipality="GM9998",
        incident_class="simple_assault",
        place=Place(street="Elders", house_number="1", postcode="9988YY", city="Elders"),
        project_codes=("female_partner",),
        case_type="report",
        violence=("physical", "threat"),
        children_present="yes",
        persons=persons,
        relations=(
            Relation(from_="p0", to="p1", kind="partner"),
            Relation(from_="p1", to="p2", kind="parent"),
        ),
        measures=(Measure(kind="arrest", imposed_at=AT),),
        risk=(Risk(instrument="rihg", level="high", assessed_at=AT),),
    )


def microseconds(redactor: Redactor, incident: Incident) -> float:
    """Median over the rounds of the processor time of one redaction."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(REPEATS):
            redactor.redact(incident, recipient="vt:twente", at=AT, masker=None)
        rounds.append((time.process_time() - start) / REPEATS * 1e6)
    return median(rounds)


def main() -> None:
    """Print one line per agreement and kind of incident."""
    book = Agreements.load(Path(__file__).parents[1] / "agreements")
    print("agreement                       protected   µs per incident (asked: < 100)")
    for name, version in (("politie-veilig-thuis", "1"), ("politie-veilig-thuis", "2")):
        agreement = next(a for a in book.all if (a.id, a.version) == (name, version))
        redactor = Redactor(agreement, Pseudonyms(b"benchmark" * 4))
        for secret in (False, True):
            spent = microseconds(redactor, four_persons(secret=secret))
            print(f"{name} {version:10} {'yes' if secret else 'no':10} {spent:8.1f}")


if __name__ == "__main__":
    main()
