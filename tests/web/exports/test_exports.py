"""Exports of all records of a store as one file, recorded in the audit log."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from contextlib import ExitStack
from decimal import Decimal

import pytest
from flask import Flask

from portal.models import AuditLogEntry, Merchant, Product, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS, PRODUCTS
from portal.services.records.export_records import ExportFormat, export
from portal.services.records.read_records import EXPORT_PAGE
from portal.services.runtime import Runtime
from portal.web.exports.slots import EXPORTS_AT_ONCE, export_slot
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    order_payload,
    product_payload,
    product_row,
)
from tests.web.api.conftest import Caller, make_key_text
from tests.web.conftest import Visitor, page_text

# An export keeps one page of records in memory. A second page would exceed this.
PEAK_GROWTH = 1.2


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


@pytest.fixture
def full_store(store: Store) -> Store:
    """A store with one record of each kind, and a product with a name like a formula."""
    PRODUCTS.save(
        store.id, [product_payload(), product_payload(id=6, sku=None, name="=1+1")], UPDATED_AT
    )
    ORDERS.save(store.id, [order_payload()], UPDATED_AT)
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    COUPONS.save(store.id, [coupon_payload()], UPDATED_AT)
    return store


def test_csv_export_is_downloaded_and_recorded_in_the_audit_log(
    browser: Visitor, merchant: Merchant, full_store: Store
) -> None:
    assert "Export (logged under your name):" in page_text(browser.get("/stores/1003/products"))

    answer = browser.post("/stores/1003/export/products.csv")

    assert answer.mimetype == "text/csv"
    assert 'attachment; filename="products-1003-' in answer.headers["Content-Disposition"]
    mug, formula = csv.DictReader(io.StringIO(answer.text))
    assert (mug["id"], mug["price"], mug["is_enabled"]) == ("5", "24.90", "true")
    assert (json.loads(mug["category_ids"]), mug["created_at"]) == ([7], "2025-01-01T00:00:00Z")
    assert (formula["name"], formula["sku"]) == ("'=1+1", "")
    noted = AuditLogEntry.get()
    assert (noted.action, noted.target, noted.actor) == ("records.exported", "products", merchant)
    assert noted.after == {"format": "csv", "count": 2}


def test_phone_numbers_stay_unless_the_strict_guard_is_chosen(
    app: Flask, browser: Visitor, merchant: Merchant, full_store: Store
) -> None:
    PRODUCTS.save(full_store.id, [product_payload(id=7, sku="+49 228 1234")], UPDATED_AT)
    page = browser.get("/stores/1003/products")
    (strict,) = set(re.findall(r'action="([^"]+products.csv\?[^"]+)"', page.text))
    caller = Caller(app, make_key_text(merchant))

    files = [
        browser.post("/stores/1003/export/products.csv").text,
        caller.get("/stores/1003/exports/products.csv").text,
        browser.post(strict.replace("&amp;", "&")).text,
        caller.get("/stores/1003/exports/products.csv?formula_guard=strict").text,
    ]

    assert "doesn't calculate texts as formulas" in page_text(page)
    skus = [list(csv.DictReader(io.StringIO(text)))[-1]["sku"] for text in files]
    assert skus == ["+49 228 1234"] * 2 + ["'+49 228 1234"] * 2
    refused = caller.get("/stores/1003/exports/products.csv?formula_guard=none")
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "formula_guard")
    wrong = browser.post("/stores/1003/export/products.csv?formula_guard=none")
    assert wrong.status_code == 422


def test_csv_has_amounts_in_full_precision_and_the_stores_status_names(
    browser: Visitor, full_store: Store
) -> None:
    full_store.currency = "KWD"
    full_store.order_status_names = {"CUSTOM_PAYMENT_STATUS_1": "Deposit paid"}
    full_store.save()
    payload = order_payload(
        id="NEW", internalId=91, paymentStatus="CUSTOM_PAYMENT_STATUS_1", total=Decimal("0.125")
    )
    ORDERS.save(1003, [payload | {"fulfillmentStatus": None, "discount": -2}], UPDATED_AT)

    answer = browser.post("/stores/1003/export/orders.csv")

    usual, own = csv.DictReader(io.StringIO(answer.text))
    assert (usual["total"], usual["payment_status_name"]) == ("49.720", "Paid")
    assert (own["total"], own["discount"]) == ("0.125", "-2.000")
    assert (own["payment_status"], own["payment_status_name"]) == (
        "CUSTOM_PAYMENT_STATUS_1",
        "Deposit paid",
    )
    assert own["fulfillment_status_name"] == ""


def test_csv_of_coupons_has_their_limits(browser: Visitor, full_store: Store) -> None:
    limited = coupon_payload(
        id=34, code="SHIP", catalogLimit=None, shippingLimit={"shippingMethods": ["std", "x"]}
    )
    COUPONS.save(full_store.id, [limited], UPDATED_AT)

    rows = list(csv.DictReader(io.StringIO(browser.post("/stores/1003/export/coupons.csv").text)))

    names = ("application_limit", "product_ids", "category_ids", "shipping_methods")
    assert [[row[name] for name in names] for row in rows] == [
        ["UNLIMITED", "[5]", "[7]", "[]"],
        ["UNLIMITED", "[]", "[]", '["std","x"]'],
    ]


def test_json_lines_export_contains_the_raw_records(
    app: Flask, merchant: Merchant, full_store: Store
) -> None:
    caller = Caller(app, make_key_text(merchant, KeyScope.READ_CATALOG, KeyScope.READ_ORDERS))

    found = {
        name: [json.loads(line) for line in answer.text.splitlines()]
        for name in ("products", "orders", "customers", "coupons")
        if (answer := caller.get(f"/stores/1003/exports/{name}.jsonl")).status_code == 200
    }

    assert {name: len(rows) for name, rows in found.items()} == {
        "products": 2,
        "orders": 1,
        "customers": 1,
        "coupons": 1,
    }
    (order,) = found["orders"]
    assert (order["total"], order["items"][0]["sku"]) == ("49.72", "MUG-1-L")
    assert order["raw"]["billingPerson"]["name"] == "Ada Adler"


def test_variations_are_exported_with_the_price_that_they_cost(
    app: Flask, browser: Visitor, merchant: Merchant, full_store: Store
) -> None:
    large = {"text": "L", "priceModifier": Decimal("2.50")}
    payload = product_payload(
        options=[{"type": "SELECT", "name": "Size", "choices": [large]}],
        combinations=[
            {"id": 51, "options": [{"name": "Size", "value": "L"}]},
            {"id": 52, "price": 30},
        ],
    )
    PRODUCTS.save(full_store.id, [payload], UPDATED_AT)
    caller = Caller(app, make_key_text(merchant, KeyScope.READ_CATALOG))

    lines = caller.get("/stores/1003/exports/variations.jsonl").text.splitlines()
    listed = caller.get("/stores/1003/variations?fields=price,own_price").json["items"]
    table = browser.post("/stores/1003/export/variations.csv").text

    prices = [{"price": "27.40", "own_price": None}, {"price": "30.00", "own_price": "30.00"}]
    assert [{name: json.loads(line)[name] for name in prices[0]} for line in lines] == prices
    assert listed == [{"id": 51} | prices[0], {"id": 52} | prices[1]]
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["price"], row["own_price"]) for row in rows] == [("27.40", ""), ("30.00", "30.00")]
    assert "Export all variations" in page_text(browser.get("/stores/1003/products"))


def test_export_requires_the_scope_of_its_resource(
    app: Flask, merchant: Merchant, full_store: Store
) -> None:
    caller = Caller(app, make_key_text(merchant, KeyScope.READ_CATALOG))

    assert caller.get("/stores/1003/exports/coupons.csv").status_code == 200
    assert caller.get("/stores/1003/exports/orders.csv").json["code"] == "scope_missing"
    assert caller.get("/stores/1003/exports/stars.csv").status_code == 404
    assert AuditLogEntry.select().where(AuditLogEntry.action == "records.exported").count() == 1


@pytest.mark.promise(9)
def test_stranger_cannot_export_a_store(stranger: Visitor, full_store: Store) -> None:
    assert stranger.post("/stores/1003/export/products.csv").status_code == 404
    assert not AuditLogEntry.select().exists()


def test_memory_of_an_export_does_not_depend_on_its_size(store: Store) -> None:
    def peak_of(records: range) -> int:
        Product.upsert(product_row(remote_id=n, raw={"about": "x" * 500}) for n in records)
        tracemalloc.start()
        count = sum(part.count(b"\n") for part in export(store, "products", ExportFormat.JSONL, {}))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == records.stop - 1
        return peak

    small = peak_of(range(1, 2 * EXPORT_PAGE + 1))
    large = peak_of(range(2 * EXPORT_PAGE + 1, 6 * EXPORT_PAGE + 1))

    assert large < PEAK_GROWTH * small


def test_export_is_refused_while_others_run_and_works_once_they_have_ended(
    browser: Visitor, app: Flask, merchant: Merchant, full_store: Store
) -> None:
    caller = Caller(app, make_key_text(merchant))
    with app.app_context(), ExitStack() as running:
        for _ in range(EXPORTS_AT_ONCE):
            running.enter_context(export_slot())

        page = browser.post("/stores/1003/export/products.csv")
        call = caller.get("/stores/1003/exports/products.csv")
    downloads = [
        browser.post("/stores/1003/export/products.csv").text for _ in range(EXPORTS_AT_ONCE + 1)
    ]

    assert (page.status_code, call.status_code) == (503, 503)
    assert page.headers["Retry-After"] == call.headers["Retry-After"] == "60"
    assert "Other downloads are in progress" in page_text(page)
    assert call.json["detail"].startswith("Other exports are running")
    assert all(text.startswith("id,") for text in downloads)
    exports = AuditLogEntry.select().where(AuditLogEntry.action == "records.exported")
    assert exports.count() == len(downloads)


def test_slot_of_a_failed_export_is_free_again(app: Flask) -> None:
    with app.app_context():
        for _ in range(EXPORTS_AT_ONCE + 1):
            with pytest.raises(ZeroDivisionError), export_slot():
                _ = 1 / 0


def test_disk_that_cannot_be_written_is_no_error_of_ours(
    browser: Visitor, runtime: Runtime, full_store: Store
) -> None:
    runtime.settings.export_directory.write_text("not a directory")

    refused = browser.post("/stores/1003/export/products.csv")

    assert refused.status_code == 503


def exported(browser: Visitor, path: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file that a page's button exports."""
    return list(csv.DictReader(io.StringIO(browser.post(path).text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["5", "6", "7", "8"]),
        ("sort=name", ["6", "7", "5", "8"]),
        ("sort=-price", ["8", "7", "6", "5"]),
        ("visibility=hidden", ["7"]),
        ("q=bowls&sort=name", ["6", "7"]),
        ("q=nowhere", []),
    ],
)
def test_export_has_the_filter_and_the_order_of_the_list(
    browser: Visitor, store: Store, query: str, ids: list[str]
) -> None:
    products = ((5, "Mug", True), (6, "Bowl", True), (7, "Bowl, red", False), (8, "Plate", True))
    PRODUCTS.save(
        store.id,
        [
            product_payload(id=number, name=name, price=number, enabled=is_enabled, sku=None)
            for number, name, is_enabled in products
        ],
        UPDATED_AT,
    )
    rows = exported(browser, f"/stores/1003/export/products.csv?{query}")

    assert [row["id"] for row in rows] == ids
    page = browser.get(f"/stores/1003/products?{query}").text
    assert not ids or f'action="/stores/1003/export/products.csv{"?" if query else chr(34)}' in page


