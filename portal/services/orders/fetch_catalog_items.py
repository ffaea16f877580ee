"""Fetch the current product of each line request, with one call for all products."""

from __future__ import annotations

from dataclasses import dataclass

from portal.ecwid.catalog_items import read_catalog_item
from portal.ecwid.client import EcwidClient
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.i18n import N_
from portal.models import Product, Variation
from portal.rules.orders.catalog_items import CatalogItem
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.quotes import ValidationMessage


@dataclass(frozen=True)
class CatalogItems:
    """The catalog item of each line (None if the store has none), and unreadable products."""

    by_line: tuple[CatalogItem | None, ...]
    problems: tuple[ValidationMessage, ...]

    @property
    def by_product(self) -> dict[int, CatalogItem]:
        """Return the catalog items by product id."""
        return {
            catalog_item.product_id: catalog_item
            for catalog_item in self.by_line
            if catalog_item is not None
        }


def fetch_catalog_items(client: EcwidClient, lines: tuple[LineRequest, ...]) -> CatalogItems:
    """Return the catalog item of each line; raise EcwidError.

    A SKU is looked up in the mirror first, and at the store if the mirror doesn't have it.
    """
    meant = [
        line.product_id or _mirrored_product_id(client.store_id, line.sku or "") for line in lines
    ]
    payloads = _read(client, {product_id for product_id in meant if product_id})
    offers: list[CatalogItem | None] = []
    problems: list[ValidationMessage] = []
    for position, (line, product_id) in enumerate(zip(lines, meant, strict=True)):
        payload = payloads.get(product_id) if product_id else None
        try:
            catalog_item = None if payload is None else read_catalog_item(payload)
            if line.product_id is None and (
                catalog_item is None or not _has_sku(catalog_item, line.sku)
            ):
                catalog_item = _fetch_by_sku(client, line.sku or "")
        except RecordError as error:
            text = N_("What the store says of the product makes no sense: %(problem)s")
            problems.append(
                ValidationMessage("product_unreadable", text, {"problem": error}, position)
            )
            catalog_item = None
        offers.append(catalog_item)
    return CatalogItems(tuple(offers), tuple(problems))


def _read(client: EcwidClient, product_ids: set[int]) -> dict[int, object]:
    items = client.products_by_id(sorted(product_ids)).items
    return {Record("products", item).identity(): item for item in items}


def _mirrored_product_id(store_id: int, sku: str) -> int | None:
    """Return the id of the mirrored product that has this SKU, or a variation with it."""
    row = Product.get_or_none(
        Product.store == store_id, Product.sku == sku, Product.deleted_at.is_null()
    )
    if row is not None:
        return int(row.remote_id)
    variation = Variation.get_or_none(
        Variation.store == store_id, Variation.sku == sku, Variation.deleted_at.is_null()
    )
    return None if variation is None else int(variation.product_id)


def _fetch_by_sku(client: EcwidClient, sku: str) -> CatalogItem | None:
    for item in client.products_with_sku(sku).items:
        catalog_item = read_catalog_item(item)
        if _has_sku(catalog_item, sku):
            return catalog_item
    return None


def _has_sku(catalog_item: CatalogItem, sku: str | None) -> bool:
    return sku is not None and (
        catalog_item.sku == sku or catalog_item.variation_by_sku(sku) is not None
    )
