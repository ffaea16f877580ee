"""Find products to order in the mirror, with their options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from portal.ecwid.catalog_items import read_catalog_item
from portal.errors import RecordError
from portal.models import Product, Store
from portal.rules.orders.catalog_items import Option
from portal.services.records.search_products import search_products

MATCHES_SHOWN = 8


@dataclass(frozen=True)
class CatalogProduct:
    """A product and its options from the mirror; only a quote has the current price.

    A deleted product has no options.
    """

    product: Product
    options: Sequence[Option]

    @property
    def is_deleted(self) -> bool:
        """Return whether the store has deleted the product."""
        return self.product.deleted_at is not None


def catalog_products(store: Store, product_ids: Iterable[int]) -> dict[int, CatalogProduct]:
    """Return these products by id, deleted ones too, so that a form can name them.

    Products that the mirror never had are left out.
    """
    rows = Product.select().where(Product.matching(store.id, list(product_ids)))
    return {row.remote_id: CatalogProduct(row, _options(row)) for row in rows}


def products_to_add(store: Store, search: str) -> Sequence[CatalogProduct]:
    """Return the first enabled products whose name or SKU contains ``search``."""
    found = search_products(store, search=search).rows
    ids = [row.remote_id for row in islice(filter(_is_enabled, found), MATCHES_SHOWN)]
    known = catalog_products(store, ids)
    return [known[each] for each in ids if each in known]


def _is_enabled(product: Product) -> bool:
    return bool(product.is_enabled)


def _options(product: Product) -> Sequence[Option]:
    if product.deleted_at is not None:
        return ()
    try:
        return read_catalog_item(product.raw).options
    except RecordError:
        # The quote reads the product again and reports what is wrong with it.
        return ()
