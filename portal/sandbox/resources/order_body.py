"""Validation of orders, and their JSON in the REST API."""

from __future__ import annotations

from typing import Any

from portal.sandbox.dates import format_date
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import (
    WrongParameterError,
    check_types,
    is_boolean,
    is_id,
    is_integer,
    is_number,
    is_object_list,
    is_text,
    require_object,
)

PAYMENT_STATUSES = (
    "AWAITING_PAYMENT",
    "PAID",
    "CANCELLED",
    "REFUNDED",
    "PARTIALLY_REFUNDED",
    "INCOMPLETE",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
)
FULFILLMENT_STATUSES = (
    "AWAITING_PROCESSING",
    "PROCESSING",
    "SHIPPED",
    "DELIVERED",
    "WILL_NOT_DELIVER",
    "RETURNED",
    "READY_FOR_PICKUP",
    "OUT_FOR_DELIVERY",
    "CUSTOM_FULFILLMENT_STATUS_1",
    "CUSTOM_FULFILLMENT_STATUS_2",
    "CUSTOM_FULFILLMENT_STATUS_3",
)
DEPRECATED = {
    "QUEUED": "AWAITING_PAYMENT",
    "CHARGEABLE": "AWAITING_PAYMENT",
    "ACCEPTED": "PAID",
    "DECLINED": "CANCELLED",
    "NEW": "AWAITING_PROCESSING",
}
REQUIRED = ("subtotal", "total", "email", "fulfillmentStatus", "paymentStatus")
READ_ONLY = frozenset(
    {
        "id",
        "internalId",
        "orderNumber",
        "vendorOrderNumber",
        "publicUid",
        "createDate",
        "updateDate",
        "createTimestamp",
        "updateTimestamp",
    }
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The stride shares no factor with 26, so that different ids get different letters.
_STRIDE = 7_654_321
_EXTRA_LIMIT = 8 * 1024


def public_number(internal_id: int) -> str:
    """Return the public number of an order, for example ``EBJFTA``."""
    size = len(LETTERS) ** 5
    lead, rest = divmod(internal_id, size)
    scattered = rest * _STRIDE % size
    letters = LETTERS[lead % 26]
    for _ in range(5):
        scattered, letter = divmod(scattered, 26)
        letters += LETTERS[letter]
    return letters


def order_fields(given: Any, *, is_new: bool, is_strict: bool = True) -> Body:
    """Return the writable fields of an order.

    Raises WrongParameterError for an invalid field. With ``is_strict``, a new order must have the
    five fields that the documentation calls required.
    """
    fields = require_object(given)
    for name in REQUIRED if is_new and is_strict else ():
        if fields.get(name) is None:
            raise WrongParameterError(f"Field Order.{name} is absent")
    check_types("Order", fields, ORDER_FIELD_TYPES)
    _check_status(fields, "paymentStatus", PAYMENT_STATUSES)
    _check_status(fields, "fulfillmentStatus", FULFILLMENT_STATUSES)
    for item in fields.get("items", []):
        for name in ("name", "quantity") if is_new else ():
            if item.get(name) is None:
                raise WrongParameterError(f"Field OrderItem.{name} is absent")
        check_types("OrderItem", item, ITEM_FIELD_TYPES)
    _check_extra_fields(fields)
    return {name: value for name, value in fields.items() if name not in READ_ONLY}


def order_body(fields: Body, *, internal_id: int, created: int, updated: int) -> Body:
    """Return the complete JSON of an order, as ``GET /orders/{id}`` sends it.

    Amounts are taken as they were sent. The items of ``fields`` have their ids already.
    """
    number = public_number(internal_id)
    total = fields.get("total", 0)
    return {
        "subtotal": 0,
        "total": total,
        "tax": 0,
        "usdTotal": total,
        "refundedAmount": 0,
        "email": "",
        "paymentMethod": "Bank transfer",
        "paymentModule": "CUSTOM",
        "paymentStatus": "AWAITING_PAYMENT",
        "fulfillmentStatus": "AWAITING_PROCESSING",
        "couponDiscount": 0,
        "volumeDiscount": 0,
        "membershipBasedDiscount": 0,
        "totalAndMembershipBasedDiscount": 0,
        "discount": 0,
        "discountInfo": [],
        "customDiscount": [],
        "refunds": [],
        "extraFields": {},
        "additionalInfo": {},
        "hidden": False,
        "pricesIncludeTax": True,
        "globalReferer": "",
        "acceptMarketing": False,
        **fields,
        "id": number,
        "internalId": internal_id,
        "orderNumber": internal_id,
        "vendorOrderNumber": number,
        "publicUid": number,
        "createDate": format_date(created),
        "updateDate": format_date(updated),
        "createTimestamp": created,
        "updateTimestamp": updated,
        "items": [_item(item) for item in fields.get("items", [])],
    }


def merge_items(known: list[Body], given: list[Body]) -> list[Body]:
    """Return the items after an update.

    An item with a known id keeps the fields that aren't sent. Any other item is new: its id isn't
    taken.
    """
    by_id = {item["id"]: item for item in known}
    return [
        {**by_id[item["id"]], **item}
        if item.get("id") in by_id
        else {name: value for name, value in item.items() if name != "id"}
        for item in given
    ]


def _item(item: Body) -> Body:
    price = item.get("price", 0)
    return {
        "categoryId": 0,
        "productPrice": price,
        "price": price,
        "quantity": 1,
        "tax": 0,
        "taxes": [],
        "shipping": 0,
        "weight": 0,
        "isShippingRequired": True,
        "trackQuantity": True,
        "couponApplied": False,
        "digital": False,
        "selectedOptions": [],
        **item,
    }


def _check_status(fields: Body, name: str, allowed: tuple[str, ...]) -> None:
    status = fields.get(name)
    if status in DEPRECATED:
        raise WrongParameterError(
            f"Status {status} is deprecated, use {DEPRECATED[status]} instead"
        )
    if status is not None and status not in allowed:
        raise WrongParameterError(
            f"Wrong parameter '{name}' value: expected one of {list(allowed)}"
        )


def _check_extra_fields(fields: Body) -> None:
    extra = fields.get("extraFields") or {}
    if not all(isinstance(v, str) and len(v) <= 255 for v in extra.values()):  # noqa: PLR2004 - the API's limit
        raise WrongParameterError("Field Order.extraFields has a value of more than 255 characters")
    if sum(len(name) + len(value) for name, value in extra.items()) > _EXTRA_LIMIT:
        raise WrongParameterError("Field Order.extraFields is larger than 8 kB")


def _is_optional_object(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _is_optional_id(value: Any) -> bool:
    return value is None or is_id(value)


def _is_optional_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


ORDER_FIELD_TYPES = {
    **dict.fromkeys(("subtotal", "total", "tax", "couponDiscount", "discount"), is_number),
    **dict.fromkeys(("email", "refererId", "externalOrderId", "trackingNumber"), _is_optional_text),
    **dict.fromkeys(
        ("discountCoupon", "billingPerson", "shippingPerson", "shippingOption", "extraFields"),
        _is_optional_object,
    ),
    "customerId": _is_optional_id,
    "hidden": is_boolean,
    "items": is_object_list,
}
ITEM_FIELD_TYPES = {
    "name": is_text,
    "quantity": lambda value: is_integer(value) and value > 0,
    "price": is_number,
    "productId": _is_optional_id,
    "combinationId": _is_optional_id,
}
