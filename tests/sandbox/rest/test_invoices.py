"""Tests for the endpoints of receipts and tax invoices."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

ORDER = {
    "subtotal": 20,
    "total": 23.8,
    "tax": 3.8,
    "email": "ada@shopper.example",
    "paymentStatus": "PAID",
    "fulfillmentStatus": "SHIPPED",
    "items": [{"name": "Oak board (L)", "price": 10, "quantity": 2}],
}


def make_order(sandbox: SandboxClient, store_id: int, **fields: Any) -> tuple[str, str]:
    """Create an order and return its number and its path."""
    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER | fields)
    assert answer.status_code == 200, answer.text
    number = str(answer.json()["orderid"])
    return number, f"/orders/{number}"


def test_a_receipt_is_a_pdf(sandbox: SandboxClient, store_id: int) -> None:
    number, path = make_order(sandbox, store_id)

    answer = sandbox.api(store_id, f"{path}/invoice-pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.4")
    assert f"Receipt for order {number}".encode() in answer.content
    assert b"(Total: 23.80 EUR)" in answer.content


@pytest.mark.parametrize(("status", "kind"), [("PAID", "SALE"), ("CANCELLED", "FULL_CANCEL")])
def test_a_tax_invoice_is_created_and_downloaded(
    sandbox: SandboxClient, store_id: int, status: str, kind: str
) -> None:
    number, path = make_order(sandbox, store_id, paymentStatus=status)
    _, other = make_order(sandbox, store_id)
    sandbox.subscribe(store_id, "invoice.created")

    created = sandbox.api(store_id, f"{path}/invoices/create-invoice", method="POST").json()

    (invoice,) = sandbox.api(store_id, f"{path}/invoices").json()["invoices"]
    link = invoice["link"].removeprefix(sandbox.url)
    file = sandbox.call("GET", link)
    assert {name: invoice[name] for name in created} == created
    assert (invoice["id"], invoice["type"]) == ("INV000001", kind)
    assert file.headers["Content-Type"] == "application/pdf"
    assert rb"2 x Oak board \(L\): 10.00" in file.content
    assert sandbox.call("GET", link[:-3]).status_code == 404
    assert sandbox.api(store_id, f"{other}/invoices").json() == {"invoices": []}
    event = ("invoice.created", invoice["internalId"], {"orderId": number})
    assert sandbox.events(store_id) == [event]


def test_an_unfinished_order_has_no_tax_invoice(sandbox: SandboxClient, store_id: int) -> None:
    _, path = make_order(sandbox, store_id, paymentStatus="INCOMPLETE")

    answer = sandbox.api(store_id, f"{path}/invoices/create-invoice", method="POST")

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "end"),
    [("GET", "invoice-pdf"), ("GET", "invoices"), ("POST", "invoices/create-invoice")],
)
def test_unknown_orders_are_not_found(
    sandbox: SandboxClient, store_id: int, method: str, end: str
) -> None:
    answer = sandbox.api(store_id, f"/orders/NONE/{end}", method=method)

    assert error_of(answer) == (404, "ORDER_NOT_FOUND")


def test_only_an_existing_invoice_is_deleted(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.admin("POST", f"/stores/{store_id}/actions/delete-invoice")

    assert answer.status_code == 404
    assert "no tax invoice" in answer.text
