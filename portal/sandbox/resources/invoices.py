"""Receipts and tax invoices of orders, as PDF files."""

from __future__ import annotations

import hmac
import secrets
import time

from portal.sandbox.dates import format_date
from portal.sandbox.events import EventPublisher
from portal.sandbox.pdf import text_pdf
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.entities import Entities
from portal.sandbox.state import State
from portal.sandbox.stores import Stores
from portal.sandbox.validation import UnprocessableError

FAMILY = "invoice"
INVOICE_PATH = "/_sandbox/invoices/"
# Source (assumed): A canceled or refunded order gets an invoice of the type FULL_CANCEL.
CANCELED = frozenset({"CANCELLED", "REFUNDED"})


class Invoices:
    """Creates and reads tax invoices. ``address`` is the sandbox's base URL."""

    def __init__(
        self, state: State, entities: Entities, events: EventPublisher, stores: Stores, address: str
    ) -> None:
        self._state = state
        self._entities = entities
        self._events = events
        self._stores = stores
        self._address = address

    def of_order(self, store_id: int, order: Body) -> list[Body]:
        """Return the tax invoices of an order as the API sends them, oldest first."""
        # Source (documented): REST docs, "Get tax invoices for order".
        return [
            {
                "internalId": invoice["id"],
                "id": invoice["number"],
                "created": format_date(invoice["created"]),
                "link": f"{self._address}{INVOICE_PATH}{store_id}/{invoice['id']}.pdf"
                f"?access_key={invoice['access_key']}",
                "type": invoice["type"],
            }
            for invoice in self._entities.all(store_id, FAMILY)
            if invoice["order"] == order["internalId"]
        ]

    def create(self, store_id: int, order: Body) -> Body:
        """Add a tax invoice to an order; raise UnprocessableError for an unfinished order."""
        if order["paymentStatus"] == "INCOMPLETE":
            # Source (documented): older REST docs, "Get tax invoices": 422 for an unfinished order.
            raise UnprocessableError("An unfinished order has no tax invoice")
        with self._state.transaction():
            number = f"INV{len(self._entities.all(store_id, FAMILY)) + 1:06}"
            kind = "FULL_CANCEL" if order["paymentStatus"] in CANCELED else "SALE"
            fields = {
                "order": order["internalId"],
                "order_number": order["id"],
                "number": number,
                "created": int(time.time()),
                "type": kind,
                "access_key": secrets.token_urlsafe(12),
            }
            lines = [f"Tax invoice {number} ({kind})", *self._lines(store_id, order)]
            invoice = self._entities.add(store_id, FAMILY, fields | {"lines": lines})
            self._emit(store_id, "created", invoice)
        return invoice

    def delete(self, store_id: int, invoice: Body) -> None:
        """Delete a tax invoice, as the store owner does."""
        with self._state.transaction():
            self._entities.delete(store_id, FAMILY, invoice["id"])
            self._emit(store_id, "deleted", invoice)

    def receipt(self, store_id: int, order: Body) -> bytes:
        """Return the receipt of an order as a PDF."""
        return text_pdf([f"Receipt for order {order['id']}", *self._lines(store_id, order)])

    def pdf(self, store_id: int, invoice_id: int, access_key: str) -> bytes | None:
        """Return a tax invoice as a PDF, or None if it doesn't exist or the key is wrong."""
        invoice = self._entities.get(store_id, FAMILY, invoice_id)
        if invoice is None or not hmac.compare_digest(
            invoice["access_key"].encode(), access_key.encode()
        ):
            return None
        return text_pdf(invoice["lines"])

    def _lines(self, store_id: int, order: Body) -> list[str]:
        store = self._stores.get_existing(store_id)
        person = order.get("billingPerson") or {}
        items = [
            f"{item['quantity']} x {item.get('name', '')}: {item['price']:.2f}"
            for item in order["items"]
        ]
        return [
            store["name"],
            f"{order['createDate'][:10]}  {person.get('name', '')}",
            "",
            *items,
            "",
            f"Tax: {order['tax']:.2f}",
            f"Total: {order['total']:.2f} {store['currency']}",
        ]

    def _emit(self, store_id: int, change: str, invoice: Body) -> None:
        # Source (documented): REST docs, "Event data in webhooks": orderId.
        data = {"orderId": invoice["order_number"]}
        self._events.emit(store_id, f"invoice.{change}", invoice["id"], data)
