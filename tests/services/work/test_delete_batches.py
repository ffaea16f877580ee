"""Rows are deleted in batches; those that don't match stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import OwnWrite, utc_now
from portal.services.runtime import Runtime
from portal.services.work import delete_batches as module
from portal.services.work.delete_batches import delete_batches
from tests.factories import make_store


def test_matching_rows_are_deleted_over_several_rounds(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "TIME_BUDGET_S", 0)
    store, now = make_store(), utc_now()
    for age in range(6):
        OwnWrite.create(
            store=store,
            resource="orders",
            remote_id=age,
            written_at=now - timedelta(hours=age),
        )
    is_old = OwnWrite.written_at < now - timedelta(hours=2)
    key = (OwnWrite.store, OwnWrite.resource, OwnWrite.remote_id)

    rounds = [delete_batches(runtime.write_lock, is_old, *key) for _ in range(3)]

    assert rounds == [2, 1, 0]
    assert {row.remote_id for row in OwnWrite.select()} == {0, 1, 2}
