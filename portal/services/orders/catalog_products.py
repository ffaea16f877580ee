"""Find products to order in the mirror, with the options that they are sold with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from portal.ecwid.catalog_items import read_offer
from portal.errors import RecordError
from portal.models import Product, Store
from portal.rules.orders.catalog_items import Option
from portal.services.records.search_products import browse_products

MATCHES_SHOWN = 8


@dataclass(frozen=True)
class OfferedProduct:
    """Hold a product as the mirror has it; what it costs now only a quote tells."""

    product: Product
    options: Sequence[Option]


def offered_products(store: Store, product_ids: Iterable[int]) -> dict[int, OfferedProduct]:
    """Return these products by id; those that the mirror doesn't have are missing."""
    rows = Product.select().where(
        Product.of(store.id, list(product_ids)), Product.deleted_at.is_null()
    )
    return {row.remote_id: OfferedProduct(row, _options(row)) for row in rows}


def products_to_add(store: Store, search: str) -> Sequence[Product]:
    """Return the first products on sale whose name or SKU holds ``search``."""
    found = browse_products(store, search=search).rows
    return list(islice((row for row in found if row.is_enabled), MATCHES_SHOWN))


def _options(product: Product) -> Sequence[Option]:
    try:
        return read_offer(product.raw).options
    except RecordError:
        # The quote reads the product anew, and says what is wrong with it.
        return ()
