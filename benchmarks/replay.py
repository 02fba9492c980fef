"""How fast decisions are made again: `python -m benchmarks.replay [REGISTRATIONS]`.

Asked: the 71,000 incidents of a year in a minute on one core, 1,183 a second. Measured are the
replay itself, in processor time (each record decrypted, verified, read, decided again and
compared, five hundred at a time as the command does it; with the masking of texts and without),
and then the command, `sluis replay`, on Kafka: with its start, its reading of incidents and
ledger, and one or more processes (`KETENSLUIS_PROCESSES`). With 71000 registrations it is the
year itself, which has the start once, and takes some minutes to be made.
Other work on the machine makes processor time longer too: how much is told by what one ES256
verification takes meanwhile, which is 60 to 80 µs where nothing else runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.disclosure_parts.decided import decided_year, ledger_outputs
from benchmarks.disclosure_parts.year import sealed_year
from ketensluis.errors import Refused
from ketensluis.kafka.local import LocalKafka
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import HUB, LEDGER_EVENTS
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import Post, post_of
from services.disclosure.heard import Heard
from services.disclosure.on_file import rules_of
from services.disclosure.process import DisclosureStage, open_incident, open_incidents
from services.disclosure.replay import Replay
from services.disclosure.rules import RuleBook

__all__ = ["main"]

_SAMPLE = 4_000
_WARM = 200
_ON_KAFKA = 12_000
_VERIFICATIONS = 5_000
_TOGETHER = 500  # as the command does
_PROCESSES = (1, 2)  # as many as there are cores


def main() -> None:
    """Print two Markdown tables."""
    count = int(sys.argv[1]) if sys.argv[1:] else _ON_KAFKA
    with TemporaryDirectory(prefix="ketensluis-bench-") as name:
        _by_itself(Path(name))
    with TemporaryDirectory(prefix="ketensluis-bench-") as name:
        _on_kafka(Path(name), count)


def _by_itself(home: Path) -> None:
    print("| replay | records | µs of CPU a record | records/s a core | differences | ES256, µs |")
    print("|---|---|---|---|---|---|")
    settings = Settings(home=home)
    records = list(islice(sealed_year(settings, _SAMPLE), _SAMPLE))
    rules, post = rules_of(settings), post_of(settings, HUB)
    for what, book in (
        ("with texts masked", rules),
        ("texts withheld, no masking", replace(rules, masker=None)),
    ):
        events = _events(records, book, post)
        _again(records[:_WARM], events, book, post)  # compiles rules, fills caches
        before = _verification()
        took, found = _again(records, events, book, post)
        beside = (before + _verification()) / 2
        print(f"| {what} | {len(records):,} | {took * 1e6:.0f} | {1 / took:,.0f} ", end="")
        print(f"| {found} | {beside * 1e6:.0f} |")


def _on_kafka(home: Path, registrations: int) -> None:
    print("\n| `sluis replay` | records | s | records/s | s of CPU | a core | ES256, µs |")
    print("|---|---|---|---|---|---|---|")
    with LocalKafka(home / "kafka") as kafka:
        settings = Settings(bootstrap=kafka.bootstrap, home=home)
        count = asyncio.run(decided_year(settings, registrations))
        for processes in _PROCESSES:
            beside, before, began = _verification(), _spent(), time.perf_counter()
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "ketensluis", "replay", "--json"),
                    *("--broker", settings.bootstrap, "--home", str(home)),
                ],
                env={**os.environ, "KETENSLUIS_PROCESSES": str(processes)},
                capture_output=True,
                check=True,
            )
            took, spent = time.perf_counter() - began, _spent() - before
            beside = (beside + _verification()) / 2
            assert json.loads(done.stdout)["differences"] == [], "it decides otherwise"
            print(
                f"| {processes} process(es) | {count:,} | {took:.1f} | {count / took:,.0f} ", end=""
            )
            print(f"| {spent:.1f} | {count / spent:,.0f} | {beside * 1e6:.0f} |")


def _verification() -> float:
    """Seconds of processor time of one ES256 verification, now."""
    key = ec.generate_private_key(ec.SECP256R1())
    said, how = b"s" * 1_600, ec.ECDSA(hashes.SHA256())
    made, public = key.sign(said, how), key.public_key()
    began = time.process_time()
    for _ in range(_VERIFICATIONS):
        public.verify(made, said, how)
    return (time.process_time() - began) / _VERIFICATIONS


def _spent() -> float:
    """Seconds of processor time of the programs that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _events(records: list[Record], rules: RuleBook, post: Post) -> list[LedgerEvent]:
    """What the stage said of them on the ledger."""
    stage = DisclosureStage(opener=post.opener, sealer=post.sealer, codec=post.codec, rules=rules)
    memory: dict[bytes, bytes] = {}
    events: list[LedgerEvent] = []
    for record in records:
        for output in ledger_outputs(stage, record, memory):
            place = Coordinates(output.topic, 0, len(events))
            said = Record(place, output.key, output.value, output.headers, 0)
            events.append(post.opener.plain(said, LedgerEvent))
    return events


def _again(
    records: list[Record], events: list[LedgerEvent], rules: RuleBook, post: Post
) -> tuple[float, int]:
    """Seconds of processor time a record, and how many differences there were."""

    def opened(record: Record) -> Incident:
        return open_incident(record, post.opener, rules).message

    heard = Heard(post.codec.encode, lambda value: post.codec.decode(value, LedgerEvent), _skipped)
    for offset, event in enumerate(events):
        place = Coordinates(LEDGER_EVENTS, 0, offset)
        heard.add(event.incident_id, post.codec.encode(event), place)
    replay = Replay(
        rules, opened, {}, lambda several: open_incidents(several, post.opener, rules), heard
    )
    began = time.process_time()
    left, found = iter(records), 0
    while together := list(islice(left, _TOGETHER)):
        found += len(list(replay.incidents(together, lambda _: True)))
    return (time.process_time() - began) / len(records), found


def _skipped(place: Coordinates, error: Refused) -> None:
    raise AssertionError(place) from error


if __name__ == "__main__":
    main()
