"""Products and categories are mirrored or quarantined, and the newest state wins in any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from portal.models import Category, MirrorTable, Product, Quarantine, Resource, Store, Variation
from portal.services.mirror.mapped_records import SaveResult
from portal.services.mirror.resources import CATEGORIES, PRODUCTS
from tests.factories import UPDATED_AT, category_payload, make_store, product_payload

STORE = 1003
SAME_DATABASE = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """The store whose catalog is mirrored."""
    return make_store()


def minute(number: int) -> datetime:
    """Return the time this many minutes after the store's last change."""
    return UPDATED_AT + timedelta(minutes=number)


def product(changed: int = 0, variations: tuple[int, ...] = (), **changes: Any) -> dict[str, Any]:
    """Return the product's state after its change at minute ``changed``."""
    values = {
        "name": f"changed at {changed}",
        "updateTimestamp": int(minute(changed).timestamp()),
        "combinations": [{"id": number, "combinationNumber": number} for number in variations],
    }
    return product_payload(**values | changes)


def live(table: type[MirrorTable]) -> set[int]:
    """Return the ids of the live records."""
    rows = table.select().where(table.store == STORE, table.deleted_at.is_null())
    return {row.remote_id for row in rows}


def waiting() -> dict[str, str]:
    """Return the reasons of the open quarantine entries by record."""
    rows = Quarantine.select().where(Quarantine.resolved_at.is_null())
    return {row.entity_id: row.reason for row in rows}


def test_product_is_saved_with_its_variations() -> None:
    payload = product(combinations=[{"id": 51, "sku": "MUG-M", "price": Decimal("19.90")}])

    saved = PRODUCTS.save(STORE, [payload], minute(1))

    assert saved == SaveResult(seen=1, saved=1, unchanged=0, quarantined=0)
    kept, variation = Product.get(), Variation.get()
    assert (kept.sku, kept.price, kept.synced_at) == ("MUG-1", Decimal("24.90"), minute(1))
    assert kept.raw == payload
    assert (variation.product_id, variation.sku, variation.price) == (5, "MUG-M", Decimal("19.90"))


def test_category_is_saved() -> None:
    saved = CATEGORIES.save(STORE, [category_payload()], minute(1))

    assert saved == SaveResult(seen=1, saved=1, unchanged=0, quarantined=0)
    kept = Category.get()
    assert (kept.name, kept.parent_id, kept.product_count) == ("Mugs", 3, 12)


def test_empty_read_writes_nothing() -> None:
    assert PRODUCTS.save(STORE, [], minute(1)) == SaveResult(0, 0, 0, 0)
    assert CATEGORIES.save(STORE, [], minute(1)) == SaveResult(0, 0, 0, 0)


@pytest.mark.promise(5)
def test_unreadable_product_is_quarantined_and_the_others_are_saved() -> None:
    broken = product(id=6, price="free")

    saved = PRODUCTS.save(STORE, [product(id=5), broken, product(id=7)], minute(1))

    assert saved == SaveResult(seen=3, saved=2, unchanged=0, quarantined=1)
    assert live(Product) == {5, 7}
    entry = Quarantine.get()
    assert (entry.store_id, entry.resource, entry.entity_id) == (STORE, Resource.PRODUCTS, "6")
    assert entry.reason == "products 6: price is no amount"
    assert entry.payload == broken


@pytest.mark.promise(5)
def test_unreadable_category_is_quarantined_and_the_others_are_saved() -> None:
    broken = category_payload(id=8, parentId="top")

    saved = CATEGORIES.save(STORE, [broken, category_payload(id=9)], minute(1))

    assert saved == SaveResult(seen=2, saved=1, unchanged=0, quarantined=1)
    assert live(Category) == {9}
    assert Quarantine.get().resource == Resource.CATEGORIES
    assert waiting() == {"8": "categories 8: parentId is no whole number"}


