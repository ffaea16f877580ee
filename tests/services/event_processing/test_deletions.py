"""A deletion event of any resource marks a record as deleted only if the store confirms it."""

from __future__ import annotations

import pytest

from portal.models import EventState, MirrorTable, Order, WebhookEvent
from portal.sandbox.server import SandboxServer
from portal.services.event_processing.processor import drain
from portal.services.runtime import Runtime
from tests.services.event_processing.conftest import TABLE_OF
from tests.shop import Shop, open_shop


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A fully mirrored store with records of every resource."""
    shop = open_shop(runtime, sandbox, products=30, orders=20, customers=10, coupons=5)
    shop.sync()
    return shop


def remove(shop: Shop, kind: str, entity_id: int) -> None:
    """Delete a record in the store."""
    parts = shop.server.parts
    if kind == "order":
        parts.orders.delete(shop.store_id, Order.get(Order.remote_id == entity_id).number)
    elif kind == "discount_coupon":
        parts.coupons.delete(shop.store_id, str(entity_id))
    else:
        owners = {
            "product": parts.products,
            "category": parts.categories,
            "customer": parts.customers,
        }
        owners[kind].delete(shop.store_id, entity_id)


def living(table: type[MirrorTable]) -> set[int]:
    """Return the live records of the mirror."""
    return {row.remote_id for row in table.select().where(table.deleted_at.is_null())}


def outcomes() -> list[tuple[str, int]]:
    rows = WebhookEvent.select().order_by(WebhookEvent.id)
    return [(event.state, event.attempts) for event in rows]


@pytest.mark.promise(3)
@pytest.mark.promise(6)
@pytest.mark.parametrize("kind", TABLE_OF)
def test_forged_deletion_deletes_nothing(shop: Shop, kind: str) -> None:
    before = living(TABLE_OF[kind])
    for entity_id in sorted(before)[:3]:
        shop.event(entity_id, type=f"{kind}.deleted")

    drain(shop.runtime, shop.store_id)

    assert living(TABLE_OF[kind]) == before
    assert outcomes() == [(EventState.APPLIED, 1)] * 3


@pytest.mark.promise(6)
@pytest.mark.parametrize("kind", TABLE_OF)
def test_only_the_confirmed_deletion_of_a_batch_is_marked(shop: Shop, kind: str) -> None:
    before = living(TABLE_OF[kind])
    gone, there = sorted(before)[:2]
    remove(shop, kind, gone)
    shop.event(gone, type=f"{kind}.deleted")
    shop.event(there, type=f"{kind}.deleted")

    drain(shop.runtime, shop.store_id)

    assert living(TABLE_OF[kind]) == before - {gone}
    assert TABLE_OF[kind].get(TABLE_OF[kind].matching(shop.store_id, [gone])).deleted_at is not None
    assert outcomes() == [(EventState.APPLIED, 1)] * 2


@pytest.mark.promise(6)
@pytest.mark.parametrize("kind", TABLE_OF)
def test_deletion_of_an_unknown_record_is_applied(shop: Shop, kind: str) -> None:
    before = living(TABLE_OF[kind])
    shop.event(987_654_321, type=f"{kind}.deleted")

    drain(shop.runtime, shop.store_id)

    assert living(TABLE_OF[kind]) == before
    assert outcomes() == [(EventState.APPLIED, 1)]


@pytest.mark.promise(6)
@pytest.mark.parametrize("kind", TABLE_OF)
def test_failing_store_confirms_no_deletion(shop: Shop, kind: str) -> None:
    before = living(TABLE_OF[kind])
    gone = min(before)
    remove(shop, kind, gone)
    shop.server.parts.switches.set("error_rate", "1")
    shop.event(gone, type=f"{kind}.deleted")

    drain(shop.runtime, shop.store_id)

    assert living(TABLE_OF[kind]) == before
    assert outcomes() == [(EventState.PENDING, 0)]