def test_audit_log_says_that_an_export_was_filtered_but_not_how(
    browser: Visitor, full_store: Store
) -> None:
    browser.post("/stores/1003/export/customers.csv?q=ada")

    entry = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).first()
    assert entry.after["is_filtered"] is True
    assert "ada" not in str(entry.after)


def test_export_of_orders_has_the_filter_of_the_list(browser: Visitor, store: Store) -> None:
    orders = [
        order_payload(id=f"N-{number}", internalId=number, paymentStatus=status)
        for number, status in ((1, "PAID"), (2, "AWAITING_PAYMENT"), (3, "PAID"))
    ]
    ORDERS.save(store.id, orders, UPDATED_AT)

    rows = exported(browser, "/stores/1003/export/orders.csv?payment=PAID")

    assert sorted(row["number"] for row in rows) == ["N-1", "N-3"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?sort=-total", ["N-1", "N-3", "N-2"]),
        ("?sort=total&payment=PAID", ["N-3", "N-1"]),
        ("?sort=oldest", ["N-1", "N-2", "N-3"]),
        ("?payment=PAID", ["N-3", "N-1"]),
    ],
)
def test_export_of_orders_has_the_order_of_the_list(
    browser: Visitor, store: Store, query: str, numbers: list[str]
) -> None:
    orders = [
        order_payload(
            id=f"N-{number}",
            internalId=number,
            total=total,
            paymentStatus=status,
            createTimestamp=1772272800 + number,
            createDate=None,
        )
        for number, total, status in (
            (1, 90, "PAID"),
            (2, 5, "AWAITING_PAYMENT"),
            (3, 70, "PAID"),
        )
    ]
    ORDERS.save(store.id, orders, UPDATED_AT)

    rows = exported(browser, f"/stores/1003/export/orders.csv{query}")

    assert [row["number"] for row in rows] == numbers


def test_order_items_are_exported_as_rows(browser: Visitor, full_store: Store) -> None:
    rows = exported(browser, "/stores/1003/export/orders.csv?items=1")

    items = order_payload()["items"]
    assert [row["name"] for row in rows] == [item["name"] for item in items]
    assert {row["order_number"] for row in rows} == {"EBJFT"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", rows[0]["order_created_at"])


def test_csv_for_excel_begins_with_a_byte_order_mark(browser: Visitor, full_store: Store) -> None:
    marked = browser.post("/stores/1003/export/products.csv?bom=1&formula_guard=strict").data
    plain = browser.post("/stores/1003/export/products.csv").data

    assert marked.startswith("\ufeffid,".encode())
    assert plain.startswith(b"id,")
