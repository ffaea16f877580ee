"""One poll checks all resources of a store, and starts runs only where something may be new."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests_mock
from peewee import Database

from portal.models import (
    SYNC_ORDER,
    Grant,
    Resource,
    RunKind,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    WebhookHealth,
    utc_now,
)
from portal.services.runs import requested_runs
from portal.services.runs.due_polls import wake_due_polls
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from portal.services.sync.poll_store import poll_store
from tests.services.conftest import API, PROFILE, during_call
from tests.shop import Shop
from tests.statements import count_statements

STATS = f"{API}/latest-stats"
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = {
    Resource.PRODUCTS: "productsUpdated",
    Resource.ORDERS: "ordersUpdated",
    Resource.CUSTOMERS: "customersUpdated",
    Resource.DISCOUNT_COUPONS: "discountCouponsUpdated",
    Resource.CATEGORIES: "categoriesUpdated",
}


def ago(minutes: float) -> datetime:
    """Return the moment this many minutes ago."""
    return utc_now() - minutes * MINUTE


def stats(**changed_at: datetime) -> dict[str, str]:
    """Return the statistics of a store; resources that aren't given changed long ago."""
    times = {resource: changed_at.get(resource, LONG_AGO) for resource in FIELDS}
    return {FIELDS[name]: f"{at:%Y-%m-%d %H:%M:%S} +0000" for name, at in times.items()}


def state_of(resource: Resource) -> SyncState:
    """Return the sync state of the resource."""
    found: SyncState = SyncState.get(SyncState.resource == resource)
    return found


@pytest.fixture
def store(store: Store) -> Store:
    """A store of which every resource was complete 20 minutes ago, and is due."""
    for resource in SYNC_ORDER:
        SyncState.create(
            store=store,
            resource=resource,
            high_water_at=ago(20),
            last_success_at=ago(20),
            remote_changed_at=LONG_AGO,
        )
    Store.update(state_changed_at=LONG_AGO).execute()
    return store


def test_quiet_store_costs_one_call_and_no_run(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, json=stats())
    began = utc_now()

    poll_store(runtime, store.id)
    poll_store(runtime, store.id)

    assert ecwid.call_count == 1
    assert SyncRun.select().count() == 0
    for state in SyncState.select():
        assert began <= state.high_water_at <= state.last_success_at
        assert state.remote_checked_at == state.high_water_at
        assert (state.unchanged_checks, state.check_interval_s) == (1, 240)
    assert len({state.next_due_at for state in SyncState.select()}) == 1
    assert runtime.redis.llen("rq:queue:sync") == 0


def test_quiet_poll_takes_few_statements(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, database: Database
) -> None:
    ecwid.get(STATS, json=stats())

    with count_statements(runtime.database) as statements:
        poll_store(runtime, store.id)

    assert len(statements) <= 7, statements


def test_concurrent_polls_of_a_store_make_one_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, json=stats())

    def poll(_: int) -> None:
        with runtime.database.connection_context():
            poll_store(runtime, store.id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(poll, range(8)))

    assert ecwid.call_count == 1


