"""What a key per incident costs: where keys are kept, and the stage that opens every record.

Run: `python -m benchmarks.dossier_keys [KEYS]`; without a number, 71,000, a national year.

The stage is measured side by side: the same made-up registrations as a program without keys
sends them, in the clear, and as the police's connector does, each under its incident's key; by
processor time, in turns, since the machine has other work.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.disclosure_parts import steps, worker
from benchmarks.disclosure_parts.year import make_keys, sealed_year
from ketensluis.dossier_keys.opening import key_store
from ketensluis.dossier_keys.store import KeyStore
from ketensluis.envelope import dossier_jwe
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.keyring import DossierKey, Erased
from ketensluis.envelope.mail import Sealer
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of, pki_folder

__all__ = ["main"]

_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
_YEAR = 71_000
_PLAIN = bytes(2_048)  # a padded incident of four persons
_SAMPLE, _ROUNDS, _CALLS = 1_500, 5, 2_000
_ERASED = 100


def main() -> None:
    """Measure, and print a Markdown table."""
    count = int(sys.argv[1]) if sys.argv[1:] else _YEAR
    print("| operation | µs each |\n|---|---|")
    _envelope()
    with TemporaryDirectory() as name:
        _store(Settings(home=Path(name)), count)
    with TemporaryDirectory() as name:
        _stage(Settings(home=Path(name)))


def _row(name: str, each: float) -> None:
    print(f"| {name} | {each:.1f} |")


def _processor(call: Callable[[], object], times: int) -> float:
    """The fewest microseconds of processor time that a call took, of several rounds."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = process_time()
        for _ in range(times):
            call()
        best = min(best, process_time() - began)
    return best / times * 1e6


def _envelope() -> None:
    key = DossierKey("00000000-0000-0000-0000-000000000000", "PL0900-1", bytes(32))
    value = dossier_jwe.encrypt(_PLAIN, key)
    sealing = _processor(lambda: dossier_jwe.encrypt(_PLAIN, key), _CALLS)
    _row("encrypt 2 KB with an incident's key (A256KW, A256GCM)", sealing)
    _row("decrypt it", _processor(lambda: dossier_jwe.decrypt(value, key), _CALLS))


def _store(settings: Settings, count: int) -> None:
    """Keys made, read in the order in which records come, and destroyed; SQLite."""
    store, ids = key_store(settings), [f"PL0900-{number:09d}" for number in range(count)]
    began = perf_counter()
    store.make(ids, _AT)
    _row(f"make a key, {count:,} at once", (perf_counter() - began) / count * 1e6)
    keys = [store.key_for(each, _AT) for each in ids[: _CALLS * 4]]
    began = perf_counter()
    for number in range(_SAMPLE // 10):
        store.key_for(f"new-{number}", _AT)
    _row("make a key, one by one, each on the disk", (perf_counter() - began) / 150 * 1e6)
    _row("find a key by its incident", _processor(lambda: store.key_for(ids[7], _AT), _CALLS))
    scattered = [store.key_for(each, _AT) for each in ids[:: max(1, count // _CALLS)]]
    random.Random(1).shuffle(scattered)  # noqa: S311 - an order, not a secret
    _row("find a key by its id, as records come", _reading(key_store(settings), keys))
    _row("find a key by its id, at random of all", _reading(key_store(settings), scattered))
    began = perf_counter()
    erased = store.erase(ids[:_ERASED], at=_AT, rule="benchmark")
    took = perf_counter() - began
    assert len(erased) == _ERASED
    with suppress(Erased):
        raise AssertionError(store.key(keys[0].key_id))
    _row(f"wrap a key anew, as any erasure does with all (whole: {took:.1f} s)", took / count * 1e6)


def _reading(store: KeyStore, keys: list[DossierKey]) -> float:
    store.key(keys[0].key_id)  # opens the store
    began = process_time()
    for each in keys:
        store.key(each.key_id)
    return (process_time() - began) / len(keys) * 1e6


def _stage(settings: Settings) -> None:
    """The whole stage without Kafka, with and without encryption, in turns."""
    make_keys(pki_folder(settings))
    pki = pki_folder(settings)
    plain = Sealer(
        Identity.load(pki, "police"), Directory.load(pki), codec_of(settings).encode, "bvi"
    )
    clear = list(islice(sealed_year(settings, _YEAR, plain), _SAMPLE))
    encrypted = list(islice(sealed_year(settings, _YEAR), _SAMPLE))
    took: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(_ROUNDS):
        for how, sample in ((False, clear), (True, encrypted)):
            found = steps.microseconds(lambda: worker.maskless_stage(settings), sample)
            took[how].append(found[steps.TOTAL])
    before, after = median(took[False]), median(took[True])
    _row("the disclosure stage on a record in the clear", before)
    _row("the disclosure stage on a record under its incident's key", after)
    print(f"\nthe stage with encryption takes {after / before:.2f} of the time without")


if __name__ == "__main__":
    main()
