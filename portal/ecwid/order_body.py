"""Request bodies that calculate or create an order at Ecwid.

Ecwid stores the amounts as sent and recalculates nothing, so every calculated amount is sent. The
body always has the five fields that the documentation requires: subtotal, total, email and both
statuses. Source: Ecwid's documentation, "Calculate order details" and "Create order".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.rules.orders.calculations import ShippingOption
from portal.rules.orders.catalog_items import FREE_TEXT_TYPES
from portal.rules.orders.order_request import OrderRequest, Person
from portal.rules.orders.quotes import KnownCustomer, Quote, QuotedLine
from portal.rules.orders.request_checks import REFERENCE_FIELD

Body = dict[str, Any]


def calculation_body(
    request: OrderRequest,
    lines: tuple[QuotedLine, ...],
    *,
    customer: KnownCustomer,
    coupon: Mapping[str, Any] | None,
    shipping: ShippingOption | None,
) -> Body:
    """Return the body of ``POST /order/calculate``.

    Without ``shipping``, the body names the shipping method of the order request. It never has
    ``discountInfo``: Ecwid then applies the store's own discounts. The customer's id, exemption and
    addresses decide about group discounts and taxes.
    """
    chosen = shipping_body(shipping)
    if shipping is None and request.shipping_method:
        chosen = {
            "shippingMethodId": request.shipping_method,
            "shippingMethodName": request.shipping_method,
        }
    body = {
        "email": request.email,
        "customerId": customer.id,
        "customerTaxExempt": customer.is_tax_exempt or None,
        "customerTaxId": request.customer_tax_id or customer.tax_id,
        "ipAddress": request.ip_address,
        "items": [_item(line) for line in lines],
        **_persons(request),
        "shippingOption": chosen,
        "discountCoupon": coupon,
        "paymentOptionsDetails": (
            {"paymentId": request.payment_option_id} if request.payment_option_id else None
        ),
    }
    return {name: value for name, value in body.items() if value is not None}


def order_body(
    request: OrderRequest, quote: Quote, *, reference: str, customer_id: int | None
) -> Body:
    """Return the body of ``POST /orders``; ``reference`` is the value to search the order by."""
    totals, calculation = quote.totals, quote.calculation
    body = {
        "customerGroup": quote.customer.group,
        "customerTaxExempt": quote.customer.is_tax_exempt or None,
        "customerTaxId": quote.customer.tax_id,
        **(calculation.order_fields if calculation else {}),
        "email": request.email,
        "paymentStatus": request.payment_status,
        "fulfillmentStatus": request.fulfillment_status,
        "subtotal": _stored_subtotal(quote),
        "total": totals.total,
        "tax": totals.tax,
        "pricesIncludeTax": totals.prices_include_tax,
        "couponDiscount": totals.coupon_discount,
        "discountCoupon": quote.coupon_snapshot,
        "customerId": customer_id,
        "items": _items(quote),
        **_persons(request),
        "shippingOption": shipping_body(quote.shipping),
        "paymentMethod": request.payment_method,
        "orderComments": request.comment,
        "privateAdminNotes": request.private_notes,
        "refererId": reference,
        "extraFields": {**(request.extra_fields or {}), REFERENCE_FIELD: reference},
        "disableAllCustomerNotifications": not request.notify_customer,
        # Ecwid takes a missing value for consent.
        "acceptMarketing": request.accept_marketing is True,
        **_channel_fields(request),
    }
    return {name: value for name, value in body.items() if value is not None}


def _channel_fields(request: OrderRequest) -> Body:
    """Return the fields that only some requests have; unset ones don't replace calculated ones."""
    fields = {
        # Ecwid takes the number of another system only for orders that are fulfilled there.
        "externalOrderId": request.channel_reference,
        "externalFulfillment": True if request.channel_reference else None,
        "externalTransactionId": request.payment_transaction_id,
        "customerTaxId": request.customer_tax_id,
        "ipAddress": request.ip_address,
        "lang": request.language,
        "createDate": _date(request.created_at),
        "pickupTime": _date(request.pickup_time),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _date(moment: datetime | None) -> str | None:
    """Return a time in UTC as Ecwid writes it, such as ``2026-11-29 18:41:52 +0000``."""
    return moment.strftime("%Y-%m-%d %H:%M:%S %z") if moment else None


def person_body(person: Person | None) -> dict[str, str] | None:
    """Return a person in Ecwid's format, None if nothing is set."""
    if person is None:
        return None
    fields = {
        "name": person.name,
        "companyName": person.company,
        # Two lines of an address are separated by a line break.
        "street": "\n".join(filter(None, (person.street, person.street_2))),
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
        "shippingCarrierName": option.carrier,
        "shippingRate": option.rate,
        "shippingRateWithoutTax": option.rate_without_tax,
        "isPickup": option.is_pickup,
        "fulfillmentType": option.fulfillment_type,
    }
    return {name: value for name, value in body.items() if value not in ("", None)}


def _items(quote: Quote) -> list[Body]:
    items = [_item(line) for line in quote.lines]
    calculated = quote.calculation.items if quote.calculation else ()
    # Taxes can be assigned to items only if Ecwid returns as many items as were sent.
    if len(calculated) == len(items):
        for item, known in zip(items, calculated, strict=True):
            item.update(known.order_fields)
            if quote.has_net_items and known.price is not None:
                item["price"] = known.price
    return items


def _stored_subtotal(quote: Quote) -> Decimal:
    """Return the subtotal that the items of the order add up to."""
    if quote.calculation is not None and quote.has_net_items:
        return quote.currency.rounded(quote.calculation.subtotal)
    return quote.totals.subtotal


def _persons(request: OrderRequest) -> Body:
    """Return both persons; each replaces a missing one."""
    shipping, billing = request.shipping_person, request.billing_person
    return {
        "billingPerson": person_body(billing or shipping),
        "shippingPerson": person_body(shipping or billing),
    }


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
