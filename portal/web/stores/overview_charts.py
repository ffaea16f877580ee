"""Charts of a store's overview: orders, sales, freshness, events, calls to Ecwid and runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from babel.dates import format_skeleton
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.models import (
    EVENT_CALLS,
    CountKind,
    CountSum,
    EventState,
    KeyMode,
    OrderSum,
    RunState,
    Store,
    SyncRun,
)
from portal.services.connection.overview_figures import OverviewFigures, PeriodSums
from portal.web.bar_chart import BarChart, Number, Series, bar_chart
from portal.web.event_labels import EVENT_STATES
from portal.web.formats import ENGLISH, NOTHING, duration, moment, money, number, percent
from portal.web.label import Label
from portal.web.labels import RESOURCE_TITLES, RUN_STATES

OUTCOMES = (EventState.APPLIED, EventState.IGNORED, EventState.DEAD)
ENDS = (RunState.DONE, RunState.PARTIAL, RunState.FAILED, RunState.CANCELED)
MINUTES_PER_HOUR = 60
_MILLISECOND = timedelta(milliseconds=1)


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


def orders_chart(store: Store, days: PeriodSums, orders: Sequence[OrderSum]) -> BarChart:
    """Return the chart of the store's orders per day, with those that were placed here."""
    here, elsewhere = [0] * len(days.begins), [0] * len(days.begins)
    for placed in _placed_here(store, days):
        here[placed.position] += placed.counted
    for each in orders:
        # An order that was placed here may be read from the store later, or be deleted there.
        elsewhere[each.position] = max(0, each.counted - here[each.position])
    count = sum(here) + sum(elsewhere)
    return bar_chart(
        _l("Orders per day, last 30 days"),
        _day_labels(days),
        [
            Series(Label(_l("Placed here"), "good"), here),
            Series(Label(_l("Placed elsewhere"), "info"), elsewhere),
        ],
        bar_title=_l("Day"),
        write=_number,
        summary=ngettext(
            "%(count)s order in 30 days; placed here: %(here)s.",
            "%(count)s orders in 30 days; placed here: %(here)s.",
            count,
            count=number(count),
            here=number(sum(here)),
        ),
    )


def sales_chart(store: Store, days: PeriodSums, orders: Sequence[OrderSum]) -> BarChart:
    """Return the chart of the totals of the same orders."""
    zeros = [Decimal(0)] * len(days.begins)
    here, elsewhere = list(zeros), list(zeros)
    for placed in _placed_here(store, days):
        here[placed.position] += placed.amount
    for each in orders:
        elsewhere[each.position] = max(Decimal(0), each.amount - here[each.position])
    write = partial(_money, store)
    return bar_chart(
        _l("Sales per day, last 30 days"),
        _day_labels(days),
        [
            Series(Label(_l("Placed here"), "good"), here),
            Series(Label(_l("Placed elsewhere"), "info"), elsewhere),
        ],
        bar_title=_l("Day"),
        write=write,
        summary=_(
            "%(total)s in 30 days; by orders placed here: %(here)s. Later refunds and "
            "cancellations aren't deducted.",
            total=write(sum(here + elsewhere, Decimal(0))),
            here=write(sum(here, Decimal(0))),
        ),
    )


def lag_chart(periods: PeriodSums, *, is_hourly: bool) -> BarChart:
    """Return the chart of how far the mirror was behind at most, by the hour or by the day."""
    minutes = [0] * len(periods.begins)
    for each in periods.sums:
        if each.kind == CountKind.LAG:
            minutes[each.position] = each.highest
    longest = max(minutes)
    return bar_chart(
        _l("Longest delay per hour, last 24 hours")
        if is_hourly
        else _l("Longest delay per day, last 30 days"),
        _hour_labels(periods) if is_hourly else _day_labels(periods),
        [Series(Label(_l("Minutes behind, at most"), "info"), minutes)],
        bar_title=_l("Hour") if is_hourly else _l("Day"),
        write=_number,
        summary=ngettext(
            "Never more than %(count)s minute behind the store.",
            "Never more than %(count)s minutes behind the store.",
            longest,
            count=number(longest),
        ),
    )


