"""All quarantined records of a resource are read again at one request."""

from __future__ import annotations

import pytest

from portal.errors import RunRefusedError
from portal.models import (
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
    Store,
    StoreState,
    utc_now,
)
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.runtime import Runtime
from portal.services.sync.resync_records import resync_record
from portal.services.sync.retry_quarantine import (
    QuarantineCount,
    RetryProgress,
    bulk_retry_options,
    quarantine_counts,
    retry_quarantined,
    retry_status,
)
from tests.factories import make_store

PRODUCTS, ORDERS = Resource.PRODUCTS, Resource.ORDERS


def put(*entity_ids: str, store_id: int = 1003, resource: str = PRODUCTS) -> None:
    """Put records into quarantine."""
    for entity_id in entity_ids:
        Quarantine.put(store_id, resource, entity_id, "price is no amount", {"price": "free"})


def requested() -> list[tuple[str, str]]:
    """Return the ids of the requested records."""
    resyncs = RecordResync.select().order_by(RecordResync.id)
    return [(resync.resource, resync.entity_id) for resync in resyncs]


def test_quarantined_records_are_counted_by_resource(store: Store) -> None:
    make_store(id=2002)
    put("5", "6", "", "no number")
    put("EBJFT", resource=ORDERS)
    put("7", store_id=2002)
    put("8")
    Quarantine.resolve(1003, PRODUCTS, ["8"], utc_now())

    assert quarantine_counts(store) == [
        QuarantineCount(PRODUCTS, 4, 2),
        QuarantineCount(ORDERS, 1, 1),
    ]


def test_every_record_with_a_valid_id_is_requested(runtime: Runtime, store: Store) -> None:
    make_store(id=2002)
    put("5", "6", "", "no number")
    put("EBJFT", resource=ORDERS)
    put("7", store_id=2002)

    assert retry_quarantined(runtime, store, PRODUCTS) == 2

    assert sorted(requested()) == [(PRODUCTS, "5"), (PRODUCTS, "6")]
    assert runtime.redis.llen("rq:queue:maintenance") == 1


def test_waiting_record_is_not_requested_twice(runtime: Runtime, store: Store) -> None:
    put("5", "6")
    resync_record(runtime, store, PRODUCTS, "5")

    retry_quarantined(runtime, store, PRODUCTS)
    retry_quarantined(runtime, store, PRODUCTS)

    assert sorted(requested()) == [(PRODUCTS, "5"), (PRODUCTS, "6")]


@pytest.mark.parametrize("set_aside", [[], ["", "no number"]])
def test_retry_without_records_is_refused(
    runtime: Runtime, store: Store, set_aside: list[str]
) -> None:
    put(*set_aside)

    with pytest.raises(RunRefusedError) as refused:
        retry_quarantined(runtime, store, PRODUCTS)

    assert refused.value.reason == RunRefusal.NOTHING_QUARANTINED


def test_retry_for_a_stopped_store_is_refused(runtime: Runtime, store: Store) -> None:
    put("5")
    store.set_state(StoreState.PLAN_BLOCKED)

    with pytest.raises(RunRefusedError) as refused:
        retry_quarantined(runtime, store, PRODUCTS)

    assert refused.value.reason == RunRefusal.STORE_STOPPED


def test_progress_counts_from_the_oldest_waiting_request_to_the_last(
    runtime: Runtime, store: Store
) -> None:
    put("4")
    retry_quarantined(runtime, store, PRODUCTS)
    finish("4")
    put("5", "6", "7")
    retry_quarantined(runtime, store, PRODUCTS)

    begun = retry_status(store)
    finish("5")
    later = retry_status(store)
    finish("6", "7")

    assert begun == [RetryProgress(PRODUCTS, 0, 3)]
    assert later == [RetryProgress(PRODUCTS, 1, 3)]
    assert retry_status(store) == []


def test_bulk_retry_is_offered_for_several_records_not_all_requested() -> None:
    several, one = QuarantineCount(PRODUCTS, 5, 4), QuarantineCount(ORDERS, 2, 1)

    assert bulk_retry_options([several, one], []) == [several]
    assert bulk_retry_options([several], [RetryProgress(PRODUCTS, 2, 5)]) == [several]
    assert bulk_retry_options([several], [RetryProgress(PRODUCTS, 0, 4)]) == []


def finish(*entity_ids: str) -> None:
    """Finish the requests of these records successfully."""
    Quarantine.resolve(1003, PRODUCTS, list(entity_ids), utc_now())
    RecordResync.update(state=ResyncState.SAVED, finished_at=utc_now()).where(
        RecordResync.entity_id.in_(entity_ids)
    ).execute()
