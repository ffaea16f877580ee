"""Late, repeated, replayed and reordered events leave the mirror in the store's state."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from portal.models import (
    Category,
    EventState,
    MirrorTable,
    Order,
    Variation,
    WebhookEvent,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, insert_rows
from portal.sandbox.server import SandboxServer
from portal.sandbox.validation import NotFoundError
from portal.services.event_processing.processor import drain
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT
from tests.services.event_processing.conftest import TABLE_OF
from tests.shop import Shop, open_shop

EVENTS = 10_000
DELIVERIES = 6
# An event's claim may be false: events of any type are hints.
CLAIMS = ("created", "updated", "updated", "deleted")
MIRROR: tuple[type[MirrorTable], ...] = (*TABLE_OF.values(), Variation)
Row = dict[str, Any]


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A fully mirrored store with records of every resource."""
    shop = open_shop(runtime, sandbox, products=100, orders=50, customers=10, coupons=3)
    shop.sync()
    return shop


def history(shop: Shop, chance: Random) -> list[Row]:
    """Return 10,000 future events of the store in chronological order."""
    named = [
        (kind, row.remote_id)
        for kind, table in TABLE_OF.items()
        for row in table.select(table.remote_id).order_by(table.remote_id)
    ]
    return [
        event_row(shop, number, *chance.choice(named), chance.choice(CLAIMS))
        for number in range(EVENTS)
    ]


def event_row(shop: Shop, number: int, kind: str, entity_id: int, claim: str) -> Row:
    return {
        "event_id": f"event-{number}",
        "store_id": shop.store_id,
        "type": f"{kind}.{claim}",
        "entity_id": str(entity_id),
        "event_created_at": UPDATED_AT,
        "received_at": utc_now(),
        "due_at": utc_now(),
        "payload": {},
        "state": EventState.PENDING,
        "attempts": 0,
    }


def happen(shop: Shop, event: Row, number: int) -> None:
    """Change the event's entity at the store; some products are deleted."""
    kind, store_id, parts = event["type"].partition(".")[0], shop.store_id, shop.server.parts
    entity_id = int(event["entity_id"])
    if kind == "product" and number % 500 == 0:
        parts.products.delete(store_id, entity_id)
    elif kind == "product":
        parts.products.update(store_id, entity_id, {"price": number + 1})
    elif kind == "category":
        parts.categories.update(store_id, entity_id, {"name": f"Shelf {number}"})
    elif kind == "order":
        order = Order.get(Order.remote_id == entity_id)
        parts.orders.update(store_id, order.number, {"trackingNumber": f"RX{number}"})
    elif kind == "customer":
        parts.customers.update(store_id, entity_id, {"name": f"Shopper {number}"})
    else:
        parts.coupons.update(store_id, str(entity_id), {"name": f"Welcome {number}"})


def deliver(events: Sequence[Row]) -> None:
    """Accept events like the receiver: each event id once."""
    for part in chunked(events, ROWS_PER_STATEMENT):
        insert_rows(WebhookEvent, part, "ON CONFLICT DO NOTHING")


def mirror_rows() -> dict[str, list[Row]]:
    """Return the mirror's rows without their read times, and only the ids of deleted records.

    Categories have no update time at Ecwid, so theirs is the read time and left out, too.
    """
    found = {}
    for table in MIRROR:
        rows = list(table.select().order_by(table.remote_id).dicts())
        times = {"synced_at", "deleted_at"} | (
            {"remote_updated_at"} if table is Category else set()
        )
        found[table.__name__] = [
            {name: row[name] for name in row if name not in times}
            if row["deleted_at"] is None
            else {"remote_id": row["remote_id"], "is_deleted": True}
            for row in rows
        ]
    return found


def drain_all(shop: Shop) -> None:
    while WebhookEvent.select().where(WebhookEvent.state == EventState.PENDING).exists():
        drain(shop.runtime, shop.store_id)


@pytest.mark.promise(3)
@pytest.mark.promise(4)
@pytest.mark.parametrize("seed", [1, 2])
def test_duplicates_reordering_and_replays_end_in_the_rows_of_a_clean_run(
    shop: Shop, seed: int
) -> None:
    chance = Random(seed)
    copied = {table: list(table.select().dicts()) for table in MIRROR}
    events = history(shop, chance)
    late: list[Row] = []
    for part in chunked(enumerate(events), EVENTS // DELIVERIES):
        for number, event in part:
            if number % 10 == 0:
                # A deleted record can't be changed any more.
                with suppress(NotFoundError):
                    happen(shop, event, number)
        # Events arrive in any order, some of them twice, some of them far too late.
        reported = [event for _, event in part] + late
        chance.shuffle(reported)
        late = [reported.pop() for _ in range(len(reported) // 3)]
        deliver(reported + chance.choices(reported, k=200))
        drain(shop.runtime, shop.store_id)
        # A person replays some events.
        replayed = [event["event_id"] for event in chance.choices(reported, k=200)]
        WebhookEvent.update(state=EventState.PENDING, attempts=0, due_at=utc_now()).where(
            WebhookEvent.event_id.in_(replayed)
        ).execute()
    deliver(late)
    drain_all(shop)
    after_disorder = mirror_rows()
    assert WebhookEvent.select().count() == EVENTS

    for table in reversed(MIRROR):
        table.delete().execute()
    for table, rows in copied.items():
        table.upsert(rows)
    WebhookEvent.delete().execute()
    deliver(events)
    drain_all(shop)

    assert after_disorder == mirror_rows()
    assert {row.get("is_deleted") for row in after_disorder["Product"]} == {None, True}
