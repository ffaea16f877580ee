"""App lifecycle events are applied without a call, even if the store can't be called."""

from __future__ import annotations

import pytest

from portal.jobs import DRAIN_EVENTS, wake_key
from portal.models import EventState, Grant, Store, StoreState, TimelineEntry, WebhookEvent
from portal.services.connection.probe_store import probe_store
from portal.services.event_processing.processor import drain, wake_drains_of_stopped_stores
from portal.services.notifications.issues import open_issues
from tests.shop import Shop


def drain_events_of(shop: Shop, *types: str) -> None:
    """Accept events of these types about the app and drain the store."""
    for event_type in types:
        shop.event(str(shop.store_id), type=event_type)
    drain(shop.runtime, shop.store_id)


def kinds(shop: Shop) -> list[str]:
    """Return the kinds of the store's open issues."""
    return [issue.kind for issue in open_issues(shop.store_id)]


def outcomes() -> set[str]:
    """Return the states of the events."""
    return {event.state for event in WebhookEvent.select()}


@pytest.mark.promise(3)
def test_uninstall_is_confirmed_by_two_calls(shop: Shop) -> None:
    shop.server.parts.stores.uninstall(shop.store_id)
    shop.forget_calls()

    drain_events_of(shop, "application.uninstalled", "profile.updated")

    assert Store.get().state == StoreState.DISCONNECTED
    assert (kinds(shop), shop.calls()) == (["uninstalled"], 2)
    assert Grant.get().revoked_reason == "the app was uninstalled"


@pytest.mark.promise(3)
def test_uninstall_that_the_store_contradicts_changes_nothing(shop: Shop) -> None:
    drain_events_of(shop, "application.uninstalled")

    assert (Store.get().state, kinds(shop)) == (StoreState.CONNECTED, [])
    assert outcomes() == {EventState.APPLIED}


@pytest.mark.promise(5)
def test_uninstall_explains_a_dead_token(shop: Shop) -> None:
    shop.server.parts.stores.uninstall(shop.store_id)
    probe_store(shop.runtime, shop.store_id)
    assert kinds(shop) == ["token_dead"]
    shop.forget_calls()

    drain_events_of(shop, "application.uninstalled")

    assert (Store.get().state, kinds(shop)) == (StoreState.DISCONNECTED, ["uninstalled"])
    assert (outcomes(), shop.calls()) == ({EventState.APPLIED}, 0)


def test_reinstalled_app_is_recorded_but_waits_for_a_consent(shop: Shop) -> None:
    Store.update(state=StoreState.DISCONNECTED).execute()

    drain_events_of(shop, "application.installed", "product.updated")

    assert Store.get().state == StoreState.DISCONNECTED
    assert [entry.what for entry in TimelineEntry.select()] == ["installed"]
    assert outcomes() == {EventState.APPLIED, EventState.PENDING}


@pytest.mark.promise(1)
def test_pending_lifecycle_event_is_found_by_the_sweep(shop: Shop) -> None:
    Store.update(state=StoreState.RECONNECT).execute()
    shop.event(str(shop.store_id), type="application.uninstalled")

    assert wake_drains_of_stopped_stores(shop.runtime) == 1
    assert shop.runtime.redis.exists(wake_key(DRAIN_EVENTS.path, (shop.store_id,)))