@pytest.mark.promise(5)
@pytest.mark.parametrize("save", [PRODUCTS.save, CATEGORIES.save])
@pytest.mark.parametrize("payload", [None, 5, "text", [], True, {}, {"id": None}, {"id": {}}])
def test_value_that_is_not_a_record_is_quarantined(save: Any, payload: Any) -> None:
    saved = save(STORE, [payload], minute(1))

    assert saved == SaveResult(seen=1, saved=0, unchanged=0, quarantined=1)
    assert Quarantine.get().payload == payload


@pytest.mark.promise(5)
def test_product_with_an_unreadable_variation_is_quarantined_as_a_whole() -> None:
    payload = product(combinations=[{"id": 51}, {"id": "five"}])

    PRODUCTS.save(STORE, [payload], minute(1))

    assert live(Product) == live(Variation) == set()
    assert Quarantine.get().payload == payload


@pytest.mark.parametrize(
    ("save", "broken", "mended"),
    [
        (PRODUCTS.save, product(price="free"), product(price=Decimal("24.90"))),
        (CATEGORIES.save, category_payload(name=[]), category_payload(name="Mugs")),
    ],
)
def test_record_leaves_quarantine_once_it_is_readable(
    save: Any, broken: dict[str, Any], mended: dict[str, Any]
) -> None:
    save(STORE, [broken], minute(1))

    save(STORE, [mended], minute(2))

    assert waiting() == {}
    assert Quarantine.select().count() == 1


def test_quarantined_record_keeps_its_last_readable_version() -> None:
    PRODUCTS.save(STORE, [product(0)], minute(1))

    PRODUCTS.save(STORE, [product(2, price="free")], minute(3))

    assert Product.get().name == "changed at 0"
    assert Product.get().deleted_at is None


def test_variation_removed_from_its_product_is_marked_deleted() -> None:
    PRODUCTS.save(STORE, [product(0, (51, 52)), product(0, (61,), id=6)], minute(1))

    PRODUCTS.save(STORE, [product(2, (52, 53))], minute(3))

    assert live(Variation) == {52, 53, 61}
    assert Variation.select().count() == 4


def test_returning_variation_is_live_again() -> None:
    PRODUCTS.save(STORE, [product(0, (51,))], minute(1))
    PRODUCTS.save(STORE, [product(2)], minute(3))

    PRODUCTS.save(STORE, [product(4, (51,))], minute(5))

    assert live(Variation) == {51}


def test_variations_of_another_store_stay() -> None:
    make_store(id=2002)
    PRODUCTS.save(2002, [product(0, (51,))], minute(1))

    PRODUCTS.save(STORE, [product(2)], minute(3))

    assert Variation.get().deleted_at is None


def test_deleting_a_product_deletes_its_variations() -> None:
    PRODUCTS.save(STORE, [product(0, (51,)), product(0, (61,), id=6)], minute(1))

    marked = PRODUCTS.mark_deleted(STORE, [5, 404], minute(2))

    assert marked == 1
    assert (live(Product), live(Variation)) == ({6}, {61})


def test_returning_product_brings_its_variations() -> None:
    PRODUCTS.save(STORE, [product(0, (51,))], minute(1))
    PRODUCTS.mark_deleted(STORE, [5], minute(2))

    PRODUCTS.save(STORE, [product(0, (51,))], minute(3))

    assert (live(Product), live(Variation)) == ({5}, {51})


def test_deleted_category_is_marked() -> None:
    CATEGORIES.save(STORE, [category_payload(id=7), category_payload(id=8)], minute(1))

    marked = CATEGORIES.mark_deleted(STORE, [7, 404], minute(2))

    assert marked == 1
    assert live(Category) == {8}


@pytest.mark.promise(6)
@pytest.mark.parametrize("mark", [PRODUCTS.mark_deleted, CATEGORIES.mark_deleted])
def test_marking_no_ids_deletes_nothing(mark: Any) -> None:
    PRODUCTS.save(STORE, [product()], minute(1))
    CATEGORIES.save(STORE, [category_payload()], minute(1))

    assert mark(STORE, [], minute(2)) == 0
    assert live(Product) == {5}
    assert live(Category) == {7}