def events_chart(periods: PeriodSums, *, is_hourly: bool) -> BarChart:
    """Return the chart of the processed events by outcome, by the hour or by the day."""
    counts = {outcome: [0] * len(periods.begins) for outcome in OUTCOMES}
    for each in periods.sums:
        if each.kind == CountKind.EVENTS and each.outcome in counts:
            counts[EventState(each.outcome)][each.position] += each.counted
    totals = {outcome.value: number(sum(values)) for outcome, values in counts.items()}
    return bar_chart(
        _l("Webhook events per hour, last 24 hours")
        if is_hourly
        else _l("Webhook events per day, last 30 days"),
        _hour_labels(periods) if is_hourly else _day_labels(periods),
        [Series(EVENT_STATES[outcome], values) for outcome, values in counts.items()],
        bar_title=_l("Hour") if is_hourly else _l("Day"),
        write=_number,
        summary=_("%(applied)s processed, %(ignored)s skipped, %(dead)s failed.", **totals),
    )


def calls_chart(hours: PeriodSums, calls_per_hour: int) -> BarChart:
    """Return the chart of the calls to Ecwid per hour, with the share of the quota."""
    by_sync, by_events = [0] * len(hours.begins), [0] * len(hours.begins)
    for each in hours.sums:
        if each.kind == CountKind.CALLS:
            values = by_events if each.outcome == EVENT_CALLS else by_sync
            values[each.position] += each.counted
    highest = max(map(sum, zip(by_sync, by_events, strict=True)))
    return bar_chart(
        _l("Calls to Ecwid per hour, last 24 hours"),
        _hour_labels(hours),
        [
            Series(Label(_l("Sync"), "info"), by_sync),
            Series(Label(_l("Webhook events"), "good"), by_events),
        ],
        bar_title=_l("Hour"),
        write=_number,
        summary=_(
            "At most %(percent)s of the calls that Ecwid allows: %(count)s of %(limit)s in an "
            "hour.",
            percent=percent((Decimal(100 * highest) / calls_per_hour).quantize(Decimal("0.1"))),
            count=number(highest),
            limit=number(calls_per_hour),
        ),
    )


def runs_chart(runs: Sequence[SyncRun]) -> BarChart:
    """Return the chart of the durations of the latest runs."""
    lengths = [(run.duration or timedelta()) // _MILLISECOND for run in runs]
    states = Counter(run.state for run in runs)
    series = [
        Series(
            RUN_STATES[state],
            [
                length if run.state == state else 0
                for run, length in zip(runs, lengths, strict=True)
            ],
        )
        for state in ENDS
        if states[state]
    ]
    return bar_chart(
        _l("Duration of the latest sync runs"),
        [
            _(
                "%(resource)s, %(at)s",
                resource=RESOURCE_TITLES[run.resource].text,
                at=moment(run.started_at),
            )
            for run in runs
        ],
        series,
        bar_title=_l("Sync run"),
        write=_duration,
        summary=ngettext(
            "The latest run; it took %(longest)s.",
            "The latest %(count)s runs; the longest took %(longest)s.",
            len(runs),
            count=number(len(runs)),
            longest=_duration(max(lengths, default=0)),
        ),
    )


def _placed_here(store: Store, days: PeriodSums) -> list[CountSum]:
    """Return the sums of orders placed here; those of test keys count in a test store only."""
    modes = {KeyMode.LIVE, KeyMode.TEST} if store.is_test else {KeyMode.LIVE}
    return [each for each in days.sums if each.kind == CountKind.ORDERS and each.outcome in modes]


def _day_labels(days: PeriodSums) -> list[str]:
    return [_written(day, "MMMd") for day in days.begins]


def _hour_labels(hours: PeriodSums) -> list[str]:
    return [_written(hour, "Hm") for hour in hours.begins]


def _written(at: datetime, skeleton: str) -> str:
    """Return a local time in the form that the language uses for these parts of it."""
    return str(format_skeleton(skeleton, at, tzinfo=at.tzinfo, locale=get_locale() or ENGLISH))


def _number(value: Number) -> str:
    return number(value)


def _money(store: Store, value: Number) -> str:
    return money(Decimal(value), store)


def _duration(milliseconds: Number) -> str:
    return duration(int(milliseconds) * _MILLISECOND) if milliseconds else NOTHING
