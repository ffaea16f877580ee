"""Declare how orders are filtered, as ``GET /orders`` is documented; the newest come first."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox import filters
from portal.sandbox.dates import date_text
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.order_body import DEPRECATED, FULFILLMENT_STATUSES, PAYMENT_STATUSES

NEWEST_FIRST = "created DESC, id DESC"


def _pickup(name: str, text: str) -> str:
    return date_text(filters.moment(name, text))


def _lower(_name: str, text: str) -> str:
    return text.lower()


FILTERS = {
    "keywords": Filter("instr(lower(body), lower(?))", filters.keyword),
    "email": Filter("email = ?", _lower),
    "customerId": Filter("customer = ?", filters.amount),
    "customer": Filter("instr(lower(body), lower(?))", filters.keyword),
    "productId": Filter(
        "EXISTS (SELECT 1 FROM json_each(body, '$.items')"
        " WHERE json_extract(value, '$.productId') IN (*))",
        filters.numbers,
    ),
    "totalFrom": Filter("total >= ?", filters.amount),
    "totalTo": Filter("total <= ?", filters.amount),
    "createdFrom": Filter("created >= ?", filters.moment),
    "createdTo": Filter("created < ?", filters.moment),
    "updatedFrom": Filter("updated >= ?", filters.moment),
    "updatedTo": Filter("updated < ?", filters.moment),
    "pickupTimeFrom": Filter("json_extract(body, '$.pickupTime') >= ?", _pickup),
    "pickupTimeTo": Filter("json_extract(body, '$.pickupTime') < ?", _pickup),
    "shippingMethod": Filter(
        "json_extract(body, '$.shippingOption.shippingMethodName') = ?", filters.word
    ),
    "paymentMethod": Filter("json_extract(body, '$.paymentMethod') = ?", filters.word),
    "paymentModule": Filter("json_extract(body, '$.paymentModule') = ?", filters.word),
    "paymentStatus": Filter(
        "payment IN (*)", filters.several_of(*PAYMENT_STATUSES, deprecated=DEPRECATED)
    ),
    "fulfillmentStatus": Filter(
        "fulfilment IN (*)", filters.several_of(*FULFILLMENT_STATUSES, deprecated=DEPRECATED)
    ),
    "acceptMarketing": Filter("json_extract(body, '$.acceptMarketing') = ?", filters.flag),
    "containsPreorderItems": Filter(
        "EXISTS (SELECT 1 FROM json_each(body, '$.items')"
        " WHERE json_extract(value, '$.isPreorder')) = ?",
        filters.flag,
    ),
    # An order is found by its coupon only while the store has a coupon of that code.
    "couponCode": Filter(
        "coupon = ? AND EXISTS (SELECT 1 FROM coupon AS c"
        " WHERE c.store = purchase.store AND c.code = ?)",
        filters.word,
    ),
    "subscriptionId": Filter("json_extract(body, '$.subscriptionId') = ?", filters.amount),
    "refererId": Filter("referer = ?", filters.word),
    "orderNumber": Filter("id = ?", filters.amount),
    "vendorOrderNumber": Filter("number = ?", filters.word),
}


def order_search(args: Mapping[str, str]) -> Search:
    """Return the search that the parameters of ``GET /orders`` ask for.

    ``ids`` takes public numbers and internal ids. Unfinished orders are found only by their
    status or id. Raises WrongParameterError.
    """
    conditions, values = filters.where(FILTERS, args)
    if args.get("ids"):
        texts = filters.words("ids", args["ids"])
        numbers = filters.numbers("ids", args["ids"])
        marks = [",".join("?" * len(wanted)) for wanted in (texts, numbers)]
        conditions.append(f"(number IN ({marks[0]}) OR id IN ({marks[1]}))")
        values.extend((*texts, *numbers))
    elif not args.get("paymentStatus"):
        conditions.append("payment <> 'INCOMPLETE'")
    return Search(tuple(conditions), tuple(values), NEWEST_FIRST)
