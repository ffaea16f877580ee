"""A record is read again at a person's request, and the request keeps the outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
import requests_mock
from rq.timeouts import JobTimeoutException

from portal.ecwid.rate_limiter import Priority, TokenRateLimiter
from portal.errors import RunRefusedError
from portal.jobs import RESYNC_RECORDS, wake_key
from portal.models import (
    Category,
    Lease,
    Order,
    Product,
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
    Store,
    StoreState,
    utc_now,
)
from portal.rules.sync.run_refusals import RunRefusal
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.mirror.resources import RESOURCES
from portal.services.runtime import Runtime
from portal.services.sync import resync_records as module
from portal.services.sync.resync_records import (
    process_resyncs,
    resync_record,
    wake_waiting_resyncs,
)
from tests.factories import category_payload, make_store, product_payload, product_row
from tests.services.conftest import API, PROFILE

PRODUCTS, CATEGORIES = Resource.PRODUCTS, Resource.CATEGORIES
PRODUCT, CATEGORY = f"{API}/products/5", f"{API}/categories/7"


def kept() -> RecordResync:
    """Return the only request from the database."""
    found: RecordResync = RecordResync.get()
    return found


def is_woken(runtime: Runtime) -> bool:
    """Return whether the daemon was woken for the store's requests."""
    return bool(runtime.redis.exists(wake_key(RESYNC_RECORDS.path, (1003,))))


@pytest.mark.promise(1)
def test_request_is_a_row_and_wakes_the_daemon(runtime: Runtime, store: Store) -> None:
    resync_record(runtime, store, PRODUCTS, "5")

    assert (kept().resource, kept().entity_id, kept().state) == ("products", "5", "waiting")
    assert kept().due_at <= utc_now()
    assert is_woken(runtime)


def test_repeated_request_is_one_row(runtime: Runtime, store: Store) -> None:
    first = resync_record(runtime, store, PRODUCTS, "5")

    assert resync_record(runtime, store, PRODUCTS, "5") == first

    assert RecordResync.select().count() == 1


def test_record_can_be_requested_again_after_its_end(runtime: Runtime, store: Store) -> None:
    resync_record(runtime, store, PRODUCTS, "5")
    RecordResync.update(finished_at=utc_now(), state=ResyncState.SAVED).execute()

    assert resync_record(runtime, store, PRODUCTS, "5").state == ResyncState.WAITING

    assert RecordResync.select().count() == 2


@pytest.mark.parametrize("text", ["", "0", "-5", "5.0", "five", "\u0665", "9" * 30, "5\x00"])
def test_invalid_id_is_refused(runtime: Runtime, store: Store, text: str) -> None:
    with pytest.raises(RunRefusedError) as refused:
        resync_record(runtime, store, PRODUCTS, text)

    assert refused.value.reason == RunRefusal.INVALID_RECORD_ID


def test_request_for_a_stopped_store_is_refused(runtime: Runtime, store: Store) -> None:
    store.set_state(StoreState.RECONNECT)

    with pytest.raises(RunRefusedError):
        resync_record(runtime, store, PRODUCTS, "5")

    assert RecordResync.select().count() == 0


def test_record_is_read_and_saved(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, json=product_payload(price=5))
    ecwid.get(CATEGORY, json=category_payload(name="Cups"))
    resync_record(runtime, store, PRODUCTS, "5")
    resync_record(runtime, store, CATEGORIES, "7")

    process_resyncs(runtime, 1003)

    assert {resync.state for resync in RecordResync.select()} == {ResyncState.SAVED}
    assert Product.get().price == 5
    assert Category.get().name == "Cups"
    assert not Lease.is_held("resync:1003")


