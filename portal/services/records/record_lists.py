"""Lists of the pages: orders and filters of products, customers and coupons.

Each order has an index of its own. A filter is a condition on a column, or on the stored record
where no column has the fact; see `sorted_pages` for the cost of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from peewee import SQL, Expression

from portal.models import Coupon, Customer, MirrorTable, Product
from portal.models.customer import HAS_ORDERS, ORDER_COUNT, ORDER_COUNT_RANGES
from portal.models.list_keys import KeyIndex
from portal.models.product import HIDDEN, SOLD_OUT, UNLIMITED_LAST
from portal.rules.records.json_values import Json
from portal.rules.records.sellable import UnsellableReason, product_reasons
from portal.services.records.category_filter import (
    category_id_in,
    is_in_category,
    products_in_category,
)
from portal.services.records.match_conditions import MatchConditions


@dataclass(frozen=True)
class ListOrder:
    """Order of a list."""

    index: KeyIndex
    is_descending: bool = False

    def narrowed(self, condition: str) -> ListOrder:
        """Return the same order of the records that meet a condition on the index's value."""
        where = f"{self.index.where} AND {condition}"
        return replace(self, index=replace(self.index, where=where))


@dataclass(frozen=True)
class ListFilter:
    """Filter of a list: a condition or a check of the stored record, made from the chosen value.

    ``indexed`` returns a query of the store's ids that an index finds for a value, or None.
    ``ranges`` has the values that are a range of an index: its expression, and the condition.
    """

    condition: Callable[[str], Any | None] = field(default=lambda _value: None)
    check: Callable[[str], Callable[[Json], bool] | None] = field(default=lambda _value: None)
    indexed: Callable[[int, str], Any | None] = field(default=lambda _store_id, _value: None)
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def is_known(self, value: str) -> bool:
        """Return whether the filter has this value."""
        return self.condition(value) is not None or self.check(value) is not None


@dataclass(frozen=True)
class RecordList:
    """List of one table; the first order is the usual one."""

    table: type[MirrorTable]
    orders: Mapping[str, ListOrder]
    filters: Mapping[str, ListFilter]

    def match_conditions(self, store_id: int, wanted: ListConditions) -> MatchConditions:
        """Return the conditions of the wanted filters, and the indexes that find their records."""
        pairs = [(self.filters[name], value) for name, value in wanted.filters.items()]
        return MatchConditions(
            wanted.text,
            conditions=_given(each.condition(value) for each, value in pairs),
            checks=_given(each.check(value) for each, value in pairs),
            indexed=_given(each.indexed(store_id, value) for each, value in pairs),
            ranges=dict(_given(each.ranges.get(value) for each, value in pairs)),
        )


@dataclass(frozen=True)
class ListConditions:
    """Wanted records of a list and their order, by the names of `RecordList`."""

    text: str = ""
    order: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_everything(self) -> bool:
        """Return whether all records are wanted."""
        return not self.text and not self.filters


def known_conditions(
    listed: RecordList, text: str, order: str, filters: Mapping[str, str]
) -> ListConditions:
    """Return the conditions without what the list doesn't know."""
    wanted = {
        name: value
        for name, value in filters.items()
        if name in listed.filters and listed.filters[name].is_known(value)
    }
    return ListConditions(
        text, order if order in listed.orders else next(iter(listed.orders)), wanted
    )


