"""Products that can and can't be sold are counted in steps, again when they have changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import Product, SellableCount, Store, StoreState, utc_now
from portal.services.mirror.resources import PRODUCTS
from portal.services.records import count_sellable as module
from portal.services.records.count_sellable import (
    CHECK_INTERVAL,
    PASS_INTERVAL,
    count_sellable_products,
    sellable_count_of,
)
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_store, product_payload

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(runtime: Runtime) -> Store:
    """A store with three products: one can be sold, one is hidden, one hidden and sold out."""
    store = make_store(id=1003)
    sellable = {"quantity": 3, "unlimited": False, "weight": 1, "imageUrl": "https://a.example/b"}
    for number, changes in enumerate(
        ({}, {"enabled": False}, {"enabled": False, "quantity": 0, "inStock": False}), 1
    ):
        PRODUCTS.save(1003, [product_payload(id=number, **{**sellable, **changes})], UPDATED_AT)
    return store


def count(runtime: Runtime) -> SellableCount:
    """Let the daemon count until nothing is due."""
    while count_sellable_products(runtime):
        pass
    return SellableCount.get()


def let_pass(time: timedelta) -> None:
    SellableCount.update(
        due_at=SellableCount.get().due_at - time, counted_at=SellableCount.get().counted_at - time
    ).execute()


def test_products_are_counted_by_reason(runtime: Runtime, store: Store) -> None:
    assert sellable_count_of(store) is None

    counted = count(runtime)

    assert (counted.sellable, counted.unsellable) == (1, 2)
    assert counted.reasons == {"product_disabled": 2, "out_of_stock": 1}
    assert sellable_count_of(store) == counted


def test_pass_continues_at_its_cursor(
    runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PRODUCTS_PER_STEP", 1)
    monkeypatch.setattr(module, "TIME_BUDGET_S", 0)

    steps = [count_sellable_products(runtime) for _ in range(6)]

    assert steps == [1, 1, 1, 1, 1, 0]
    assert SellableCount.get().unsellable == 2


def test_unchanged_products_are_not_counted_again(runtime: Runtime, store: Store) -> None:
    first = count(runtime)
    let_pass(CHECK_INTERVAL)

    assert count_sellable_products(runtime) == 1

    assert SellableCount.get().counted_at == first.counted_at - CHECK_INTERVAL
    assert SellableCount.get().due_at > utc_now()


@pytest.mark.parametrize("change", ["update", "deletion", "a day passes"])
def test_products_are_counted_again_after(runtime: Runtime, store: Store, change: str) -> None:
    count(runtime)
    later = UPDATED_AT + MINUTE
    if change == "update":
        PRODUCTS.save(1003, [product_payload(id=1, enabled=False, updated=str(later))], later)
        Product.update(remote_updated_at=later).where(Product.remote_id == 1).execute()
    elif change == "deletion":
        PRODUCTS.mark_deleted(1003, [1], later)
    let_pass(PASS_INTERVAL if change == "a day passes" else CHECK_INTERVAL)
    before = SellableCount.get().counted_at

    counted = count(runtime)

    assert counted.counted_at > before
    assert (counted.sellable == 1) == (change == "a day passes")


def test_only_working_stores_are_counted(runtime: Runtime, store: Store) -> None:
    Store.update(state=StoreState.DISCONNECTED).execute()

    assert count_sellable_products(runtime) == 0
    assert SellableCount.select().count() == 0
