"""The few kinds of panel that both dashboards are made of.

Colours are shades of one blue: a number here is not good or bad by being high or low, and
whoever sees red and green stops reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import ascii_uppercase
from typing import TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

__all__ = [
    "SOURCE",
    "bars",
    "columns",
    "lines",
    "numbers",
    "source_variable",
    "values_of",
    "versions",
]

Panel = TypeVar("Panel", bargauge.Panel, stat.Panel, table.Panel, timeseries.Panel)
Queries = Mapping[str, str]
"""Expressions in PromQL by what the legend says; `{{label}}` is filled in."""

SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
_BLUE = "blue"
_WIDE, _HIGH = 24, 8


def source_variable() -> dashboard.DatasourceVariable:
    """Which Prometheus is asked."""
    return dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus")


def values_of(label: str, metric: str) -> dashboard.QueryVariable:
    """A choice among the values that the label of the metric has."""
    return (
        dashboard.QueryVariable(label)
        .label(label.capitalize())
        .datasource(SOURCE)
        .query(f"label_values({metric}, {label})")
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .multi(True)  # noqa: FBT003 - the builder's signature
        .include_all(True)  # noqa: FBT003
        .all_value(".*")
    )


def numbers(
    title: str, says: str, queries: Queries, *, unit: str = "short", width: int = 6
) -> stat.Panel:
    """Large numbers, each with its name."""
    return _set(
        stat.Panel()
        .graph_mode(shapes.BigValueGraphMode.NONE)
        .text_mode(shapes.BigValueTextMode.VALUE_AND_NAME)
        .reduce_options(_last()),
        title, says, unit, width,
    ).targets(_asked(queries))  # fmt: skip


def versions(title: str, says: str, queries: Queries, *, width: int = 6) -> stat.Panel:
    """Names only, such as a version, of which the value is always 1."""
    return numbers(title, says, queries, width=width).text_mode(shapes.BigValueTextMode.NAME)


def bars(
    title: str, says: str, queries: Queries, *, unit: str = "short", width: int = 12
) -> bargauge.Panel:
    """A bar each, from 0, in the order of the queries."""
    return _set(
        bargauge.Panel()
        .orientation(shapes.VizOrientation.HORIZONTAL)
        .display_mode(shapes.BarGaugeDisplayMode.BASIC)
        .value_mode(shapes.BarGaugeValueMode.TEXT)
        .reduce_options(_last())
        .min(0),
        title, says, unit, width,
    ).targets(_asked(queries))  # fmt: skip


def lines(
    title: str, says: str, queries: Queries, *, unit: str = "short", width: int = 12
) -> timeseries.Panel:
    """Over time."""
    asked: list[Builder[Dataquery]] = [
        _query(expr, legend, letter) for letter, (legend, expr) in _named(queries)
    ]
    return _set(
        timeseries.Panel()
        .fill_opacity(0)
        .legend(
            common.VizLegendOptions()
            .display_mode(shapes.LegendDisplayMode.TABLE)
            .placement(shapes.LegendPlacement.RIGHT)
            .show_legend(True)  # noqa: FBT003
            .calcs(["lastNotNull"])
        )
        .tooltip(common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI))
        .min(0),
        title, says, unit, width,
    ).targets(asked)  # fmt: skip


def columns(
    title: str, says: str, label: str, queries: Queries, units: Mapping[str, str], width: int = 12
) -> table.Panel:
    """A row for each value of the label, a column for each query; units by the column's name."""
    asked: list[Builder[Dataquery]] = [
        _query(expr, legend, letter).instant().format(PromQueryFormat.TABLE)
        for letter, (legend, expr) in _named(queries)
    ]
    plain = table.Panel().frame_index(0).show_header(True)  # noqa: FBT003
    panel = _set(plain, title, says, "short", width).targets(asked)
    renamed = {f"Value #{letter}": legend for letter, (legend, _) in _named(queries)}
    order = {name: at for at, name in enumerate([label, *renamed])}
    panel.with_transformation(models.DataTransformerConfig(id_val="merge", options={}))
    panel.with_transformation(
        models.DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {"Time": True},
                "indexByName": order,
                "renameByName": renamed,
            },
        )
    )
    for column, unit in units.items():
        panel.override_by_name(column, [models.DynamicConfigValue(id_val="unit", value=unit)])
    return panel


def _set(panel: Panel, title: str, says: str, unit: str, width: int) -> Panel:
    return (
        panel.title(title)
        .description(says)
        .datasource(SOURCE)
        .unit(unit)
        .height(_HIGH)
        .span(min(width, _WIDE))
        .color_scheme(
            dashboard.FieldColor().mode(models.FieldColorModeId.SHADES).fixed_color(_BLUE)
        )
        .thresholds(
            dashboard.ThresholdsConfig()
            .mode(models.ThresholdsMode.ABSOLUTE)
            .steps([models.Threshold(value=None, color=_BLUE)])
        )
    )


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(False)  # noqa: FBT003


def _asked(queries: Queries) -> list[Builder[Dataquery]]:
    return [_query(expr, legend, letter).instant() for letter, (legend, expr) in _named(queries)]


def _query(expr: str, legend: str, letter: str) -> prometheus.Dataquery:
    asked = prometheus.Dataquery().expr(expr).legend_format(legend).ref_id(letter)
    return asked.datasource(SOURCE).range()


def _named(queries: Queries) -> Iterable[tuple[str, tuple[str, str]]]:
    return list(zip(ascii_uppercase, queries.items(), strict=False))
