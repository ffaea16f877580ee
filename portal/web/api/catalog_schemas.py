"""Response structs of products and variations."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.rules.records.product_fields import ProductType
from portal.rules.records.product_stock import StockPolicy
from portal.web.api.catalog_parts import (
    Attribute,
    BulkPrice,
    ChosenOption,
    Html,
    Image,
    PlainNumber,
    PlainText,
    ProductDimensions,
    ProductOption,
    Sellable,
    Seo,
    Shipping,
    Tax,
)
from portal.web.api.category_schemas import Category
from portal.web.api.record_schemas import Amount, DeletedAt, Id, Moment, Raw, RecordPage

Minimum = Annotated[int | None, Meta(description="Fewest pieces in an order; null if any.")]
Maximum = Annotated[int | None, Meta(description="Most pieces in an order; null if any.")]
Gtin = Annotated[
    str | None,
    Meta(description="GTIN, EAN or UPC as the store wrote it: the value of an attribute `UPC`."),
]
Weight = Annotated[
    PlainNumber | None,
    Meta(description="Weight of one piece in the store's unit; null if it isn't set."),
]
Policy = Annotated[
    StockPolicy,
    Meta(
        description="`unlimited`: no stock is counted. `tracked`: at most `quantity` can be "
        "ordered. `preorder`: `quantity` is counted, and more can be ordered."
    ),
]


class Product(Struct):
    """A product of the store."""

    id: Id
    updated_at: Annotated[
        Moment, Meta(description="When it last changed in the store, its variations included.")
    ]
    name: Annotated[str, Meta(description="As customers see it.")]
    sku: Annotated[
        str | None,
        Meta(
            description="The merchant's article number; a store may use one for several products."
        ),
    ]
    price: Annotated[
        Decimal | None,
        Meta(description="Price of one piece, without options and bulk prices."),
    ]
    compare_to_price: Annotated[
        Decimal | None, Meta(description="Former price that the store shows crossed out.")
    ]
    quantity: Annotated[
        int | None,
        Meta(description="Items in stock without your stock buffer; null if unlimited."),
    ]
    is_in_stock: Annotated[
        bool, Meta(description="As the store shows it, whatever your stock buffer is.")
    ]
    is_enabled: Annotated[bool, Meta(description="Whether customers can see it in the store.")]
    url: Annotated[str | None, Meta(description="Page of the product in the store.")]
    thumbnail_url: Annotated[
        str | None, Meta(description="A small main image; `images` has all sizes.")
    ]
    category_ids: Annotated[
        list[int] | None,
        Meta(description="Categories that it is assigned to; their paths are in the categories."),
    ]
    created_at: Annotated[Moment | None, Meta(description="When it was added to the store.")]
    synced_at: Annotated[
        Moment, Meta(description="When the portal last read the record from Ecwid.")
    ]
    type: Annotated[
        ProductType,
        Meta(
            description="`physical`: is shipped. `virtual`: isn't, such as a service or a "
            "download. `gift_card`, `subscription` (sold by subscription only) and `custom_price` "
            "(customers name the price) can't be ordered by API."
        ),
    ]
    subtitle: Annotated[str | None, Meta(description="A short text below the name.")]
    description_html: Html
    description_text: PlainText
    options: Annotated[
        list[ProductOption], Meta(description="Options that a customer chooses or fills in.")
    ]
    variation_count: Annotated[
        int, Meta(description="Number of variations: list variations with `product_id`.")
    ]
    default_variation_id: Annotated[
        int | None, Meta(description="Variation that the default choices select.")
    ]
    bulk_prices: Annotated[
        list[BulkPrice], Meta(description="Prices without options, lowest quantity first.")
    ]
    minimum_quantity: Minimum
    maximum_quantity: Maximum
    stock_policy: Policy
    out_of_stock_visibility: Annotated[
        str | None,
        Meta(
            description="Whether the storefront shows it without stock: `SHOW`, `HIDE` or "
            "`ALLOW_PREORDER`; null if the store doesn't say."
        ),
    ]
    low_stock_limit: Annotated[
        int | None, Meta(description="Stock at which the merchant gets a warning.")
    ]
    images: Annotated[list[Image], Meta(description="The main image first.")]
    brand: Annotated[str | None, Meta(description="Value of an attribute of the type `BRAND`.")]
    gtin: Gtin
    attributes: Annotated[
        list[Attribute], Meta(description="All attributes with a value, brand and GTIN included.")
    ]
    weight: Weight
    dimensions: Annotated[
        ProductDimensions | None, Meta(description="Size of one piece; null if it isn't set.")
    ]
    shipping: Annotated[Shipping, Meta(description="How it is shipped.")]
    tax: Annotated[Tax, Meta(description="How it is taxed.")]
    default_category_id: Annotated[
        int | None, Meta(description="Category of the product's main URL.")
    ]
    seo: Annotated[Seo, Meta(description="Texts for search engines.")]
    class_id: Annotated[
        int | None,
        Meta(description="Ecwid's product type, which decides on its attributes; 0 is General."),
    ]
    condition: Annotated[str | None, Meta(description="Ecwid's value, such as `NEW`.")]
    external_reference_id: Annotated[
        str | None, Meta(description="The merchant's reference in another system.")
    ]
    customs_tariff_code: Annotated[str | None, Meta(description="HS code for customs.")]
    is_gift_card: Annotated[bool, Meta(description="Gift cards can't be ordered by API.")]
    allows_discounts: Annotated[bool, Meta(description="Whether discounts and coupons apply.")]
    sellable: Annotated[Sellable, Meta(description="Whether you can sell it, and why not.")]
    variations: (
        Annotated[list[Variation], Meta(description="Returned only if `include` names it.")]
        | UnsetType
    ) = UNSET
    categories: (
        Annotated[list[Category], Meta(description="Returned only if `include` names it.")]
        | UnsetType
    ) = UNSET
    raw: Raw = None
    deleted_at: DeletedAt = UNSET


class ProductPage(RecordPage[Product]):
    """A page of products."""


class Variation(Struct):
    """One combination of a product's options.

    A value that the variation doesn't have is the product's.
    """

    id: Id
    updated_at: Annotated[
        Moment,
        Meta(
            description="When the product, with its variations, last changed in the store. Ecwid "
            "has no time of its own for a variation."
        ),
    ]
    product_id: Annotated[int, Meta(description="Product that it belongs to.")]
    number: Annotated[int | None, Meta(description="Its place among the product's variations.")]
    sku: Annotated[str | None, Meta(description="Null if it has no SKU but the product's.")]
    options: Annotated[
        list[ChosenOption] | None, Meta(description="Choices that make up the variation.")
    ]
    price: Annotated[
        Decimal | None,
        Meta(description="Price of one piece, with the price changes of the variation's options."),
    ]
    own_price: Annotated[
        Decimal | None,
        Meta(description="The variation's own price; null if it follows the product's price."),
    ]
    quantity: Annotated[
        int | None,
        Meta(
            description="Items in stock without your stock buffer; null if unlimited. See "
            "`shares_stock`."
        ),
    ]
    is_in_stock: Annotated[
        bool, Meta(description="As the store shows it, whatever your stock buffer is.")
    ]
    synced_at: Annotated[Moment, Meta(description="When the portal last read it from Ecwid.")]
    compare_to_price: Amount
    bulk_prices: Annotated[
        list[BulkPrice],
        Meta(description="With the price changes of the variation's options; lowest first."),
    ]
    minimum_quantity: Minimum
    maximum_quantity: Maximum
    shares_stock: Annotated[
        bool,
        Meta(description="Whether `quantity` is the product's, which all such variations share."),
    ]
    stock_policy: Policy
    gtin: Gtin
    attributes: Annotated[
        list[Attribute], Meta(description="The variation's own; the product has its own, too.")
    ]
    weight: Weight
    dimensions: Annotated[
        ProductDimensions | None, Meta(description="Size of one piece; null if it isn't set.")
    ]
    is_shipping_required: Annotated[bool, Meta(description="Whether it has to be shipped.")]
    images: Annotated[
        list[Image],
        Meta(description="The variation's image, or the product's images if it has none."),
    ]
    sellable: Annotated[Sellable, Meta(description="Whether you can sell it, and why not.")]
    product: (
        Annotated[Product | None, Meta(description="Returned only if `include` names it.")]
        | UnsetType
    ) = UNSET
    raw: Raw = None
    deleted_at: DeletedAt = UNSET


class VariationPage(RecordPage[Variation]):
    """A page of variations."""
