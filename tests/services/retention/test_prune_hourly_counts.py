"""Old hourly counts are deleted, younger ones stay."""

from __future__ import annotations

from datetime import timedelta

from portal.models import CountKind, HourlyCount
from portal.services.retention.prune_hourly_counts import RETENTION, prune_hourly_counts
from portal.services.runtime import Runtime
from tests.factories import make_store


def test_counts_are_kept_for_31_days(runtime: Runtime) -> None:
    make_store(id=1003)
    for outcome in ("products", "orders"):
        HourlyCount.add(1003, CountKind.CALLS, outcome, 1)
    is_first = HourlyCount.outcome == "products"
    old = HourlyCount.get(is_first).hour - RETENTION // timedelta(hours=1) - 1
    HourlyCount.update(hour=old).where(is_first).execute()

    assert (prune_hourly_counts(runtime), prune_hourly_counts(runtime)) == (1, 0)
    assert HourlyCount.get().outcome == "orders"
