"""Deletion of old hourly counts; the charts show 30 days."""

from __future__ import annotations

from datetime import timedelta

from portal.models import HourlyCount, utc_now
from portal.models.hourly_count import hour_of
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

# A day more than the charts show, because their first day begins at midnight of the store.
RETENTION = timedelta(days=31)


def prune_hourly_counts(runtime: Runtime) -> int:
    """Delete counts older than 31 days within a limited time; return how many rows."""
    is_old = HourlyCount.hour < hour_of(utc_now() - RETENTION)
    return delete_batches(
        runtime.write_lock,
        is_old,
        HourlyCount.store,
        HourlyCount.kind,
        HourlyCount.hour,
        HourlyCount.outcome,
    )
