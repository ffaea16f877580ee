"""Parts of the response structs of products, variations and categories."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from portal.rules.records.sellable import UnsellableReason
from portal.web.api.record_schemas import Amount

PlainNumber = Annotated[str, Meta(description="A number such as `0.4`.", examples=["0.4"])]
Url = str | None
Html = Annotated[
    str | None, Meta(description="Description in HTML as the store wrote it. Sanitize it.")
]
PlainText = Annotated[
    str | None, Meta(description="The description without markup, in lines of text.")
]


class Choice(Struct):
    """One choice of an option."""

    text: Annotated[str, Meta(description="To send in an order.")]
    price_modifier: Annotated[
        str,
        Meta(
            description="Change of the price of one piece: an amount, or a percentage of the price "
            "before any changes. Negative if the choice is cheaper."
        ),
    ]
    price_modifier_type: Annotated[
        Literal["absolute", "percent"],
        Meta(description="Whether `price_modifier` is an amount or a percentage."),
    ]


class ProductOption(Struct):
    """An option that a customer chooses or fills in, such as a size or an engraving."""

    name: Annotated[str, Meta(description="Its key in the `options` of an order line.")]
    type: Annotated[
        str,
        Meta(
            description="`SELECT`, `SIZE`, `RADIO` and `SWATCHES`: one of the choices. `CHECKBOX`: "
            "any of them. `TEXTFIELD`, `TEXTAREA` and `DATE`: a text. `FILES`: can't be ordered by "
            "API."
        ),
    ]
    is_required: Annotated[bool, Meta(description="Whether an order line without it is refused.")]
    choices: Annotated[
        list[Choice], Meta(description="In the order of the store; empty for texts.")
    ]
    default_choice: Annotated[
        str | None,
        Meta(description="Choice that the storefront preselects. An order without it has none."),
    ]


class BulkPrice(Struct):
    """Price of one piece from a quantity on."""

    quantity: Annotated[int, Meta(description="All pieces of a product in an order count.")]
    price: Annotated[Decimal, Meta(description="Price of one piece.")]


class Image(Struct):
    """An image in all sizes. A size that the store doesn't have is null."""

    id: Annotated[str | None, Meta(description="`0` for the main image.")]
    alt: Annotated[str | None, Meta(description="Alternative text.")]
    is_main: Annotated[bool, Meta(description="Whether the storefront shows it first.")]
    url_160: Annotated[Url, Meta(description="At most 160 pixels wide and high.")]
    url_400: Annotated[Url, Meta(description="At most 400 pixels wide and high.")]
    url_800: Annotated[Url, Meta(description="At most 800 pixels wide and high.")]
    url_1500: Annotated[Url, Meta(description="At most 1500 pixels wide and high.")]
    url_original: Annotated[Url, Meta(description="As it was uploaded.")]


class Attribute(Struct):
    """A named value, such as a material."""

    id: Annotated[int | None, Meta(description="Ecwid's ID of the attribute.")]
    name: Annotated[str, Meta(description="As the store calls it.")]
    type: Annotated[str | None, Meta(description="Ecwid's type: `CUSTOM`, `UPC`, `BRAND` …")]
    value: Annotated[str, Meta(description="Never empty.")]
    is_visible: Annotated[bool, Meta(description="Whether the storefront shows it.")]


class ProductDimensions(Struct):
    """Size of one piece in the store's unit. A side that isn't set is null."""

    length: Annotated[PlainNumber | None, Meta(description="In the store's unit.")]
    width: Annotated[PlainNumber | None, Meta(description="In the store's unit.")]
    height: Annotated[PlainNumber | None, Meta(description="In the store's unit.")]


class Shipping(Struct):
    """Shipping settings of the product."""

    is_required: Annotated[bool, Meta(description="False for services and downloads.")]
    type: Annotated[
        str | None,
        Meta(
            description="`GLOBAL_METHODS`: the store's methods. `SELECTED_METHODS`: some of them. "
            "`FLAT_RATE`: `flat_rate` for each piece. `FREE_SHIPPING`. Null: the store's methods."
        ),
    ]
    flat_rate: Amount
    method_markup: Annotated[
        Decimal | None, Meta(description="Amount added to the store's rate for each piece.")
    ]
    enabled_method_ids: Annotated[
        list[str], Meta(description="Shipping methods of a product with `SELECTED_METHODS`.")
    ]
    disabled_method_ids: Annotated[
        list[str], Meta(description="Shipping methods that the product excludes.")
    ]


class Tax(Struct):
    """How the product is taxed. Rates depend on the customer's address: quote the order."""

    is_taxable: Annotated[bool, Meta(description="Whether taxes apply at all.")]
    class_code: Annotated[str | None, Meta(description="Ecwid's tax class; null if none is set.")]
    enabled_manual_tax_ids: Annotated[
        list[int],
        Meta(description="IDs of the store's taxes that are for some products only."),
    ]
    included_rate: Annotated[
        PlainNumber | None,
        Meta(description="Tax in the price at the store's own location, in percent."),
    ]


class Seo(Struct):
    """Texts for search engines; null where the store has none of its own."""

    title: Annotated[str | None, Meta(description="Title of the product's or category's page.")]
    description: Annotated[str | None, Meta(description="Description for results of a search.")]


class Sellable(Struct):
    """Whether you can sell it, and all reasons if you can't."""

    is_sellable: Annotated[bool, Meta(description="True if there are no reasons against it.")]
    reasons: Annotated[
        list[UnsellableReason],
        Meta(
            description="`selling_paused`, `product_disabled`, `gift_card`, `subscription_only`, "
            "`price_set_by_customer`, `option_needs_file`, `option_unsupported`, `price_missing` "
            "and `out_of_stock`: an order is refused. `price_zero`, `no_image` and "
            "`weight_missing`: it is probably not finished. A product with variations can be sold "
            "if one of them can; otherwise it has the reasons of all."
        ),
    ]


class ChosenOption(Struct):
    """One option of a variation and its value."""

    name: Annotated[str | None, Meta(description="Name of the option.")] = None
    value: Annotated[str | None, Meta(description="Text of the choice.")] = None


class CategoryNode(Struct):
    """A category on the way from the top level."""

    id: Annotated[int, Meta(description="Ecwid's ID of the category.")]
    name: Annotated[str, Meta(description="As customers see it.")]
