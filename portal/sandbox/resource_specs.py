"""How each resource is stored: its table, its search columns and its key."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from portal.sandbox.dates import parse_date

Body = dict[str, Any]


@dataclass(frozen=True)
class ResourceSpec:
    """Storage of one resource.

    ``stat`` is the resource's field in Ecwid's ``latest-stats``. ``columns`` computes the search
    columns from a record's JSON, in the order of the table. ``key`` is the JSON field that
    contains the numeric id.
    """

    name: str
    table: str
    stat: str
    columns: Mapping[str, Callable[[Body], Any]] = field(hash=False)
    key: str = "id"

    @property
    def insert(self) -> str:
        """SQL statement that writes one record."""
        names = ("store", "id", *self.columns, "body")
        marks = ",".join("?" * len(names))
        return f"INSERT OR REPLACE INTO {self.table} ({','.join(names)}) VALUES ({marks})"  # noqa: S608 - constant names

    def row(self, store_id: int, body: Body, text: str) -> tuple[Any, ...]:
        """Return the values of that statement; ``text`` is the record's JSON."""
        return (store_id, body[self.key], *(read(body) for read in self.columns.values()), text)


def _category_list(body: Body) -> str:
    return "," + ",".join(map(str, body["categoryIds"])) + ","


def _variation_skus(body: Body) -> str | None:
    """Return the SKUs of a product's variations, each between line breaks."""
    skus = [str(found["sku"]) for found in body["combinations"] if found.get("sku")]
    return "\n" + "\n".join(skus) + "\n" if skus else None


def coupon_key(code: object) -> str:
    """Return the form in which coupon codes are compared."""
    # Source (documented): Ecwid's help, article 207806525: a coupon's code is case-insensitive.
    # Source (assumed): Blanks around a coupon's code don't count when codes are compared.
    # Source (assumed): Coupon codes with I, i and the Turkish letters dotted I and dotless i in the
    # same places are the same code, and so are the two encodings of a letter with an accent.
    letters = unicodedata.normalize("NFC", str(code or "").strip())
    letters = letters.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i")
    letters = letters.replace("\N{LATIN SMALL LETTER DOTLESS I}", "i")
    return unicodedata.normalize("NFC", letters.casefold())


def _coupon_key_of_order(body: Body) -> str | None:
    coupon = body.get("discountCoupon")
    return coupon_key(coupon.get("code")) if isinstance(coupon, dict) else None


PRODUCT = ResourceSpec(
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
        "variation_skus": _variation_skus,
    },
)
CATEGORY = ResourceSpec(
    "category",
    "category",
    "categoriesUpdated",
    {"parent": lambda body: body.get("parentId") or 0, "enabled": itemgetter("enabled")},
)
# latest-stats has no field for classes. A change of a class counts as a change of products,
# because a product's attributes depend on its class.
PRODUCT_CLASS = ResourceSpec("product_class", "product_class", "productsUpdated", {})
ORDER = ResourceSpec(
    "order",
    # "order" is an SQL keyword.
    "purchase",
    "ordersUpdated",
    {
        "number": itemgetter("id"),
        "created": itemgetter("createTimestamp"),
        "updated": itemgetter("updateTimestamp"),
        "payment": itemgetter("paymentStatus"),
        "fulfillment": itemgetter("fulfillmentStatus"),
        "total": itemgetter("total"),
        "email": lambda body: body.get("email", "").lower(),
        "customer": lambda body: body.get("customerId"),
        "coupon_key": _coupon_key_of_order,
        "referer": lambda body: body.get("refererId"),
    },
    key="internalId",
)
CUSTOMER = ResourceSpec(
    "customer",
    "customer",
    "customersUpdated",
    {
        "name": lambda body: body.get("name", ""),
        "email": lambda body: body["email"].lower(),
        "registered": lambda body: parse_date(body["registered"]),
        "updated": lambda body: parse_date(body["updated"]),
        "orders": itemgetter("totalOrderCount"),
        "sales": lambda body: body["stats"]["salesValue"],
    },
)
COUPON = ResourceSpec(
    "discount_coupon",
    "coupon",
    "discountCouponsUpdated",
    {
        "code_key": lambda body: coupon_key(body["code"]),
        "type": itemgetter("discountType"),
        "status": itemgetter("status"),
        "created": lambda body: parse_date(body["creationDate"]),
        "updated": lambda body: parse_date(body["updateDate"]),
        "expires": lambda body: (
            parse_date(body["expirationDate"]) if body.get("expirationDate") else None
        ),
    },
)
# latest-stats has no field for promotions. "profileUpdated" has the time of the profile anyway.
PROMOTION = ResourceSpec("promotion", "promotion", "profileUpdated", {"name": itemgetter("name")})
CUSTOMER_GROUP = ResourceSpec(
    "customer_group", "customer_group", "customersUpdated", {"name": itemgetter("name")}
)
RESOURCES = {
    spec.name: spec
    for spec in (
        PRODUCT,
        CATEGORY,
        PRODUCT_CLASS,
        ORDER,
        CUSTOMER,
        COUPON,
        PROMOTION,
        CUSTOMER_GROUP,
    )
}
