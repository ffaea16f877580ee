"""Two changes within one second: mirror, history and channels end with the last state."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.models import (
    EventState,
    Membership,
    OutboundEvent,
    Product,
    RecordChange,
    WebhookEvent,
    utc_now,
)
from portal.sandbox.resource_specs import PRODUCT
from portal.services.event_processing.processor import drain
from tests.factories import make_endpoint, make_merchant
from tests.shop import Shop

pytestmark = pytest.mark.promise(4)
SECOND = timedelta(seconds=1)


@pytest.fixture
def product_id(shop: Shop) -> int:
    """A product of a mirrored store, whose changes are published to an endpoint."""
    shop.sync()
    merchant = make_merchant()
    Membership.create(merchant=merchant, store=shop.store_id)
    make_endpoint(merchant, shop.runtime.sealer)
    return shop.product_ids()[0]


def change_in_the_same_second(shop: Shop, product_id: int, **fields: Any) -> None:
    """Change a product without a new update time, as the second change within a second."""
    parts = shop.server.parts
    product = parts.products.get(shop.store_id, product_id)
    with parts.state.transaction():
        parts.records.put(PRODUCT, shop.store_id, [product | fields])


def mirrored_price(product_id: int) -> Decimal:
    return Product.get(Product.remote_id == product_id).price


def published_types() -> list[str]:
    return [event.type for event in OutboundEvent.select().order_by(OutboundEvent.id)]


@pytest.mark.parametrize("is_late", [False, True], ids=["in order", "first event last"])
def test_each_change_is_mirrored_recorded_and_published(
    shop: Shop, product_id: int, is_late: bool
) -> None:
    now = utc_now()
    times = [now + SECOND, now] if is_late else [now, now + SECOND]
    shop.change(product_id, price=1)
    shop.event(product_id, event_created_at=times[0])
    drain(shop.runtime, shop.store_id)
    change_in_the_same_second(shop, product_id, price=2)
    shop.event(product_id, event_created_at=times[1])

    drain(shop.runtime, shop.store_id)

    history = [
        (change["before"], change["after"])
        for row in RecordChange.select().order_by(RecordChange.id)
        for change in row.changes
        if change["field"] == "price"
    ]
    assert mirrored_price(product_id) == 2
    assert history[1:] == [("1", "2")]
    assert published_types() == ["product.updated", "product.updated"]
    assert {event.state for event in WebhookEvent.select()} == {EventState.APPLIED}


def test_sync_finds_the_second_change_without_its_event(shop: Shop, product_id: int) -> None:
    shop.change(product_id, price=1)
    shop.sync()
    change_in_the_same_second(shop, product_id, price=2)

    run = shop.sync()[0]
    again = shop.sync()[0]

    assert mirrored_price(product_id) == 2
    assert (run.saved, again.saved) == (1, 0)
    assert published_types() == ["product.updated", "product.updated"]
