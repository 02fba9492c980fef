"""A national year on the ledger: folded, watched, and balanced against the generator's count.

Run: `python -m benchmarks year`. 200 ordinary incidents a day for 366 days, and faults in them
(`ketensluis/made_up/ledger_year`), made once and folded in two ways: as they come in, every event
by itself with every moment looked at, which is the tracker's own work without Kafka; and from the
finished sets, each incident once, which is what a rebuild of the books costs. Each way runs in a
process of its own, so that its memory is its own; before it begins the events are in it already.
Seconds are of the processor, which a busy machine does not blur. The exit is an error if a line
of the balance differs from the generator's own count, or an alarm from its truth.
"""

from __future__ import annotations

import resource as usage
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks.year_parts.hub import Hub
from ketensluis.ledger.balance import balance
from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import cases
from ketensluis.made_up.ledger_year.almanac import QUIET
from ketensluis.made_up.ledger_year.truth import Truth, differences
from ketensluis.made_up.ledger_year.year import DOWN, Arrival, LedgerYear
from ketensluis.model.ledger import Case
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

__all__ = ["main"]

_SEED, _PER_DAY, _EACH = 1, 200, 20
_MIB = 1024


@dataclass(frozen=True)
class _Measured:
    incidents: int
    obligations: int
    events: int
    alarms: int
    seconds: float
    seconds_balance: float
    mib_before: float
    mib_peak: float
    wrong: tuple[str, ...]


def main() -> None:
    """Print the table.

    Raises:
        SystemExit: what was counted is not what is true.
    """
    print("| way | events | seconds | events/s | peak memory, before it | balance |")
    print("|---|---|---|---|---|---|")
    wrong: list[str] = []
    for name, way in (("as it comes in", _live), ("from the sets", _rebuild)):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(_measure, way).result()
        print(
            f"| {name} | {found.events:,} | {found.seconds:,.1f} "
            f"| {found.events / found.seconds:,.0f} "
            f"| {found.mib_peak:,.0f} MiB, {found.mib_before:,.0f} "
            f"| {found.seconds_balance:.1f} s |"
        )
        wrong += found.wrong
    print(
        f"\n{found.incidents:,} incidents, {found.obligations:,} obligations; the balance equals"
        f" the generator's own count: {'no' if wrong else 'yes'}."
    )
    if wrong:
        print("\n".join(wrong[:20]), file=sys.stderr)
        raise SystemExit(1)


def _measure(way: Callable[[list[Arrival], Truth], tuple[Iterable[Case], list[str]]]) -> _Measured:
    year = LedgerYear(_SEED, load_regions(resource("reference")), per_day=_PER_DAY, each=_EACH)
    arrivals = list(year.arrivals())
    before = _memory()
    begin = time.process_time()
    rows, wrong = way(arrivals, year.truth)
    folded = time.process_time()
    sheet = balance(rows)
    balanced = time.process_time()
    counts = year.truth.counts
    wrong += [
        f"{line}: {sheet[line]}, not {counts[line]}"
        for line in counts
        if sheet[line] != counts[line]
    ]
    wrong += [] if sheet.holds else ["the balance does not hold"]
    return _Measured(
        incidents=year.incidents,
        obligations=sheet["registered"],
        events=len(arrivals),
        alarms=len(year.truth.expected),
        seconds=folded - begin,
        seconds_balance=balanced - folded,
        mib_before=before,
        mib_peak=_memory(),
        wrong=tuple(wrong),
    )


def _live(arrivals: list[Arrival], truth: Truth) -> tuple[Iterable[Case], list[str]]:
    hub = Hub(DOWN)
    hub.run(arrivals, QUIET)
    return hub.rows.values(), differences(truth.expected, hub.alarms)


def _rebuild(arrivals: list[Arrival], truth: Truth) -> tuple[Iterable[Case], list[str]]:  # noqa: ARG001 - as the other way
    sets: dict[str, Events] = defaultdict(tuple)
    for _, event in arrivals:
        sets[event.incident_id] = add(sets[event.incident_id], event)
    return [case for events in sets.values() for case in cases(events)], []


def _memory() -> float:
    """The most that this process has held, in MiB."""
    return usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / _MIB


if __name__ == "__main__":
    main()
