"""Discount of a coupon, and its limits by products, categories and shipping methods.

Source of the fields: REST docs, "Get discount coupon". Assumptions: a category 0 is the store's
front page; Ecwid has no exclusions, only products and categories that a coupon is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.record_details import DetailReader, amount, number
from portal.ecwid.values import Record
from portal.rules.orders.coupon_terms import REPEAT_ONLY

UNLIMITED = "UNLIMITED"
# The API's field that is an amount or a percentage.
COUPON_DISCOUNT = "discount"


def limited_ids(record: Record, limit: str, name: str) -> list[int]:
    """Return the ids in a limit; none if the coupon is not limited by them."""
    values = record.part(limit).items(name)
    wrapped = (LenientRecord("ids", {"id": value}).integer("id") for value in values)
    return [value for value in wrapped if value is not None]


def limited_methods(record: Record) -> list[str]:
    """Return ids or names of the shipping methods that a discount on shipping is for."""
    values = record.part("shippingLimit").items("shippingMethods")
    wrapped = (LenientRecord("methods", {"method": value}).text("method") for value in values)
    return [value for value in wrapped if value]


def customer_limit(record: Record) -> str:
    """Return which customers may use the coupon; ``repeatCustomerOnly`` is the older field."""
    limit = record.text("applicationLimit")
    if limit:
        return limit
    return REPEAT_ONLY if record.boolean("repeatCustomerOnly", default=False) else UNLIMITED


def coupon_discount(record: Record) -> Decimal | str | None:
    """Return an amount of money, or a percentage as a text, by the coupon's type."""
    is_percent = (record.text("discountType") or "").startswith("PERCENT")
    return number(record, "discount") if is_percent else amount(record, "discount")


COUPON_DETAILS: Mapping[str, DetailReader] = {
    COUPON_DISCOUNT: coupon_discount,
    "application_limit": customer_limit,
    "product_ids": lambda coupon: limited_ids(coupon, "catalogLimit", "products"),
    "category_ids": lambda coupon: limited_ids(coupon, "catalogLimit", "categories"),
    "shipping_methods": limited_methods,
}
