"""Charts of a store's overview."""

from __future__ import annotations

from dataclasses import dataclass

from portal.models import Store
from portal.services.connection.overview_figures import OverviewFigures
from portal.web.bar_chart import BarChart
from portal.web.stores.order_charts import orders_chart, sales_chart
from portal.web.stores.sync_charts import calls_chart, events_chart, lag_chart, runs_chart

MINUTES_PER_HOUR = 60


@dataclass(frozen=True)
class OverviewCharts:
    """All charts of one store."""

    orders: BarChart
    sales: BarChart
    lag_by_hour: BarChart
    lag_by_day: BarChart
    events_by_hour: BarChart
    events_by_day: BarChart
    calls: BarChart
    runs: BarChart


def overview_charts(
    store: Store, figures: OverviewFigures, *, calls_per_minute: int
) -> OverviewCharts:
    """Return the charts; ``calls_per_minute`` is Ecwid's quota."""
    return OverviewCharts(
        orders=orders_chart(store, figures.days, figures.orders),
        sales=sales_chart(store, figures.days, figures.orders),
        lag_by_hour=lag_chart(figures.hours, is_hourly=True),
        lag_by_day=lag_chart(figures.days, is_hourly=False),
        events_by_hour=events_chart(figures.hours, is_hourly=True),
        events_by_day=events_chart(figures.days, is_hourly=False),
        calls=calls_chart(figures.hours, calls_per_minute * MINUTES_PER_HOUR),
        runs=runs_chart(figures.runs),
    )
