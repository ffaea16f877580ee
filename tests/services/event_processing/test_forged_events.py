"""A forged event changes nothing: only the id and time of an event are signed, not its body."""

from __future__ import annotations

import pytest

from daemon.tasks import process_privacy_requests
from portal.models import (
    Category,
    Coupon,
    Customer,
    EventState,
    Grant,
    Order,
    PrivacyRequest,
    PrivacyRequestState,
    Product,
    Store,
    StoreState,
    SuppressionEntry,
    WebhookEvent,
)
from portal.sandbox.server import SandboxServer
from portal.services.event_processing.processor import drain
from portal.services.runtime import Runtime
from tests.shop import Shop, open_shop, store_of

MIRROR = (Product, Category, Order, Customer, Coupon)
# Every type that Ecwid documents ("Webhook event types"), grouped by what it is about.
TYPES = {
    Product: ("product.created", "product.updated", "product.deleted"),
    Category: ("category.created", "category.updated", "category.deleted"),
    Order: (
        *("order.created", "order.updated", "order.deleted"),
        *("unfinished_order.created", "unfinished_order.updated", "unfinished_order.deleted"),
        *("invoice.created", "invoice.deleted"),
    ),
    Customer: (
        *("customer.created", "customer.updated", "customer.deleted"),
        *("customer.personalDataRemovalRequest", "customer.personalDataExportRequest"),
    ),
    Coupon: (
        "discount_coupon.created",
        "discount_coupon.updated",
        "discount_coupon.deleted",
    ),
    Store: (
        *("profile.updated", "profile.subscriptionStatusChanged"),
        *("profile.personalDataRemovalRequest", "profile.personalDataExportRequest"),
        *("application.installed", "application.uninstalled"),
        *("application.subscriptionStatusChanged", "application.storageChanged"),
        *("product_class.created", "product_class.updated", "product_class.deleted"),
        *("customer_group.created", "customer_group.updated", "customer_group.deleted"),
        *("promotion.created", "promotion.updated", "promotion.deleted"),
        *("review.created", "review.updated", "review.deleted"),
    ),
}


@pytest.fixture
def shop(jobs_runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with records of each kind, and its mirror."""
    shop = open_shop(jobs_runtime, sandbox, products=3, orders=5, customers=3, coupons=2)
    shop.sync()
    return shop


def kept(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """Return each of the store's records: its id, when it was deleted, and what Ecwid sent."""
    return {
        table.__name__: list(
            table.select(table.remote_id, table.deleted_at, table.raw)
            .where(table.store == shop.store_id)
            .order_by(table.remote_id)
            .tuples()
        )
        for table in MIRROR
    }


def forge(shop: Shop) -> int:
    """Save an event of each type about a record that is still there; return their number."""
    count = 0
    for table, types in TYPES.items():
        for event_type in types:
            about = shop.store_id if table is Store else table.select().get().remote_id
            lies = {"newPaymentStatus": "REFUNDED", "customerEmail": "forged@shopper.example"}
            shop.event(about, type=event_type, payload={"data": lies})
            count += 1
    return count


def test_forged_events_of_every_type_change_nothing(shop: Shop) -> None:
    before, grant = kept(shop), Grant.active_for(shop.store_id)
    count = forge(shop)

    drain(shop.runtime, shop.store_id)
    process_privacy_requests(shop.store_id)

    unfinished = WebhookEvent.select().where(WebhookEvent.state == EventState.PENDING)
    assert (count, [event.type for event in unfinished]) == (42, [])
    assert kept(shop) == before
    assert store_of(shop).state == StoreState.CONNECTED
    assert Grant.active_for(shop.store_id) == grant
    held = PrivacyRequest.get(PrivacyRequest.state == PrivacyRequestState.WAITING)
    assert (held.is_held, held.is_at_ecwid) == (True, True)
    assert not SuppressionEntry.select().exists()


@pytest.mark.parametrize("state", [StoreState.SUSPENDED, StoreState.PLAN_BLOCKED])
def test_forged_uninstall_of_a_stopped_store_is_confirmed_first(
    shop: Shop, state: StoreState
) -> None:
    Store.update(state=state).execute()
    shop.event(shop.store_id, type="application.uninstalled")

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).state == StoreState.CONNECTED
    assert Grant.active_for(shop.store_id) is not None
