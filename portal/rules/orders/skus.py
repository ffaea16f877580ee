"""Comparison of SKUs, and the products and variations that a SKU may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from portal.rules.orders.catalog_items import CatalogItem, CatalogVariation


class Match(NamedTuple):
    """A product, or one of its variations."""

    catalog_item: CatalogItem
    variation: CatalogVariation | None

    @property
    def sku(self) -> str | None:
        """Return the SKU; a variation without its own has the product's.

        Source: Ecwid's REST documentation, "Get product variation", field ``sku``.
        """
        return (self.variation and self.variation.sku) or self.catalog_item.sku


def is_same_sku(one: str | None, other: str | None) -> bool:
    """Return whether two SKUs are equal apart from case and outer blanks."""
    return bool(one and other) and _folded(one) == _folded(other)


def has_sku(catalog_item: CatalogItem, sku: str | None) -> bool:
    """Return whether the product or one of its variations has the SKU."""
    return any(is_same_sku(each, sku) for each in _own_skus(catalog_item))


def has_exact_sku(catalog_item: CatalogItem, sku: str) -> bool:
    """Return whether the product or one of its variations has the SKU with the same case."""
    return any(_is_exact(each, sku) for each in _own_skus(catalog_item))


def matches_of_sku(items: Sequence[CatalogItem], sku: str) -> list[Match]:
    """Return all products and variations with the SKU; with the same case if there are any."""
    known = [Match(item, variation) for item in items for variation in (None, *item.variations)]
    similar = [match for match in known if is_same_sku(match.sku, sku)]
    exact = [match for match in similar if _is_exact(match.sku, sku)]
    return exact or similar


def _own_skus(catalog_item: CatalogItem) -> tuple[str | None, ...]:
    return (catalog_item.sku, *(variation.sku for variation in catalog_item.variations))


def _is_exact(one: str | None, other: str) -> bool:
    return (one or "").strip() == other.strip()


def _folded(sku: str | None) -> str:
    return (sku or "").strip().casefold()
