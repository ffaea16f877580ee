"""Fetch the current products that each line request may mean, usually with one call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.ecwid.calls import PAGE_LIMIT
from portal.ecwid.catalog_items import read_catalog_item
from portal.ecwid.client import EcwidClient
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.i18n import N_
from portal.models import Product, Variation
from portal.models.bulk import chunked
from portal.rules.orders.catalog_items import CatalogItem
from portal.rules.orders.item_selection import sku_shared_by_many
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.quotes import ValidationMessage
from portal.rules.orders.skus import has_exact_sku, has_sku

# A placeholder such as "N/A" may be the SKU of all products; they aren't read to choose among them.
MAX_PRODUCTS_OF_SKU = 10


@dataclass(frozen=True)
class CatalogItems:
    """The catalog items that each line may mean, and the problems of lines that have none.

    These are lines with unreadable products and with SKUs of too many products.
    """

    by_line: tuple[tuple[CatalogItem, ...], ...]
    problems: tuple[ValidationMessage, ...]

    @property
    def by_product(self) -> dict[int, CatalogItem]:
        """Return the catalog items by product id."""
        return {item.product_id: item for items in self.by_line for item in items}


def fetch_catalog_items(client: EcwidClient, lines: tuple[LineRequest, ...]) -> CatalogItems:
    """Return the catalog items that each line may mean; raise EcwidError.

    A SKU is looked up in the mirror first, and at the store if the mirror doesn't have it exactly.
    """
    meant = [_meant_product_ids(client.store_id, line) for line in lines]
    payloads = _read(client, {i for ids in meant if len(ids) <= MAX_PRODUCTS_OF_SKU for i in ids})
    by_line: list[tuple[CatalogItem, ...]] = []
    problems: list[ValidationMessage] = []
    for position, (line, product_ids) in enumerate(zip(lines, meant, strict=True)):
        items: tuple[CatalogItem, ...] = ()
        count = len(product_ids)
        try:
            if count <= MAX_PRODUCTS_OF_SKU:
                items = _catalog_items(client, line, [payloads.get(i) for i in product_ids])
                count = len(items)
        except RecordError as error:
            text = N_("What the store says of the product makes no sense: %(problem)s")
            values = {"problem": error}
            problems.append(ValidationMessage("product_unreadable", text, values, position))
        if count > MAX_PRODUCTS_OF_SKU:
            problems.append(sku_shared_by_many(position, line.sku or ""))
            items = ()
        by_line.append(items)
    return CatalogItems(tuple(by_line), tuple(problems))


def _catalog_items(
    client: EcwidClient, line: LineRequest, payloads: Iterable[object]
) -> tuple[CatalogItem, ...]:
    items = [read_catalog_item(payload) for payload in payloads if payload is not None]
    if line.product_id is not None or line.sku is None:
        return tuple(items)
    found = {item.product_id: item for item in items if has_sku(item, line.sku)}
    # The mirror may lag behind.
    if not any(has_exact_sku(item, line.sku) for item in found.values()):
        at_store = map(read_catalog_item, client.products_with_sku(line.sku).items)
        found |= {item.product_id: item for item in at_store if has_sku(item, line.sku)}
    return tuple(found.values())


def _read(client: EcwidClient, product_ids: set[int]) -> dict[int, object]:
    pages = (client.products_by_id(part) for part in chunked(sorted(product_ids), PAGE_LIMIT))
    return {Record("products", item).identity(): item for page in pages for item in page.items}


def _meant_product_ids(store_id: int, line: LineRequest) -> list[int]:
    """Return the requested product, or those that have the SKU in the mirror.

    A SKU is found as it was typed, and in upper and lower case; the index has no other forms.
    Deleted products are left out; if there are more than `MAX_PRODUCTS_OF_SKU`, so are some others.
    """
    if line.product_id is not None:
        return [line.product_id]
    sku = line.sku or ""
    spellings = list(dict.fromkeys((sku, sku.upper(), sku.lower())))
    of_products = Product.select(Product.remote_id).where(
        Product.store == store_id, Product.sku.in_(spellings), Product.deleted_at.is_null()
    )
    of_variations = Variation.select(Variation.product_id).where(
        Variation.store == store_id, Variation.sku.in_(spellings), Variation.deleted_at.is_null()
    )
    limit = MAX_PRODUCTS_OF_SKU + 1
    ids = {row.remote_id for row in of_products.limit(limit)}
    ids |= {row.product_id for row in of_variations.distinct().limit(limit)}
    return sorted(ids)
