"""Fields of mirrored records that the API and exports show, and their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from peewee import Expression, Field

from portal.models import Category, Coupon, Customer, MirrorTable, Order, Product, Variation
from portal.rules.orders.coupon_terms import coupon_code_key

# The record as Ecwid sent it; returned only on request.
RAW = "raw"


class ComparedBy(NamedTuple):
    """Column that is compared instead of the one that is shown, and its form of a given value."""

    field: Field
    key: Callable[[str], str]


@dataclass(frozen=True)
class RecordView:
    """Table and its fields, by their public names.

    With ``is_timed`` a list is ordered by the store's update time, then by id: a record that
    changes during a listing appears again at the end. Otherwise it is ordered by id. ``compared``
    are the fields that a filter compares by another column.
    """

    table: type[MirrorTable]
    fields: Mapping[str, Field]
    is_timed: bool = True
    compared: Mapping[str, ComparedBy] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the table's name."""
        return str(self.table._meta.table_name)  # noqa: SLF001 - peewee documents it

    def field(self, name: str) -> Field:
        """Return the column of a public name or ``raw``; raise KeyError for any other name."""
        return self.table.raw if name == RAW else self.fields[name]

    def is_equal(self, name: str, value: Any) -> Expression:
        """Return the condition that a field has this value."""
        compared = self.compared.get(name)
        field, wanted = (
            (self.field(name), value) if compared is None else (compared.field, compared.key(value))
        )
        equal: Expression = field == wanted
        return equal


def _view(table: type[MirrorTable], own: tuple[str, ...], **options: Any) -> RecordView:
    shared = {"id": table.remote_id, "updated_at": table.remote_updated_at}
    named = {name: getattr(table, name) for name in own}
    created = {"created_at": table.remote_created_at} if hasattr(table, "remote_created_at") else {}
    last = {"synced_at": table.synced_at}
    return RecordView(table, shared | named | created | last, **options)


PRODUCTS = _view(
    Product,
    (
        "name",
        "sku",
        "price",
        "compare_to_price",
        "quantity",
        "is_in_stock",
        "is_enabled",
        "url",
        "thumbnail_url",
        "category_ids",
    ),
)
VARIATIONS = _view(
    Variation,
    (
        "product_id",
        "number",
        "sku",
        "options",
        "price",
        "own_price",
        "quantity",
        "is_in_stock",
    ),
    is_timed=False,
)
CATEGORIES = _view(
    Category,
    ("parent_id", "name", "is_enabled", "product_count", "position", "url"),
    is_timed=False,
)
ORDERS = _view(
    Order,
    (
        "number",
        "payment_status",
        "fulfillment_status",
        "total",
        "subtotal",
        "tax",
        "shipping_cost",
        "coupon_discount",
        "discount",
        "refunded",
        "email",
        "customer_id",
        "buyer_name",
        "coupon_code",
        "external_id",
        "referer_id",
        "tracking_number",
        "item_count",
    ),
    compared={"coupon_code": ComparedBy(Order.coupon_code_key, coupon_code_key)},
)
CUSTOMERS = _view(
    Customer,
    (
        "email",
        "name",
        "phone",
        "country_code",
        "group_id",
        "group_name",
        "order_count",
        "sales_value",
        "accepts_marketing",
    ),
)
COUPONS = _view(
    Coupon,
    (
        "code",
        "name",
        "type",
        "status",
        "discount",
        "minimum_subtotal",
        "launches_at",
        "expires_at",
        "uses_limit",
        "application_limit",
        "order_count",
        "catalog_limit",
    ),
    compared={"code": ComparedBy(Coupon.code_key, coupon_code_key)},
)
