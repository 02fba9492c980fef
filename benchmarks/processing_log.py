"""What it costs to put a provision on record, and to answer a person's request.

Run: `python -m benchmarks.processing_log`
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

from ketensluis.avro.codec import Codec
from ketensluis.envelope import jwe
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.model.incident import Incident, Person
from ketensluis.model.party import HUB, PROCESSING_LOG
from ketensluis.model.processing import ProcessingAction
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.resources import resource
from ketensluis.processing_log.activities import load_activities
from ketensluis.processing_log.recording import Recorder
from ketensluis.processing_log.sealing import SubjectSealer
from ketensluis.processing_log.subjects import pseudonyms_of
from ketensluis.runtime.settings import Settings
from services.provisions.answers import about_person
from services.provisions.database import engine_of, migrate
from services.provisions.projection import Register

__all__ = ["main"]

_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEY = b"a key that only benchmarks know."
_BUDGET = 1e6 / 1180  # microseconds of one core that disclosure has for an incident
_ROUNDS, _CALLS = 7, 500
_INCIDENTS, _BATCH = 20_000, 1_000


class _Hub:
    """A recorder with a register of its own, and the sealer of the hub."""

    def __init__(self, folder: Path) -> None:
        make_demo_pki(folder, [HUB], _AT)
        self.directory = Directory.load(folder)
        self.codec = Codec.from_lock()
        self.sealer = Sealer(Identity.load(folder, HUB), self.directory, self.codec.encode)
        register = partial(self.directory.encryption, HUB)
        self.recorder = Recorder(SubjectSealer(register), _KEY)

    def output(self, incident: Incident) -> tuple[bytes | None, bytes | None]:
        """Key and value of the record of one provision of that incident."""
        action = ProcessingAction(
            kind="provide",
            trace_id=f"{hash(incident.incident_id) & (2**128 - 1):032x}",
            span_id="00f067aa0ba902b7",
            recipient="vt:twente",
            message_id="0e9f4f5b-64ce-5bd5-9d0e-4ba1f9a2d6a1",
            agreement="politie-veilig-thuis",
            agreement_version="1",
            legal_basis=("Wpg art. 16 lid 1", "Bpg art. 4:2"),
            subjects=tuple(range(len(incident.persons))),
        )
        record = self.recorder.record(
            incident, [action], cause=incident.incident_id, at=_AT, foreign=None
        )
        made = self.sealer.plain(
            record,
            topic=PROCESSING_LOG,
            key=incident.incident_id,
            subject=incident.incident_id,
            at=_AT,
        )
        return made.key, made.value


def _incident(number: int, persons: int = 4) -> Incident:
    return Incident(
        incident_id=f"PL0600-{number:010d}",
        sequence=1,
        event="registered",
        registered_at=_AT,
        occurred_at=_AT,
        unit="Oost-Nederland",
        team="Enschede",
        municipality="GM0153",
        incident_class="quarrel",
        persons=tuple(_person(number, place) for place in range(persons)),
    )


def _person(number: int, place: int) -> Person:
    return Person(
        person_id=f"p{place}",
        role="involved",
        given_names="Voornaam",
        surname=f"Achternaam{number}",
        birth_date=f"19{place + 10}-01-01",
        bsn=f"{number * 10 + place:09d}",
    )


def _microseconds(call: Callable[[], object]) -> float:
    """The median round's mean, in microseconds of processor time: others may be at work."""
    call()
    rounds = []
    for _ in range(_ROUNDS):
        begin = process_time()
        for _ in range(_CALLS):
            call()
        rounds.append((process_time() - begin) / _CALLS * 1e6)
    return statistics.median(rounds)


def _batches(hub: _Hub) -> Iterator[list[Record]]:
    for first in range(0, _INCIDENTS, _BATCH):
        yield [
            Record(Coordinates(PROCESSING_LOG, 0, number), *hub.output(_incident(number)), (), 0)
            for number in range(first, first + _BATCH)
        ]


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as place:
        hub = _Hub(Path(place) / "pki")
        certificate = hub.directory.encryption(HUB, _AT)
        print("| on record, per incident | µs | of what disclosure has |\n|---|---|---|")
        for persons in (2, 4):
            told = _incident(1, persons)
            cost = _microseconds(partial(hub.output, told))
            print(f"| a provision about {persons} persons | {cost:.0f} | {cost / _BUDGET:.1%} |")
        each = 4 * _microseconds(partial(jwe.encrypt, b"999999990", certificate))
        print(
            f"| if each of 4 ids were a JWE of its own | {each:.0f} more | {each / _BUDGET:.1%} |"
        )
        _register(hub, Path(place))


def _register(hub: _Hub, place: Path) -> None:
    engine = engine_of(Settings(home=place))
    migrate(engine)
    register = Register(engine, hub.codec, load_activities(resource("reference")))
    took = 0.0
    for batch in _batches(hub):
        begin = perf_counter()
        register.apply(batch, register.positions())
        took += perf_counter() - begin
    wanted = pseudonyms_of(_person(_INCIDENTS // 2, 1), _KEY)
    since = _AT - timedelta(days=1)
    begin = perf_counter()
    found = about_person(engine, wanted, since)
    answered = (perf_counter() - begin) * 1e3
    print("\n| the register (SQLite) | |\n|---|---|")
    print(f"| records of 4 persons taken in | {_INCIDENTS / took:,.0f}/s |")
    print(f"| a request, among {_INCIDENTS * 5:,} lines: {len(found)} found | {answered:.1f} ms |")


if __name__ == "__main__":
    main()
