"""Products and categories are converted to rows that fit their tables, or raise RecordError."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from peewee import Database

from portal.ecwid.catalog import category_row, product_rows
from portal.errors import RecordError
from portal.models import Category, Product, Variation
from tests.ecwid.odd_values import READ_AT, attempt, changes_of, on_a_shared_database
from tests.factories import UPDATED_AT, make_store, product_payload

VARIATION: dict[str, Any] = {
    "id": 501,
    "combinationNumber": 1,
    "sku": "MUG-1-L",
    "options": [{"name": "Size", "value": "L"}],
    "price": Decimal("29.90"),
    "quantity": 3,
    "inStock": True,
}
CATEGORY: dict[str, Any] = {
    "id": 7,
    "parentId": 2,
    "name": "Mugs",
    "enabled": True,
    "productCount": 12,
    "orderBy": 10,
    "url": "https://clay.example/mugs",
}


def test_product_is_converted_to_a_row() -> None:
    payload = product_payload(
        compareToPrice=Decimal("30.00"), thumbnailUrl="https://clay.example/t.jpg"
    )

    rows = product_rows(1003, payload, READ_AT)

    assert rows.variations == []
    assert rows.product == {
        "store": 1003,
        "remote_id": 5,
        "name": "Stoneware mug",
        "sku": "MUG-1",
        "price": Decimal("24.90"),
        "compare_to_price": Decimal("30.00"),
        "quantity": 7,
        "is_in_stock": True,
        "is_enabled": True,
        "url": "https://clay.example/mug",
        "thumbnail_url": "https://clay.example/t.jpg",
        "category_ids": [7],
        "remote_created_at": datetime(2025, 1, 1, tzinfo=UTC),
        "raw": payload,
        "remote_updated_at": UPDATED_AT,
        "synced_at": READ_AT,
        "deleted_at": None,
    }


def test_product_with_unlimited_stock_has_no_quantity() -> None:
    payload = product_payload(unlimited=True)
    del payload["quantity"]

    assert product_rows(1003, payload, READ_AT).product["quantity"] is None


def test_product_with_only_an_id_gets_defaults() -> None:
    product = product_rows(1003, {"id": 5}, READ_AT).product

    assert (product["name"], product["sku"], product["price"]) == ("", None, None)
    assert (product["is_in_stock"], product["is_enabled"]) == (True, True)
    assert product["category_ids"] == []


def test_missing_update_time_of_a_product_is_its_read_time() -> None:
    payload = product_payload()
    del payload["updated"], payload["updateTimestamp"]

    assert product_rows(1003, payload, READ_AT).product["remote_updated_at"] == READ_AT


def test_variations_are_converted_to_rows_of_their_product() -> None:
    payload = product_payload(combinations=[VARIATION, {"id": 502}])

    first, second = product_rows(1003, payload, READ_AT).variations

    assert first == {
        "store": 1003,
        "remote_id": 501,
        "product_id": 5,
        "number": 1,
        "sku": "MUG-1-L",
        "options": [{"name": "Size", "value": "L"}],
        "price": Decimal("29.90"),
        "own_price": Decimal("29.90"),
        "quantity": 3,
        "is_in_stock": True,
        "raw": VARIATION,
        "remote_updated_at": UPDATED_AT,
        "synced_at": READ_AT,
        "deleted_at": None,
    }
    assert (second["remote_id"], second["options"]) == (502, [])
    assert (second["price"], second["own_price"]) == (Decimal("24.90"), None)


def test_price_of_a_variation_has_the_modifiers_of_its_options() -> None:
    large = {"text": " L", "priceModifier": 10, "priceModifierType": "PERCENT"}
    box = {"text": "box", "priceModifier": 5, "priceModifierType": "ABSOLUTE"}
    payload = product_payload(
        options=[
            {"type": "SELECT", "name": "Size", "choices": [large]},
            {"type": "RADIO", "name": "Gift wrap", "choices": [box], "defaultChoice": 0},
        ],
        combinations=[VARIATION, {**VARIATION, "id": 502, "price": None}],
    )

    prices = [
        (row["price"], row["own_price"]) for row in product_rows(1003, payload, READ_AT).variations
    ]

    assert prices == [(Decimal("32.890"), Decimal("29.90")), (Decimal("27.390"), None)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"priceModifier": "x"}, "options[0].choices[0].priceModifier"),
        ({"priceModifier": 10**11, "priceModifierType": "PERCENT"}, "combinations[0].price"),
    ],
)
def test_product_whose_variation_has_no_readable_price_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    choice = {"text": "L", "priceModifierType": "ABSOLUTE"} | changes
    options = [{"type": "SELECT", "name": "Size", "choices": [choice]}]

    large = VARIATION | {"price": None}
    payload = product_payload(options=options, combinations=[large], price=10**11)

    with pytest.raises(RecordError) as caught:
        product_rows(1003, payload, READ_AT)

    assert caught.value.field == field
    # Without variations, the modifier decides on no mirrored price.
    assert product_rows(1003, payload | {"combinations": []}, READ_AT).variations == []


def test_update_time_of_a_category_is_its_read_time() -> None:
    assert category_row(1003, CATEGORY, READ_AT) == {
        "store": 1003,
        "remote_id": 7,
        "parent_id": 2,
        "name": "Mugs",
        "is_enabled": True,
        "product_count": 12,
        "position": 10,
        "url": "https://clay.example/mugs",
        "raw": CATEGORY,
        "remote_updated_at": READ_AT,
        "synced_at": READ_AT,
        "deleted_at": None,
    }


@pytest.mark.parametrize("parent", [None, 0, "0"])
def test_top_level_category_has_no_parent(parent: Any) -> None:
    assert category_row(1003, CATEGORY | {"parentId": parent}, READ_AT)["parent_id"] is None


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("changes", "resource", "field"),
    [
        ({"id": None}, "products", "id"),
        ({"price": "free"}, "products", "price"),
        ({"compareToPrice": []}, "products", "compareToPrice"),
        ({"quantity": 2**31}, "products", "quantity"),
        ({"sku": "x" * 256}, "products", "sku"),
        ({"name": {"en": "Mug"}}, "products", "name"),
        ({"inStock": "yes"}, "products", "inStock"),
        ({"enabled": 1}, "products", "enabled"),
        ({"categoryIds": 7}, "products", "categoryIds"),
        ({"updateTimestamp": 2**62}, "products", "updateTimestamp"),
        ({"createTimestamp": None, "created": "once"}, "products", "created"),
        ({"combinations": {"id": 501}}, "products", "combinations"),
        ({"combinations": [None]}, "products", "combinations[0]"),
        ({"combinations": [{}]}, "products", "combinations[0].id"),
        ({"combinations": [VARIATION | {"price": True}]}, "products", "combinations[0].price"),
    ],
    ids=repr,
)
def test_invalid_product_field_is_named(changes: dict[str, Any], resource: str, field: str) -> None:
    with pytest.raises(RecordError) as refused:
        product_rows(1003, product_payload(**changes), READ_AT)

    assert (refused.value.resource, refused.value.field) == (resource, field)


@pytest.mark.promise(5)
def test_error_in_a_variation_names_the_product_which_can_be_fetched_again() -> None:
    payload = product_payload(combinations=[VARIATION, {"id": 502, "quantity": "many"}])

    with pytest.raises(RecordError) as refused:
        product_rows(1003, payload, READ_AT)

    assert refused.value.entity_id == "5"
    assert refused.value.field == "combinations[1].quantity"


@pytest.mark.parametrize("payload", [None, [], "text", 5])
def test_product_or_category_that_is_not_an_object_is_rejected(payload: Any) -> None:
    with pytest.raises(RecordError):
        product_rows(1003, payload, READ_AT)
    with pytest.raises(RecordError):
        category_row(1003, payload, READ_AT)


@pytest.mark.promise(5)
@on_a_shared_database
@given(product=changes_of(product_payload(compareToPrice=1)), variation=changes_of(VARIATION))
def test_database_accepts_every_product_that_can_be_read(
    database: Database, product: dict[str, Any], variation: dict[str, Any]
) -> None:
    payload = product_payload(combinations=[deepcopy(VARIATION) | variation]) | product

    with database.atomic() as transaction:
        make_store()
        rows, refused_field = attempt(product_rows, payload)
        if rows is None:
            assert re.split(r"[.\[]", str(refused_field))[0] in {"record", *payload}
        else:
            assert Product.upsert([rows.product]) == 1
            assert Variation.upsert(rows.variations) <= len(rows.variations)
            assert Product.get().price == rounded(rows.product["price"])
        transaction.rollback()


@pytest.mark.promise(5)
@on_a_shared_database
@given(changes=changes_of(CATEGORY))
def test_database_accepts_every_category_that_can_be_read(
    database: Database, changes: dict[str, Any]
) -> None:
    with database.atomic() as transaction:
        make_store()
        row, refused_field = attempt(category_row, CATEGORY | changes)
        if row is None:
            assert refused_field in CATEGORY
        else:
            assert Category.upsert([row]) == 1
            assert Category.get().remote_id == row["remote_id"]
        transaction.rollback()


def rounded(price: Decimal | None) -> Decimal | None:
    return None if price is None else price.quantize(Decimal("0.0001"))
