"""What the tracker counts, for Prometheus; every label is from a closed list."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

__all__ = ["TrackerMetrics"]


class TrackerMetrics:
    """The counters of one tracker, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        service = {"service": "tracker"}
        self.consumed = Counter(
            "ketensluis_records_consumed", "Input records committed.", ("service", "topic"),
            registry=self.registry,
        ).labels(**service, topic="ledger.events")  # fmt: skip
        self.quarantined = Counter(
            "ketensluis_records_quarantined", "Input records refused, by reason code.",
            ("service", "code"), registry=self.registry,
        )  # fmt: skip
        self.refused = Counter(
            "ketensluis_records_refused",
            "Input records refused, whatever the code; 0 from the start, so that the first shows.",
            ("service",), registry=self.registry,
        ).labels(**service)  # fmt: skip
        self.alarms = Counter(
            "ketensluis_alarms", "Alarms raised, by clock and kind.", ("clock", "kind"),
            registry=self.registry,
        )  # fmt: skip
        self.requests = Counter(
            "ketensluis_requests", "Decisions asked for anew, by reason.", ("reason",),
            registry=self.registry,
        )  # fmt: skip
        self.waiting = Gauge(
            "ketensluis_incidents_waiting", "Incidents with a clock running in this worker.",
            registry=self.registry,
        )  # fmt: skip
        self.late = Gauge(
            "ketensluis_clocks_backlog_seconds",
            "How long the first moment that was not looked at yet has been due.",
            registry=self.registry,
        )
        self.lag = Gauge(
            "ketensluis_lag_records", "Committed input records that were not yet processed.",
            ("service", "partition"), registry=self.registry,
        )  # fmt: skip
        self.progress = Gauge(
            "ketensluis_last_progress_timestamp_seconds",
            "When offsets last moved or there was nothing to do, in seconds since the epoch.",
            ("service",), registry=self.registry,
        ).labels(**service)  # fmt: skip
        self.progress.set_to_current_time()  # restoring the table is no standstill
        self.handled = 0
        """The same as `consumed`, to be read back."""
