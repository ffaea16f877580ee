"""Response structs of products, variations and categories."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.web.api.record_schemas import Amount, Id, Moment, Raw, RecordPage


class Product(Struct):
    """A product of the store."""

    id: Id
    updated_at: Moment
    name: str
    sku: str | None
    price: Amount
    compare_to_price: Amount
    quantity: Annotated[int | None, Meta(description="Items in stock; null if unlimited.")]
    is_in_stock: bool
    is_enabled: Annotated[bool, Meta(description="Whether customers can see it in the store.")]
    url: str | None
    thumbnail_url: str | None
    category_ids: list[int] | None
    created_at: Moment | None
    synced_at: Annotated[
        Moment, Meta(description="When the portal last read the record from Ecwid.")
    ]
    variations: (
        Annotated[list[Variation], Meta(description="Returned only if `include` names it.")]
        | UnsetType
    ) = UNSET
    categories: (
        Annotated[list[Category], Meta(description="Returned only if `include` names it.")]
        | UnsetType
    ) = UNSET
    raw: Raw = None


class ProductPage(RecordPage[Product]):
    """A page of products."""


class ChosenOption(Struct):
    """One option of a variation and its value."""

    name: str | None = None
    value: str | None = None


class Variation(Struct):
    """One combination of a product's options."""

    id: Id
    updated_at: Moment
    product_id: int
    number: int | None
    sku: str | None
    options: list[ChosenOption] | None
    price: Annotated[
        Decimal | None,
        Meta(description="Price of one piece, with the price changes of the variation's options."),
    ]
    own_price: Annotated[
        Decimal | None,
        Meta(description="The variation's own price; null if it follows the product's price."),
    ]
    quantity: Annotated[int | None, Meta(description="Items in stock; null if unlimited.")]
    is_in_stock: bool
    synced_at: Moment
    product: (
        Annotated[Product | None, Meta(description="Returned only if `include` names it.")]
        | UnsetType
    ) = UNSET
    raw: Raw = None


class VariationPage(RecordPage[Variation]):
    """A page of variations."""


class Category(Struct):
    """A category of the store."""

    id: Id
    updated_at: Annotated[
        Moment, Meta(description="When it was last read: Ecwid has no update time.")
    ]
    parent_id: Annotated[int | None, Meta(description="Null at the top level.")]
    name: str
    is_enabled: bool
    product_count: int | None
    position: int | None
    url: str | None
    synced_at: Moment
    raw: Raw = None


class CategoryPage(RecordPage[Category]):
    """A page of categories."""
