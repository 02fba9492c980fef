"""The coordinators' rows about what is open, what was not sent or not labelled, and how long."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard

from deploy.grafana.panels import bars, columns, lines, numbers

__all__ = ["HERE", "durations", "reasons", "still_open"]

HERE = 'unit=~"$unit",region=~"$region"'
"""The choice of unit and region that the dashboard makes."""
_STEPS = 'sum by (step, le) (ketensluis:step_seconds_bucket:max{region=~"$region"})'


def still_open(board: dashboard.Dashboard) -> None:
    """What is open, how old it is, and which clocks ran out."""
    clocks = f"ketensluis:clocks_open:max{{{HERE}}}"
    board.with_row(dashboard.Row("What is open, and for how long?"))
    board.with_panel(
        numbers(
            "Open, of all",
            "Obligations on which somebody owes something, and the denominator: all of them.",
            {
                "open": f"sum(ketensluis:cases_open:max{{{HERE}}})",
                "all": f'sum(ketensluis:cases_reached:max{{rung="registered",{HERE}}})',
            },
        )
    )
    board.with_panel(
        numbers(
            "Oldest open",
            "Since the registration of the oldest obligation that is open.",
            {"oldest": f"max(ketensluis:oldest_open_age_seconds:max{{{HERE}}})"},
            unit="s",
        )
    )
    board.with_panel(
        bars(
            "Open by age",
            "Since the registration: at most a day, a week, five and ten weeks, or older.",
            {"{{age}}": f"sum by (age) (ketensluis:cases_open:max{{{HERE}}})"},
        )
    )
    board.with_panel(
        bars(
            "Oldest open by unit",
            "Where the oldest is to be chased.",
            {"{{unit}}": f"max by (unit) (ketensluis:oldest_open_age_seconds:max{{{HERE}}})"},
            unit="s",
        )
    )
    board.with_panel(
        bars(
            "Clocks that warned or ran out",
            "Clocks not cleared, by what they wait for; whom to chase says the work list. Several "
            "clocks may run for one obligation.",
            {"{{clock}}, {{level}}": f"sum by (clock, level) ({clocks})"},
        )
    )


def reasons(board: dashboard.Dashboard) -> None:
    """What was not sent and why, what nobody labelled, and children without a referral."""
    board.with_row(dashboard.Row("What was not sent, what was not labelled, and children"))
    board.with_panel(
        bars(
            "Not sent, by reason",
            "Obligations of which nothing was sent. Denominator: all of them, the number beside.",
            {"{{reason}}": 'sum by (reason) (ketensluis:cases_not_sent:max{unit=~"$unit"})'},
        )
    )  # fmt: skip
    board.with_panel(
        numbers(
            "Not sent, of all",
            "Numerator and denominator of the reasons.",
            {
                "not sent": 'sum(ketensluis:cases_not_sent:max{unit=~"$unit"})',
                "all": 'sum(ketensluis:cases_reached:max{rung="registered",unit=~"$unit"})',
            },
        )
    )  # fmt: skip
    suspected = f'ketensluis:incidents:max{{classification="suspected",{HERE}}}'
    history = f"ketensluis:incidents_unlabelled_with_history:max{{{HERE}}}"
    unlabelled = f'ketensluis:incidents:max{{classification!="hg",{HERE}}}'
    board.with_panel(
        numbers(
            "Not labelled: suspected, and known before",
            "Of the incidents without a label: those with signs of domestic violence that no "
            "person looked at, and those that share a person or an address with a labelled one.",
            {
                "suspected": f"sum({suspected})",
                "with a history": f"sum({history})",
                "not labelled": f"sum({unlabelled})",
            },
        )
    )
    again = f"ketensluis:incidents_repeated:max{{{HERE}}}"
    alone = f"ketensluis:incidents_repeated_without_referral:max{{{HERE}}}"
    board.with_panel(
        numbers(
            "Repeats",
            "Labelled incidents that have a person in common with another labelled one; the "
            "denominator is all that are labelled. And of these repeats: without a referral.",
            {
                "repeats": f"sum({again})",
                "labelled": f'sum(ketensluis:incidents:max{{classification="hg",{HERE}}})',
                "repeats without referral": f"sum({alone})",
            },
            width=12,
        )
    )
    board.with_panel(
        columns(
            "Repeats without referral, by unit",
            "Denominator: repeats. Numerator: those of which no referral left.",
            "unit",
            {
                "without referral": f"sum by (unit) ({alone})",
                "repeats": f"sum by (unit) ({again})",
                "share": f"sum by (unit) ({alone}) / sum by (unit) ({again})",
            },
            {"share": "percentunit"},
        )
    )
    children = f"ketensluis:incidents_with_children:max{{{HERE}}}"
    without = f"ketensluis:incidents_with_children_without_referral:max{{{HERE}}}"
    for label in ("region", "unit"):
        board.with_panel(
            columns(
                f"Children present, without referral, by {label}",
                "Denominator: labelled incidents with children present. Numerator: those of which "
                "no referral left.",
                label,
                {
                    "without referral": f"sum by ({label}) ({without})",
                    "with children": f"sum by ({label}) ({children})",
                    "share": f"sum by ({label}) ({without}) / sum by ({label}) ({children})",
                },
                {"share": "percentunit"},
            )
        )


def durations(board: dashboard.Dashboard) -> None:
    """How long each step takes of those that took it."""
    board.with_row(dashboard.Row("How long does it take?"))
    board.with_panel(
        columns(
            "From incident to label, referral, receipt, feedback",
            "Of what is on the work list now, to Veilig Thuis. Denominator: how many took that "
            "step at all; what did not is not in the times, but under what is open. Median and "
            "ninth decile are estimates from buckets.",
            "step",
            {
                "took it": 'sum by (step) (ketensluis:step_seconds_count:max{region=~"$region"})',
                "mean": 'sum by (step) (ketensluis:step_seconds_sum:max{region=~"$region"}) / '
                'sum by (step) (ketensluis:step_seconds_count:max{region=~"$region"})',
                "median": f"histogram_quantile(0.5, {_STEPS})",
                "ninth decile": f"histogram_quantile(0.9, {_STEPS})",
            },
            {"mean": "s", "median": "s", "ninth decile": "s"},
            width=24,
        )
    )  # fmt: skip
    board.with_panel(
        lines(
            "Median, over time",
            "The median of each step, of all that was on the work list at that time.",
            {"{{step}}": f"histogram_quantile(0.5, {_STEPS})"},
            unit="s", width=24,
        )
    )  # fmt: skip
