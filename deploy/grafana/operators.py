"""What operators see: whether the hub works, keeps up, refuses, and can go on."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from deploy.grafana.panels import bars, columns, lines, numbers, source_variable

__all__ = ["operators"]

_RATE = "[$__rate_interval]"


def operators() -> dashboard.Dashboard:
    """The dashboard `ketensluis-operators`."""
    board = (
        dashboard.Dashboard("Ketensluis: does the hub run")
        .uid("ketensluis-operators")
        .description("What to do on each alert: docs/how-to/alerts.md")
        .tags(["ketensluis", "operators"])
        .readonly()
        .timezone("Europe/Amsterdam")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .refresh("30s")
        .with_variable(source_variable())
    )
    for row in (_programs, _flow, _trouble, _clocks, _stores):
        row(board)
    return board


def _programs(board: dashboard.Dashboard) -> None:
    board.with_row(dashboard.Row("Do they run, and keep up?"))
    board.with_panel(
        bars(
            "Programs that answer",
            "Of each program how many answer Prometheus.",
            {"{{program}}": 'sum by (program) (up{job="ketensluis"})'},
            width=8,
        )
    )
    board.with_panel(
        lines(
            "Behind",
            "Records that lie on the topics and were not handled yet.",
            {"{{service}}": "ketensluis:lag_records:sum"},
            width=8,
        )
    )
    board.with_panel(
        lines(
            "Since something last moved",
            "Having nothing to do counts as moving; a program that stands still climbs here.",
            {"{{service}}": "ketensluis:still_seconds:max"},
            unit="s", width=8,
        )
    )  # fmt: skip


def _flow(board: dashboard.Dashboard) -> None:
    board.with_row(dashboard.Row("How much goes through?"))
    board.with_panel(
        lines(
            "Records in, per second",
            "Committed input records.",
            {"{{service}}": f"sum by (service) (rate(ketensluis_records_consumed_total{_RATE}))"},
            unit="reqps",
        )
    )
    board.with_panel(
        lines(
            "Records out, per second",
            "Committed output records.",
            {"{{service}}": f"sum by (service) (rate(ketensluis_records_produced_total{_RATE}))"},
            unit="reqps",
        )
    )
    board.with_panel(
        lines(
            "From a batch's arrival to its commit",
            "Ninety-ninth percentile over an hour; estimated from buckets.",
            {
                "{{service}}": "histogram_quantile(0.99, "
                "sum by (service, le) (rate(ketensluis_batch_seconds_bucket[1h])))"
            },
            unit="s",
        )
    )
    board.with_panel(
        columns(
            "By topic, since the program's start",
            "Records consumed by each program, from each topic.",
            "topic",
            {"records": "sum by (topic, service) (ketensluis_records_consumed_total)"},
            {},
        )
    )


def _trouble(board: dashboard.Dashboard) -> None:
    board.with_row(dashboard.Row("What went wrong?"))
    board.with_panel(
        lines(
            "Aborted transactions, in an hour",
            "Work that was undone and done again: nothing is lost by it. By reason; a stop is one.",
            {
                "{{service}}, {{code}}": "sum by (service, code) "
                "(increase(ketensluis_transaction_aborts_total[1h]))"
            },
        )
    )
    board.with_panel(
        lines(
            "Refused records, in an hour",
            "They lie in the quarantine, with the reason; `sluis quarantine list` shows them.",
            {"{{service}}": "ketensluis:records_refused:increase1h"},
        )
    )
    board.with_panel(
        bars(
            "Refused, by reason, since the program's start",
            "The reason codes of the quarantine.",
            {
                "{{service}}, {{code}}": "sum by (service, code) "
                "(ketensluis_records_quarantined_total)"
            },
        )
    )
    board.with_panel(
        numbers(
            "Unreadable for the work list",
            "Records on ledger.cases and ledger.alarms that are no case and no alarm.",
            {"records": "sum(ketensluis_worklist_records_unreadable)"},
            width=12,
        )
    )


def _clocks(board: dashboard.Dashboard) -> None:
    board.with_row(dashboard.Row("Is the time kept?"))
    board.with_panel(
        lines(
            "Clocks' backlog",
            "How long the first moment that nobody looked at yet has been due: by so much an "
            "alarm is late.",
            {"tracker": "max(ketensluis_clocks_backlog_seconds)"},
            unit="s",
        )
    )
    board.with_panel(
        numbers(
            "Incidents with a clock running",
            "In all trackers together.",
            {"incidents": "sum(ketensluis_incidents_waiting)"},
        )
    )
    board.with_panel(
        numbers(
            "Decisions asked for anew",
            "Since the trackers' start, by reason.",
            {"{{reason}}": "sum by (reason) (ketensluis_requests_total)"},
        )
    )
    board.with_panel(
        bars(
            "Alarms raised, since the trackers' start",
            "How many, not about whom: the work list says that.",
            {"{{clock}}, {{kind}}": "sum by (clock, kind) (ketensluis_alarms_total)"},
            width=24,
        )
    )


def _stores(board: dashboard.Dashboard) -> None:
    board.with_row(dashboard.Row("Certificates, journal, work list"))
    board.with_panel(
        bars(
            "Certificates that expire first",
            "Time left of the ten that expire first, as the programs read them at their start.",
            {
                "{{party}}, {{use}}": "bottomk(10, ketensluis:certificate_left_seconds:min)",
            },
            unit="s",
        )
    )
    board.with_panel(
        lines(
            "Journal",
            "Entries in the log, and of these those under the checkpoint that the witnesses saw "
            "last; both only grow.",
            {
                "entries": "max(ketensluis_journal_entries)",
                "seen by witnesses": "min(ketensluis_witness_log_entries)",
            },
        )
    )
    board.with_panel(
        numbers(
            "Work list",
            "Age of the figures, and what counting them took.",
            {
                "age": "max(ketensluis_worklist_figures_age_seconds)",
                "took": "max(ketensluis_worklist_figures_took_seconds)",
            },
            unit="s",
        )
    )
    board.with_panel(
        numbers(
            "Work list and register of processing",
            "Records taken in since their start, and lines that a log elsewhere confirmed.",
            {
                "work list": "sum(ketensluis_worklist_records_applied)",
                "register": "sum(ketensluis_processing_records_total)",
                "confirmed elsewhere": "sum(ketensluis_lines_exported_total)",
            },
        )
    )
