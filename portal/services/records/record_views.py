"""Fields of mirrored records that the API and exports show: columns and derived details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from peewee import Expression, Field

from portal.ecwid.coupon_details import COUPON_DISCOUNT
from portal.models import Category, Coupon, Customer, MirrorTable, Order, Product, Variation
from portal.rules.orders.coupon_terms import coupon_code_key
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.records.category_fields import CATEGORY_FIELDS
from portal.rules.records.email_addresses import normalize_email
from portal.rules.records.product_fields import PRODUCT_FIELDS
from portal.rules.records.variation_fields import VARIATION_FIELDS
from portal.services.records.derived_fields import (
    PATH,
    Derive,
    derive_categories,
    derive_products,
    derive_variations,
)
from portal.services.records.derived_sale_fields import (
    AMOUNTS,
    COUPON_FIELDS,
    CUSTOMER_FIELDS,
    ITEMS,
    ORDER_FIELDS,
    derive_coupons,
    derive_customers,
    derive_orders,
)
from portal.services.records.selected_records import selected_conditions

# The record as Ecwid sent it; returned only on request.
RAW = "raw"
# When the record was deleted; returned only in lists that include deleted records.
DELETED_AT = "deleted_at"


class ComparedBy(NamedTuple):
    """Column that is compared instead of the one that is shown, and its form of a given value."""

    field: Field
    key: Callable[[str], str]


@dataclass(frozen=True)
class RecordView:
    """Table and its fields, by their public names.

    ``compared`` are the fields that a filter compares by another column. ``batched`` are the fields
    that ``derive_batch`` computes from the stored records of a page; those in ``on_request`` are
    returned only if the caller names them, and those in ``exported`` are also in export files.
    ``terms`` are those of the channel that reads; see `offered_view`.
    """

    table: type[MirrorTable]
    fields: Mapping[str, Field]
    compared: Mapping[str, ComparedBy] = field(default_factory=dict)
    batched: tuple[str, ...] = ()
    derive_batch: Derive | None = None
    on_request: tuple[str, ...] = ()
    exported: tuple[str, ...] = ()
    terms: SaleTerms = OWN_TERMS

    @property
    def name(self) -> str:
        """Return the table's name."""
        return str(self.table._meta.table_name)  # noqa: SLF001 - peewee documents it

    @property
    def conditions(self) -> list[Expression]:
        """Return the condition that the channel gets a record; none for all."""
        return selected_conditions(self.table, self.terms.selection_id)

    def field(self, name: str) -> Field:
        """Return the column of a public name, `RAW` or `DELETED_AT`; raise KeyError for another."""
        if name == DELETED_AT:
            return self.table.deleted_at
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
    batched=tuple(PRODUCT_FIELDS),
    derive_batch=derive_products,
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
    batched=tuple(VARIATION_FIELDS),
    derive_batch=derive_variations,
)
CATEGORIES = _view(
    Category,
    ("parent_id", "name", "is_enabled", "product_count", "position", "url"),
    batched=(PATH, *CATEGORY_FIELDS),
    derive_batch=derive_categories,
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
    compared={
        "coupon_code": ComparedBy(Order.coupon_code_key, coupon_code_key),
        "email": ComparedBy(Order.email, normalize_email),
    },
    batched=ORDER_FIELDS,
    derive_batch=derive_orders,
    on_request=(AMOUNTS,),
    exported=(ITEMS,),
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
    compared={"email": ComparedBy(Customer.email, normalize_email)},
    batched=CUSTOMER_FIELDS,
    derive_batch=derive_customers,
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
        "order_count",
    ),
    compared={"code": ComparedBy(Coupon.code_key, coupon_code_key)},
    batched=(COUPON_DISCOUNT, *COUPON_FIELDS),
    derive_batch=derive_coupons,
    exported=COUPON_FIELDS,
)
_OFFERED = {PRODUCTS.name: derive_products, VARIATIONS.name: derive_variations}


def offered_view(view: RecordView, terms: SaleTerms) -> RecordView:
    """Return the view as a channel with these terms of sale sees it.

    Only selected products are in it, quantities are without the stock buffer, and while selling is
    paused, nothing can be sold.
    """
    if terms == OWN_TERMS:
        return view
    derive = _OFFERED.get(view.name)
    offered = view.derive_batch if derive is None else partial(derive, terms=terms)
    return replace(view, terms=terms, derive_batch=offered)
