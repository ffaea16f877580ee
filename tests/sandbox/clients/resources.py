"""Records that the third-party clients write: a new record and a change of each resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Resource:
    """Name of a resource in both clients, its path, and records to write.

    ``invalid`` is a record that the API rejects.
    """

    name: str
    path: str
    new: Body
    change: Body
    invalid: Body


PRODUCTS = Resource(
    "products",
    "/products",
    {"name": "Oak board", "sku": "OAK-1", "price": 12.5, "quantity": 3, "unlimited": False},
    {"price": 14.75, "enabled": False},
    {"sku": "OAK-1"},
)
ORDERS = Resource(
    "orders",
    "/orders",
    {
        "subtotal": 25,
        "total": 29.9,
        "email": "ada@shopper.example",
        "paymentStatus": "AWAITING_PAYMENT",
        "fulfillmentStatus": "AWAITING_PROCESSING",
        "externalOrderId": "M-1",
    },
    {"paymentStatus": "PAID", "fulfillmentStatus": "SHIPPED", "trackingNumber": "TN-1"},
    {"email": "ada@shopper.example", "paymentStatus": "LOST"},
)
CUSTOMERS = Resource(
    "customers",
    "/customers",
    {
        "email": "ada@shopper.example",
        "name": "Ada Oak",
        "billingPerson": {"name": "Ada Oak", "city": "Bremen", "countryCode": "DE"},
    },
    {"name": "Ada Birch", "acceptMarketing": True},
    {"name": "Ada Oak"},
)
COUPONS = Resource(
    "coupons",
    "/discount_coupons",
    {"name": "Autumn", "code": "AUTUMN10", "discountType": "PERCENT", "discount": 10},
    {"status": "PAUSED", "discount": 15},
    {"name": "Autumn", "discountType": "HALF"},
)
PRODUCT_TYPES = Resource(
    "producttypes",
    "/classes",
    {"name": "Boards", "googleTaxonomy": "Cutting Boards"},
    {"name": "Bowls"},
    {"googleTaxonomy": "Bowls"},
)


def select(record: Body, fields: Body) -> Body:
    """Return the values of these fields in a record."""
    return {name: record.get(name) for name in fields}
