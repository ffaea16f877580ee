"""Fields of orders in requests."""

from __future__ import annotations

from typing import Any

from portal.sandbox.dates import reformat_dates
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.extra_fields import check_size
from portal.sandbox.resources.order_body import FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.sandbox.validation import (
    WrongParameterError,
    check_types,
    is_boolean,
    is_id,
    is_integer,
    is_number,
    is_object,
    is_object_list,
    is_string,
    is_text,
    optional,
    require_object,
    unexpected_value,
)

# Source (documented): older REST docs, "Errors": the message about a deprecated status.
DEPRECATED = {
    "QUEUED": "AWAITING_PAYMENT",
    "CHARGEABLE": "AWAITING_PAYMENT",
    "ACCEPTED": "PAID",
    "DECLINED": "CANCELLED",
    "NEW": "AWAITING_PROCESSING",
}
REQUIRED = ("subtotal", "total", "email", "fulfillmentStatus", "paymentStatus")
DATES = ("createDate", "pickupTime", "latestShipDate", "latestDeliveryDate")
READ_ONLY = frozenset(
    {
        "id",
        "internalId",
        "orderNumber",
        "vendorOrderNumber",
        "publicUid",
        "updateDate",
        "createTimestamp",
        "updateTimestamp",
    }
)
# Fields that every order has; null means that they aren't sent.
NEVER_NULL = frozenset({"email", "paymentStatus", "fulfillmentStatus"})


def order_fields(given: Any, *, is_new: bool, is_strict: bool = True) -> Body:
    """Return the writable fields of an order.

    Raises WrongParameterError for an invalid field. With ``is_strict``, a new order must have the
    five fields that the documentation calls required.
    """
    # Source (documented): REST docs, "Create order": five fields are required.
    # Source (client): ecwid-java-api-client, OrdersTest: an order without any of them is accepted.
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
    _check_amounts(fields)
    check_size(fields.get("extraFields") or {})
    return _dates(
        {
            name: value
            for name, value in fields.items()
            if name not in READ_ONLY and (value is not None or name not in NEVER_NULL)
        }
    )


def _check_status(fields: Body, name: str, allowed: tuple[str, ...]) -> None:
    status = fields.get(name)
    if isinstance(status, str) and status in DEPRECATED:
        raise WrongParameterError(
            f"Status {status} is deprecated, use {DEPRECATED[status]} instead"
        )
    if status is not None and status not in allowed:
        raise unexpected_value(name, allowed)


def _check_amounts(fields: Body) -> None:
    """Check the amounts inside lists and objects."""
    for name, types in AMOUNT_TYPES.items():
        value = fields.get(name) or []
        for entry in value if isinstance(value, list) else [value]:
            check_types(f"Order.{name}", entry, types)


def _dates(fields: Body) -> Body:
    """Return the fields with their dates in the format of the API, without empty dates."""
    others = {name: value for name, value in fields.items() if name not in DATES}
    return others | reformat_dates(fields, DATES)


ORDER_FIELD_TYPES = {
    **dict.fromkeys(("subtotal", "total", "tax", "couponDiscount", "discount"), is_number),
    **dict.fromkeys(
        ("email", "refererId", "externalOrderId", "trackingNumber"), optional(is_string)
    ),
    **dict.fromkeys(
        (
            "discountCoupon",
            "billingPerson",
            "shippingPerson",
            "shippingOption",
            "handlingFee",
            "extraFields",
        ),
        optional(is_object),
    ),
    **dict.fromkeys(("discountInfo", "customSurcharges", "refunds"), optional(is_object_list)),
    "customerId": optional(is_id),
    "hidden": is_boolean,
    "items": is_object_list,
}
ITEM_FIELD_TYPES = {
    "name": is_text,
    "quantity": lambda value: is_integer(value) and value > 0,
    "price": is_number,
    "productId": optional(is_id),
    "combinationId": optional(is_id),
    "selectedOptions": optional(is_object_list),
}
AMOUNT_TYPES = {
    "handlingFee": {"value": is_number},
    "shippingOption": {"shippingRate": is_number},
    "discountInfo": {"value": is_number},
    "customSurcharges": {"value": is_number, "total": is_number},
    "refunds": {"amount": is_number},
}
