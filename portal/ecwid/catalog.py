"""Products and categories: API calls, and the conversion of Ecwid's records to database rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from portal.ecwid.calls import (
    PAGE_LIMIT,
    Calls,
    Entity,
    Page,
    Records,
    fetch_each,
    response_fields,
    seconds,
)
from portal.ecwid.catalog_items import listed_prices
from portal.ecwid.values import Columns, Record, Row

# ``quantity`` is missing when stock is unlimited.
PRODUCT_COLUMNS: Columns = (
    ("remote_id", Record.identity, "id"),
    ("remote_updated_at", Record.moment_of, ("updated", "updateTimestamp")),
    ("name", Record.text_or_empty, "name"),
    ("sku", Record.code, "sku"),
    ("price", Record.money, "price"),
    ("compare_to_price", Record.money, "compareToPrice"),
    ("quantity", Record.count, "quantity"),
    ("is_in_stock", Record.flag_or_true, "inStock"),
    ("is_enabled", Record.flag_or_true, "enabled"),
    ("url", Record.text, "url"),
    ("thumbnail_url", Record.text, "thumbnailUrl"),
    ("category_ids", Record.items, "categoryIds"),
    ("remote_created_at", Record.moment_of, ("created", "createTimestamp")),
)
VARIATION_COLUMNS: Columns = (
    ("remote_id", Record.identity, "id"),
    ("number", Record.count, "combinationNumber"),
    ("sku", Record.code, "sku"),
    ("options", Record.items, "options"),
    ("own_price", Record.money, "price"),
    ("quantity", Record.count, "quantity"),
    ("is_in_stock", Record.flag_or_true, "inStock"),
)
CATEGORY_COLUMNS: Columns = (
    ("remote_id", Record.identity, "id"),
    ("parent_id", Record.integer, "parentId"),
    ("name", Record.text_or_empty, "name"),
    ("is_enabled", Record.flag_or_true, "enabled"),
    ("product_count", Record.count, "productCount"),
    ("position", Record.count, "orderBy"),
    ("url", Record.text, "url"),
)


class ProductRows(NamedTuple):
    """Row of a product and the rows of its variations."""

    product: Row
    variations: list[Row]


def product_rows(store_id: int, payload: Any, read_at: datetime) -> ProductRows:
    """Convert one product; raise RecordError for an invalid field.

    A product without an update time counts as updated when it was read. An error in a variation
    names the product, because only a product can be read again. A variation's ``own_price`` is None
    if its ``price`` follows the product's.
    """
    record = Record("products", payload)
    product = record.row(PRODUCT_COLUMNS, _shared(store_id, payload, read_at))
    updated_at = product["remote_updated_at"] = product["remote_updated_at"] or read_at
    shared = {
        "store": store_id,
        "remote_updated_at": updated_at,
        "synced_at": read_at,
        "deleted_at": None,
        "product_id": product["remote_id"],
    }
    variations = record.part_rows("combinations", VARIATION_COLUMNS, shared)
    for row, price in zip(variations, listed_prices(record), strict=True):
        row["price"] = price
    return ProductRows(product, variations)


def category_row(store_id: int, payload: Any, read_at: datetime) -> Row:
    """Convert one category; raise RecordError for an invalid field.

    Ecwid sends no update time for categories, so the read time decides which copy is newer.
    """
    shared = _shared(store_id, payload, read_at)
    row = Record("categories", payload).row(CATEGORY_COLUMNS, shared)
    # Ecwid sends either no parent or parent 0 for a top-level category.
    row["parent_id"] = row["parent_id"] or None
    return row


def _shared(store_id: int, payload: Any, read_at: datetime) -> Row:
    return {
        "store": store_id,
        "remote_updated_at": read_at,
        "synced_at": read_at,
        "deleted_at": None,
        "raw": payload,
    }


class CatalogCalls(Calls):
    """Calls that the scope read_catalog allows."""

    def products(
        self,
        *,
        sort_by: str,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
        fields: Sequence[str] = (),
    ) -> Page:
        """Return one page of up to 100 products with their variations, or with only ``fields``.

        The times are sent as Unix seconds; ``updated_from`` is included, ``updated_to`` is not.
        """
        return self.page(
            "/products",
            sortBy=sort_by,
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
            responseFields=response_fields(fields),
        )

    def products_by_id(self, product_ids: Sequence[int]) -> Page:
        """Return the existing products among at most 100 ids; a missing one may be deleted."""
        if len(product_ids) > PAGE_LIMIT:
            raise ValueError(f"at most {PAGE_LIMIT} product ids per call")
        if not product_ids:
            # Ecwid ignores an empty list and would return the whole catalog.
            return Page(total=0, offset=0, limit=PAGE_LIMIT, items=[])
        named = ",".join(map(str, product_ids))
        return self.page_of_ids("/products", len(product_ids), productId=named)

    def existing_products(self, product_ids: Sequence[int]) -> tuple[Records, list[int]]:
        """Return the existing products among at most 100 ids, and the ids of the deleted ones.

        A product that is missing from the list may only be unknown to Ecwid's search, which lags
        behind; so it is read by its own path, where a 404 is certain.
        """
        page = self.products_by_id(product_ids)
        absent = sorted(set(product_ids).difference(page.ids))
        found, gone = fetch_each(self.product, absent) if absent else ([], [])
        return [*page.items, *found], gone

    def products_with_sku(self, sku: str) -> Page:
        """Return the products with exactly this SKU: usually none or one."""
        return self.page("/products", sku=sku)

    def product(self, product_id: int) -> Entity:
        """Return one product; EcwidNotFoundError means that it was deleted."""
        return self.entity(f"/products/{product_id}")

    def combinations(self, product_id: int) -> list[Entity]:
        """Return a product's variations; Ecwid sends them as a bare list, without an envelope."""
        path = f"/products/{product_id}/combinations"
        answer = self._transport.get(path)
        if not isinstance(answer, list):
            raise self._unreadable("GET", path, "the response is not a list")
        return answer

    def deleted_products(self, *, since: datetime) -> Iterator[int]:
        """Yield the ids in the deletion history from ``since`` on."""
        return self.deleted("/products/deleted", since)

    def categories(self, *, offset: int = 0) -> Page:
        """Return one page of up to 100 categories, hidden ones included."""
        return self.page("/categories", offset=offset, hidden_categories="true")

    def category(self, category_id: int) -> Entity:
        """Return one category; EcwidNotFoundError means that it was deleted."""
        return self.entity(f"/categories/{category_id}")