def test_record_leaves_quarantine_once_it_is_readable(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Quarantine.put(1003, PRODUCTS, "5", "price is no amount", {"id": 5, "price": "free"})
    ecwid.get(PRODUCT, json=product_payload(price=5))
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert Quarantine.get().resolved_at is not None


def test_unreadable_record_stays_in_quarantine_with_the_new_reason(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Quarantine.put(1003, PRODUCTS, "5", "name is no text", {})
    ecwid.get(PRODUCT, json=product_payload(price="free"))
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert kept().state == ResyncState.UNREADABLE
    assert "price" in Quarantine.get().reason
    assert Quarantine.get().resolved_at is None


@pytest.mark.promise(6)
def test_record_with_a_404_is_marked_deleted(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Product.upsert([product_row()])
    Quarantine.put(1003, PRODUCTS, "5", "price is no amount", {})
    ecwid.get(PRODUCT, status_code=404, json={"errorMessage": "not found"})
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert kept().state == ResyncState.GONE
    assert Product.get().deleted_at is not None
    assert Quarantine.get().resolved_at is not None


def test_temporary_failure_is_retried_later(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=503)
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert (kept().state, kept().attempts) == (ResyncState.WAITING, 1)
    assert "HTTP 503" in kept().error
    assert kept().due_at > utc_now()


def test_store_that_hangs_is_called_once_for_all_its_requests(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, exc=requests.ReadTimeout)
    resync_record(runtime, store, PRODUCTS, "5")
    resync_record(runtime, store, PRODUCTS, "6")

    process_resyncs(runtime, 1003)
    process_resyncs(runtime, 1003)

    assert ecwid.call_count == 1
    assert [row.attempts for row in RecordResync.select().order_by(RecordResync.id)] == [1, 0]
    assert RecordResync.select().where(RecordResync.due_at <= utc_now()).count() == 0


def test_request_fails_with_the_error_after_the_last_attempt(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=503)
    resync_record(runtime, store, PRODUCTS, "5")
    RecordResync.update(attempts=DEFAULT_BACKOFF.max_attempts - 1).execute()

    process_resyncs(runtime, 1003)

    assert kept().state == ResyncState.FAILED
    assert "HTTP 503" in kept().error


def test_permanent_failure_fails_at_once(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=400, json={"errorMessage": "no"})
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert (kept().state, kept().attempts) == (ResyncState.FAILED, 1)


def test_bug_fails_one_request_and_the_others_continue(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, exc=KeyError("ada@example.com"))
    ecwid.get(f"{API}/products/6", json=product_payload(id=6, price=5))
    resync_record(runtime, store, PRODUCTS, "5")
    resync_record(runtime, store, PRODUCTS, "6")

    process_resyncs(runtime, 1003)

    requests = list(RecordResync.select().order_by(RecordResync.entity_id))
    assert [row.state for row in requests] == [ResyncState.FAILED, ResyncState.SAVED]
    assert requests[0].error == "unexpected KeyError"


def test_job_timeout_fails_no_request(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, exc=JobTimeoutException)
    resync_record(runtime, store, PRODUCTS, "5")

    with pytest.raises(JobTimeoutException):
        process_resyncs(runtime, 1003)

    assert (kept().state, kept().attempts) == (ResyncState.WAITING, 0)


def test_rate_limit_is_no_failure(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=429, headers={"Retry-After": "40"})
    resync_record(runtime, store, PRODUCTS, "5")
    resync_record(runtime, store, PRODUCTS, "6")

    process_resyncs(runtime, 1003)

    assert [resync.attempts for resync in RecordResync.select()] == [0, 0]
    assert RecordResync.get(RecordResync.entity_id == "5").due_at > utc_now()
    assert [call.path for call in ecwid.request_history] == ["/api/v3/1003/products/5"]


def test_every_resource_can_be_read_record_by_record() -> None:
    assert set(RESOURCES) == set(Resource)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("EBJFT", True), ("2026-0005", True), ("", False), ("a b", False), ("a\x00", False)],
)
def test_order_id_is_a_text(text: str, expected: bool) -> None:
    assert RESOURCES[Resource.ORDERS].is_id(text) is expected
    assert not RESOURCES[Resource.ORDERS].is_id("E" * 65)


def test_order_is_read_and_deleted_by_its_text_id(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    order = {"id": "EBJFT", "internalId": 77, "total": 5, "items": []}
    ecwid.get(f"{API}/orders/EBJFT", [{"json": order}, {"status_code": 404, "json": {}}])
    resync_record(runtime, store, Resource.ORDERS, "EBJFT")
    process_resyncs(runtime, 1003)

    assert Order.get().deleted_at is None

    resync_record(runtime, store, Resource.ORDERS, "EBJFT")
    process_resyncs(runtime, 1003)

    assert Order.get().deleted_at is not None
    assert [resync.state for resync in RecordResync.select().order_by(RecordResync.id)] == [
        ResyncState.SAVED,
        ResyncState.GONE,
    ]


@pytest.mark.promise(5)
def test_dead_token_stops_the_store_and_requests_wait(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=403, json={"errorMessage": "Wrong token"})
    ecwid.get(PROFILE, status_code=403, json={"errorMessage": "Wrong token"})
    resync_record(runtime, store, PRODUCTS, "5")
    resync_record(runtime, store, PRODUCTS, "6")

    process_resyncs(runtime, 1003)
    process_resyncs(runtime, 1003)

    assert Store.get_by_id(1003).state == StoreState.RECONNECT
    assert {resync.state for resync in RecordResync.select()} == {ResyncState.WAITING}
    assert len(ecwid.request_history) == 2


def test_nothing_is_read_while_another_worker_has_the_lease(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    resync_record(runtime, store, PRODUCTS, "5")
    Lease.acquire("resync:1003", "another", 60)

    process_resyncs(runtime, 1003)

    assert not ecwid.called


def test_other_stores_go_first_after_a_batch(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    for number in ("4", "5", "6"):
        ecwid.get(f"{API}/products/{number}", json=product_payload(id=int(number), price=5))
        resync_record(runtime, store, PRODUCTS, number)
    runtime.redis.flushall()

    process_resyncs(runtime, 1003)
    woken = is_woken(runtime)
    waiting = [resync.entity_id for resync in RecordResync.select() if resync.finished_at is None]
    runtime.redis.flushall()
    process_resyncs(runtime, 1003)

    assert (woken, waiting) == (True, ["6"])
    assert {resync.state for resync in RecordResync.select()} == {ResyncState.SAVED}
    assert not is_woken(runtime)


@pytest.mark.promise(8)
@pytest.mark.parametrize(("few", "priority"), [(2, Priority.INTERACTIVE), (1, Priority.BACKGROUND)])
def test_many_records_are_read_at_background_priority(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    priority: Priority,
) -> None:
    monkeypatch.setattr(module, "INTERACTIVE_LIMIT", few)
    priorities: list[Priority] = []

    def acquire(token_limiter: TokenRateLimiter, *, is_bulk: bool) -> float:
        assert not is_bulk
        priorities.append(token_limiter.priority)
        return 0.0

    monkeypatch.setattr(TokenRateLimiter, "acquire", acquire)
    for number in ("5", "6"):
        ecwid.get(f"{API}/products/{number}", json=product_payload(id=int(number), price=5))
        resync_record(runtime, store, PRODUCTS, number)

    process_resyncs(runtime, 1003)

    assert priorities == [priority, priority]


def test_unknown_store_has_no_requests(runtime: Runtime) -> None:
    process_resyncs(runtime, 404)


@pytest.mark.promise(1)
def test_sweep_wakes_the_stores_with_due_requests(runtime: Runtime, store: Store) -> None:
    stopped = make_store(id=2002, state=StoreState.RECONNECT)
    patient = make_store(id=3003)
    for wisher in (store, stopped):
        RecordResync.create(store=wisher, resource=PRODUCTS, entity_id="5")
    RecordResync.create(store=store, resource=PRODUCTS, entity_id="6")
    later = utc_now() + timedelta(minutes=1)
    RecordResync.create(store=patient, resource=PRODUCTS, entity_id="5", due_at=later)

    assert wake_waiting_resyncs(runtime) == 1

    assert is_woken(runtime)
