"""Filters of orders, as documented for ``GET /orders``. The newest order comes first."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox import filters
from portal.sandbox.dates import format_date
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.order_body import DEPRECATED, FULFILLMENT_STATUSES, PAYMENT_STATUSES

NEWEST_FIRST = "created DESC, id DESC"


def _pickup(name: str, text: str) -> str:
    return format_date(filters.timestamp(name, text))


def _lower(_name: str, text: str) -> str:
    return text.lower()


FILTERS = {
    "keywords": Filter("instr(lower(body), lower(?))", filters.keyword),
    "email": Filter("email = ?", _lower),
    "customerId": Filter("customer = ?", filters.number),
    "customer": Filter("instr(lower(body), lower(?))", filters.keyword),
    "productId": Filter(
        "EXISTS (SELECT 1 FROM json_each(body, '$.items')"
        " WHERE json_extract(value, '$.productId') IN (*))",
        filters.id_list,
    ),
    "totalFrom": Filter("total >= ?", filters.number),
    "totalTo": Filter("total <= ?", filters.number),
    "createdFrom": Filter("created >= ?", filters.timestamp),
    "createdTo": Filter("created < ?", filters.timestamp),
    "updatedFrom": Filter("updated >= ?", filters.timestamp),
    "updatedTo": Filter("updated < ?", filters.timestamp),
    "pickupTimeFrom": Filter("json_extract(body, '$.pickupTime') >= ?", _pickup),
    "pickupTimeTo": Filter("json_extract(body, '$.pickupTime') < ?", _pickup),
    "shippingMethod": Filter(
        "json_extract(body, '$.shippingOption.shippingMethodName') = ?", filters.string
    ),
    "paymentMethod": Filter("json_extract(body, '$.paymentMethod') = ?", filters.string),
    "paymentModule": Filter("json_extract(body, '$.paymentModule') = ?", filters.string),
    "paymentStatus": Filter(
        "payment IN (*)", filters.list_of(*PAYMENT_STATUSES, deprecated=DEPRECATED)
    ),
    "fulfillmentStatus": Filter(
        "fulfillment IN (*)", filters.list_of(*FULFILLMENT_STATUSES, deprecated=DEPRECATED)
    ),
    "acceptMarketing": Filter("json_extract(body, '$.acceptMarketing') = ?", filters.boolean),
    "containsPreorderItems": Filter(
        "EXISTS (SELECT 1 FROM json_each(body, '$.items')"
        " WHERE json_extract(value, '$.isPreorder')) = ?",
        filters.boolean,
    ),
    # couponCode finds orders only while the store has a coupon with that code.
    # Source (assumed): The filter "couponCode" of GET /orders compares codes as the checkout does.
    "couponCode": Filter(
        "coupon_key = ? AND EXISTS (SELECT 1 FROM coupon AS c"
        " WHERE c.store = purchase.store AND c.code_key = ?)",
        filters.coupon,
    ),
    "subscriptionId": Filter("json_extract(body, '$.subscriptionId') = ?", filters.number),
    "refererId": Filter("referer = ?", filters.string),
    "orderNumber": Filter("id = ?", filters.number),
    "vendorOrderNumber": Filter("number = ?", filters.string),
}


def order_search(args: Mapping[str, str]) -> Search:
    """Return the search for the parameters of ``GET /orders``.

    ``ids`` accepts public numbers and internal ids. Unfinished orders are found only by status or
    id. Raises WrongParameterError for an invalid value.
    """
    conditions, values = filters.where(FILTERS, args)
    if args.get("ids"):
        texts = filters.string_list("ids", args["ids"])
        numbers = filters.id_list("ids", args["ids"])
        marks = [",".join("?" * len(group)) for group in (texts, numbers)]
        conditions.append(f"(number IN ({marks[0]}) OR id IN ({marks[1]}))")
        values.extend((*texts, *numbers))
    elif not args.get("paymentStatus"):
        conditions.append("payment <> 'INCOMPLETE'")
    return Search(tuple(conditions), tuple(values), NEWEST_FIRST)
