"""The daemon acts on many stores, and continues after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import BulkAction, BulkActionKind, SyncRun, utc_now
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.operator import advance_bulk_action
from portal.services.operator.bulk_actions import StoreSelection, start_bulk_action
from portal.services.operator.store_filter import StoreFilter
from portal.services.operator.summarize_stores import summarize
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store


@pytest.mark.promise(1)
def test_action_ends_though_redis_lost_its_job(
    jobs_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advance_bulk_action, "TIME_SLICE_S", 0)
    for number in range(3):
        make_store(id=2000 + number)
    summarize(lambda _store_id: True, utc_now())
    admin = make_merchant(operator_role=OperatorRole.ADMIN)
    every_store = StoreSelection(StoreFilter())
    start_bulk_action(jobs_runtime, BulkActionKind.SYNC, every_store, admin, expected=3)
    jobs_runtime.redis.flushall()

    for entry in SCHEDULE:
        if entry.task.__name__ == "wake_running_bulk_actions":
            entry.task(jobs_runtime)
    make_worker("maintenance", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    assert (BulkAction.get().state, BulkAction.get().done) == ("done", 3)
    assert {run.store_id for run in SyncRun.select()} == {2000, 2001, 2002}
