"""Figures of a store's overview: sums of hourly counts and of orders, and the latest runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from portal.models import CountKind, CountSum, HourlyCount, Order, OrderSum, Store, SyncRun, utc_now

HOURS, DAYS = 24, 30
RUNS_SHOWN = 24


@dataclass(frozen=True)
class PeriodSums:
    """Sums of consecutive periods, oldest first: what began when, in local time."""

    begins: Sequence[datetime]
    sums: Sequence[CountSum]


@dataclass(frozen=True)
class OverviewFigures:
    """Figures of the last 30 days and 24 hours; the last of each has begun only.

    ``orders`` are all orders of the store by day, no matter where they were placed. ``runs`` are
    the latest finished runs, oldest first.
    """

    days: PeriodSums
    orders: Sequence[OrderSum]
    hours: PeriodSums
    runs: Sequence[SyncRun]


def overview_figures(store: Store, zone: tzinfo) -> OverviewFigures:
    """Return the store's current figures, by the days of this time zone; four statements."""
    days = daily_sums(store, zone)
    return OverviewFigures(
        days=days,
        orders=Order.sums(store.id, days.begins),
        hours=hourly_sums(store, zone),
        runs=latest_runs(store),
    )


def daily_sums(store: Store, zone: tzinfo) -> PeriodSums:
    """Return the events, orders and lag of each of the last 30 days."""
    days = _last_days(utc_now(), zone)
    kinds = (CountKind.EVENTS, CountKind.ORDERS, CountKind.LAG)
    return PeriodSums(days, HourlyCount.sums(store.id, kinds, days))


def hourly_sums(store: Store, zone: tzinfo) -> PeriodSums:
    """Return the events, calls and lag of each of the last 24 hours."""
    hours = _last_hours(utc_now(), zone)
    kinds = (CountKind.EVENTS, CountKind.CALLS, CountKind.LAG)
    return PeriodSums(hours, HourlyCount.sums(store.id, kinds, hours))


def latest_runs(store: Store) -> list[SyncRun]:
    """Return the latest finished runs among the store's last ones, oldest first.

    The unfinished ones, at most one for each resource, are among the newest.
    """
    newest = SyncRun.select().where(SyncRun.store == store).order_by(SyncRun.id.desc())
    finished = [run for run in newest.limit(2 * RUNS_SHOWN) if run.is_finished and run.started_at]
    return finished[:RUNS_SHOWN][::-1]


def _last_days(now: datetime, zone: tzinfo) -> list[datetime]:
    """Return the midnights at which the last 30 days of this time zone began.

    Dates are counted, because a day may have 23 or 25 hours.
    """
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]


def _last_hours(now: datetime, zone: tzinfo) -> list[datetime]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return [(hour - timedelta(hours=back)).astimezone(zone) for back in reversed(range(HOURS))]
