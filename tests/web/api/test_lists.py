"""Parameters of the lists: related records, batches, filters, orders and counts."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.models import Merchant, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.mirror.resources import ORDERS, PRODUCTS
from portal.services.mirror.suppression_list import erase_orders
from tests.factories import order_payload, product_payload
from tests.web.api.conftest import READ_AT, Caller, make_key_text

STORE = "/stores/1003"


def listed(caller: Caller, path: str) -> dict[str, Any]:
    answer = caller.get(f"{STORE}/{path}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def test_related_records_are_embedded(caller: Caller, mirror: Store) -> None:
    (product,) = listed(caller, "products?include=variations,categories&fields=name")["items"]
    assert set(product) == {"id", "name", "variations", "categories"}
    assert [each["sku"] for each in product["variations"]] == ["MUG-1-L"]
    assert [each["name"] for each in product["categories"]] == ["Mugs"]

    (variation,) = listed(caller, "variations?include=product&fields=sku")["items"]
    assert (set(variation), variation["product"]["id"]) == ({"id", "sku", "product"}, 5)

    one = caller.get(f"{STORE}/orders/90?include=customer,products&fields=number").json
    assert set(one) == {"id", "number", "customer", "products"}
    assert one["customer"] == caller.get(f"{STORE}/customers/12").json
    assert one["products"] == [caller.get(f"{STORE}/products/5").json]
    assert "variations" not in one["products"][0]


def test_records_without_related_ones_have_empty_places(caller: Caller, store: Store) -> None:
    ORDERS.save(store.id, [order_payload(customerId=None, items=[{"name": "Fee"}])], READ_AT)
    PRODUCTS.save(store.id, [product_payload(categoryIds=[])], READ_AT)

    (order,) = listed(caller, "orders?include=customer,products")["items"]
    (product,) = listed(caller, "products?include=variations,categories")["items"]

    assert (order["customer"], order["products"]) == (None, [])
    assert (product["variations"], product["categories"]) == ([], [])
    assert listed(caller, "variations?include=product")["items"] == []


def test_products_of_orders_need_the_scope_of_the_catalog(
    app: Flask, merchant: Merchant, mirror: Store
) -> None:
    caller = Caller(app, make_key_text(merchant, KeyScope.READ_ORDERS))

    assert caller.get(f"{STORE}/orders?include=customer").status_code == 200
    for path in ("orders", "orders/90"):
        refused = caller.get(f"{STORE}/{path}?include=products")
        assert (refused.status_code, refused.json["code"]) == (403, "scope_missing")


def test_batch_returns_the_records_in_order_and_names_the_missing(
    caller: Caller, mirror: Store
) -> None:
    PRODUCTS.save(mirror.id, [product_payload(id=6), product_payload(id=4)], READ_AT)

    batch = listed(caller, "products?ids=6,99,4,6,5&fields=id&limit=1")

    assert batch == {"items": [{"id": 6}, {"id": 4}, {"id": 5}], "next": None, "missing": [99]}
    assert "missing" not in listed(caller, "products")
    (one,) = listed(caller, "orders?ids=90&include=customer")["items"]
    assert one["customer"]["id"] == 12
    for name in ("variations?ids=51", "categories?ids=7", "customers?ids=12", "coupons?ids=33"):
        assert (len(listed(caller, name)["items"]), listed(caller, name)["missing"]) == (1, [])


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("products?ids=", "ids", "invalid_format"),
        ("products?ids=5,", "ids", "invalid_format"),
        ("products?ids=9999999999999999999", "ids", "invalid_format"),
        (f"products?ids={','.join(map(str, range(1, 102)))}", "ids", "too_long"),
        ("products?ids=5&sku=X", "sku", "contradiction"),
        ("products?ids=5&sort=id", "sort", "contradiction"),
        ("products?ids=5&sellable=true", "sellable", "contradiction"),
        ("variations?sellable=yes", "sellable", "wrong_type"),
        ("products?ids=5&count=true", "count", "contradiction"),
        ("orders?ids=5&created_since=2026-03-01T00:00:00Z", "created_since", "contradiction"),
        ("products?include=reviews", "include", "invalid_choice"),
        ("products?include=", "include", "invalid_choice"),
        ("products?include=variations&limit=101", "limit", "contradiction"),
        ("products?limit=251", "limit", "out_of_range"),
        ("products?sort=name", "sort", "invalid_choice"),
        ("variations?sort=updated_at", "sort", "invalid_choice"),
        ("products?fields=id,hue", "fields", "invalid_choice"),
        ("orders?payment_status=paid", "payment_status", "invalid_format"),
        ("coupons?status=OPEN", "status", "invalid_choice"),
        ("customers?name=Ada", "name", "unknown_field"),
        (
            "orders?created_since=2026-03-02T00:00:00Z&created_until=2026-03-01T00:00:00Z",
            "created_until",
            "contradiction",
        ),
        (
            "products?updated_since=2026-03-02T00:00:00Z&updated_until=2026-03-02T00:00:00Z",
            "updated_until",
            "contradiction",
        ),
    ],
)
def test_invalid_parameter_is_refused_with_its_name(
    caller: Caller, store: Store, query: str, field: str, code: str
) -> None:
    refused = caller.get(f"{STORE}/{query}")

    assert (refused.status_code, refused.json["field"]) == (422, field), refused.text
    (error,) = refused.json["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert error["message"].startswith(field)


def test_cursor_of_another_order_is_refused(caller: Caller, store: Store) -> None:
    PRODUCTS.save(store.id, [product_payload(id=number) for number in (1, 2, 3)], READ_AT)
    first = caller.get(f"{STORE}/products?limit=2&sort=-id&fields=id")

    second = caller.get(first.headers["Link"].partition("/api/v1")[2].partition(">")[0])
    other = caller.get(f"{STORE}/products?after={first.json['next']}")

    assert [item["id"] for item in (*first.json["items"], *second.json["items"])] == [3, 2, 1]
    assert (other.status_code, other.json["field"]) == (422, "after")
    assert "another order" in other.json["detail"]


def test_lists_are_filtered_sorted_and_counted(caller: Caller, mirror: Store) -> None:
    ORDERS.save(
        mirror.id,
        [
            order_payload(
                id="NEW",
                internalId=91,
                paymentStatus="CANCELLED",
                externalOrderId="ours-2",
                customerId=13,
                createTimestamp=1772276400,
            )
        ],
        READ_AT,
    )
    for query, ids in {
        "orders?sort=-created_at": [91, 90],
        "orders?payment_status=PAID": [90],
        "orders?fulfillment_status=SHIPPED&sort=-id": [91, 90],
        "orders?external_id=ours-2": [91],
        "orders?customer_id=13&payment_status=PAID": [],
        "orders?created_since=2026-02-28T10:30:00Z": [91],
        "orders?created_until=2026-02-28T10:30:00Z": [90],
        "orders?updated_since=2026-03-01T00:00:00Z&updated_until=2026-03-01T12:00:01Z": [90, 91],
        "products?category_id=7&is_in_stock=true&is_enabled=true": [5],
        "products?is_enabled=false": [],
        "products?sellable=true&category_id=7&updated_since=2026-03-01T00:00:00Z": [5],
        "products?sellable=false": [],
        "variations?sellable=true&product_id=5&include=product&fields=sku": [51],
        "categories?parent_id=3&is_enabled=true": [7],
        "variations?product_id=5&is_in_stock=true": [51],
        "customers?email=ADA@shopper.example&sort=-created_at": [12],
        "coupons?status=ACTIVE": [33],
        "coupons?status=PAUSED": [],
    }.items():
        page = listed(caller, f"{query}&count=true")
        assert [item["id"] for item in page["items"]] == ids, query
        assert page["count"] == {"value": len(ids), "is_exact": True}, query
    assert listed(caller, "orders?count=true")["count"] == {"value": 2, "is_exact": True}
    assert "count" not in listed(caller, "orders")


def test_order_has_people_options_shipping_and_notes(caller: Caller, store: Store) -> None:
    store.order_status_names = {"CUSTOM_PAYMENT_STATUS_1": "Deposit paid"}
    store.save()
    payload = order_payload(
        paymentStatus="CUSTOM_PAYMENT_STATUS_1",
        privateAdminNotes="Fragile",
        orderComments="Ring twice",
        ipAddress="203.0.113.9",
        paymentMethod="Card",
    )
    ORDERS.save(store.id, [payload], READ_AT)

    order = caller.get(f"{STORE}/orders/90").json

    assert (order["payment_status_name"], order["fulfillment_status_name"]) == (
        "Deposit paid",
        None,
    )
    assert (order["billing_person"]["name"], order["shipping_person"]["name"]) == (
        "Ada Adler",
        "Bea Bakker",
    )
    assert (order["private_notes"], order["comment"]) == ("Fragile", "Ring twice")
    assert (order["shipping"]["method"], order["payment"]["method"]) == ("Standard", "Card")
    assert order["shipments"][0]["tracking_number"] == "RX1"
    assert order["discounts"] == [{"kind": "coupon", "name": "WELCOME-10", "amount": "4.98"}]
    assert "203.0.113.9" not in str(order)


def test_erased_order_shows_no_personal_data(caller: Caller, store: Store) -> None:
    person = {"name": "Ada Adler", "phone": "+49 30 5551", "companyName": "Adler & Sons"}
    personal = order_payload(
        billingPerson=person,
        shippingPerson=person,
        customerTaxId="DE129273398",
        privateAdminNotes="Calls often",
        orderComments="Ring twice",
        extraFields={"birthday": "1815-12-10"},
        refunds=[{"amount": 1, "reason": "Her cat"}],
        trackingUrl="https://dhl.example/Ada",
        shippingOption={"shippingMethodName": "To Ada", "isPickup": True, "pickupInstruction": "I"},
        paymentMessage="Ada's card",
        customSurcharges=[{"id": "x", "total": 1, "description": "For Ada"}],
    )
    item = {"name": "Mug", "selectedOptions": [{"name": "Text", "value": "For Ada"}]}
    ORDERS.save(store.id, [personal | {"items": [item]}], READ_AT)
    before = caller.get(f"{STORE}/orders/90").text

    erase_orders(store.id, [90])

    order = caller.get(f"{STORE}/orders/90")
    texts = ("Ada", "5551", "Adler", "DE129273398", "Calls", "Ring", "1815", "Her cat", "RX1")
    assert [text for text in texts if text not in before] == []
    assert [text for text in texts if text in order.text] == []
    assert (order.json["total"], order.json["items"][0]["name"]) == ("49.72", "Mug")
