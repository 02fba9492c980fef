"""The figures for Prometheus: every label is from a closed list, so their number is bounded."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ketensluis.model.regions import RegionMap
from ketensluis.runtime.clock import Clock
from services.worklist.figures import BUCKETS, DEFINITIONS, Durations, Figures, figures
from services.worklist.reading import Follower

__all__ = ["FigureBoard"]

_OTHER = "other"
_KINDS = frozenset({"vt", "om"})
_REASONS = frozenset({
    "no_hg", "duplicate_registration", "hold_investigation", "hold_safety", "no_agreement",
    "agreement_expired", "restricted_class", "data_incomplete", "withdrawn", "lapsed",
    "not_labelled",
})  # fmt: skip
_EVERY_SECONDS = 30.0
# Of its time it counts at most a tenth, however many rows there are.
_REST = 9
_LOOK_SECONDS = 0.5


class FigureBoard(Collector):
    """Counts at its own pace, off the scrape: years of rows take seconds to count."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        follower: Follower,
        regions: RegionMap,
        clocks: Iterable[str],
    ) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self._engine = engine
        self._clock = clock
        self._follower = follower
        self._lists = {
            "unit": frozenset(regions.units),
            "region": frozenset(regions.regions),
            "clock": frozenset(clocks) | {"route"},
            "kind": _KINDS,
            "reason": _REASONS,
        }
        self._figures: Figures | None = None
        self._counted_at = time.monotonic()
        self._took = 0.0

    async def run(self) -> None:
        """Count again and again, until cancelled."""
        while True:
            caught_up = self._follower.caught_up
            try:
                await asyncio.to_thread(self.count)
            except SQLAlchemyError as error:
                structlog.get_logger().warning("figures_in_trouble", error=type(error).__name__)
            await self._rest(until_caught_up=not caught_up)

    async def _rest(self, *, until_caught_up: bool) -> None:
        """Leave the database alone; but what was counted too early is counted anew at once."""
        end = time.monotonic() + max(_EVERY_SECONDS, _REST * self._took)
        while (left := end - time.monotonic()) > 0:
            if until_caught_up and self._follower.caught_up:
                return
            await asyncio.sleep(min(left, _LOOK_SECONDS))

    def count(self) -> None:
        """Count now."""
        begin = time.monotonic()
        self._figures = figures(self._engine, self._clock.now())
        self._counted_at = time.monotonic()
        self._took = self._counted_at - begin

    def collect(self) -> Iterator[Metric]:
        """What Prometheus reads."""
        yield from self._own()
        if self._figures is not None:
            yield from self._counts(self._figures)
            yield self._ages(self._figures)
            yield self._steps(self._figures)

    def _own(self) -> Iterator[Metric]:
        age = time.monotonic() - self._counted_at
        for name, text, value in (
            ("records_applied", "Records applied since the start.", self._follower.applied),
            ("lag_records", "Offsets that the tables are behind.", self._follower.behind),
            ("figures_age_seconds", "Since the figures were last counted.", age),
            ("figures_took_seconds", "What that count took.", self._took),
        ):
            yield GaugeMetricFamily(f"ketensluis_worklist_{name}", text, value=value)
        info = GaugeMetricFamily(
            "ketensluis_figures_info", "The version of what is counted.", labels=["definitions"]
        )
        info.add_metric([DEFINITIONS], 1)
        yield info

    def _counts(self, found: Figures) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "ketensluis_worklist_records_unreadable",
            "Records on the two topics that are no case and no alarm.",
            value=found.unreadable,
        )
        yield self._family(
            "cases", "Obligations by where they stand.",
            "unit region kind state", found.cases,
        )  # fmt: skip
        yield self._family(
            "cases_reached", "Obligations that reached the rung; `registered` is all.",
            "unit region kind rung", found.reached,
        )  # fmt: skip
        yield self._family(
            "cases_not_sent", "Obligations that nothing was sent of, by reason.",
            "unit reason", found.not_sent,
        )  # fmt: skip
        yield self._family(
            "cases_open", "Obligations on which somebody owes something, by age.",
            "unit region age", found.open_by_age,
        )  # fmt: skip
        yield self._family(
            "clocks_open", "Clocks that warned or ran out, and were not cleared.",
            "clock level unit region", found.overdue,
        )  # fmt: skip
        yield self._family(
            "incidents", "Incidents by classification; `suspected` is not labelled.",
            "unit region classification", found.incidents,
        )  # fmt: skip
        yield self._family(
            "incidents_referred", "Those of which a referral left; over `incidents`.",
            "unit region classification", found.referred,
        )  # fmt: skip
        yield self._family(
            "incidents_repeated", "Labelled, with a person of another labelled one.",
            "unit region", found.repeated,
        )  # fmt: skip
        yield self._family(
            "incidents_repeated_without_referral", "Those of which no referral was sent.",
            "unit region", found.repeated_without_referral,
        )  # fmt: skip
        yield self._family(
            "incidents_unlabelled_with_history",
            "Those not labelled that share a person or an address with a labelled one.",
            "unit region classification", found.with_history,
        )  # fmt: skip
        yield self._family(
            "incidents_with_children", "Incidents labelled, with children present.",
            "unit region", found.with_children,
        )  # fmt: skip
        yield self._family(
            "incidents_with_children_without_referral", "Those of which no referral was sent.",
            "unit region", found.children_without_referral,
        )  # fmt: skip

    def _family(
        self, name: str, text: str, labels: str, counted: Mapping[Any, int]
    ) -> GaugeMetricFamily:
        names = labels.split()
        family = GaugeMetricFamily(f"ketensluis_{name}", text, labels=names)
        summed: Counter[tuple[str, ...]] = Counter()
        for values, count in counted.items():
            summed[tuple(map(self._bounded, names, values))] += count
        for key, count in summed.items():
            family.add_metric(key, count)
        return family

    def _bounded(self, label: str, value: str) -> str:
        """The value, if it is on the label's list; levels, rungs and states are our own words."""
        known = self._lists.get(label)
        return value if known is None or value in known else _OTHER

    def _ages(self, found: Figures) -> Metric:
        family = GaugeMetricFamily(
            "ketensluis_oldest_open_age_seconds",
            "Since the registration of the oldest obligation that is open.",
            labels=["unit", "region"],
        )
        oldest: dict[tuple[str, str], datetime] = {}
        for (unit, region), at in found.oldest_open.items():
            key = self._bounded("unit", unit), self._bounded("region", region)
            oldest[key] = min(at, oldest.get(key, at))
        for key, at in oldest.items():
            family.add_metric(key, max(0.0, (found.at - at).total_seconds()))
        return family

    def _steps(self, found: Figures) -> Metric:
        family = HistogramMetricFamily(
            "ketensluis_step_seconds",
            "Time from rung to rung, of what is on the list now (not a rate).",
            labels=["step", "region"],
        )
        summed: defaultdict[tuple[str, str], Durations] = defaultdict(Durations)
        for (step, region), told in found.steps.items():
            summed[step, self._bounded("region", region)].add(told)
        for key, told in summed.items():
            limits = [str(float(limit)) for limit in BUCKETS]
            buckets = [*zip(limits, told.within, strict=True), ("+Inf", told.count)]
            family.add_metric(key, buckets, told.seconds)
        return family
