"""Related records of listed records, read with one or two statements per page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from portal.models import Store, Variation
from portal.models.bulk import chunked, in_values
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.sale_terms import SaleTerms
from portal.services.records.derived_sale_fields import ITEMS
from portal.services.records.read_records import Row, fields_of, read_by_ids, read_rows
from portal.services.records.record_views import (
    CATEGORIES,
    CUSTOMERS,
    ORDERS,
    PRODUCTS,
    VARIATIONS,
    RecordView,
    offered_view,
)

# Ids per statement.
IDS_AT_ONCE = 500


@dataclass(frozen=True)
class Inclusion:
    """Kind of related records.

    ``needs`` are the fields that ``read`` takes from the records; it returns one value for each.
    ``scope`` is required of the key.
    """

    needs: tuple[str, ...]
    read: Callable[[Store, Sequence[Row], SaleTerms], list[Any]]
    scope: KeyScope


def variations_of_products(
    store: Store, products: Sequence[Row], terms: SaleTerms
) -> list[list[Row]]:
    """Return the live variations of each product, by id."""
    view = offered_view(VARIATIONS, terms)
    found: dict[int, list[Row]] = {}
    for part in chunked([row["id"] for row in products], IDS_AT_ONCE):
        where = (
            Variation.store == store,
            Variation.deleted_at.is_null(),
            in_values(Variation.product_id, part),
        )
        order = (Variation.product_id, Variation.remote_id)
        for _, row in read_rows(view, store, fields_of(view), where, order=order):
            found.setdefault(row["product_id"], []).append(row)
    return [found.get(row["id"], []) for row in products]


def categories_of_products(store: Store, products: Sequence[Row], _: SaleTerms) -> list[list[Row]]:
    """Return the live categories of each product, in the product's order."""
    ids = [_category_ids(row["category_ids"]) for row in products]
    known = _by_ids(CATEGORIES, store, [each for part in ids for each in part])
    return [[known[each] for each in part if each in known] for part in ids]


def product_of_variations(
    store: Store, variations: Sequence[Row], terms: SaleTerms
) -> list[Row | None]:
    """Return the live product of each variation."""
    known = _by_ids(offered_view(PRODUCTS, terms), store, [row["product_id"] for row in variations])
    return [known.get(row["product_id"]) for row in variations]


def customer_of_orders(store: Store, orders: Sequence[Row], _: SaleTerms) -> list[Row | None]:
    """Return the live customer of each order; None for a guest's order."""
    known = _by_ids(CUSTOMERS, store, [row["customer_id"] for row in orders])
    return [known.get(row["customer_id"]) for row in orders]


def products_of_orders(store: Store, orders: Sequence[Row], terms: SaleTerms) -> list[list[Row]]:
    """Return the live products of each order's items, each once."""
    ids = [list(dict.fromkeys(item["product_id"] for item in row[ITEMS])) for row in orders]
    known = _by_ids(offered_view(PRODUCTS, terms), store, [each for part in ids for each in part])
    return [[known[each] for each in part if each in known] for part in ids]


INCLUSIONS: dict[str, Mapping[str, Inclusion]] = {
    PRODUCTS.name: {
        "variations": Inclusion(("id",), variations_of_products, KeyScope.READ_CATALOG),
        "categories": Inclusion(("category_ids",), categories_of_products, KeyScope.READ_CATALOG),
    },
    VARIATIONS.name: {
        "product": Inclusion(("product_id",), product_of_variations, KeyScope.READ_CATALOG),
    },
    ORDERS.name: {
        "customer": Inclusion(("customer_id",), customer_of_orders, KeyScope.READ_ORDERS),
        "products": Inclusion((ITEMS,), products_of_orders, KeyScope.READ_CATALOG),
    },
}


def inclusions_of(view: RecordView) -> Mapping[str, Inclusion]:
    """Return the related records that a view can include, by name."""
    return INCLUSIONS.get(view.name, {})


def needed_fields(
    view: RecordView, fields: Sequence[str], included: Sequence[str]
) -> tuple[str, ...]:
    """Return the fields to read so that these related records can be included."""
    needs = (name for each in included for name in inclusions_of(view)[each].needs)
    return tuple(dict.fromkeys((*fields, *needs)))


def include_records(
    view: RecordView,
    store: Store,
    rows: Sequence[Row],
    fields: Sequence[str],
    included: Sequence[str],
) -> list[Row]:
    """Return the rows with only these fields and the related records.

    The rows must have the `needed_fields`.
    """
    parts = {
        name: inclusions_of(view)[name].read(store, rows, view.terms) if rows else []
        for name in included
    }
    return [
        {name: row[name] for name in fields} | {name: parts[name][n] for name in included}
        for n, row in enumerate(rows)
    ]


def _by_ids(view: RecordView, store: Store, ids: Sequence[int | None]) -> dict[int | None, Row]:
    wanted = list(dict.fromkeys(each for each in ids if each is not None))
    return {
        remote_id: row
        for part in chunked(wanted, IDS_AT_ONCE)
        for remote_id, row in read_by_ids(view, store, part, fields=fields_of(view)).items()
    }


def _category_ids(value: Any) -> list[int]:
    return list(msgspec.json.decode(value)) if value is not None else []
