"""Endpoints of an order's receipt and tax invoices."""

from __future__ import annotations

from typing import Any

from flask import Response

from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint

LIST_PATH = "/orders/<reference>/invoices"


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""

    # Source (documented): REST docs, "Get order receipt PDF".
    @endpoint("/orders/<reference>/invoice-pdf", "read_orders")
    def receipt(store: Any, reference: str) -> Any:
        order = parts.orders.get(store["id"], reference)
        return Response(parts.invoices.receipt(store["id"], order), content_type="application/pdf")

    # Source (documented): REST docs, "Get tax invoices for order": both scopes.
    @endpoint(LIST_PATH, "read_orders read_invoices")
    def invoices(store: Any, reference: str) -> Any:
        order = parts.orders.get(store["id"], reference)
        return {"invoices": parts.invoices.of_order(store["id"], order)}

    # Source (documented): REST docs, contents: "Generate tax invoice for order".
    # Source (assumed): A tax invoice is generated with POST and the path …/invoices/create-invoice,
    # needs the scopes update_orders and read_invoices, and is answered with its ids.
    @endpoint(f"{LIST_PATH}/create-invoice", "update_orders read_invoices", "POST")
    def create_invoice(store: Any, reference: str) -> Any:
        order = parts.orders.get(store["id"], reference)
        invoice = parts.invoices.create(store["id"], order)
        return {"internalId": invoice["id"], "id": invoice["number"]}
