"""Catalog items: products with price, stock, options and variations, as read from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypeVar

from portal.rules.orders.pricing import Modifier, PriceTier

CHOICE_TYPES = ("SELECT", "SIZE", "RADIO", "SWATCHES")
MULTI_CHOICE_TYPE = "CHECKBOX"
FREE_TEXT_TYPES = ("TEXTFIELD", "TEXTAREA", "DATE")
FILES_TYPE = "FILES"

ChosenOptions = Mapping[str, str | tuple[str, ...]]
Value = TypeVar("Value")


class Dimensions(NamedTuple):
    """Size of one piece, in the store's unit."""

    length: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True)
class Option:
    """Option of a product; ``choices`` maps each choice's text to its price modifier.

    ``ambiguous`` are the texts of several choices with different price modifiers.
    """

    name: str
    type: str
    choices: Mapping[str, Modifier] = field(default_factory=dict)
    is_required: bool = False
    ambiguous: frozenset[str] = frozenset()

    @property
    def has_choices(self) -> bool:
        """Return whether the value must be one of the choices."""
        return self.type in CHOICE_TYPES or self.type == MULTI_CHOICE_TYPE

    def modifiers(self, value: str | tuple[str, ...]) -> list[Modifier]:
        """Return the price modifiers of a chosen value."""
        texts = (value,) if isinstance(value, str) else value
        return [self.choices[text] for text in texts if text in self.choices]


@dataclass(frozen=True)
class CatalogVariation:
    """Variation of a product; a field that is None or empty is the product's.

    ``stock`` None means unlimited, unless the variation ``shares_stock`` with the product.
    """

    id: int
    sku: str | None
    options: Mapping[str, str]
    price: Decimal | None
    stock: int | None
    shares_stock: bool = False
    tiers: tuple[PriceTier, ...] = ()
    weight: Decimal | None = None
    dimensions: Dimensions | None = None
    needs_shipping: bool | None = None
    allows_preorder: bool | None = None
    minimum: int | None = None
    maximum: int | None = None


def own_or(own: Value | None, of_product: Value) -> Value:
    """Return a variation's own value, or the product's if it has none."""
    return of_product if own is None else own


# For a line without a variation: everything is the product's.
NO_VARIATION = CatalogVariation(0, None, {}, None, None, shares_stock=True)


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
    is_subscription_only: bool = False
    is_price_set_by_customer: bool = False
    allows_discounts: bool = True
    allows_preorder: bool = False
    minimum: int | None = None
    maximum: int | None = None
    tiers: tuple[PriceTier, ...] = ()
    options: tuple[Option, ...] = ()
    variations: tuple[CatalogVariation, ...] = ()
    category_ids: frozenset[int] = frozenset()
    weight: Decimal = Decimal(0)
    dimensions: Dimensions | None = None
    needs_shipping: bool = True

    def variation(self, variation_id: int | None) -> CatalogVariation | None:
        """Return the variation with this id, or None."""
        return next((each for each in self.variations if each.id == variation_id), None)
