"""What a worker counts, for Prometheus; labels are bound beforehand, off the hot path."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ketensluis.runtime.trouble import CODES

__all__ = ["Metrics", "TaskMetrics"]

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counters of one worker, in a registry of its own."""

    def __init__(self, service: str, registry: CollectorRegistry | None = None) -> None:
        self.registry = CollectorRegistry() if registry is None else registry

        def counter(name: str, text: str, label: str) -> Callable[[str], Counter]:
            family = Counter(f"ketensluis_{name}", text, ("service", label), registry=self.registry)
            return cache(lambda value: family.labels(service, value))

        def gauge(name: str, text: str) -> Callable[[str], Gauge]:
            family = Gauge(
                f"ketensluis_{name}", text, ("service", "partition"), registry=self.registry
            )
            return cache(lambda value: family.labels(service, value))

        self.consumed = counter("records_consumed", "Input records committed.", "topic")
        self.produced = counter("records_produced", "Output records committed.", "topic")
        self.quarantined = counter(
            "records_quarantined", "Input records refused, by reason code.", "code"
        )
        self.refused = Counter(
            "ketensluis_records_refused",
            "Input records refused, whatever the code; 0 from the start, so that the first shows.",
            ("service",),
            registry=self.registry,
        ).labels(service)
        self.aborts = counter(
            "transaction_aborts",
            "Transactions that were not, or not surely, committed, by reason code.",
            "code",
        )
        for code in CODES:
            self.aborts(code)
        self.lag = gauge("lag_records", "Committed input records that were not yet processed.")
        self.progress = gauge(
            "last_progress_timestamp_seconds",
            "When offsets last moved or there was nothing to do, in seconds since the epoch.",
        )
        self.batch = Histogram(
            "ketensluis_batch_seconds",
            "From the arrival of a batch to its commit.",
            ("service",),
            buckets=_SECONDS,
            registry=self.registry,
        ).labels(service)
        self.tasks = Gauge(
            "ketensluis_tasks", "Partitions that are open here.", ("service",),
            registry=self.registry,
        ).labels(service)  # fmt: skip


class TaskMetrics:
    """The gauges of one partition number, bound once."""

    def __init__(self, metrics: Metrics, partition: int) -> None:
        self.lag = metrics.lag(str(partition))
        self.progress = metrics.progress(str(partition))
        # Until it is open it has not moved either, but it has begun.
        self.progress.set_to_current_time()
