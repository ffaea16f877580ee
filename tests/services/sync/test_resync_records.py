"""One record is read again as a person wishes, and the wish says what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
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
    """Return the only wish as it stands in the database."""
    found: RecordResync = RecordResync.get()
    return found


def is_woken(runtime: Runtime) -> bool:
    """Tell whether the daemon was woken for the store's wishes."""
    return bool(runtime.redis.exists(wake_key(RESYNC_RECORDS.path, (1003,))))


@pytest.mark.promise(1)
def test_a_wish_is_a_row_and_wakes_the_daemon(runtime: Runtime, store: Store) -> None:
    resync_record(runtime, store, PRODUCTS, "5")

    assert (kept().resource, kept().entity_id, kept().state) == ("products", "5", "waiting")
    assert kept().due_at <= utc_now()
    assert is_woken(runtime)


def test_wishing_twice_is_one_wish(runtime: Runtime, store: Store) -> None:
    first = resync_record(runtime, store, PRODUCTS, "5")

    assert resync_record(runtime, store, PRODUCTS, "5") == first

    assert RecordResync.select().count() == 1


def test_after_its_end_a_record_can_be_wished_for_again(runtime: Runtime, store: Store) -> None:
    resync_record(runtime, store, PRODUCTS, "5")
    RecordResync.update(finished_at=utc_now(), state=ResyncState.SAVED).execute()

    assert resync_record(runtime, store, PRODUCTS, "5").state == ResyncState.WAITING

    assert RecordResync.select().count() == 2


@pytest.mark.parametrize("text", ["", "0", "-5", "5.0", "five", "\u0665", "9" * 30, "5\x00"])
def test_an_id_that_no_record_can_have_is_refused(
    runtime: Runtime, store: Store, text: str
) -> None:
    with pytest.raises(RunRefusedError) as refused:
        resync_record(runtime, store, PRODUCTS, text)

    assert refused.value.reason == RunRefusal.INVALID_RECORD_ID


def test_nothing_is_read_again_for_a_stopped_store(runtime: Runtime, store: Store) -> None:
    store.set_state(StoreState.RECONNECT)

    with pytest.raises(RunRefusedError):
        resync_record(runtime, store, PRODUCTS, "5")

    assert RecordResync.select().count() == 0


def test_a_record_is_read_and_saved(
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


def test_a_record_that_can_be_read_at_last_leaves_quarantine(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Quarantine.put(1003, PRODUCTS, "5", "price is no amount", {"id": 5, "price": "free"})
    ecwid.get(PRODUCT, json=product_payload(price=5))
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert Quarantine.get().resolved_at is not None


def test_a_record_that_is_still_unreadable_stays_in_quarantine_with_the_new_reason(
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
def test_a_record_that_a_404_says_is_gone_is_marked_deleted(
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


def test_a_passing_trouble_is_waited_out(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=503)
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert (kept().state, kept().attempts) == (ResyncState.WAITING, 1)
    assert "HTTP 503" in kept().error
    assert kept().due_at > utc_now()


def test_after_the_last_attempt_the_wish_has_failed_and_says_why(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=503)
    resync_record(runtime, store, PRODUCTS, "5")
    RecordResync.update(attempts=DEFAULT_BACKOFF.max_attempts - 1).execute()

    process_resyncs(runtime, 1003)

    assert kept().state == ResyncState.FAILED
    assert "HTTP 503" in kept().error


def test_what_a_retry_cannot_help_has_failed_at_once(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, status_code=400, json={"errorMessage": "no"})
    resync_record(runtime, store, PRODUCTS, "5")

    process_resyncs(runtime, 1003)

    assert (kept().state, kept().attempts) == (ResyncState.FAILED, 1)


def test_a_bug_fails_one_request_and_the_others_continue(
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


def test_the_end_of_the_jobs_time_fails_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCT, exc=JobTimeoutException)
    resync_record(runtime, store, PRODUCTS, "5")

    with pytest.raises(JobTimeoutException):
        process_resyncs(runtime, 1003)

    assert (kept().state, kept().attempts) == (ResyncState.WAITING, 0)


def test_a_rate_limit_is_no_failure(
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
def test_an_orders_id_is_a_text(text: str, expected: bool) -> None:
    assert RESOURCES[Resource.ORDERS].is_id(text) is expected
    assert not RESOURCES[Resource.ORDERS].is_id("E" * 65)


def test_an_order_is_read_by_its_text_and_deleted_by_it(
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
def test_a_dead_token_stops_the_store_and_the_wishes_wait(
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


def test_while_another_worker_is_at_it_nothing_is_read(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    resync_record(runtime, store, PRODUCTS, "5")
    Lease.acquire("resync:1003", "another", 60)

    process_resyncs(runtime, 1003)

    assert not ecwid.called


def test_after_a_batch_other_stores_have_their_turn(
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
def test_many_records_are_read_in_the_background(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    priority: Priority,
) -> None:
    monkeypatch.setattr(module, "INTERACTIVE_LIMIT", few)
    priorities: list[Priority] = []

    def acquire(token_limiter: TokenRateLimiter) -> float:
        priorities.append(token_limiter.priority)
        return 0.0

    monkeypatch.setattr(TokenRateLimiter, "acquire", acquire)
    for number in ("5", "6"):
        ecwid.get(f"{API}/products/{number}", json=product_payload(id=int(number), price=5))
        resync_record(runtime, store, PRODUCTS, number)

    process_resyncs(runtime, 1003)

    assert priorities == [priority, priority]


def test_a_store_that_is_not_known_has_no_wishes(runtime: Runtime) -> None:
    process_resyncs(runtime, 404)


@pytest.mark.promise(1)
def test_the_sweep_wakes_the_stores_whose_wishes_are_due(runtime: Runtime, store: Store) -> None:
    stopped = make_store(id=2002, state=StoreState.RECONNECT)
    patient = make_store(id=3003)
    for wisher in (store, stopped):
        RecordResync.create(store=wisher, resource=PRODUCTS, entity_id="5")
    RecordResync.create(store=store, resource=PRODUCTS, entity_id="6")
    later = utc_now() + timedelta(minutes=1)
    RecordResync.create(store=patient, resource=PRODUCTS, entity_id="5", due_at=later)

    assert wake_waiting_resyncs(runtime) == 1

    assert is_woken(runtime)
