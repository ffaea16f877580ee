"""Parts of the response structs of products, variations and categories."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from portal.rules.records.sellable import UnsellableReason
from portal.web.api.record_schemas import Amount

PlainNumber = Annotated[str, Meta(description="A number such as `0.4`.", examples=["0.4"])]
Url = str | None


class Choice(Struct):
    """One choice of an option."""

    text: str
    price_modifier: Annotated[
        str,
        Meta(
            description="Change of the price of one piece: an amount, or a percentage of the price "
            "before any changes. Negative if the choice is cheaper."
        ),
    ]
    price_modifier_type: Literal["absolute", "percent"]


class ProductOption(Struct):
    """What a customer chooses or fills in, such as a size or an engraving."""

    name: str
    type: Annotated[
        str,
        Meta(
            description="`SELECT`, `SIZE`, `RADIO` and `SWATCHES`: one of the choices. `CHECKBOX`: "
            "any of them. `TEXTFIELD`, `TEXTAREA` and `DATE`: a text. `FILES`: can't be ordered by "
            "API."
        ),
    ]
    is_required: bool
    choices: list[Choice]
    default_choice: Annotated[
        str | None,
        Meta(description="Choice that the storefront preselects. An order without it has none."),
    ]


class BulkPrice(Struct):
    """Price of one piece from a quantity on."""

    quantity: Annotated[int, Meta(description="All pieces of a product in an order count.")]
    price: Decimal


class Image(Struct):
    """An image in all sizes. A size that the store doesn't have is null."""

    id: Annotated[str | None, Meta(description="`0` for the main image.")]
    alt: Annotated[str | None, Meta(description="Alternative text.")]
    is_main: bool
    url_160: Annotated[Url, Meta(description="At most 160 pixels wide and high.")]
    url_400: Annotated[Url, Meta(description="At most 400 pixels wide and high.")]
    url_800: Annotated[Url, Meta(description="At most 800 pixels wide and high.")]
    url_1500: Annotated[Url, Meta(description="At most 1500 pixels wide and high.")]
    url_original: Annotated[Url, Meta(description="As it was uploaded.")]


class Attribute(Struct):
    """A named value, such as a material."""

    id: int | None
    name: str
    type: Annotated[str | None, Meta(description="Ecwid's type: `CUSTOM`, `UPC`, `BRAND` …")]
    value: str
    is_visible: Annotated[bool, Meta(description="Whether the storefront shows it.")]


class Dimensions(Struct):
    """Size of one piece in the store's unit. A side that isn't set is null."""

    length: PlainNumber | None
    width: PlainNumber | None
    height: PlainNumber | None


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
    enabled_method_ids: list[str]
    disabled_method_ids: list[str]


class Tax(Struct):
    """How the product is taxed. Rates depend on the customer's address: quote the order."""

    is_taxable: bool
    class_code: Annotated[str | None, Meta(description="Ecwid's tax class; null if none is set.")]
    enabled_manual_tax_ids: list[int]
    included_rate: Annotated[
        PlainNumber | None,
        Meta(description="Tax in the price at the store's own location, in percent."),
    ]


class Seo(Struct):
    """Texts for search engines; null where the store has none of its own."""

    title: str | None
    description: str | None


class Sellable(Struct):
    """Whether you can sell it, and all reasons if you can't."""

    is_sellable: bool
    reasons: Annotated[
        list[UnsellableReason],
        Meta(
            description="`product_disabled`, `gift_card`, `subscription_only`, "
            "`price_set_by_customer`, `option_needs_file`, `option_unsupported`, `price_missing` "
            "and `out_of_stock`: an order is refused. `price_zero`, `no_image` and "
            "`weight_missing`: it is probably not finished. A product with variations can be sold "
            "if one of them can; otherwise it has the reasons of all."
        ),
    ]


class ChosenOption(Struct):
    """One option of a variation and its value."""

    name: str | None = None
    value: str | None = None


class CategoryNode(Struct):
    """A category on the way from the top level."""

    id: int
    name: str
