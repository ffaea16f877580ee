"""Declare the kinds of records: where each is kept, and which columns searches need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from portal.sandbox.dates import seconds

Body = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """Hold how one kind of record is kept.

    ``stat`` is its field in the store's latest statistics, ``key`` the field of its JSON that
    holds the number it is kept by; ``columns`` are made of the JSON, in the table's order.
    """

    name: str
    table: str
    stat: str
    columns: Mapping[str, Callable[[Body], Any]] = field(hash=False)
    key: str = "id"

    @property
    def insert(self) -> str:
        """Return the SQL that writes one record."""
        names = ("store", "id", *self.columns, "body")
        marks = ",".join("?" * len(names))
        return f"INSERT OR REPLACE INTO {self.table} ({','.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names


def _category_list(body: Body) -> str:
    return "," + ",".join(map(str, body["categoryIds"])) + ","


def _coupon_code(body: Body) -> str | None:
    coupon = body.get("discountCoupon")
    return coupon.get("code") if isinstance(coupon, dict) else None


PRODUCT = Kind(
    "product",
    "product",
    "productsUpdated",
    {
        "name": itemgetter("name"),
        "sku": itemgetter("sku"),
        "price": itemgetter("price"),
        "enabled": itemgetter("enabled"),
        "in_stock": itemgetter("inStock"),
        "created": itemgetter("createTimestamp"),
        "updated": itemgetter("updateTimestamp"),
        "categories": _category_list,
        "external": lambda body: body.get("externalReferenceId"),
    },
)
CATEGORY = Kind(
    "category",
    "category",
    "categoriesUpdated",
    {"parent": lambda body: body.get("parentId") or 0, "enabled": itemgetter("enabled")},
)
# The statistics have no field for classes; what is said of a product depends on its class.
PRODUCT_CLASS = Kind("product_class", "product_class", "productsUpdated", {})
ORDER = Kind(
    "order",
    "purchase",
    "ordersUpdated",
    {
        "number": itemgetter("id"),
        "created": itemgetter("createTimestamp"),
        "updated": itemgetter("updateTimestamp"),
        "payment": itemgetter("paymentStatus"),
        "fulfilment": itemgetter("fulfillmentStatus"),
        "total": itemgetter("total"),
        "email": lambda body: body.get("email", "").lower(),
        "customer": lambda body: body.get("customerId"),
        "coupon": _coupon_code,
        "referer": lambda body: body.get("refererId"),
    },
    key="internalId",
)
CUSTOMER = Kind(
    "customer",
    "customer",
    "customersUpdated",
    {
        "name": lambda body: body.get("name", ""),
        "email": lambda body: body["email"].lower(),
        "registered": lambda body: seconds(body["registered"]),
        "updated": lambda body: seconds(body["updated"]),
        "orders": itemgetter("totalOrderCount"),
        "sales": lambda body: body["stats"]["salesValue"],
    },
)
COUPON = Kind(
    "discount_coupon",
    "coupon",
    "discountCouponsUpdated",
    {
        "code": itemgetter("code"),
        "type": itemgetter("discountType"),
        "status": itemgetter("status"),
        "created": lambda body: seconds(body["creationDate"]),
        "updated": lambda body: seconds(body["updateDate"]),
        "expires": lambda body: (
            seconds(body["expirationDate"]) if body.get("expirationDate") else None
        ),
    },
)
KINDS = {kind.name: kind for kind in (PRODUCT, CATEGORY, PRODUCT_CLASS, ORDER, CUSTOMER, COUPON)}
