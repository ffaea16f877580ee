"""Filters and orders of the API's lists, each with what an index knows of it.

No filter makes a page more expensive than the others: a list reads an index in its order, checks
the other conditions on each record that it meets, and stops after a limited number of records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from peewee import Expression, Field

from portal.models import Coupon, Customer, Order, Product
from portal.services.records.category_filter import is_in_category, products_in_category
from portal.services.records.record_views import (
    CATEGORIES,
    COUPONS,
    CUSTOMERS,
    ORDERS,
    PRODUCTS,
    VARIATIONS,
    RecordView,
)

DESCENDING = "-"
BY_ID, BY_UPDATE, BY_CREATION = "id", "updated_at", "created_at"


@dataclass(frozen=True)
class RecordFilter:
    """Condition of a list.

    ``is_selective`` says that an index finds the records with a value, which are usually few.
    ``is_listed`` says that an index lists them by their creation time. ``indexed`` makes the
    condition on the store and the value by which an index finds the records, if it is another one
    than that to check.
    """

    condition: Callable[[Any], Expression]
    is_selective: bool = False
    is_listed: bool = False
    indexed: Callable[[int, Any], Expression] | None = None

    def found_by_index(self, store_id: int, value: Any) -> Expression:
        """Return the condition by which the filter's index finds the records."""
        return self.condition(value) if self.indexed is None else self.indexed(store_id, value)


@dataclass(frozen=True)
class ListRules:
    """Filters of a list by parameter, the most selective first, and its orders.

    ``times`` are the columns of the orders by time, each with an index of the store's records by
    it. Every list can also be read by id.
    """

    filters: Mapping[str, RecordFilter]
    times: Mapping[str, Field]

    @property
    def sorts(self) -> tuple[str, ...]:
        """Return the orders, ascending and descending, the usual one first."""
        names = (*self.times, BY_ID)
        return tuple(each for name in names for each in (name, DESCENDING + name))


def _category_products(store_id: int, category_id: int) -> Expression:
    found: Expression = Product.remote_id.in_(products_in_category(store_id, category_id))
    return found


def _equal(
    view: RecordView, name: str, *, is_selective: bool = False, is_listed: bool = False
) -> RecordFilter:
    return RecordFilter(partial(view.is_equal, name), is_selective, is_listed)


def _filters(view: RecordView, **names: str) -> dict[str, RecordFilter]:
    """Return filters by equality; their facts are given as words."""
    return {
        name: _equal(view, name, is_selective="selective" in facts, is_listed="listed" in facts)
        for name, facts in names.items()
    }


LIST_RULES: dict[str, ListRules] = {
    PRODUCTS.name: ListRules(
        {
            **_filters(PRODUCTS, sku="selective", is_in_stock="", is_enabled=""),
            "category_id": RecordFilter(
                is_in_category, is_selective=True, indexed=_category_products
            ),
        },
        {BY_UPDATE: Product.remote_updated_at},
    ),
    VARIATIONS.name: ListRules(
        _filters(VARIATIONS, product_id="selective", sku="selective", is_in_stock=""), {}
    ),
    CATEGORIES.name: ListRules(_filters(CATEGORIES, parent_id="", is_enabled=""), {}),
    ORDERS.name: ListRules(
        _filters(
            ORDERS,
            number="selective",
            external_id="selective",
            customer_id="selective, listed",
            email="selective, listed",
            coupon_code="selective, listed",
            fulfillment_status="listed",
            payment_status="listed",
        ),
        {BY_UPDATE: Order.remote_updated_at, BY_CREATION: Order.remote_created_at},
    ),
    CUSTOMERS.name: ListRules(
        _filters(CUSTOMERS, email="selective"),
        {BY_UPDATE: Customer.remote_updated_at, BY_CREATION: Customer.remote_created_at},
    ),
    COUPONS.name: ListRules(
        _filters(COUPONS, code="selective", status=""), {BY_UPDATE: Coupon.remote_updated_at}
    ),
}
