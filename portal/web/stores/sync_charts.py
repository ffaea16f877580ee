"""Charts of a store's freshness, webhook events, calls to Ecwid and runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.models import EVENT_CALLS, CountKind, EventState, RunState, SyncRun
from portal.services.connection.overview_figures import PeriodSums
from portal.web.bar_chart import BarChart, Number, Series, bar_chart
from portal.web.event_labels import EVENT_STATES
from portal.web.formats import NOTHING, duration, moment, number, percent
from portal.web.label import Label
from portal.web.labels import RESOURCE_TITLES, RUN_STATES
from portal.web.stores.period_labels import day_labels, hour_labels, plain_number

OUTCOMES = (EventState.APPLIED, EventState.IGNORED, EventState.DEAD)
ENDS = (RunState.DONE, RunState.PARTIAL, RunState.FAILED, RunState.CANCELED)
_MILLISECOND = timedelta(milliseconds=1)


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
        hour_labels(periods) if is_hourly else day_labels(periods),
        [Series(Label(_l("Minutes behind, at most"), "info"), minutes)],
        bar_title=_l("Hour") if is_hourly else _l("Day"),
        write=plain_number,
        summary=ngettext(
            "Never more than %(count)s minute behind the store. Webhooks usually bring changes "
            "sooner.",
            "Never more than %(count)s minutes behind the store. Webhooks usually bring changes "
            "sooner.",
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
        hour_labels(periods) if is_hourly else day_labels(periods),
        [Series(EVENT_STATES[outcome], values) for outcome, values in counts.items()],
        bar_title=_l("Hour") if is_hourly else _l("Day"),
        write=plain_number,
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
        hour_labels(hours),
        [
            Series(Label(_l("Sync"), "info"), by_sync),
            Series(Label(_l("Webhook events"), "good"), by_events),
        ],
        bar_title=_l("Hour"),
        write=plain_number,
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


def _duration(milliseconds: Number) -> str:
    return duration(int(milliseconds) * _MILLISECOND) if milliseconds else NOTHING
