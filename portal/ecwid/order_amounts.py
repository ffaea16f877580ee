"""Amounts of an order, read from Ecwid's record; an unreadable amount counts as missing.

Source of the fields: REST docs, "Get order" and "Calculate order details"; the official Kotlin
client, FetchedOrder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.rules.orders.order_amounts import OrderFacts, Promotion, Refund, Surcharge
from portal.rules.orders.order_taxes import TaxedPart, TaxLine
from portal.rules.orders.pricing import ZERO

PERCENT = "PERCENT"
# Bases of promotions that have amounts of their own in the record.
NAMED_BASES = ("ON_TOTAL", "ON_MEMBERSHIP", "ON_TOTAL_AND_MEMBERSHIP")


def read_order_facts(payload: Any) -> OrderFacts:
    """Return the amounts of an order; a record that is no object has none."""
    order = _record(payload)
    shipping, fee = _part(order, "shippingOption"), _part(order, "handlingFee")
    coupon = _text(_part(order, "discountCoupon"), "code")
    includes = order.payload.get("pricesIncludeTax")
    return OrderFacts(
        total=_amount(order, "total"),
        subtotal=_subtotal(order),
        coupon_code=coupon,
        coupon_discount=_money(order, "couponDiscount"),
        volume_discount=_money(order, "volumeDiscount"),
        group_discount=_money(order, "membershipBasedDiscount"),
        volume_and_group_discount=_money(order, "totalAndMembershipBasedDiscount"),
        discount=_money(order, "discount"),
        customer_group=_text(order, "customerGroup"),
        promotions=tuple(_promotions(order)),
        shipping_name=_text(shipping, "shippingMethodName"),
        shipping=_amount(shipping, "shippingRate"),
        discounted_shipping=_amount(shipping, "discountedShippingRate"),
        handling_fee=_money(fee, "value"),
        handling_fee_name=_text(fee, "name"),
        surcharges=tuple(_surcharges(order)),
        tax=_money(order, "tax"),
        taxes=tuple(_taxes(order, shipping, fee)),
        prices_include_tax=includes if isinstance(includes, bool) else None,
        is_tax_exempt=any(
            order.payload.get(name) is True for name in ("customerTaxExempt", "reversedTaxApplied")
        ),
        untaxed_difference=_untaxed_difference(order, shipping, fee),
        gift_card=_money(order, "giftCardRedemption"),
        refunded=_money(order, "refundedAmount"),
        refunds=tuple(_refunds(order)),
    )


def _subtotal(order: Record) -> Decimal:
    """Return the subtotal, or the sum of the items if the record has none."""
    subtotal = _amount(order, "subtotal")
    if subtotal is not None:
        return subtotal
    items = _parts(order, "items")
    return sum((_money(item, "price") * _money(item, "quantity") for item in items), ZERO)


def _promotions(order: Record) -> Iterator[Promotion]:
    for info in _parts(order, "discountInfo"):
        if info.payload.get("base") in NAMED_BASES:
            continue
        is_percent = info.payload.get("type") == PERCENT
        yield Promotion(_text(info, "description"), None if is_percent else _amount(info, "value"))


def _surcharges(order: Record) -> Iterator[Surcharge]:
    for part in _parts(order, "customSurcharges"):
        name = _text(part, "descriptionTranslated") or _text(part, "description")
        yield Surcharge(_text(part, "id"), name, _money(part, "total"))


def _taxes(order: Record, shipping: Record, fee: Record) -> Iterator[TaxLine]:
    for item in _parts(order, "items"):
        for tax in _parts(item, "taxes"):
            included = tax.payload.get("includeInPrice")
            yield TaxLine(
                _text(tax, "name"),
                _money(tax, "total"),
                included if isinstance(included, bool) else None,
            )
    others = [
        (TaxedPart.SHIPPING, _parts(order, "taxesOnShipping") or _parts(shipping, "taxes")),
        (TaxedPart.HANDLING_FEE, _parts(fee, "taxes")),
        *(
            (TaxedPart.SURCHARGES, _parts(surcharge, "taxes"))
            for surcharge in _parts(order, "customSurcharges")
        ),
    ]
    for part, taxes in others:
        for tax in taxes:
            yield TaxLine(_text(tax, "name"), _money(tax, "total"), part=part)


def _untaxed_difference(order: Record, shipping: Record, fee: Record) -> Decimal:
    """Return how much tax the order's prices contain."""
    pairs = [
        (order, "subtotal", "subtotalWithoutTax"),
        (shipping, "shippingRate", "shippingRateWithoutTax"),
        (fee, "value", "valueWithoutTax"),
        *((part, "total", "totalWithoutTax") for part in _parts(order, "customSurcharges")),
    ]
    whole = ZERO
    for record, gross, net in pairs:
        untaxed = _amount(record, net)
        if untaxed is not None:
            whole += _money(record, gross) - untaxed
    return max(whole, ZERO)


def _refunds(order: Record) -> Iterator[Refund]:
    for part in _parts(order, "refunds"):
        yield Refund(_money(part, "amount"), _moment(part, "date"), _text(part, "reason"))


def _record(payload: Any) -> Record:
    return Record("orders", payload if isinstance(payload, dict) else {})


def _part(record: Record, name: str) -> Record:
    return _record(record.payload.get(name))


def _parts(record: Record, name: str) -> list[Record]:
    found = record.payload.get(name)
    return [_record(each) for each in found] if isinstance(found, list) else []


def _amount(record: Record, name: str) -> Decimal | None:
    try:
        return record.money(name)
    except RecordError:
        return None


def _money(record: Record, name: str) -> Decimal:
    return _amount(record, name) or ZERO


def _text(record: Record, name: str) -> str:
    try:
        return record.text_or_empty(name)
    except RecordError:
        return ""


def _moment(record: Record, name: str) -> datetime | None:
    try:
        return record.moment(name)
    except RecordError:
        return None