def _given(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _choice(**conditions: Any) -> ListFilter:
    return ListFilter(conditions.get)


def _found_by(
    table: type[MirrorTable], conditions: Mapping[str, str]
) -> Callable[[int, str], Any | None]:
    """Return the queries of values by their conditions, as an index spells them."""

    def query(store_id: int, value: str) -> Any | None:
        if value not in conditions:
            return None
        return table.select(table.remote_id).where(table.store == store_id, SQL(conditions[value]))

    return query


def _in_category(value: str) -> Expression | None:
    category_id = category_id_in(value)
    return None if category_id is None else is_in_category(category_id)


def _found_by_category(store_id: int, value: str) -> Any | None:
    category_id = category_id_in(value)
    return None if category_id is None else products_in_category(store_id, category_id)


def _has_reason(reason: UnsellableReason, record: Json) -> bool:
    return reason in product_reasons(record)


def _sellable_check(value: str) -> Callable[[Json], bool] | None:
    if value == "yes":
        return lambda record: not product_reasons(record)
    if value == "no":
        return lambda record: bool(product_reasons(record))
    if value in set(UnsellableReason):
        return partial(_has_reason, UnsellableReason(value))
    return None


PRODUCT_LIST = RecordList(
    Product,
    {
        "updated": ListOrder(
            KeyIndex.of_time(Product, Product.remote_updated_at), is_descending=True
        ),
        "name": ListOrder(KeyIndex.of_name(Product)),
        "price": ListOrder(KeyIndex.of_column(Product, "COALESCE(price, -1)")),
        "-price": ListOrder(KeyIndex.of_column(Product, "COALESCE(price, -1)"), is_descending=True),
        "stock": ListOrder(KeyIndex.of_column(Product, UNLIMITED_LAST)),
        "-stock": ListOrder(KeyIndex.of_column(Product, UNLIMITED_LAST), is_descending=True),
    },
    {
        "visibility": ListFilter(
            {"visible": Product.is_enabled == True, "hidden": SQL("NOT is_enabled")}.get,  # noqa: E712
            indexed=_found_by(Product, {"hidden": HIDDEN}),
        ),
        "stock": ListFilter(
            {"available": Product.is_in_stock == True, "sold_out": SQL("NOT is_in_stock")}.get,  # noqa: E712
            indexed=_found_by(Product, {"sold_out": SOLD_OUT}),
        ),
        "category": ListFilter(_in_category, indexed=_found_by_category),
        "sellable": ListFilter(
            {UnsellableReason.PRODUCT_DISABLED.value: SQL("NOT is_enabled")}.get,
            _sellable_check,
            _found_by(Product, {UnsellableReason.PRODUCT_DISABLED.value: HIDDEN}),
        ),
    },
)
CUSTOMER_LIST = RecordList(
    Customer,
    {
        "newest": ListOrder(
            KeyIndex.of_time(Customer, Customer.remote_created_at), is_descending=True
        ),
        "name": ListOrder(KeyIndex.of_name(Customer)),
        "-orders": ListOrder(KeyIndex.of_column(Customer, ORDER_COUNT), is_descending=True),
    },
    {
        "marketing": _choice(
            yes=Customer.accepts_marketing == True,  # noqa: E712
            no=Customer.accepts_marketing == False,  # noqa: E712
        ),
        "orders": ListFilter(
            # Not as the index spells it, whose range SQLite would prefer to the keys.
            {"yes": Customer.order_count > 0, "no": SQL(HAS_ORDERS["no"])}.get,
            indexed=_found_by(Customer, HAS_ORDERS),
            ranges={
                value: (ORDER_COUNT, condition) for value, condition in ORDER_COUNT_RANGES.items()
            },
        ),
    },
)
COUPON_LIST = RecordList(
    Coupon,
    {
        "newest": ListOrder(KeyIndex.of_time(Coupon, Coupon.remote_updated_at), is_descending=True),
        "name": ListOrder(KeyIndex.of_name(Coupon)),
        "-uses": ListOrder(
            KeyIndex.of_column(Coupon, "COALESCE(order_count, -1)"), is_descending=True
        ),
    },
    {"status": ListFilter(lambda value: Coupon.status == value if value.isupper() else None)},
)
LISTS = {each.table._meta.table_name: each for each in (PRODUCT_LIST, CUSTOMER_LIST, COUPON_LIST)}  # noqa: SLF001 - peewee documents it
