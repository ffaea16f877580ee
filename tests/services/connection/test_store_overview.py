"""Overview of a store: its records, waiting events and freshness."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from peewee import Database

from portal.models import (
    SYNC_ORDER,
    Category,
    EventState,
    Grant,
    Product,
    Quarantine,
    Resource,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    Variation,
    WebhookEvent,
    utc_now,
)
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.sync.freshness import Freshness
from portal.sealing import Sealer, new_key
from portal.services.connection.store_overview import (
    EVENTS_SHOWN,
    ResourceOverview,
    connection_of,
    product_counts,
    store_overview,
)
from portal.services.mirror.resources import CATEGORIES, PRODUCTS
from portal.services.runs.sync_runs import finish_run, start_run
from tests.factories import (
    UPDATED_AT,
    category_payload,
    make_event,
    make_grant,
    make_store,
    product_payload,
)

SEALER = Sealer([new_key()])


@pytest.fixture
def store(database: Database) -> Store:
    """The store whose page is shown."""
    return make_store()


def of(store: Store, resource: Resource = Resource.PRODUCTS) -> ResourceOverview:
    """Return the overview of one resource of the store."""
    [found] = [item for item in store_overview(store).resources if item.resource is resource]
    return found


def complete(store: Store, *resources: Resource) -> None:
    """Finish a run of these resources now."""
    for resource in resources:
        finish_run(start_run(store.id, resource), covered_until=UPDATED_AT)


def test_new_store_is_being_copied(store: Store) -> None:
    run = start_run(store.id, Resource.PRODUCTS)

    overview = store_overview(store)

    assert [item.resource for item in overview.resources] == list(SYNC_ORDER)
    assert (overview.is_backfilling, overview.is_syncing) == (True, True)
    assert overview.last_success_at is None
    assert overview.health_word is HealthWord.INITIAL_IMPORT
    assert of(store).run == run
    assert of(store).is_backfill


def test_complete_store_is_on_time_and_idle(store: Store) -> None:
    complete(store, *SYNC_ORDER)

    overview = store_overview(store)

    assert (overview.is_backfilling, overview.is_syncing) == (False, False)
    assert overview.health_word is HealthWord.IN_SYNC
    assert not of(store).is_backfill


@pytest.mark.promise(11)
def test_age_of_the_mirror_is_that_of_its_oldest_resource(store: Store) -> None:
    complete(store, *SYNC_ORDER)
    hour_ago = utc_now() - timedelta(hours=1)
    SyncState.update(last_success_at=hour_ago).where(
        SyncState.resource == Resource.CATEGORIES
    ).execute()

    overview = store_overview(store)

    assert overview.last_success_at == hour_ago
    assert overview.health_word is HealthWord.LATE


def test_last_change_is_the_latest_that_was_reported_or_processed(store: Store) -> None:
    complete(store, *SYNC_ORDER)
    now = utc_now()
    seconds_ago = {seconds: now - timedelta(seconds=seconds) for seconds in (90, 60, 40, 20)}
    assert store_overview(store).last_change_at is None
    for resource, seconds in ((Resource.ORDERS, 60), (Resource.PRODUCTS, 90)):
        SyncState.update(remote_changed_at=seconds_ago[seconds]).where(
            SyncState.resource == resource
        ).execute()
    assert store_overview(store).last_change_at == seconds_ago[60]
    make_event(event_id="waits", event_created_at=seconds_ago[20])
    make_event(event_id="here", event_created_at=seconds_ago[40], state=EventState.APPLIED)
    assert store_overview(store).last_change_at == seconds_ago[40]


def test_last_change_is_never_in_the_future(store: Store) -> None:
    ahead = utc_now() + timedelta(minutes=5)
    make_event(event_created_at=ahead, state=EventState.APPLIED)

    overview = store_overview(store)

    assert overview.last_change_at == overview.at


def test_incomplete_mirror_has_no_age(store: Store) -> None:
    complete(store, Resource.PRODUCTS)

    assert store_overview(store).last_success_at is None


def test_failing_run_is_shown(store: Store) -> None:
    complete(store, *SYNC_ORDER)
    run = start_run(store.id, Resource.PRODUCTS)
    run.failures = 3
    run.save()

    assert of(store).freshness is Freshness.FAILING
    assert of(store, Resource.CATEGORIES).freshness is Freshness.ON_TIME


def test_nothing_is_read_while_the_store_is_stopped(store: Store) -> None:
    start_run(store.id, Resource.PRODUCTS)
    store.set_state(StoreState.RECONNECT)

    overview = store_overview(store)

    assert (overview.is_backfilling, overview.is_syncing) == (False, False)
    assert {item.freshness for item in overview.resources} == {Freshness.STOPPED}


@pytest.mark.promise(11)
def test_only_live_records_of_this_store_are_counted(store: Store) -> None:
    make_store(id=2002)
    ids = (5, 6, 7)
    variations = {number: [{"id": number * 10}] for number in ids}
    payloads = [product_payload(id=number, combinations=variations[number]) for number in ids]
    for store_id in (1003, 2002):
        PRODUCTS.save(store_id, payloads, UPDATED_AT)
    CATEGORIES.save(1003, [category_payload()], UPDATED_AT)
    PRODUCTS.mark_deleted(1003, [7], UPDATED_AT)

    overview = store_overview(store)

    assert {item.resource: item.count for item in overview.resources} == {
        Resource.PRODUCTS: 2,
        Resource.CATEGORIES: 1,
        Resource.ORDERS: 0,
        Resource.CUSTOMERS: 0,
        Resource.DISCOUNT_COUPONS: 0,
    }
    assert overview.variations == 2
    assert product_counts([1003, 2002, 404]) == {1003: 2, 2002: 3}
    assert product_counts([]) == {}
    assert (Product.select().count(), Variation.select().count()) == (6, 6)
    assert Category.select().count() == 1


@pytest.mark.promise(5)
def test_open_quarantine_entries_are_counted_for_their_resource(store: Store) -> None:
    make_store(id=2002)
    for entity_id in ("5", "6", "7"):
        Quarantine.put(1003, Resource.PRODUCTS, entity_id, "price is no amount", {})
    Quarantine.put(1003, Resource.CATEGORIES, "5", "name is no text", {})
    Quarantine.put(2002, Resource.PRODUCTS, "5", "price is no amount", {})
    Quarantine.resolve(1003, Resource.PRODUCTS, ["7"], utc_now())

    assert of(store).unreadable == 2
    assert of(store, Resource.CATEGORIES).unreadable == 1
    assert store_overview(store).unreadable == 3


@pytest.mark.parametrize(
    ("seen", "total", "shown"), [(0, None, 0), (300, None, 300), (300, 500, 300), (510, 500, 500)]
)
def test_shown_progress_never_exceeds_the_total(
    store: Store, seen: int, total: int | None, shown: int
) -> None:
    run = start_run(store.id, Resource.PRODUCTS)
    SyncRun.update(seen=seen, total=total).where(SyncRun.id == run.id).execute()

    assert of(store).seen == shown


def test_nothing_is_being_read_without_a_run(store: Store) -> None:
    assert (of(store).run, of(store).seen, of(store).is_backfill) == (None, 0, False)


def test_latest_events_of_the_store_are_shown(store: Store) -> None:
    for number in range(EVENTS_SHOWN + 3):
        make_event(event_id=f"event-{number}", state=EventState.APPLIED)
    make_event(event_id="waiting")
    make_event(event_id="dead", state=EventState.DEAD)
    make_event(event_id="other", store_id=2002)

    overview = store_overview(store)

    shown = [event.event_id for event in overview.events]
    assert len(shown) == EVENTS_SHOWN
    assert shown[:3] == ["dead", "waiting", f"event-{EVENTS_SHOWN + 2}"]
    assert overview.pending_events == 1
    assert WebhookEvent.select().count() == EVENTS_SHOWN + 6


def test_current_consent_is_shown_with_its_missing_scopes(store: Store) -> None:
    make_grant(store, SEALER, scopes=list(REQUIRED_NAMES))
    Grant.revoke_all(store.id, "replaced by a new consent")
    grant = make_grant(store, SEALER, scopes=list(REQUIRED_NAMES[1:]))

    connection = connection_of(store)

    assert connection.granted_at == grant.granted_at
    assert connection.scopes == REQUIRED_NAMES[1:]
    assert [scope.name for scope in connection.missing] == [REQUIRED_NAMES[0]]


def test_store_to_reconnect_shows_the_last_consent_without_missing_scopes(
    store: Store,
) -> None:
    make_grant(store, SEALER, scopes=["read_catalog"])
    Grant.revoke_all(store.id, "the token is dead")
    store.set_state(StoreState.RECONNECT)

    connection = connection_of(store)

    assert (connection.granted_at, connection.scopes) == (None, ("read_catalog",))
    assert connection.missing == ()


def test_store_without_a_consent_lacks_all_scopes(store: Store) -> None:
    connection = connection_of(store)

    assert (connection.granted_at, connection.scopes) == (None, ())
    assert [scope.name for scope in connection.missing] == list(REQUIRED_NAMES)


@pytest.mark.promise(11)
@pytest.mark.parametrize("query", [store_overview, connection_of])
def test_overview_changes_nothing(store: Store, query: Callable[[Store], object]) -> None:
    before = Store.get().__data__

    query(store)

    assert Store.get().__data__ == before
    assert not SyncState.select().exists()
