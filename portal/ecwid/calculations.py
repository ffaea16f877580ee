"""Parser of Ecwid's amounts of an order: the calculation of a new one, or the record of another.

Sources: Ecwid's documentation, "Calculate order details", "Create order" and "Get order";
`CalculateOrderDetailsResult`, `UpdatedOrder` and `FetchedOrder` of the official Java client.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from portal.ecwid.conversions import to_amount
from portal.ecwid.values import Record
from portal.rules.orders.calculations import (
    CalculatedItem,
    Calculation,
    Charge,
    Promotion,
    ShippingOption,
    TaxLine,
)
from portal.rules.orders.pricing import ZERO

# Calculated fields that an order stores; amounts that the portal sends itself are not among them.
# An empty list is left out: an empty `discountInfo` would suppress the store's own discounts.
ORDER_FIELDS = (
    "discount",
    "volumeDiscount",
    "membershipBasedDiscount",
    "totalAndMembershipBasedDiscount",
    "customDiscount",
    "discountInfo",
    "handlingFee",
    "customSurcharges",
    "taxesOnShipping",
    "giftCardRedemption",
    "totalBeforeGiftCardRedemption",
    "giftCardDoubleSpending",
    "giftCardCode",
    "giftCardId",
    "giftCardUuid",
    "customerTaxExempt",
    "customerTaxId",
    "customerTaxIdValid",
    "reversedTaxApplied",
    "customerGroup",
    "customerGroupId",
)
# Smallest difference between two rates of taxes, in percent.
RATE_UNIT = Decimal("0.000001")
ITEM_FIELDS = ("tax", "taxes", "discounts")
# Fields of any depth that are amounts. A number written as text is read as a number, and sent as
# one, because Ecwid refuses texts.
AMOUNT_FIELDS = frozenset(
    {
        "discount",
        "volumeDiscount",
        "membershipBasedDiscount",
        "totalAndMembershipBasedDiscount",
        "customDiscount",
        "giftCardRedemption",
        "totalBeforeGiftCardRedemption",
        "value",
        "valueWithoutTax",
        "total",
        "totalWithoutTax",
        "tax",
        "taxOnDiscountedSubtotal",
        "taxOnShipping",
        "orderTotal",
    }
)
# The documentation's example has the tip as a surcharge with this id.
TIP_IDS = frozenset({"tip", "tips"})


def read_calculation(payload: Any) -> Calculation:
    """Parse the response of ``POST /order/calculate``; raise RecordError for an invalid field.

    The total is required. Other missing amounts are zero: if they aren't, the amounts don't add up.
    """
    record = Record("calculations", payload)
    if record.money("total") is None:
        raise record.error("total", "is missing")
    return read_amounts(record, includes_tax=record.boolean("pricesIncludeTax", default=False))


def read_amounts(record: Record, *, includes_tax: bool) -> Calculation:
    """Return the amounts of a calculation or an order; ``includes_tax`` says what its prices do."""
    subtotal = _subtotal(record)
    option = record.part("shippingOption")
    return Calculation(
        total=_amount(record, "total"),
        subtotal=subtotal,
        subtotal_without_tax=_net(record, "subtotalWithoutTax", subtotal),
        tax=_amount(record, "tax"),
        prices_include_tax=includes_tax,
        is_tax_exempt=record.boolean("customerTaxExempt", default=False)
        or record.boolean("reversedTaxApplied", default=False),
        coupon_code=record.part("discountCoupon").text_or_empty("code"),
        coupon_discount=_amount(record, "couponDiscount"),
        discount=record.money("discount"),
        volume_discount=_amount(record, "volumeDiscount"),
        group_discount=_amount(record, "membershipBasedDiscount"),
        volume_and_group_discount=_amount(record, "totalAndMembershipBasedDiscount"),
        customer_group=record.text_or_empty("customerGroup"),
        promotions=tuple(map(_promotion, record.parts("discountInfo"))),
        handling_fee=_handling_fee(record.part("handlingFee"), includes_tax=includes_tax),
        surcharges=tuple(
            _surcharge(part, includes_tax=includes_tax) for part in record.parts("customSurcharges")
        ),
        gift_card=_amount(record, "giftCardRedemption"),
        shipping=_option(option) if option.payload else None,
        shipping_taxes=_taxes(record, "taxesOnShipping", includes_tax=includes_tax)
        or _taxes(option, "taxes", includes_tax=includes_tax),
        shipping_options=tuple(map(_option, record.parts("availableShippingOptions"))),
        items=tuple(_item(part, includes_tax=includes_tax) for part in record.parts("items")),
        order_fields=dict(_kept(record, ORDER_FIELDS)),
    )


def _amount(record: Record, name: str) -> Decimal:
    return record.money(name) or ZERO


def _subtotal(record: Record) -> Decimal:
    """Return the subtotal, or the sum of the items if the record has none."""
    subtotal = record.money("subtotal")
    if subtotal is not None:
        return subtotal
    items = record.parts("items")
    return sum((_amount(item, "price") * (item.count("quantity") or 0) for item in items), ZERO)


def _net(record: Record, name: str, gross: Decimal) -> Decimal | None:
    """Return an amount without tax; the official client writes a missing one as zero."""
    net = record.money(name)
    return None if net == ZERO != gross else net


def _kept(record: Record, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name in names:
        value = _sendable(name, record.payload.get(name))
        if value is not None and value not in ([], {}, ""):
            yield name, value


def _sendable(name: str, value: Any) -> Any:
    """Return a calculated value as an order takes it: amounts as numbers, no field without a value.

    An amount that is no number is left out.
    """
    if isinstance(value, dict):
        parts = ((each, _sendable(each, part)) for each, part in value.items())
        return {each: part for each, part in parts if part is not None}
    if isinstance(value, list):
        return [part for part in (_sendable(name, each) for each in value) if part is not None]
    if isinstance(value, str) and name in AMOUNT_FIELDS:
        amount = to_amount(value)
        return amount if amount is not None and amount.is_finite() else None
    return value


def _promotion(record: Record) -> Promotion:
    return Promotion(
        value=_amount(record, "value"),
        is_percent=record.text("type") == "PERCENT",
        base=record.text_or_empty("base"),
        description=record.text_or_empty("description"),
    )


def _handling_fee(record: Record, *, includes_tax: bool) -> Charge | None:
    amount = _amount(record, "value")
    if not amount:
        return None
    return Charge(
        name=record.text_or_empty("name") or record.text_or_empty("description"),
        amount=amount,
        without_tax=_net(record, "valueWithoutTax", amount),
        taxes=_taxes(record, "taxes", includes_tax=includes_tax),
    )


def _surcharge(record: Record, *, includes_tax: bool) -> Charge:
    amount = record.money("total")
    if amount is None:
        is_absolute = record.text("type") != "PERCENT"
        amount = _amount(record, "value") if is_absolute else ZERO
    surcharge_id = record.text_or_empty("id")
    return Charge(
        name=record.text_or_empty("descriptionTranslated")
        or record.text_or_empty("description")
        or surcharge_id,
        amount=amount,
        without_tax=_net(record, "totalWithoutTax", amount),
        is_tip=surcharge_id.lower() in TIP_IDS,
        taxes=_taxes(record, "taxes", includes_tax=includes_tax),
    )


def _taxes(record: Record, name: str, *, includes_tax: bool) -> tuple[TaxLine, ...]:
    return tuple(
        TaxLine(
            name=part.text_or_empty("name"),
            rate=Decimal(f"{_amount(part, 'value').quantize(RATE_UNIT).normalize():f}"),
            amount=_amount(part, "total"),
            is_included=part.boolean("includeInPrice", default=includes_tax),
        )
        for part in record.parts(name)
    )


def _item(record: Record, *, includes_tax: bool) -> CalculatedItem:
    return CalculatedItem(
        price=record.money("price"),
        tax=record.money("tax"),
        taxes=_taxes(record, "taxes", includes_tax=includes_tax),
        order_fields=dict(_kept(record, ITEM_FIELDS)),
    )


def _option(record: Record) -> ShippingOption:
    name = record.text_or_empty("shippingMethodName")
    rate = _amount(record, "shippingRate")
    return ShippingOption(
        id=record.text("shippingMethodId") or name,
        name=name,
        rate=rate,
        is_pickup=record.boolean("isPickup", default=False),
        fulfillment_type=record.text("fulfillmentType") or record.text("fulfilmentType") or "",
        carrier=record.text_or_empty("shippingCarrierName"),
        rate_without_tax=_net(record, "shippingRateWithoutTax", rate),
        discounted_rate=record.money("discountedShippingRate"),
    )
