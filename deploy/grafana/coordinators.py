"""What coordinators see: how far every obligation came, what is open, why not, how long.

Every share stands beside its numerator and its denominator. Numbers of first reports that rise
are no bad news, so nothing here turns red.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from deploy.grafana.open_items import HERE, durations, reasons, still_open
from deploy.grafana.panels import (
    bars,
    columns,
    lines,
    numbers,
    source_variable,
    values_of,
    versions,
)

__all__ = ["coordinators"]

_RUNGS = (
    "registered", "decided", "sent", "received", "accepted", "rejected", "assessed", "fed_back",
    "closed",
)  # fmt: skip


def coordinators() -> dashboard.Dashboard:
    """The dashboard `ketensluis-coordinators`."""
    board = (
        dashboard.Dashboard("Ketensluis: is every incident forwarded, and acknowledged")
        .uid("ketensluis-coordinators")
        .description("Counts from the work list. What each number means: docs/reference/metrics.md")
        .tags(["ketensluis", "coordinators"])
        .readonly()
        .timezone("Europe/Amsterdam")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-30d", "now")
        .refresh("5m")
        .with_variable(source_variable())
        .with_variable(values_of("unit", "ketensluis:cases_reached:max"))
        .with_variable(values_of("region", "ketensluis:cases_reached:max"))
    )
    for row in (_referred, _ladder, still_open, reasons, durations):
        row(board)
    return board


def _referred(board: dashboard.Dashboard) -> None:
    board.with_row(dashboard.Row("Is every incident referred?"))
    board.with_panel(
        versions(
            "Definitions",
            "The version of what is counted; it changes when the meaning of a figure does.",
            {"definitions version {{definitions}}": "ketensluis_figures_info"},
            width=4,
        )
    )
    board.with_panel(
        numbers(
            "Counted",
            "How long ago the figures were counted from the work list.",
            {"ago": "max(ketensluis_worklist_figures_age_seconds)"},
            unit="s", width=4,
        )
    )  # fmt: skip
    labelled = f'ketensluis:incidents:max{{classification="hg",{HERE}}}'
    referred = f'ketensluis:incidents_referred:max{{classification="hg",{HERE}}}'
    board.with_panel(
        numbers(
            "Labelled incidents, and those referred",
            "Denominator: incidents labelled HG. Numerator: those of which a referral to Veilig "
            "Thuis left. The rest is held, refused, withdrawn or overruled; see the reasons.",
            {"referred": f"sum({referred})", "labelled": f"sum({labelled})"},
            width=8,
        )
    )
    board.with_panel(
        numbers(
            "Share referred",
            "Referred over labelled, the two numbers beside it.",
            {"referred of labelled": f"sum({referred}) / sum({labelled})"},
            unit="percentunit", width=8,
        )
    )  # fmt: skip
    for label in ("region", "unit"):
        board.with_panel(
            columns(
                f"By {label}",
                "Denominator labelled, numerator referred. Rejections are no part of it.",
                label,
                {
                    "referred": f"sum by ({label}) ({referred})",
                    "labelled": f"sum by ({label}) ({labelled})",
                    "share": f"sum by ({label}) ({referred}) / sum by ({label}) ({labelled})",
                },
                {"share": "percentunit"},
            )
        )
    board.with_panel(
        lines(
            "Labelled and referred, over time",
            "All that is on the work list, so both rise. More first reports are no bad news.",
            {
                "labelled": f"sum({labelled})",
                "referred": f"sum({referred})",
            },
            width=24,
        )
    )  # fmt: skip


def _ladder(board: dashboard.Dashboard) -> None:
    board.with_row(dashboard.Row("How far did it come?"))
    parties = {"vt": "Veilig Thuis", "om": "the public prosecution", "other": "others"}
    for kind, party in parties.items():
        board.with_panel(
            bars(
                f"The ladder, to {party}",
                "Obligations that reached the rung; registered is all of them, the denominator of "
                "every other. No rung is inferred: an answer without a receipt is no receipt.",
                {
                    rung: f'sum(ketensluis:cases_reached:max{{kind="{kind}",rung="{rung}",{HERE}}})'
                    for rung in _RUNGS
                },
            )
        )
    board.with_panel(
        bars(
            "Where they stand",
            "Every obligation once, by its state; the sum is all that are registered.",
            {"{{state}}": f"sum by (state) (ketensluis:cases:max{{{HERE}}})"},
        )
    )
    board.with_panel(
        columns(
            "By recipient's region: sent, received, accepted, fed back",
            "Counts; received over sent, and fed back over received, are the shares to look at.",
            "region",
            {
                rung: _by_region(rung)
                for rung in ("sent", "received", "accepted", "rejected", "fed_back")
            }
            | {
                "received of sent": _share("received", "sent"),
                "fed back of received": _share("fed_back", "received"),
            },
            {"received of sent": "percentunit", "fed back of received": "percentunit"},
        )
    )


def _share(above: str, below: str) -> str:
    return f"{_by_region(above)} / {_by_region(below)}"


def _by_region(rung: str) -> str:
    return f'sum by (region) (ketensluis:cases_reached:max{{kind="vt",rung="{rung}",{HERE}}})'
