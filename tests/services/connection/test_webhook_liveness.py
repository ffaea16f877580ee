"""Silent webhooks are detected, reported and repaired; the store is synced more often."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import (
    SYNC_ORDER,
    Grant,
    Issue,
    Resource,
    Store,
    StoreState,
    SyncState,
    TimelineEntry,
    WebhookHealth,
    utc_now,
)
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.sandbox.admin_operations import add_store, change_prices
from portal.sandbox.server import SandboxServer
from portal.services.connection import webhook_liveness
from portal.services.connection.register_webhooks import register_webhooks
from portal.services.connection.webhook_liveness import update_webhook_health
from portal.services.notifications.issues import open_issues
from portal.services.runtime import Runtime
from portal.services.sync.poll_store import poll_store
from tests.factories import make_event, make_grant, make_store
from tests.statements import count_statements

MINUTE = timedelta(minutes=1)


def ago(minutes: float) -> datetime:
    """Return the moment this many minutes ago."""
    return utc_now() - minutes * MINUTE


@pytest.fixture
def store(store: Store) -> Store:
    """A store that was registered an hour ago and got its last event half an hour ago."""
    for resource in SYNC_ORDER:
        SyncState.create(store=store, resource=resource, next_due_at=utc_now() + 30 * MINUTE)
    Store.update(
        webhook_mode="api",
        webhook_health=WebhookHealth.VERIFIED,
        webhook_registered_at=ago(60),
        webhook_check_due_at=None,
        connected_at=ago(60),
        state_changed_at=ago(60),
        last_event_at=ago(30),
    ).execute()
    return kept()


def kept() -> Store:
    """Return the store's current row."""
    found: Store = Store.get_by_id(1003)
    return found


def changed(resource: Resource, minutes_ago: float) -> None:
    """Set how long ago a resource last changed, according to the store."""
    SyncState.update(remote_changed_at=ago(minutes_ago), remote_checked_at=utc_now()).where(
        SyncState.resource == resource
    ).execute()


def woken(runtime: Runtime) -> list[str]:
    """Return the waiting registrations and requests for change times."""
    queues = [
        Queue(name, connection=runtime.redis, serializer=JSONSerializer)
        for name in ("registrations", "maintenance")
    ]
    return [job.func_name.rpartition(".")[2] for queue in queues for job in queue.jobs]


def reported() -> list[str]:
    """Return the timeline, in order."""
    return [row.what for row in TimelineEntry.select().order_by(TimelineEntry.id)]


def test_change_without_an_event_opens_one_issue(runtime: Runtime, store: Store) -> None:
    changed(Resource.ORDERS, 20)

    assert update_webhook_health(runtime) == 1
    assert update_webhook_health(runtime) == 0

    assert kept().webhook_health == WebhookHealth.SILENT
    assert abs(kept().webhook_health_changed_at - ago(20)) < MINUTE
    (issue,) = open_issues(1003)
    assert "set up the webhooks again" in issue.next_action  # codespell:ignore
    assert reported() == ["issue_opened"]


def test_silent_store_is_synced_at_once_and_more_often(runtime: Runtime, store: Store) -> None:
    assert store.receives_events
    changed(Resource.ORDERS, 20)

    update_webhook_health(runtime)

    assert not kept().receives_events
    assert all(state.next_due_at <= utc_now() for state in SyncState.select())


@pytest.mark.parametrize(("mode", "jobs"), [("api", ["register_webhooks"]), ("app", [])])
def test_only_our_own_registration_is_repaired(
    runtime: Runtime, store: Store, mode: str, jobs: list[str]
) -> None:
    Store.update(webhook_mode=mode).execute()
    make_event(type="order.updated", state="applied")
    changed(Resource.ORDERS, 20)

    update_webhook_health(runtime)

    assert woken(runtime) == jobs
    assert (kept().webhook_check_due_at is not None) == bool(jobs)
    assert ("We ask Ecwid" in open_issues(1003)[0].next_action) == (mode == "app")


def test_next_event_ends_the_silence_and_records_its_duration(
    runtime: Runtime, store: Store
) -> None:
    changed(Resource.ORDERS, 20)
    update_webhook_health(runtime)
    Issue.update(opened_at=ago(5)).execute()
    runtime.arrival_recorder.record(1003, utc_now())
    runtime.arrival_recorder.flush()

    update_webhook_health(runtime)

    assert (kept().webhook_health, kept().webhook_first_missed_at) == (WebhookHealth.VERIFIED, None)
    assert kept().webhook_health_changed_at == kept().last_event_at
    assert kept().receives_events
    assert open_issues(1003) == []
    assert TimelineEntry.select().order_by(TimelineEntry.id.desc()).get().detail["lasted_s"] == 300


@pytest.mark.parametrize(
    ("resource", "minutes_ago"),
    [(Resource.ORDERS, 5), (Resource.ORDERS, 30), (Resource.ORDERS, 50)],
    ids=["may still arrive", "just arrived", "arrived"],
)
def test_change_with_an_event_or_a_recent_one_is_no_silence(
    runtime: Runtime, store: Store, resource: Resource, minutes_ago: float
) -> None:
    changed(resource, minutes_ago)

    assert update_webhook_health(runtime) == 0
    assert open_issues(1003) == []