def test_store_that_is_being_polled_is_not_woken(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    woken: list[int] = []
    sweep = during_call(lambda: woken.append(wake_due_polls(runtime)))
    ecwid.get(STATS, json=stats(), additional_matcher=sweep)

    poll_store(runtime, store.id)

    assert woken == [0]


def test_changed_resource_gets_a_run_and_the_others_none(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    changed_at = ago(3).replace(microsecond=0)
    ecwid.get(STATS, json=stats(orders=changed_at))

    poll_store(runtime, store.id)

    run = SyncRun.get()
    assert (run.resource, run.kind, run.is_scheduled) == ("orders", RunKind.INCREMENTAL, True)
    assert run.checkpoint == {"phase": "pages"}
    orders, products = state_of(Resource.ORDERS), state_of(Resource.PRODUCTS)
    assert (orders.next_due_at, orders.remote_changed_at) == (None, changed_at)
    assert orders.unchanged_checks == 0
    assert products.unchanged_checks == 1
    # A change of one resource makes the store's next poll come soon.
    assert products.check_interval_s == 60
    assert runtime.redis.llen("rq:queue:sync") == 1


def test_change_during_the_answer_is_found_by_the_next_poll(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    changed: list[datetime] = []
    ecwid.get(
        STATS, json=stats(), additional_matcher=during_call(lambda: changed.append(utc_now()))
    )
    poll_store(runtime, store.id)
    SyncState.update(next_due_at=utc_now()).execute()
    # Orders of a store without webhooks are read at each poll.
    ecwid.get(STATS, json=stats(orders=changed[0]))

    poll_store(runtime, store.id)

    assert [run.resource for run in SyncRun.select()] == ["orders"]


def test_resource_without_a_change_time_is_read_at_its_own_interval(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    reported = stats()
    del reported[FIELDS[Resource.CUSTOMERS]]
    ecwid.get(STATS, json=reported)
    SyncState.update(high_water_at=ago(5)).where(SyncState.resource == Resource.CUSTOMERS).execute()

    poll_store(runtime, store.id)
    assert SyncRun.select().count() == 0
    assert state_of(Resource.CUSTOMERS).next_due_at == state_of(Resource.ORDERS).next_due_at

    SyncState.update(next_due_at=utc_now(), high_water_at=ago(15)).execute()
    poll_store(runtime, store.id)
    assert [run.resource for run in SyncRun.select()] == ["customers"]


@pytest.mark.parametrize(
    ("changes", "interval_s"),
    [
        ({"state_changed_at": LONG_AGO}, 240),
        ({"last_event_at": utc_now()}, 60),
        ({"state_changed_at": utc_now()}, 60),
        ({"webhook_health": WebhookHealth.VERIFIED}, 900),
        ({"webhook_health": WebhookHealth.VERIFIED, "last_event_at": utc_now()}, 240),
    ],
    ids=["quiet", "event", "reconnected", "webhooks", "webhooks and event"],
)
def test_pace_follows_the_last_sign_of_activity(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    changes: dict[str, Any],
    interval_s: int,
) -> None:
    Store.update(**changes).execute()
    ecwid.get(STATS, json=stats())

    poll_store(runtime, store.id)

    assert {state.check_interval_s for state in SyncState.select()} == {interval_s}


def test_request_of_a_person_makes_the_pace_full(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, json=stats())
    poll_store(runtime, store.id)

    requested_runs.start(runtime, store, Resource.PRODUCTS)
    SyncState.update(next_due_at=utc_now()).where(SyncState.resource == Resource.ORDERS).execute()
    poll_store(runtime, store.id)

    assert state_of(Resource.ORDERS).check_interval_s == 60
    assert state_of(Resource.PRODUCTS).unchanged_checks == 0


@pytest.mark.parametrize(
    "changes", [{"paused_at": utc_now()}, {"next_due_at": None}, {"high_water_at": None}]
)
def test_resources_changed_by_others_during_the_call_are_left_alone(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, changes: dict[str, Any]
) -> None:
    ecwid.get(
        STATS,
        json=stats(orders=utc_now()),
        additional_matcher=during_call(lambda: SyncState.update(**changes).execute()),
    )

    poll_store(runtime, store.id)

    assert {state.unchanged_checks for state in SyncState.select()} == {0}
    kinds = [run.kind for run in SyncRun.select()]
    assert kinds == ([RunKind.BACKFILL] if "high_water_at" in changes else [])


def test_unfinished_run_is_not_started_again(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, json=stats(orders=utc_now()))
    running = start_run(store.id, Resource.ORDERS)

    poll_store(runtime, store.id)

    assert list(SyncRun.select()) == [running]
    assert SyncRun.get().checkpoint == {"phase": "pages"}


def test_failure_starts_one_run_that_shows_it(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, status_code=400)

    poll_store(runtime, store.id)
    process_run(runtime, SyncRun.get().id)
    SyncState.update(next_due_at=utc_now()).where(
        SyncState.next_due_at.is_null(is_null=False)
    ).execute()
    poll_store(runtime, store.id)

    run = SyncRun.get()
    assert (run.failures, run.checkpoint) == (1, None)
    waiting = SyncState.select().where(SyncState.next_due_at > ago(-4))
    assert waiting.count() == len(SYNC_ORDER) - 1


def test_rate_limit_postpones_the_poll_without_a_run(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, status_code=429, headers={"Retry-After": "60"})

    poll_store(runtime, store.id)

    assert SyncRun.select().count() == 0
    assert Store.get().state == StoreState.CONNECTED
    assert all(state.next_due_at > utc_now() for state in SyncState.select())


@pytest.mark.promise(5)
def test_dead_token_stops_the_store(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, status_code=403)
    ecwid.get(PROFILE, status_code=403)

    poll_store(runtime, store.id)

    assert Store.get().state == StoreState.RECONNECT
    assert SyncRun.select().count() == 0


def test_store_that_cannot_be_called_is_not_called(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    poll_store(runtime, 404)
    Store.update(state=StoreState.SUSPENDED).execute()
    poll_store(runtime, store.id)
    Store.update(state=StoreState.CONNECTED).execute()
    Grant.revoke_all(store.id, "uninstalled")
    poll_store(runtime, store.id)

    assert ecwid.call_count == 0
    assert SyncRun.select().count() == 0


def test_poll_of_a_real_list_leaves_a_row_only_if_something_changed(
    shop: Shop, runtime: Runtime
) -> None:
    shop.sync()
    kept = SyncRun.select().count()
    SyncState.update(next_due_at=utc_now(), high_water_at=ago(10)).execute()
    shop.forget_calls()

    # The store was made a moment ago, so its lists may have changed; nothing is new in them.
    poll_store(runtime, shop.store_id)
    for run in SyncRun.select().where(SyncRun.finished_at.is_null()):
        process_run(runtime, run.id)
    assert shop.calls("/latest-stats") == 1
    assert SyncRun.select().count() == kept
    assert state_of(Resource.PRODUCTS).unchanged_checks == 1

    shop.change(shop.product_ids()[0], price=5)
    SyncState.update(next_due_at=utc_now(), high_water_at=ago(10)).execute()
    poll_store(runtime, shop.store_id)
    for run in SyncRun.select().where(SyncRun.finished_at.is_null()):
        process_run(runtime, run.id)

    (run,) = SyncRun.select().where(SyncRun.is_scheduled)
    assert (run.resource, run.saved) == ("products", 1)
    assert state_of(Resource.PRODUCTS).unchanged_checks == 0
