"""Fields that are computed from the stored records when they are read, without columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from portal.models import Category, Product, Store, Variation
from portal.models.bulk import in_values, select_by_remote_ids
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.records.category_fields import CATEGORY_FIELDS, CategoryNode, category_path
from portal.rules.records.json_values import Json, decode_record
from portal.rules.records.offered_records import SELLABLE, offered_record, with_selling_pause
from portal.rules.records.product_fields import PRODUCT_FIELDS
from portal.rules.records.sellable import (
    product_reasons,
    sellable_document,
    variation_reasons,
)
from portal.rules.records.variation_fields import VARIATION_FIELDS

PATH = "path"

Values = dict[str, Any]


class StoredRecord(NamedTuple):
    """A record's id and the record as Ecwid sent it."""

    remote_id: int
    raw: Json


# Returns the values of each record. Amounts have the decimals of the store's currency.
Derive = Callable[[Store, Sequence[StoredRecord], Sequence[str]], list[Values]]


def derive_products(
    store: Store,
    records: Sequence[StoredRecord],
    names: Sequence[str],
    terms: SaleTerms = OWN_TERMS,
) -> list[Values]:
    """Return these fields of each product; all of them take about 50 µs a product."""
    currency = store.money_currency
    known = {
        **PRODUCT_FIELDS,
        SELLABLE: lambda product, _: sellable_document(product_reasons(product, terms.policy)),
    }
    reads = [(name, known[name]) for name in names]
    offered = (offered_record(each.raw, terms) for each in records)
    return [
        with_selling_pause({name: read(raw, currency) for name, read in reads}, terms)
        for raw in offered
    ]


def derive_variations(
    store: Store,
    records: Sequence[StoredRecord],
    names: Sequence[str],
    terms: SaleTerms = OWN_TERMS,
) -> list[Values]:
    """Return these fields of each variation; takes one statement for their products."""
    currency = store.money_currency
    known = {
        **VARIATION_FIELDS,
        SELLABLE: lambda product, variation, _: sellable_document(
            variation_reasons(product, variation, terms.policy)
        ),
    }
    reads = [(name, known[name]) for name in names]
    products = _products_of(store, [each.remote_id for each in records])
    offered = (
        (offered_record(products.get(each.remote_id, {}), terms), offered_record(each.raw, terms))
        for each in records
    )
    return [
        with_selling_pause({name: read(*pair, currency) for name, read in reads}, terms)
        for pair in offered
    ]


def derive_categories(
    store: Store, records: Sequence[StoredRecord], names: Sequence[str]
) -> list[Values]:
    """Return these fields of each category; a path takes one statement for all ancestors."""
    nodes = (
        category_ancestors(store.id, [each.remote_id for each in records]) if PATH in names else {}
    )
    return [
        {
            name: category_path(each.remote_id, nodes)
            if name == PATH
            else CATEGORY_FIELDS[name](each.raw)
            for name in names
        }
        for each in records
    ]


def _products_of(store: Store, variation_ids: Sequence[int]) -> dict[int, Json]:
    """Return the product of each variation, by the variation's id."""
    if not variation_ids:
        return {}
    owners = dict(select_by_remote_ids(Variation, "remote_id, product_id", store.id, variation_ids))
    product_ids = sorted(set(owners.values()))
    rows = select_by_remote_ids(Product, "remote_id, CAST(raw AS text)", store.id, product_ids)
    products = {product_id: decode_record(text) for product_id, text in rows}
    return {each: products.get(owner, {}) for each, owner in owners.items()}


def category_ancestors(store_id: int, category_ids: Sequence[int]) -> dict[int, CategoryNode]:
    """Return these categories and all live ones above them, by id."""
    if not category_ids:
        return {}
    columns = (Category.remote_id, Category.parent_id, Category.name)
    lineage = (
        Category.select(*columns)
        .where(Category.store == store_id, in_values(Category.remote_id, category_ids))
        .cte("lineage", recursive=True, columns=("remote_id", "parent_id", "name"))
    )
    parent = Category.alias()
    above = (
        parent.select(parent.remote_id, parent.parent_id, parent.name)
        .join(lineage, on=parent.remote_id == lineage.c.parent_id)
        .where(parent.store == store_id, parent.deleted_at.is_null())
    )
    # UNION drops repeated rows, so a circle of parents ends.
    found = lineage.union(above)
    rows = found.select_from(found.c.remote_id, found.c.parent_id, found.c.name).tuples()
    return {each: CategoryNode(name, parent_id) for each, parent_id, name in rows}
