"""Bulk statements store many rows exactly as peewee would."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from peewee import Database, IntegrityError

from portal.models import Product, Store
from portal.models.bulk import (
    ROWS_PER_STATEMENT,
    append_stored_rows,
    chunked,
    in_values,
    insert_rows,
    insert_stored_rows,
    to_stored_row,
)
from tests.factories import UPDATED_AT, make_store, product_row

ODD_TEXTS = ("", "Кружка", "a'b\"c\\d", "%s ? $1 {}", "5E+12345", "\t\n\u2028")


@pytest.fixture
def store(database: Database) -> Store:
    return make_store()


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_row_reads_as_it_was_written(store: Store, text: str) -> None:
    row = product_row(
        name=text,
        sku=None,
        price=Decimal("24.905"),
        quantity=0,
        is_in_stock=False,
        category_ids=[1, text],
        raw={"name": text, "price": Decimal("24.90"), "none": None, "huge": 10**30},
    )

    assert insert_rows(Product, [row]) == 1

    assert {name: Product.get().__data__[name] for name in row} == row


def test_missing_fields_get_their_defaults(store: Store) -> None:
    insert_rows(Product, [product_row(remote_id=5), product_row(remote_id=6)])

    assert [(row.is_in_stock, row.category_ids) for row in Product.select()] == [(True, [])] * 2


def test_statement_takes_200_rows_or_none(store: Store) -> None:
    rows: list[dict[str, Any]] = [product_row(remote_id=n) for n in range(ROWS_PER_STATEMENT)]

    assert insert_rows(Product, rows) == ROWS_PER_STATEMENT
    assert insert_rows(Product, []) == 0


def test_conflict_clause_decides_on_conflicts(store: Store) -> None:
    insert_rows(Product, [product_row(remote_id=5, name="first")])
    both = [product_row(remote_id=n, name="second") for n in (5, 6)]

    assert insert_rows(Product, both, "ON CONFLICT DO NOTHING") == 1
    with pytest.raises(IntegrityError):
        insert_rows(Product, both)

    assert [row.name for row in Product.select().order_by(Product.remote_id)] == ["first", "second"]


def test_rows_are_found_among_many_ids(store: Store) -> None:
    later = UPDATED_AT + timedelta(minutes=1)
    insert_rows(Product, [product_row(remote_id=n, synced_at=later) for n in range(1, 6)])

    found = Product.select().where(
        in_values(Product.remote_id, [2, 4, 2**62]), Product.store == store
    )

    assert sorted(row.remote_id for row in found) == [2, 4]
    assert not Product.select().where(in_values(Product.remote_id, [])).exists()


def test_row_can_be_converted_ahead_with_all_its_defaults(store: Store) -> None:
    ready = to_stored_row(Product, product_row(remote_id=5, price=Decimal("24.90")))

    assert ready["store_id"] == store.id
    assert (ready["price"], ready["is_enabled"]) == (249_000, True)
    assert insert_stored_rows(Product, [ready]) == 1

    assert Product.get().price == Decimal("24.90")


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_appended_row_reads_as_it_was_written(store: Store, text: str) -> None:
    row = product_row(name=text, sku=None, quantity=0, category_ids=[1, text], raw={"name": text})

    assert append_stored_rows(Product, [to_stored_row(Product, row)]) == 1
    assert append_stored_rows(Product, []) == 0

    assert {name: Product.get().__data__[name] for name in row} == row


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (3, [3]), (7, [3, 3, 1])])
def test_chunks_have_all_items_in_order(count: int, sizes: list[int]) -> None:
    found = list(chunked(iter(range(count)), 3))

    assert [len(part) for part in found] == sizes
    assert [item for part in found for item in part] == list(range(count))


def test_chunks_are_read_when_they_are_needed() -> None:
    rest = iter(range(10))

    assert next(chunked(rest, 3)) == [0, 1, 2]
    assert next(rest) == 3