def test_store_that_changes_constantly_is_found_silent(runtime: Runtime, store: Store) -> None:
    changed(Resource.PRODUCTS, 20)
    Store.update(last_event_at=ago(25)).execute()
    changed(Resource.PRODUCTS, 14)
    update_webhook_health(runtime)
    Store.update(webhook_first_missed_at=ago(17)).execute()
    changed(Resource.PRODUCTS, 0)

    assert update_webhook_health(runtime) == 1


def test_resource_without_allowed_events_is_not_expected(runtime: Runtime, store: Store) -> None:
    Grant.update(scopes=["read_store_profile", "read_orders"]).execute()
    changed(Resource.CUSTOMERS, 20)

    assert update_webhook_health(runtime) == 0


def test_kinds_that_the_app_never_sent_are_not_expected(runtime: Runtime, store: Store) -> None:
    Store.update(webhook_mode="app").execute()
    make_event(type="product.updated", state="applied")
    changed(Resource.CUSTOMERS, 20)
    assert update_webhook_health(runtime) == 0

    changed(Resource.PRODUCTS, 20)
    assert update_webhook_health(runtime) == 1


def test_store_that_never_got_an_event_is_found_silent(runtime: Runtime, store: Store) -> None:
    Store.update(
        webhook_mode="app", webhook_health=WebhookHealth.WAITING, last_event_at=None
    ).execute()
    changed(Resource.ORDERS, 20)

    assert update_webhook_health(runtime) == 1


def test_event_during_the_check_discards_its_result(
    runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(Resource.ORDERS, 20)
    evaluate = webhook_liveness._evaluate

    def evaluate_during_event(*arguments: object) -> object:
        Store.update(last_event_at=utc_now()).execute()
        return evaluate(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(webhook_liveness, "_evaluate", evaluate_during_event)

    assert update_webhook_health(runtime) == 0
    assert kept().webhook_health == WebhookHealth.VERIFIED
    assert open_issues(1003) == []


def test_stopped_and_unregistered_stores_are_skipped(runtime: Runtime, store: Store) -> None:
    changed(Resource.ORDERS, 20)
    Store.update(state=StoreState.RECONNECT).execute()
    make_store(id=2002)

    assert update_webhook_health(runtime) == 0


def test_changes_while_the_store_was_stopped_are_not_expected(
    runtime: Runtime, store: Store
) -> None:
    Store.update(state_changed_at=ago(10)).execute()
    changed(Resource.ORDERS, 20)

    assert update_webhook_health(runtime) == 0


def test_statements_depend_on_the_changes_and_not_on_the_stores(
    runtime: Runtime, store: Store
) -> None:
    counts = []
    for first_id, last_id in ((2000, 2008), (2009, 2198)):
        for store_id in range(first_id, last_id + 1):
            quiet = make_store(
                id=store_id,
                webhook_health=WebhookHealth.VERIFIED,
                webhook_registered_at=ago(60),
                last_event_at=ago(30),
            )
            SyncState.create(store=quiet, resource=Resource.ORDERS, remote_changed_at=ago(31))
        with count_statements(runtime.database) as statements:
            assert update_webhook_health(runtime) == 0
        counts.append(len(statements))

    assert counts == [1, 1]


def test_doubtful_stores_are_judged_with_few_statements(runtime: Runtime, store: Store) -> None:
    for store_id in range(2000, 2060):
        doubtful = make_store(
            id=store_id,
            webhook_mode="app",
            webhook_health=WebhookHealth.VERIFIED,
            webhook_registered_at=ago(60),
            last_event_at=ago(30),
        )
        SyncState.create(store=doubtful, resource=Resource.ORDERS, remote_changed_at=ago(20))

    with count_statements(runtime.database) as statements:
        # No order event ever arrived from any of them, so the app doesn't send them.
        assert update_webhook_health(runtime) == 0

    assert len(statements) == 5


def test_registration_removed_by_somebody_is_detected_and_repaired(
    runtime: Runtime, sandbox: SandboxServer
) -> None:
    parts = sandbox.parts
    store_id = add_store(parts, {"products": 3})
    token = parts.stores.install(store_id, " ".join(REQUIRED_NAMES), revoke_previous=True)
    make_grant(make_store(id=store_id), runtime.sealer, token)
    for resource in SYNC_ORDER:
        SyncState.create(store=store_id, resource=resource)
    settings = replace(runtime.settings, ecwid_api_url=f"{sandbox.url}/api/v3")
    here = replace(runtime, settings=settings)
    register_webhooks(here, store_id)
    hour_ago = {
        "webhook_registered_at": ago(60),
        "connected_at": ago(61),
        "state_changed_at": ago(61),
    }
    Store.update(hour_ago).execute()
    with parts.state.transaction() as connection:
        connection.execute("DELETE FROM registration")
    change_prices(parts, store_id, {"count": 3})

    poll_store(here, store_id)
    update_webhook_health(here)
    first = Store.get_by_id(store_id)
    assert first.webhook_health == WebhookHealth.WAITING
    assert first.webhook_first_missed_at is not None
    Store.update(webhook_first_missed_at=ago(17)).execute()
    update_webhook_health(here)
    register_webhooks(here, store_id)

    assert Store.get_by_id(store_id).webhook_health == WebhookHealth.SILENT
    assert parts.state.number("SELECT count(*) FROM registration") == 1
    assert reported() == ["webhooks_registered", "issue_opened", "webhooks_repaired"]