@pytest.mark.promise(6)
def test_absence_older_than_the_last_read_deletes_nothing() -> None:
    PRODUCTS.save(STORE, [product(3, (51,))], minute(4))
    CATEGORIES.save(STORE, [category_payload()], minute(4))

    assert PRODUCTS.mark_deleted(STORE, [5], minute(2)) == 0
    assert CATEGORIES.mark_deleted(STORE, [7], minute(2)) == 0
    assert (live(Product), live(Variation), live(Category)) == ({5}, {51}, {7})


@pytest.mark.promise(4)
def test_older_page_does_not_restore_a_variation_that_an_event_removed() -> None:
    PRODUCTS.save(STORE, [product(3, (51,))], minute(4))

    PRODUCTS.save(STORE, [product(0, (51, 52))], minute(1))

    assert Product.get().name == "changed at 3"
    assert live(Variation) == {51}


@pytest.mark.promise(4)
def test_later_response_with_an_older_version_removes_no_variation() -> None:
    PRODUCTS.save(STORE, [product(3, (51, 52))], minute(4))

    PRODUCTS.save(STORE, [product(0, (51,))], minute(5))

    assert Product.get().name == "changed at 3"
    assert live(Variation) == {51, 52}


@pytest.mark.promise(4)
def test_newer_version_of_a_product_twice_in_a_page_wins() -> None:
    newer, older = product(3, (51,)), product(0, (51, 52))

    PRODUCTS.save(STORE, [newer, older], minute(4))

    assert Product.get().name == "changed at 3"
    assert live(Variation) == {51}


@dataclass(frozen=True)
class Look:
    """One read of product 5: its time and result; ``variations`` is None for a 404."""

    at: int
    changed: int
    variations: tuple[int, ...] | None

    def write(self) -> None:
        """Write the result of the read, as a run or a drain does."""
        if self.variations is None:
            PRODUCTS.mark_deleted(STORE, [5], minute(self.at))
        else:
            PRODUCTS.save(STORE, [product(self.changed, self.variations)], minute(self.at))


@st.composite
def histories(draw: st.DrawFn) -> list[Look]:
    """Return reads of a product that changes, disappears and returns, in chronological order."""
    looks, changed = [Look(0, 0, (51, 52))], 0
    for at in range(1, draw(st.integers(1, 6)) + 1):
        variations = looks[-1].variations
        if draw(st.booleans()):
            changed = at
            kinds = st.sets(st.sampled_from([51, 52, 53])).map(sorted).map(tuple)
            variations = draw(st.none() | kinds)
        looks.append(Look(at, changed, variations))
    return looks


@pytest.mark.promise(4)
@SAME_DATABASE
@given(history=histories(), data=st.data())
def test_reads_written_in_any_order_end_in_the_state_of_the_last_one(
    history: list[Look], data: st.DataObject
) -> None:
    Variation.delete().execute()
    Product.delete().execute()
    first, *others = history
    first.write()

    for look in data.draw(st.permutations(others)):
        look.write()

    last = history[-1]
    assert live(Product) == (set() if last.variations is None else {5})
    assert live(Variation) == set(last.variations or ())
    if last.variations is not None:
        assert Product.get().name == f"changed at {last.changed}"


@pytest.mark.promise(4)
@SAME_DATABASE
@given(
    history=st.lists(st.booleans(), min_size=1, max_size=6),
    data=st.data(),
)
def test_categories_end_in_the_state_of_the_last_read(
    history: list[bool], data: st.DataObject
) -> None:
    Category.delete().execute()
    CATEGORIES.save(STORE, [category_payload(name="read at 0")], minute(0))

    for at, is_there in data.draw(st.permutations(list(enumerate(history, start=1)))):
        if is_there:
            CATEGORIES.save(STORE, [category_payload(name=f"read at {at}")], minute(at))
        else:
            CATEGORIES.mark_deleted(STORE, [7], minute(at))

    assert live(Category) == ({7} if history[-1] else set())
    if history[-1]:
        assert Category.get().name == f"read at {len(history)}"
