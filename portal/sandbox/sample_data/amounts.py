"""Special amounts of some sample orders: fees, discounts, refunds and gift cards."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from portal.sandbox.dates import format_date

# Tax in the default prices, in percent.
TAX_NAME, TAX_RATE = "VAT", 19
SPECIAL_SHARE = 0.2
REFUND_REASONS = ("Broken in transit", "One piece missing", "Goodwill")
Fields = dict[str, Any]


def included_tax(amount: float) -> float:
    """Return the tax in an amount."""
    return round(amount * TAX_RATE / (100 + TAX_RATE), 2)


def add_special_amounts(rng: Random, fields: Fields, updated: int, group: Fields | None) -> None:
    """Add one kind of amount to some of the orders; ``group`` is a customer group of the store."""
    if rng.random() >= SPECIAL_SHARE:
        return
    kind = rng.choice(KINDS)
    kind(rng, fields, updated, group or {})
    # Source (documented): REST docs, "Calculate order details": total is
    # totalBeforeGiftCardRedemption less giftCardRedemption.
    total = fields.get("totalBeforeGiftCardRedemption") or fields["total"]
    fields["tax"] = included_tax(total)


def _add(fields: Fields, amount: float) -> None:
    fields["total"] = round(fields["total"] + amount, 2)


def _tax_line(amount: float, **more: Any) -> Fields:
    return {"name": TAX_NAME, "value": TAX_RATE, "total": included_tax(amount), **more}


def _handling_fee(_rng: Random, fields: Fields, _updated: int, _group: Fields) -> None:
    fields["handlingFee"] = {
        "name": "Gift box",
        "value": 3.5,
        "valueWithoutTax": round(3.5 - included_tax(3.5), 2),
        "description": "Box and ribbon",
        "taxes": [_tax_line(3.5, includeInPrice=True)],
    }
    _add(fields, 3.5)


def _surcharge(rng: Random, fields: Fields, _updated: int, _group: Fields) -> None:
    surcharge_id, description = rng.choice((("tips", "Tip"), ("pallet", "Pallet")))
    value = rng.choice((2, 5, 7.5))
    fields["customSurcharges"] = [
        {
            "id": surcharge_id,
            "value": value,
            "type": "ABSOLUTE",
            "total": value,
            "totalWithoutTax": value,
            "description": description,
            "descriptionTranslated": description,
            "taxable": False,
            "taxes": [],
        }
    ]
    _add(fields, value)


def _promotion(_rng: Random, fields: Fields, _updated: int, _group: Fields) -> None:
    info = {"value": 10, "type": "PERCENT", "base": "SUBTOTAL", "description": "Autumn sale"}
    _discount(fields, info, "volumeDiscount")


def _group_discount(_rng: Random, fields: Fields, _updated: int, group: Fields) -> None:
    info = {"value": 5, "type": "PERCENT", "base": "ON_MEMBERSHIP"}
    if group:
        info["membershipId"] = fields["customerGroupId"] = group["id"]
        fields["customerGroup"] = group["name"]
    _discount(fields, info, "membershipBasedDiscount")


def _discount(fields: Fields, info: Fields, name: str) -> None:
    left = fields["subtotal"] - fields.get("couponDiscount", 0)
    amount = round(min(fields["subtotal"] * info["value"] / 100, left), 2)
    fields |= {"discountInfo": [info], "discount": amount, name: amount}
    _add(fields, -amount)


def _refund(rng: Random, fields: Fields, updated: int, _group: Fields) -> None:
    amount = round(fields["total"] / 4, 2)
    reason = rng.choice(REFUND_REASONS)
    refund = {"date": format_date(updated), "source": "CP", "reason": reason, "amount": amount}
    fields |= {"refunds": [refund], "refundedAmount": amount}
    fields["paymentStatus"] = "PARTIALLY_REFUNDED"


def _gift_card(_rng: Random, fields: Fields, _updated: int, _group: Fields) -> None:
    redeemed = min(25.0, fields["total"])
    fields |= {
        "giftCardCode": "GIFT-25",
        "giftCardRedemption": redeemed,
        "totalBeforeGiftCardRedemption": fields["total"],
    }
    _add(fields, -redeemed)


def _tax_names(_rng: Random, fields: Fields, _updated: int, _group: Fields) -> None:
    for item in fields["items"]:
        line = _tax_line(item["price"] * item["quantity"], includeInPrice=True, taxOnShipping=0)
        item["taxes"] = [line | {"taxOnDiscountedSubtotal": line["total"]}]
        item["tax"] = line["total"]
    rate = fields["shippingOption"]["shippingRate"]
    fields["taxesOnShipping"] = [_tax_line(rate, includeInPrice=True)]


def _extra_fields(_rng: Random, fields: Fields, _updated: int, _group: Fields) -> None:
    # Source (documented): REST docs, "Search orders", orderExtraFields.
    fields["orderExtraFields"] = [
        {
            "id": "wrapping",
            "value": "Brown paper",
            "customerInputType": "TEXT",
            "title": "How shall we wrap it?",
            "orderDetailsDisplaySection": "order_comments",
            "orderBy": "0",
        }
    ]
    fields["extraFields"] = {"wrapping": "Brown paper"}
    fields["orderComments"] = "Please ring twice."


KINDS: tuple[Callable[[Random, Fields, int, Fields], None], ...] = (
    _handling_fee,
    _surcharge,
    _promotion,
    _group_discount,
    _refund,
    _gift_card,
    _tax_names,
    _extra_fields,
)
