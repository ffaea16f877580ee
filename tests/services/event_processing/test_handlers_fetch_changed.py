"""Customers, which Ecwid can't list by ids, are read from the list of changes or one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import Customer, EventState, WebhookEvent, utc_now
from portal.sandbox.server import SandboxServer
from portal.services.event_processing.processor import drain
from portal.services.mirror.resources import CUSTOMERS as CUSTOMER_SPEC
from portal.services.runtime import Runtime
from tests.shop import Shop, open_shop

CUSTOMERS = 230


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A fully mirrored store with 230 customers."""
    shop = open_shop(runtime, sandbox, products=1, customers=CUSTOMERS)
    shop.sync()
    shop.forget_calls()
    return shop


def customer_ids() -> list[int]:
    return [row.remote_id for row in Customer.select().order_by(Customer.remote_id)]


def happen(shop: Shop, customer_id: int) -> None:
    """Change a customer's name; Ecwid sends an event about it."""
    shop.server.parts.customers.update(shop.store_id, customer_id, {"name": "Renamed"})
    shop.event(customer_id, type="customer.updated", event_created_at=utc_now())


def test_many_changes_are_read_page_by_page(shop: Shop) -> None:
    for customer_id in customer_ids():
        happen(shop, customer_id)

    drain(shop.runtime, shop.store_id)

    assert {row.name for row in Customer.select()} == {"Renamed"}
    assert {event.state for event in WebhookEvent.select()} == {EventState.APPLIED}
    assert shop.calls() < 15


def test_old_events_are_read_one_by_one(shop: Shop) -> None:
    for customer_id in customer_ids()[: CUSTOMER_SPEC.fetch_limit + 5]:
        # The store has no change since then.
        created_at = utc_now() + timedelta(hours=1)
        shop.event(customer_id, type="customer.updated", event_created_at=created_at)

    drain(shop.runtime, shop.store_id)

    assert {event.state for event in WebhookEvent.select()} == {EventState.APPLIED}
    assert shop.calls("/customers/") == CUSTOMER_SPEC.fetch_limit + 5


def test_unreadable_customer_does_not_block_the_others(shop: Shop) -> None:
    poison, *others = customer_ids()[2:12]
    for customer_id in (*others[:4], poison, *others[4:]):
        created_at = utc_now() + timedelta(hours=1)
        shop.event(customer_id, type="customer.updated", event_created_at=created_at)
    shop.fault(f"/customers/{poison}", 400, times=100)

    drain(shop.runtime, shop.store_id)

    found = {event.entity_id: event for event in WebhookEvent.select()}
    assert found[str(poison)].state == EventState.PENDING
    assert found[str(poison)].attempts == 1
    assert {found[str(other)].state for other in others} == {EventState.APPLIED}
    assert {found[str(other)].attempts for other in others} == {1}


def test_deletion_among_many_changes_is_confirmed_by_its_404(shop: Shop) -> None:
    gone, *others = customer_ids()[:20]
    shop.server.parts.customers.delete(shop.store_id, gone)
    shop.event(gone, type="customer.deleted", event_created_at=utc_now())
    for customer_id in others:
        happen(shop, customer_id)

    drain(shop.runtime, shop.store_id)

    assert Customer.get(Customer.remote_id == gone).deleted_at is not None
    assert {event.state for event in WebhookEvent.select()} == {EventState.APPLIED}
    assert shop.calls() <= 4
