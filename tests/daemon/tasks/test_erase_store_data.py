"""The daemon erases a disconnected store's data in several jobs, until nothing is left."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from portal.models import Product, Store, StoreState
from portal.services.connection.erase_store_data import (
    BATCH,
    last_erasure,
    request_erasure,
    wake_erasures,
)
from portal.services.runtime import Runtime
from tests.factories import make_store, product_row


@pytest.mark.promise(1)
def test_data_of_several_slices_is_erased_completely(jobs_runtime: Runtime) -> None:
    left: Store = make_store(state=StoreState.DISCONNECTED)
    rows = [product_row(store=left.id, remote_id=number) for number in range(1, BATCH + 20)]
    Product.insert_many(rows).execute()
    request_erasure(left.id)

    assert wake_erasures(jobs_runtime) == 1
    make_worker("privacy", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    erasure = last_erasure(left)
    assert erasure is not None
    assert erasure.finished_at is not None
    assert Product.select().count() == 0
