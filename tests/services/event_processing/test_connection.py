"""Events about the connection make the drain read the store's profile, whatever they claim."""

from __future__ import annotations

import pytest

from portal.models import EventState, Grant, StoreState, WebhookEvent
from portal.services.event_processing.processor import drain
from tests.shop import Shop, store_of

OF_THE_PLAN = [
    "profile.subscriptionStatusChanged",
    "profile.subscription_status_changed",
    "application.subscriptionStatusChanged",
    "application.subscription_status_changed",
    "profile.updated",
]
# Ecwid sends the store's id as a string in application events, and as a number in others.
UNINSTALLED = ["application.uninstalled", "APPLICATION.UNINSTALLED"]


def outcome() -> tuple[str, str | None]:
    event = WebhookEvent.get()
    return event.state, event.error


@pytest.mark.promise(3)
@pytest.mark.parametrize("event_type", OF_THE_PLAN)
def test_plan_comes_from_the_profile_and_not_from_the_event(shop: Shop, event_type: str) -> None:
    shop.server.parts.stores.change(shop.store_id, {"plan": "Venture"})
    claim = {"oldSubscriptionName": "ECWID_VENTURE", "newSubscriptionName": "ECWID_FREE"}
    shop.event(shop.store_id, type=event_type, payload={"data": claim})

    drain(shop.runtime, shop.store_id)

    assert (store_of(shop).state, store_of(shop).plan_name) == (StoreState.LIMITED, "Venture")
    assert outcome() == (EventState.APPLIED, None)
    assert shop.calls("/profile/order_statuses") == shop.calls("/application/token") == 1
    assert shop.calls("/profile") == 2
    assert shop.calls() == 3


@pytest.mark.promise(3)
@pytest.mark.parametrize("event_type", OF_THE_PLAN)
def test_forged_plan_change_changes_nothing(shop: Shop, event_type: str) -> None:
    claim = {"newSubscriptionName": "ECWID_FREE", "newSubscriptionStatus": "SUSPENDED"}
    shop.event(shop.store_id, type=event_type, payload={"data": claim})

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).state == StoreState.CONNECTED
    assert Grant.active_for(shop.store_id) is not None
    assert outcome() == (EventState.APPLIED, None)


def test_changed_profile_is_saved(shop: Shop) -> None:
    shop.server.parts.stores.change(shop.store_id, {"name": "Clay and Daughters"})
    shop.event(shop.store_id, type="profile.updated")

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).name == "Clay and Daughters"


@pytest.mark.parametrize("event_type", OF_THE_PLAN)
@pytest.mark.parametrize("entity_id", [None, "", "five"], ids=repr)
def test_events_about_the_connection_need_not_name_the_store(
    shop: Shop, event_type: str, entity_id: str | None
) -> None:
    shop.server.parts.stores.change(shop.store_id, {"plan": "Venture"})
    shop.event(entity_id, type=event_type)

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).plan_name == "Venture"
    assert outcome() == (EventState.APPLIED, None)


@pytest.mark.promise(3)
@pytest.mark.parametrize("event_type", UNINSTALLED)
def test_forged_uninstall_stops_nothing(shop: Shop, event_type: str) -> None:
    shop.event(shop.store_id, type=event_type)

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).state == StoreState.CONNECTED
    assert Grant.active_for(shop.store_id) is not None
    assert outcome() == (EventState.APPLIED, None)


@pytest.mark.promise(5)
@pytest.mark.parametrize("event_type", UNINSTALLED)
def test_confirmed_uninstall_ends_the_grant_before_any_other_call(
    shop: Shop, event_type: str
) -> None:
    for product_id in shop.product_ids()[:3]:
        shop.event(product_id)
    shop.server.parts.stores.uninstall(shop.store_id)
    shop.event(shop.store_id, type=event_type)

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).state == StoreState.DISCONNECTED
    assert Grant.active_for(shop.store_id) is None
    assert shop.calls("/products") == 0
    states = [event.state for event in WebhookEvent.select().order_by(WebhookEvent.id)]
    assert states == [EventState.PENDING] * 3 + [EventState.APPLIED]


@pytest.mark.parametrize("event_type", ["application.storageChanged", "application.", "profile"])
def test_other_application_events_cause_no_further_call(shop: Shop, event_type: str) -> None:
    shop.event(shop.store_id, type=event_type)

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).state == StoreState.CONNECTED
    assert shop.calls() <= 3
    assert WebhookEvent.get().state in (EventState.APPLIED, EventState.IGNORED)
