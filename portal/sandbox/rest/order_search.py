"""Filters of orders, as documented for ``GET /orders``. The newest order comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.sandbox import filters
from portal.sandbox.dates import format_date
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.order_body import FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.sandbox.resources.order_fields import DEPRECATED

NEWEST_FIRST = "created DESC, id DESC"


def _pickup(name: str, text: str) -> str:
    return format_date(filters.timestamp(name, text))


def _lower(_name: str, text: str) -> str:
    return text.lower()


FILTERS = {
    "keywords": Filter("order_matches(body, ?)", filters.string),
    "email": Filter("email = ?", _lower),
    "customerId": Filter("customer = ?", filters.number),
    "customer": Filter("order_matches(body, ?)", filters.string),
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
}
# Source (documented): older REST docs, "Search orders": both are comma-separated lists and turn off
# all other filters.
# Source (client): ecwid-java-api-client, OrdersTest: vendorOrderNumber finds internal ids, too.
NUMBER_FILTERS = ("orderNumber", "vendorOrderNumber")


def order_search(args: Mapping[str, str]) -> Search:
    """Return the search for the parameters of ``GET /orders``.

    ``ids`` accepts public numbers and internal ids. Unfinished orders are found only by status or
    id. Raises WrongParameterError for an invalid value.
    """
    for name in NUMBER_FILTERS:
        if args.get(name):
            condition, numbers = _number_condition(name, args[name])
            return Search((condition,), numbers, NEWEST_FIRST)
    conditions, values = filters.where(FILTERS, args)
    if args.get("ids"):
        condition, numbers = _number_condition("ids", args["ids"])
        conditions.append(condition)
        values.extend(numbers)
    elif not args.get("paymentStatus"):
        # Source (documented): REST docs, "Search orders".
        conditions.append("payment <> 'INCOMPLETE'")
    return Search(tuple(conditions), tuple(values), NEWEST_FIRST)


def _number_condition(name: str, text: str) -> tuple[str, tuple[Any, ...]]:
    """Return the condition for a list of public numbers and internal ids, and its values."""
    texts, numbers = filters.string_list(name, text), filters.id_list(name, text)
    marks = [",".join("?" * len(group)) for group in (texts, numbers)]
    return f"(number IN ({marks[0]}) OR id IN ({marks[1]}))", (*texts, *numbers)
