"""Mirrored variations get the price that mirroring them again would give, on both databases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from peewee import Database

from portal.ecwid.catalog import product_rows
from portal.models import Variation, utc_now
from portal.models.fields import dump_json
from portal.models.migrations import migrate
from tests.factories import product_payload
from tests.models.migrations.test_standard_names import FormerRows

BEFORE = "0027_standard_names"
STORE = 1003


def option(name: str, kind: str = "ABSOLUTE", **prices: Any) -> dict[str, Any]:
    choices = [
        {"text": text, "priceModifier": price, "priceModifierType": kind}
        for text, price in prices.items()
    ]
    return {"type": "SELECT", "name": name, "choices": choices}


def sized(number: int, size: str = "L", **fields: Any) -> dict[str, Any]:
    return {"id": number, "options": [{"name": "Size", "value": size}], **fields}


PLAIN = option("Size", S=0, L=5)
PRODUCTS = [
    product_payload(id=1, options=[PLAIN], combinations=[sized(11), sized(12, price=30)]),
    product_payload(
        id=2, options=[option("Size ", "PERCENT", L=10)], combinations=[sized(21, "L "), sized(22)]
    ),
    product_payload(id=3, price=1, options=[option("Size", L=-5)], combinations=[sized(31)]),
    product_payload(id=4, combinations=[sized(41), {"id": 42, "price": Decimal("0.125")}]),
    product_payload(
        id=5,
        subscriptionSettings={"subscriptionAllowed": True, "oneTimePurchasePrice": 9},
        combinations=[sized(51)],
    ),
]


def insert_former_rows(database: Database) -> None:
    """Insert the products as the former version mirrored them: with the price that was sent."""
    rows = FormerRows(database)
    for product in PRODUCTS:
        rows.add("product", store_id=STORE, remote_id=product["id"], raw=dump_json(product))
        for variation in product["combinations"]:
            price = variation.get("price")
            rows.add(
                "variation",
                store_id=STORE,
                remote_id=variation["id"],
                product_id=product["id"],
                raw=dump_json(variation),
                price=None if price is None else int(price * 10_000),
            )


def test_prices_of_mirrored_variations_are_calculated(empty_database: Database) -> None:
    migrate(empty_database, target=BEFORE)
    with empty_database.connection_context():
        insert_former_rows(empty_database)

    migrate(empty_database)

    mirrored = [
        row for payload in PRODUCTS for row in product_rows(STORE, payload, utc_now()).variations
    ]
    with empty_database.connection_context(), empty_database.bind_ctx([Variation]):
        found = {row.remote_id: (row.price, row.own_price) for row in Variation.select()}
    assert found == {row["remote_id"]: (row["price"], row["own_price"]) for row in mirrored}
    assert found[11] == (Decimal("29.90"), None)
    assert found[12] == (Decimal(35), Decimal(30))


def test_unreadable_products_do_not_stop_the_migration(empty_database: Database) -> None:
    migrate(empty_database, target=BEFORE)
    odd: list[Any] = [None, 5, "x", [], {"choices": [None, {"text": "L", "priceModifier": "x"}]}]
    with empty_database.connection_context():
        insert_former_rows(empty_database)
        raw = {"price": "1E+99", "options": odd, "subscriptionSettings": 5}
        mark = empty_database.param
        empty_database.execute_sql(
            f"UPDATE product SET raw = {mark} WHERE remote_id IN (1, 3)",
            (dump_json(raw),),
        )
        empty_database.execute_sql("DELETE FROM product WHERE remote_id = 4")

    migrate(empty_database)

    with empty_database.connection_context(), empty_database.bind_ctx([Variation]):
        found = {row.remote_id: row.price for row in Variation.select()}
    assert (found[11], found[12], found[31]) == (0, 30, 0)
    assert found[41] is None
