"""What encoding and decoding an incident costs, beside fastavro: `python -m benchmarks.codec`.

One process, one core; the best of several rounds, in microseconds of processor time an
incident, for a record of about 1.7 KB with four persons.
"""

from __future__ import annotations

import io
import json
import time
import timeit
from collections.abc import Callable
from datetime import UTC, date, datetime

import msgspec
from fastavro import schemaless_reader, schemaless_writer

from ketensluis.avro.codec import Codec
from ketensluis.avro.lock import current_file, load_locked, schema_folder
from ketensluis.avro.schema import parse
from ketensluis.avro.subjects import subject_of
from ketensluis.model.incident import (
    Address,
    Incident,
    Measure,
    Officer,
    Person,
    Place,
    Relation,
    Risk,
)

__all__ = ["main"]

_ROUNDS = 7
_CALLS = 3_000


def main() -> None:
    """Prints the figures as one JSON object."""
    codec = Codec.from_lock()
    schema = parse(current_file(Incident, schema_folder()).read_text(encoding="utf-8"))
    incident = _incident()
    value = codec.encode(incident)
    data = schemaless_reader(io.BytesIO(value[5:]), schema, None)
    assert codec.decode(value, Incident) == incident

    def fastavro_encode() -> bytes:
        out = io.BytesIO()
        plain = msgspec.to_builtins(incident, builtin_types=(datetime, date, bytes))
        schemaless_writer(out, schema, plain, disable_tuple_notation=True)
        return out.getvalue()

    assert fastavro_encode() == value[5:]
    print(
        json.dumps(
            {
                "bytes": len(value),
                "encode_us": _best(lambda: codec.encode(incident)),
                "fastavro_encode_us": _best(fastavro_encode),
                "decode_us": _best(lambda: codec.decode(value, Incident)),
                "fastavro_decode_us": _best(
                    lambda: schemaless_reader(io.BytesIO(value[5:]), schema, None)
                ),
                "decode_older_version_us": _best(_older(value), calls=300),
                "convert_us": _best(lambda: msgspec.convert(data, Incident)),
            },
            indent=2,
        )
    )


def _best(call: Callable[[], object], calls: int = _CALLS) -> float:
    seconds = timeit.repeat(call, timer=time.process_time, number=calls, repeat=_ROUNDS)
    return round(min(seconds) / calls * 1e6, 1)


def _older(value: bytes) -> Callable[[], Incident]:
    """Decoding what was written before the last field was there, which Avro has to resolve."""
    locked = load_locked()
    (now,) = (known for known in locked if known.subject == subject_of(Incident))
    before = json.loads(now.text)
    before["fields"].pop()
    codec = Codec(locked, lambda _: parse(json.dumps(before)))
    older = value[:1] + b"\xff" * 4 + value[5:-1]
    return lambda: codec.decode(older, Incident)


def _incident() -> Incident:
    at = datetime(2026, 3, 1, 22, 15, tzinfo=UTC)
    person = Person(
        person_id="p0",
        role="victim",
        given_names="Voornaam Tweede",
        surname="van Voorbeeld",
        birth_date="1980-01-01",
        sex="f",
        bsn="999999999",
        address=Address(
            street="Voorbeeldstraat",
            house_number="65A",
            postcode="0000AA",
            city="Voorbeeldstad",
            municipality="GM0344",
            secret=False,
        ),
        phone="0600000000",
        email="voorbeeld@example.org",
        anonymous=False,
        police_employee=False,
    )
    return Incident(
        incident_id="PL0900-2026000001",
        sequence=1,
        event="registered",
        registered_at=at,
        occurred_at=at,
        unit="Midden-Nederland",
        team="Voorbeeld",
        municipality="GM0344",
        incident_class="domestic_quarrel",
        place=Place(street="Voorbeeldstraat", house_number="65A", city="Voorbeeldstad"),
        project_codes=("female_partner", "children"),
        case_type="report",
        violence=("physical", "witnessed"),
        children_present="yes",
        persons=tuple(msgspec.structs.replace(person, person_id=f"p{n}") for n in range(4)),
        relations=(Relation(from_="p0", to="p1", kind="ex_partner"),),
        measures=(Measure(kind="arrest", imposed_at=at),),
        risk=(Risk(instrument="rihg", level="high", assessed_at=at),),
        narrative="Er was ruzie over de omgang met de kinderen. " * 17,
        reporting_officer=Officer(number="000000", team="Voorbeeld"),
    )


if __name__ == "__main__":
    main()
