"""Dry run of an order: everything is checked as for an order, and nothing is stored or sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from portal.ecwid.order_body import order_body
from portal.models.fields import dump_json
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.quotes import Quote
from portal.rules.orders.request_checks import REFERENCE_FIELD
from portal.services.channels.sale_terms import terms_of_sender
from portal.services.orders.quote_order import quote_order
from portal.services.orders.submit_order import OrderSender, check_request, find_submission_of_key
from portal.services.runtime import Runtime

# Our reference doesn't exist yet. The others are what only the store knows about the customer.
_LEFT_OUT = (
    *("refererId", "customerId", "customerGroup", "customerTaxExempt"),
    *("giftCardCode", "giftCardId"),
)


@dataclass(frozen=True)
class DryRun:
    """Outcome of a dry run.

    ``order`` is the order as it would be sent to Ecwid, None if it would be rejected. ``is_known``
    says that the idempotency key has submitted this order already, so that no other would be made.
    """

    quote: Quote
    order: dict[str, Any] | None
    is_known: bool


def dry_run_order(
    runtime: Runtime,
    store_id: int,
    sender: OrderSender,
    idempotency_key: str | None,
    request: OrderRequest,
) -> DryRun:
    """Return what would happen to an order now; it costs as many calls to Ecwid as a quote.

    Without an idempotency key none is checked. Raises as `submit_order` and `quote_order`.
    """
    check_request(request, idempotency_key)
    known = None
    if idempotency_key is not None:
        known = find_submission_of_key(store_id, sender, idempotency_key, request)
    terms = terms_of_sender(store_id, sender.name)
    quote = quote_order(runtime, store_id, request, for_order=True, terms=terms)
    order = _shown_order(request, quote) if quote.is_orderable else None
    return DryRun(quote, order, known is not None)


def _shown_order(request: OrderRequest, quote: Quote) -> dict[str, Any]:
    """Return the order without what a channel may not know; amounts are numbers, as Ecwid wants."""
    sent = order_body(request, quote, reference="", customer_id=None)
    body: dict[str, Any] = json.loads(dump_json(sent))
    for name in _LEFT_OUT:
        body.pop(name, None)
    if not request.customer_tax_id:
        body.pop("customerTaxId", None)
    del body["extraFields"][REFERENCE_FIELD]
    if "discountCoupon" in body:
        body["discountCoupon"] = {"code": body["discountCoupon"]["code"]}
    return body
