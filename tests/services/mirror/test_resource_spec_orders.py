"""Orders are mirrored with the items of their newest state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

from portal.models import Order, OrderItem, Quarantine, Store
from portal.services.mirror.mapped_records import SaveResult
from portal.services.mirror.resources import ORDERS
from tests.ecwid.odd_values import damaged, on_a_shared_database
from tests.factories import UPDATED_AT, make_store, order_payload

STORE = 1003


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """The store that is mirrored."""
    return make_store()


def minute(number: int) -> datetime:
    return UPDATED_AT + timedelta(minutes=number)


def order(changed: int = 0, *names: str, **changes: Any) -> dict[str, Any]:
    """Return the order's state after its change at minute ``changed``, with these items."""
    items = [{"name": name, "quantity": 1} for name in names]
    return order_payload(updateTimestamp=int(minute(changed).timestamp()), items=items, **changes)


def items() -> list[tuple[int, str]]:
    """Return positions and names of the mirrored items."""
    rows = OrderItem.select().order_by(OrderItem.order_id, OrderItem.position)
    return [(row.position, row.name) for row in rows]


def test_order_is_saved_with_its_items() -> None:
    assert ORDERS.save(STORE, [order(0, "Mug", "Bowl")], minute(1)) == SaveResult(1, 1, 0, 0)

    kept = Order.get()
    assert (kept.number, kept.email, kept.item_count) == ("EBJFT", "ada@shopper.example", 2)
    assert items() == [(0, "Mug"), (1, "Bowl")]


def test_newer_order_replaces_its_items() -> None:
    ORDERS.save(STORE, [order(0, "Mug", "Bowl")], minute(1))

    ORDERS.save(STORE, [order(5, "Jug")], minute(6))

    assert items() == [(0, "Jug")]


@pytest.mark.promise(4)
def test_older_page_changes_neither_order_nor_items() -> None:
    ORDERS.save(STORE, [order(5, "Jug", total=7)], minute(6))

    assert ORDERS.save(STORE, [order(0, "Mug", total=5)], minute(8)).saved == 0

    assert Order.get().total == 7
    assert items() == [(0, "Jug")]


def test_newer_of_two_states_in_one_page_wins() -> None:
    ORDERS.save(STORE, [order(5, "Jug"), order(0, "Mug")], minute(6))

    assert items() == [(0, "Jug")]


def test_items_of_other_orders_stay() -> None:
    ORDERS.save(STORE, [order(0, "Mug"), order(0, "Bowl", id="OTHER", internalId=91)], minute(1))

    ORDERS.save(STORE, [order(5, "Jug")], minute(6))

    assert items() == [(0, "Jug"), (0, "Bowl")]


def test_order_with_thousands_of_items_is_saved() -> None:
    names = [f"Bead {number}" for number in range(5_000)]

    ORDERS.save(STORE, [order(0, *names)], minute(1))

    assert (Order.get().item_count, len(items())) == (5_000, 5_000)


@pytest.mark.promise(5)
def test_one_unreadable_order_does_not_block_its_page() -> None:
    bad = order(0, id="BADLY", internalId=91, total="much")

    assert ORDERS.save(STORE, [bad, order(0, "Mug")], minute(1)) == SaveResult(2, 1, 0, 1)
    entry = Quarantine.get()
    assert (entry.entity_id, entry.payload) == ("BADLY", bad)
    assert "total is no amount" in entry.reason
    ORDERS.save(STORE, [order(0, id="BADLY", internalId=91)], minute(2))
    assert Quarantine.get().resolved_at is not None


@pytest.mark.promise(5)
def test_order_with_an_unreadable_item_is_quarantined_as_a_whole() -> None:
    bad = order_payload(items=[{"id": 901, "price": 5}, {"id": 902, "price": "free"}])

    assert ORDERS.save(STORE, [bad], minute(1)) == SaveResult(1, 0, 0, 1)

    entry = Quarantine.get()
    assert (entry.entity_id, entry.payload) == ("EBJFT", bad)
    assert entry.reason == "orders EBJFT: items[1].price is no amount"
    ORDERS.save(STORE, [order(0, "Mug")], minute(2))
    assert Quarantine.get().resolved_at is not None


@pytest.mark.promise(5)
@on_a_shared_database
@given(payloads=st.lists(damaged(order_payload()), max_size=4))
def test_every_page_of_orders_is_accepted(
    database: Database, payloads: list[dict[str, Any]]
) -> None:
    with database.atomic() as transaction:
        saved = ORDERS.save(STORE, payloads, minute(1))

        assert saved.seen == len(payloads)
        assert saved.saved == Order.select().count() <= saved.seen - saved.quarantined
        assert Quarantine.select().count() <= saved.quarantined
        transaction.rollback()


@pytest.mark.promise(4)
def test_newer_state_in_two_pages_of_one_read_keeps_its_items() -> None:
    ORDERS.save(STORE, [order(5, "Jug")], minute(6))

    ORDERS.save(STORE, [order(0, "Mug", "Bowl")], minute(6))

    assert items() == [(0, "Jug")]


def test_items_of_another_store_stay() -> None:
    make_store(id=2002)
    ORDERS.save(2002, [order(0, "Mug")], minute(1))

    ORDERS.save(STORE, [order(5, "Jug")], minute(6))

    assert {(row.store_id, row.name) for row in OrderItem} == {(2002, "Mug"), (STORE, "Jug")}


@dataclass(frozen=True)
class Look:
    """One read of the order: its time and result; ``names`` is None for a 404."""

    at: int
    changed: int
    names: tuple[str, ...] | None

    def write(self) -> None:
        """Write the result of the read, as a run or a drain does."""
        if self.names is None:
            ORDERS.mark_deleted(STORE, [90], minute(self.at))
        else:
            ORDERS.save(STORE, [order(self.changed, *self.names)], minute(self.at))


@st.composite
def histories(draw: st.DrawFn) -> list[Look]:
    """Return reads of an order that changes, disappears and returns, in chronological order."""
    looks, changed = [Look(0, 0, ("Mug",))], 0
    for at in range(1, draw(st.integers(1, 6)) + 1):
        names = looks[-1].names
        if draw(st.booleans()):
            changed = at
            names = draw(st.none() | st.lists(st.sampled_from(["Jug", "Bowl"])).map(tuple))
        looks.append(Look(at, changed, names))
    return looks


@pytest.mark.promise(4)
@on_a_shared_database
@given(history=histories(), data=st.data())
def test_reads_written_in_any_order_end_in_the_state_of_the_last_one(
    database: Database, history: list[Look], data: st.DataObject
) -> None:
    first, *others = history
    with database.atomic() as transaction:
        first.write()

        for look in data.draw(st.permutations(others)):
            look.write()

        last = history[-1]
        kept = Order.get()
        assert (kept.deleted_at is None) == (last.names is not None)
        if last.names is not None:
            assert kept.remote_updated_at == minute(last.changed)
            assert items() == list(enumerate(last.names))
        transaction.rollback()


def test_deleted_order_is_marked_and_its_items_stay_visible() -> None:
    ORDERS.save(STORE, [order(0, "Mug")], minute(1))

    assert ORDERS.mark_deleted(STORE, [90, 91], minute(2)) == 1

    assert Order.get().deleted_at is not None
    assert items() == [(0, "Mug")]
