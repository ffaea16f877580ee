"""Discounts, fees, taxes and refunds of an order, each with its kind and name.

These are the parts that the order itself names, quick enough for lists. Only the amounts by
`portal.ecwid.order_amounts` are checked to add up to the total.

Source of the fields: REST docs, "Get order"; the official Kotlin client, FetchedOrder.
Source of the kinds: REST docs, "Calculate order details"; see `portal.rules.orders.promotions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

from portal.ecwid.calculations import TIP_IDS
from portal.ecwid.conversions import to_amount
from portal.ecwid.record_details import Details, amount, in_cents, tax_details
from portal.ecwid.values import MONEY_LIMIT, Record
from portal.rules.orders.pricing import ZERO

COUPON, PROMOTION, CUSTOM = "coupon", "promotion", "custom_discount"
VOLUME, GROUP, BOTH = "volume_discount", "group_discount", "volume_and_group_discount"
SHIPPING_DISCOUNT = "shipping_discount"
_KINDS = {
    "ON_TOTAL": VOLUME,
    "SUBTOTAL": VOLUME,
    "ON_MEMBERSHIP": GROUP,
    "ON_TOTAL_AND_MEMBERSHIP": BOTH,
    "SHIPPING": SHIPPING_DISCOUNT,
    "CUSTOM": CUSTOM,
}
_AMOUNT_FIELDS = {
    VOLUME: "volumeDiscount",
    GROUP: "membershipBasedDiscount",
    BOTH: "totalAndMembershipBasedDiscount",
}


def promotion_kind(base: str | None) -> str:
    """Return the kind of a discount by its ``base`` at Ecwid."""
    return _KINDS.get(base or "", PROMOTION)


def order_discounts(record: Record) -> list[Details]:
    """Return the discounts as positive amounts, the coupon first.

    ``discount`` is the sum of all discounts without the coupon. The rest, which no kind explains,
    comes from promotions. Assumption: ``customDiscount``, a list of amounts that the merchant took
    off, is a part of it.
    """
    texts = _texts_by_kind(record)
    coupon = amount(record, "couponDiscount")
    code = record.part("discountCoupon").text_or_empty("code")
    found = [_discount(COUPON, code, coupon)] if coupon else []
    by_kind = [
        _discount(kind, texts.get(kind, ""), value)
        for kind, field in _AMOUNT_FIELDS.items()
        if (value := amount(record, field))
    ]
    by_kind += [_discount(CUSTOM, texts.get(CUSTOM, ""), value) for value in _custom(record)]
    rest = (amount(record, "discount") or ZERO) - _sum(by_kind)
    if rest > ZERO:
        named = {part["kind"] for part in by_kind}
        others = (text for kind, text in texts.items() if kind not in named and text)
        by_kind.append(_discount(PROMOTION, ", ".join(others), rest))
    return found + by_kind


def order_fees(record: Record) -> list[Details]:
    """Return the handling fee, the surcharges and the tips."""
    fee = record.part("handlingFee")
    fees = [fee] if amount(fee, "value") else []
    return [
        *(
            {
                "kind": "handling_fee",
                "name": part.text_or_empty("name"),
                "description": part.text("description") or None,
                "amount": amount(part, "value"),
                "amount_without_tax": amount(part, "valueWithoutTax"),
                "taxes": tax_details(part, "taxes"),
            }
            for part in fees
        ),
        *(_surcharge(part) for part in record.parts("customSurcharges")),
    ]


def order_taxes(record: Record) -> list[Details]:
    """Return the taxes by name and rate; together they are the order's tax.

    The items' taxes contain those on their shares of the shipping. The documentation doesn't say
    whether the order's tax also contains those of the fees, the surcharges and the shipping, which
    the order lists again: the combination that adds up is used. A tax without a name is what the
    named ones don't explain.
    """
    tax = amount(record, "tax") or ZERO
    items = [line for item in record.parts("items") for line in tax_details(item, "taxes")]
    surcharges = [
        line for part in record.parts("customSurcharges") for line in tax_details(part, "taxes")
    ]
    fee = tax_details(record.part("handlingFee"), "taxes")
    others = [lines for lines in (tax_details(record, "taxesOnShipping"), surcharges, fee) if lines]
    readings = [
        items + [line for lines in chosen for line in lines]
        for count in range(len(others) + 1)
        for chosen in combinations(others, count)
    ]
    # The first of several readings that are equally near.
    nearest = min(readings, key=lambda lines: abs(_sum(lines) - tax))
    lines = _merged(nearest)
    if rest := tax - _sum(lines):
        is_included = record.payload.get("pricesIncludeTax")
        included = is_included if isinstance(is_included, bool) else None
        lines.append({"name": "", "rate": None, "amount": rest, "is_included": included})
    return lines


def order_refunds(record: Record) -> list[Details]:
    """Return the refunds, and one without details if more was refunded than they say."""
    refunds: list[Details] = [
        {
            "amount": amount(part, "amount"),
            "refunded_at": part.moment("date"),
            "reason": part.text("reason") or None,
        }
        for part in record.parts("refunds")
    ]
    rest = (amount(record, "refundedAmount") or ZERO) - _sum(refunds)
    if rest > ZERO:
        refunds.append({"amount": rest, "refunded_at": None, "reason": None})
    return refunds


def _surcharge(part: Record) -> Details:
    name = part.text_or_empty("descriptionTranslated") or part.text_or_empty("description")
    is_tip = part.text_or_empty("id").lower() in TIP_IDS
    return {
        "kind": "tip" if is_tip else "surcharge",
        "name": name or part.text_or_empty("id"),
        "description": None,
        "amount": amount(part, "total"),
        "amount_without_tax": amount(part, "totalWithoutTax"),
        "taxes": tax_details(part, "taxes"),
    }


def _texts_by_kind(record: Record) -> dict[str, str]:
    """Return the texts of the discounts by kind, joined if there are several."""
    found: dict[str, list[str]] = {}
    for part in record.parts("discountInfo"):
        kind, text = promotion_kind(part.text("base")), part.text_or_empty("description")
        if text not in found.setdefault(kind, []):
            found[kind].append(text)
    return {kind: ", ".join(filter(None, texts)) for kind, texts in found.items()}


def _custom(record: Record) -> Iterator[Decimal]:
    for value in record.items("customDiscount"):
        money = to_amount(value)
        if money and money.is_finite() and ZERO < money < MONEY_LIMIT:
            yield in_cents(money)


def _merged(lines: Iterable[Details]) -> list[Details]:
    merged: dict[tuple[Any, ...], Details] = {}
    for line in lines:
        key = (line["name"], line["rate"], line["is_included"])
        before = merged.get(key, {}).get("amount")
        both = (before or ZERO) + (line["amount"] or ZERO)
        merged[key] = {**line, "amount": both}
    return [line for line in merged.values() if line["amount"]]


def _discount(kind: str, name: str, value: Decimal | None) -> Details:
    return {"kind": kind, "name": name, "amount": value}


def _sum(parts: Iterable[Details]) -> Decimal:
    return sum((part["amount"] or ZERO for part in parts), ZERO)
