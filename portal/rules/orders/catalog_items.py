"""Catalog items: products with price, stock, options and variations, as read from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from portal.rules.orders.pricing import Modifier, PriceTier

CHOICE_TYPES = ("SELECT", "SIZE", "RADIO", "SWATCHES")
MULTI_CHOICE_TYPE = "CHECKBOX"
FREE_TEXT_TYPES = ("TEXTFIELD", "TEXTAREA", "DATE")


@dataclass(frozen=True)
class Option:
    """Option of a product; ``choices`` maps each choice's text to its price modifier."""

    name: str
    type: str
    choices: Mapping[str, Modifier] = field(default_factory=dict)
    is_required: bool = False

    @property
    def has_choices(self) -> bool:
        """Return whether the value must be one of the choices."""
        return self.type in CHOICE_TYPES or self.type == MULTI_CHOICE_TYPE


@dataclass(frozen=True)
class CatalogVariation:
    """Variation; ``price`` None means the product's price, ``stock`` None means unlimited."""

    id: int
    sku: str | None
    options: Mapping[str, str]
    price: Decimal | None
    stock: int | None
    tiers: tuple[PriceTier, ...] = ()


@dataclass(frozen=True)
class CatalogItem:
    """Product that can be ordered; ``stock`` None means unlimited."""

    product_id: int
    name: str
    sku: str | None
    price: Decimal
    stock: int | None
    is_enabled: bool = True
    is_gift_card: bool = False
    allows_discounts: bool = True
    allows_preorder: bool = False
    minimum: int | None = None
    maximum: int | None = None
    tiers: tuple[PriceTier, ...] = ()
    options: tuple[Option, ...] = ()
    variations: tuple[CatalogVariation, ...] = ()
    category_ids: frozenset[int] = frozenset()
    weight: Decimal = Decimal(0)
    needs_shipping: bool = True

    def variation(self, variation_id: int) -> CatalogVariation | None:
        return next((each for each in self.variations if each.id == variation_id), None)

    def variation_by_sku(self, sku: str) -> CatalogVariation | None:
        return next((each for each in self.variations if each.sku == sku), None)

    def variation_by_options(
        self, options: Mapping[str, str | tuple[str, ...]]
    ) -> CatalogVariation | None:
        """Return the most specific variation that matches these options, or None."""
        found = [
            each
            for each in self.variations
            if each.options and all(options.get(n) == value for n, value in each.options.items())
        ]
        return max(found, key=lambda each: len(each.options), default=None)
