"""Several reads that are written as one have the same result as one after the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from portal.ecwid.listed_records import ListedRecords
from portal.models import MirrorTable, OrderItem, Product, Quarantine, Store, Variation
from portal.services.mirror.mapped_records import MappedRecords, SaveResult
from portal.services.mirror.resources import ORDERS, PRODUCTS
from tests.factories import UPDATED_AT, make_store, order_payload, product_payload

STORE = 1003
SAME_DATABASE = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """The store whose records are mirrored."""
    return make_store()


def minute(number: int) -> datetime:
    """Return the time this many minutes after the store's last change."""
    return UPDATED_AT + timedelta(minutes=number)


def product(product_id: int, changed: int, *variations: int) -> dict[str, Any]:
    """Return a product's state after its change at minute ``changed``."""
    return product_payload(
        id=product_id,
        name=f"changed at {changed}",
        updateTimestamp=int(minute(changed).timestamp()),
        combinations=[{"id": 10 * product_id + number} for number in variations],
    )


def read(at: int, *payloads: Any) -> MappedRecords:
    """Return the products that a read at minute ``at`` brought, as rows."""
    return PRODUCTS.map(STORE, payloads, minute(at))


def live(table: type[MirrorTable]) -> set[int]:
    """Return the ids of the live records."""
    return {row.remote_id for row in table.select().where(table.deleted_at.is_null())}


def test_record_that_two_reads_have_is_written_once() -> None:
    joined = MappedRecords.joined([read(1, product(5, 0)), read(2, product(5, 1), product(6, 0))])

    assert joined.duplicates == 1
    assert PRODUCTS.write(joined) == SaveResult(seen=3, saved=2, unchanged=0, quarantined=0)
    assert Product.get(Product.remote_id == 5).name == "changed at 1"


def test_state_of_the_later_read_wins_in_any_order() -> None:
    same_second = [read(2, product(5, 0, 2)), read(1, product(5, 0, 1))]

    PRODUCTS.write(MappedRecords.joined(same_second))

    assert live(Variation) == {52}


def test_each_read_deletes_the_variations_that_it_did_not_bring() -> None:
    PRODUCTS.save(STORE, [product(5, 0, 1, 2), product(6, 0, 1, 2)], minute(1))
    reads = [read(2, product(5, 1, 1)), read(4, product(6, 1, 2), product(7, 0, 1))]

    PRODUCTS.write(MappedRecords.joined(reads))

    assert live(Variation) == {51, 62, 71}
    deleted = Variation.select().where(Variation.deleted_at.is_null(is_null=False))
    assert {row.remote_id: row.synced_at for row in deleted} == {52: minute(2), 61: minute(4)}


def test_items_of_known_and_new_orders_are_replaced() -> None:
    def order(number: int, *skus: str) -> dict[str, Any]:
        return order_payload(internalId=number, items=[{"sku": sku, "name": sku} for sku in skus])

    ORDERS.save(STORE, [order(1, "A", "B")], minute(1))
    reads = [
        ORDERS.map(STORE, [found], minute(at))
        for at, found in ((2, order(1, "C")), (3, order(2, "D")))
    ]

    ORDERS.write(MappedRecords.joined(reads))

    items = OrderItem.select().order_by(OrderItem.order_id)
    assert [(item.order_id, item.sku) for item in items] == [(1, "C"), (2, "D")]


def test_unreadable_records_of_all_reads_are_quarantined() -> None:
    joined = MappedRecords.joined([read(1, {"id": 8, "price": []}), read(2, {"id": 9, "sku": []})])

    assert PRODUCTS.write(joined).quarantined == 2
    assert {entry.entity_id for entry in Quarantine.select()} == {"8", "9"}


def test_joined_pages_keep_the_texts_of_their_records() -> None:
    pages = [ListedRecords.of_texts(["1", "2"]), ListedRecords.of_texts(["3"])]

    joined = ListedRecords.joined(pages)

    assert joined.texts == ["1", "2", "3"]
    assert joined == [1, 2, 3]
    assert ListedRecords.joined([*pages, [4]]).texts is None
    assert ListedRecords.joined([*pages, [4]]) == [1, 2, 3, 4]


@pytest.mark.promise(4)
@SAME_DATABASE
@given(
    changes=st.lists(st.sets(st.sampled_from([1, 2, 3])), min_size=2, max_size=6),
    data=st.data(),
)
def test_reads_joined_in_any_order_end_in_the_state_of_the_last_one(
    changes: list[set[int]], data: st.DataObject
) -> None:
    Variation.delete().execute()
    Product.delete().execute()
    reads = [read(at, product(5, at, *sorted(which))) for at, which in enumerate(changes)]
    shuffled = data.draw(st.permutations(reads))
    cut = data.draw(st.integers(1, len(reads)))

    for part in (shuffled[:cut], shuffled[cut:]):
        if part:
            PRODUCTS.write(MappedRecords.joined(part))

    assert Product.get().name == f"changed at {len(changes) - 1}"
    assert live(Variation) == {50 + number for number in changes[-1]}
