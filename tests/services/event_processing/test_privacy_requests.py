"""Privacy requests are recorded from Ecwid's events in any spelling, and fulfilled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from daemon.tasks import process_privacy_requests
from portal.config import Settings
from portal.jobs import DRAIN_EVENTS, PROCESS_PRIVACY_REQUESTS, wake_key
from portal.models import (
    Customer,
    EventState,
    Order,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Store,
    StoreState,
    WebhookEvent,
    utc_now,
)
from portal.rules.webhooks.event_types import PRIVACY_REQUEST_TYPES
from portal.sandbox.server import SandboxServer
from portal.services.event_processing.processor import drain, wake_drains_of_stopped_stores
from portal.services.events.index_event_terms import index_next_batch
from portal.services.privacy.process_requests import wake_privacy_requests
from portal.services.runtime import Runtime
from tests.shop import Shop, open_shop

REMOVAL = "customer.personalDataRemovalRequest"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings without a hold; see tests/services/privacy/test_stop_erasure.py."""
    return replace(settings, erasure_hold_minutes=0)


@pytest.fixture
def shop(jobs_runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with orders, and its mirror."""
    shop = open_shop(jobs_runtime, sandbox, products=3, orders=20, customers=5)
    shop.sync()
    return shop


def a_buyer() -> Customer:
    """Return a customer with orders."""
    found: Customer = (
        Customer.select().join(Order, on=(Order.customer_id == Customer.remote_id)).first()
    )
    return found


def past(shop: Shop, entity_id: int | str | None, **changes: Any) -> WebhookEvent:
    """Accept an event that is old enough to be indexed at once."""
    values = {"received_at": utc_now().replace(year=2026, month=1)}
    return shop.event(entity_id, **values | changes)


def work(shop: Shop) -> None:
    drain(shop.runtime, shop.store_id)
    while index_next_batch():
        pass
    process_privacy_requests(shop.store_id)


@pytest.mark.parametrize("event_type", [name for name in PRIVACY_REQUEST_TYPES if "emoval" in name])
def test_erasure_request_in_any_spelling_erases_the_customer(shop: Shop, event_type: str) -> None:
    buyer = a_buyer()
    data = {"customerId": buyer.remote_id, "customerEmail": buyer.email}
    about = shop.store_id if event_type.startswith("profile") else buyer.remote_id
    event = past(shop, about, type=event_type, payload={"data": data})

    work(shop)

    assert WebhookEvent.get_by_id(event.id).state == EventState.APPLIED
    request = PrivacyRequest.get()
    assert (request.kind, request.state) == (PrivacyRequestKind.ERASURE, PrivacyRequestState.DONE)
    assert Customer.get(Customer.remote_id == buyer.remote_id).email is None
    assert not Order.select().where(Order.email == buyer.email).exists()


def test_backfill_does_not_restore_an_erased_customer(shop: Shop) -> None:
    buyer = a_buyer()
    past(shop, buyer.remote_id, type=REMOVAL)
    work(shop)
    Order.update(synced_at=buyer.synced_at.replace(year=2020)).execute()

    shop.sync()
    past(shop, buyer.remote_id, type="customer.updated")
    work(shop)

    assert Customer.get(Customer.remote_id == buyer.remote_id).name is None
    assert not Order.select().where(Order.email == buyer.email).exists()


def test_access_request_exports_the_requested_data(shop: Shop) -> None:
    buyer = a_buyer()
    past(shop, buyer.remote_id, type="customer.personalDataExportRequest")

    work(shop)

    request = PrivacyRequest.get()
    assert (request.kind, request.state) == (PrivacyRequestKind.ACCESS, PrivacyRequestState.DONE)
    assert request.counts["orders"] >= 1
    assert buyer.email_as_given in request.document


@pytest.mark.parametrize("state", [StoreState.DISCONNECTED, StoreState.RECONNECT])
def test_requests_of_a_store_that_cannot_be_called_are_fulfilled(
    shop: Shop, state: StoreState
) -> None:
    buyer = a_buyer()
    Store.update(state=state).execute()
    past(shop, buyer.remote_id, type=REMOVAL)
    calls = shop.calls()

    work(shop)

    assert PrivacyRequest.get().state == PrivacyRequestState.DONE
    assert Customer.get(Customer.remote_id == buyer.remote_id).email is None
    assert shop.calls() == calls


def test_request_without_a_customer_waits_for_a_person(shop: Shop) -> None:
    past(shop, shop.store_id, type="profile.personalDataRemovalRequest")

    work(shop)

    assert PrivacyRequest.get().state == PrivacyRequestState.UNCLEAR


def test_request_with_only_an_address_finds_its_customer(shop: Shop) -> None:
    buyer = a_buyer()
    data = {"customerEmail": buyer.email_as_given}
    past(shop, None, type=REMOVAL, payload={"data": data})

    work(shop)

    assert PrivacyRequest.get().customer_id == buyer.remote_id


def test_replayed_request_is_fulfilled_again(shop: Shop) -> None:
    buyer = a_buyer()
    event = past(shop, buyer.remote_id, type="customer.personalDataExportRequest")
    work(shop)
    PrivacyRequest.update(document=None).execute()
    WebhookEvent.update(state=EventState.PENDING).where(WebhookEvent.id == event.id).execute()

    work(shop)

    assert PrivacyRequest.get().document is not None


@pytest.mark.promise(1)
def test_pending_request_is_found_by_the_sweep(shop: Shop) -> None:
    Store.update(state=StoreState.RECONNECT).execute()
    past(shop, 12, type=REMOVAL)
    PrivacyRequest.create(store=shop.store_id, kind=PrivacyRequestKind.ERASURE, customer_id=12)

    assert wake_drains_of_stopped_stores(shop.runtime) == 1
    assert wake_privacy_requests(shop.runtime) == 1

    redis = shop.runtime.redis
    assert redis.exists(wake_key(DRAIN_EVENTS.path, (shop.store_id,)))
    assert redis.exists(wake_key(PROCESS_PRIVACY_REQUESTS.path, (shop.store_id,)))
