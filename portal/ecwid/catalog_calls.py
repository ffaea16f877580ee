"""Read products, variations and categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from portal.ecwid.calls import Calls, Entity, seconds
from portal.ecwid.page import PAGE_LIMIT, Page, response_fields


class CatalogCalls(Calls):
    """Call what the scope read_catalog opens."""

    def products(
        self,
        *,
        sort_by: str,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
        fields: Sequence[str] = (),
    ) -> Page:
        """Return one page of up to 100 products with their variations, or of some ``fields`` alone.

        The times are sent as Unix seconds; ``updated_from`` is included, ``updated_to`` is not.
        """
        return self._page(
            "/products",
            sortBy=sort_by,
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
            responseFields=response_fields(fields),
        )

    def products_by_id(self, product_ids: Sequence[int]) -> Page:
        """Return those of at most 100 products that exist; an absent one was perhaps deleted."""
        if len(product_ids) > PAGE_LIMIT:
            raise ValueError(f"at most {PAGE_LIMIT} products can be asked for at once")
        if not product_ids:
            # Ecwid reads an empty list as no filter, and would answer with the whole catalogue.
            return Page(total=0, offset=0, limit=PAGE_LIMIT, items=[])
        return self._page("/products", productId=",".join(map(str, product_ids)))

    def products_with_sku(self, sku: str) -> Page:
        """Return the products with exactly this SKU: none or one, as a rule."""
        return self._page("/products", sku=sku)

    def product(self, product_id: int) -> Entity:
        """Return one product; EcwidNotFoundError means that it was deleted."""
        return self._entity(f"/products/{product_id}")

    def combinations(self, product_id: int) -> list[Entity]:
        """Return a product's variations; the answer is a bare list, without an envelope."""
        path = f"/products/{product_id}/combinations"
        response = self._transport.get(path)
        if not isinstance(response, list):
            raise self._unreadable("GET", path, "the answer is no list")
        return response

    def deleted_products(self, *, since: datetime) -> Iterator[int]:
        """Yield the ids in the deletion history from ``since`` on."""
        return self._deleted("/products/deleted", since)

    def categories(self, *, offset: int = 0) -> Page:
        """Return one page of up to 100 categories, hidden ones included."""
        return self._page("/categories", offset=offset, hidden_categories="true")

    def category(self, category_id: int) -> Entity:
        """Return one category; EcwidNotFoundError means that it was deleted."""
        return self._entity(f"/categories/{category_id}")
