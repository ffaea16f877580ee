"""Request bodies that calculate or create an order at Ecwid.

Ecwid stores the amounts as sent and recalculates nothing, so every amount is sent. The body always
has the five fields that the documentation requires: subtotal, total, email and both statuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.rules.orders.catalog_items import FREE_TEXT_TYPES
from portal.rules.orders.order_request import OrderRequest, Person
from portal.rules.orders.quotes import Quote, QuotedLine, ShippingOption

# Extra field with our reference: an order found by `GET /orders?refererId=` is ours if it has it.
REFERENCE_FIELD = "portal_reference"
Body = dict[str, Any]


def calculation_body(
    request: OrderRequest,
    lines: tuple[QuotedLine, ...],
    *,
    customer_id: int | None,
    coupon: Mapping[str, Any] | None,
    shipping: ShippingOption | None,
) -> Body:
    """Return the body of ``POST /order/calculate``.

    Without ``shipping``, the body names the shipping method of the order request.
    """
    chosen = shipping_body(shipping)
    if shipping is None and request.shipping_method:
        chosen = {
            "shippingMethodId": request.shipping_method,
            "shippingMethodName": request.shipping_method,
        }
    body = {
        "email": request.email,
        "customerId": customer_id,
        "items": [_item(line) for line in lines],
        "shippingPerson": person_body(request.shipping_person),
        "billingPerson": person_body(request.billing_person),
        "shippingOption": chosen,
        "discountCoupon": coupon,
    }
    return {name: value for name, value in body.items() if value is not None}


def order_body(
    request: OrderRequest, quote: Quote, *, reference: str, customer_id: int | None
) -> Body:
    """Return the body of ``POST /orders``; ``reference`` is the value to search the order by."""
    totals = quote.totals
    body = {
        "email": request.email,
        "paymentStatus": request.payment_status,
        "fulfillmentStatus": request.fulfillment_status,
        "subtotal": totals.subtotal,
        "total": totals.total,
        "tax": totals.tax,
        "pricesIncludeTax": totals.prices_include_tax,
        "couponDiscount": totals.coupon_discount,
        "discount": 0,
        "discountCoupon": quote.coupon_snapshot,
        "customerId": customer_id,
        "items": _items(quote),
        "billingPerson": person_body(request.billing_person or request.shipping_person),
        "shippingPerson": person_body(request.shipping_person or request.billing_person),
        "shippingOption": shipping_body(quote.shipping),
        "paymentMethod": request.payment_method,
        "orderComments": request.comment,
        "privateAdminNotes": request.private_notes,
        "refererId": reference,
        "externalOrderId": request.channel_reference or reference,
        "extraFields": {REFERENCE_FIELD: reference},
        "disableAllCustomerNotifications": not request.notify_customer,
    }
    return {name: value for name, value in body.items() if value is not None}


def person_body(person: Person | None) -> dict[str, str] | None:
    """Return a person in Ecwid's format, None if nothing is set."""
    if person is None:
        return None
    fields = {
        "name": person.name,
        "companyName": person.company,
        "street": person.street,
        "city": person.city,
        "postalCode": person.postal_code,
        "countryCode": person.country_code,
        "stateOrProvinceCode": person.state_code,
        "phone": person.phone,
    }
    return {name: value for name, value in fields.items() if value} or None


def shipping_body(option: ShippingOption | None) -> Body | None:
    """Return a shipping option in Ecwid's format."""
    if option is None:
        return None
    body = {
        "shippingMethodId": option.id,
        "shippingMethodName": option.name,
        "shippingRate": option.rate,
        "isPickup": option.is_pickup,
        "fulfillmentType": option.fulfillment_type,
    }
    return {name: value for name, value in body.items() if value not in ("", None)}


def _items(quote: Quote) -> list[Body]:
    items = [_item(line) for line in quote.lines]
    # Taxes can be assigned to items only if Ecwid returns as many items as were sent.
    if len(quote.item_taxes) == len(items):
        for item, (tax, parts) in zip(items, quote.item_taxes, strict=True):
            item |= {"tax": tax, "taxes": parts}
    return items


def _item(line: QuotedLine) -> Body:
    item = {
        "productId": line.product_id,
        "combinationId": line.variation_id,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "price": line.price,
        "productPrice": line.price,
        "weight": line.weight,
        "dimensions": line.dimensions and line.dimensions._asdict(),
        "isShippingRequired": line.needs_shipping,
        "couponApplied": bool(line.coupon_amount),
        "couponAmount": line.coupon_amount or None,
        "selectedOptions": [
            _option(name, value, line.option_types.get(name, ""))
            for name, value in line.options.items()
        ],
    }
    return {name: value for name, value in item.items() if value is not None}


def _option(name: str, value: str | tuple[str, ...], kind: str) -> Body:
    texts = [value] if isinstance(value, str) else list(value)
    if kind in FREE_TEXT_TYPES:
        return {"name": name, "type": "DATE" if kind == "DATE" else "TEXT", "value": texts[0]}
    return {
        "name": name,
        "type": "CHOICE" if isinstance(value, str) else "CHOICES",
        "value": ", ".join(texts),
        "valuesArray": texts,
        "selections": [{"selectionTitle": text} for text in texts],
    }
