"""Conversion of Ecwid's products to catalog items with prices, stock and options."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.ecwid.values import MONEY_LIMIT, Record
from portal.rules.orders.catalog_items import CatalogItem, CatalogVariation, Dimensions, Option
from portal.rules.orders.chosen_options import match_variation
from portal.rules.orders.line_prices import variation_price
from portal.rules.orders.pricing import ZERO, Modifier, PriceTier

FRONT_PAGE = 0
BACKORDER_FIELD = "outOfStockVisibilityBehaviour"  # codespell:ignore behaviour
PREORDER = "ALLOW_PREORDER"


def read_catalog_item(payload: Any) -> CatalogItem:
    """Convert a product to a catalog item; raise RecordError for an invalid field.

    ``quantity`` is absent when stock is unlimited. A product that stays on sale when it is out of
    stock accepts preorders.
    """
    record = Record("products", payload)
    options = read_options(record)
    return CatalogItem(
        product_id=record.identity(),
        name=record.text("name") or "",
        sku=record.code("sku"),
        price=_required_price(record),
        stock=_stock(record),
        is_enabled=record.boolean("enabled", default=True),
        is_gift_card=record.boolean("isGiftCard", default=False),
        is_subscription_only=_is_subscription_only(record.part("subscriptionSettings")),
        is_price_set_by_customer=_is_price_set_by_customer(record),
        allows_discounts=record.boolean("discountsAllowed", default=True),
        allows_preorder=record.text(BACKORDER_FIELD) == PREORDER,
        minimum=record.count("minPurchaseQuantity"),
        maximum=record.count("maxPurchaseQuantity"),
        tiers=_tiers(record),
        options=options,
        variations=tuple(_variation(part, options) for part in record.parts("combinations")),
        category_ids=_categories(record),
        weight=record.money("weight") or ZERO,
        dimensions=_dimensions(record),
        needs_shipping=record.boolean("isShippingRequired", default=True),
    )


def listed_prices(record: Record) -> list[Decimal]:
    """Return the price of one piece of each variation of a product, without further options.

    Raises RecordError for an invalid field that decides on it.
    """
    parts = record.parts("combinations")
    if not parts:
        return []
    options = read_options(record)
    item = CatalogItem(record.identity(), "", None, base_price(record), None, options=options)
    return [_listed_price(item, part) for part in parts]


def read_options(record: Record) -> tuple[Option, ...]:
    """Return the options of a product; raise RecordError for an invalid field."""
    return tuple(_option(part) for part in record.parts("options"))


def base_price(record: Record) -> Decimal:
    """Return the price of one piece of a product, bought once, without options.

    A product that is also sold by subscription may have another price for a single purchase.
    Source: the official Kotlin client, ``FetchedProduct.SubscriptionSettings``.
    """
    return _known_price(record) or ZERO


def _required_price(record: Record) -> Decimal:
    """Return the same price; raise RecordError if it is missing, so that nothing is sold for 0.

    A product whose price customers set needs none: it is refused for that reason.
    """
    price = _known_price(record)
    if price is None and not _is_price_set_by_customer(record):
        raise record.error("price", "is missing")
    return price or ZERO


def _known_price(record: Record) -> Decimal | None:
    settings = record.part("subscriptionSettings")
    if settings.boolean("subscriptionAllowed", default=False):
        once = settings.money("oneTimePurchasePrice")
        if once is not None:
            return once
    return record.money("price")


def _is_subscription_only(settings: Record) -> bool:
    """Return whether the product can only be subscribed to.

    Products that are no subscriptions have ``subscriptionAllowed`` false.
    """
    return settings.boolean("subscriptionAllowed", default=False) and not settings.boolean(
        "oneTimePurchaseAllowed", default=False
    )


def _is_price_set_by_customer(record: Record) -> bool:
    """Return whether customers name their price.

    The product's field is ``nameYourPriceEnabled``; searches and order items call the same
    ``isCustomerSetPrice``.
    """
    names = ("nameYourPriceEnabled", "isCustomerSetPrice")
    return any(record.boolean(name, default=False) for name in names)


def _stock(record: Record) -> int | None:
    if record.boolean("unlimited", default="quantity" not in record.payload):
        return None
    return record.count("quantity") or 0


def _tiers(record: Record) -> tuple[PriceTier, ...]:
    parts = record.parts("wholesalePrices")
    tiers = ((part.count("quantity"), part.money("price")) for part in parts)
    return tuple(PriceTier(n, price) for n, price in tiers if n is not None and price is not None)


def _option(record: Record) -> Option:
    choices = [(part.text("text") or "", _modifier(part)) for part in record.parts("choices")]
    by_text = dict(choices)
    return Option(
        name=record.text("name") or "",
        type=record.text("type") or "",
        choices=by_text,
        is_required=record.boolean("required", default=False),
        ambiguous=frozenset(text for text, modifier in choices if modifier != by_text[text]),
    )


def _modifier(record: Record) -> Modifier:
    is_percent = record.text("priceModifierType") == "PERCENT"
    return Modifier(record.money("priceModifier") or ZERO, is_percent)


def _listed_price(item: CatalogItem, record: Record) -> Decimal:
    variation = CatalogVariation(
        id=0,
        sku=None,
        options=match_variation(item.options, _variation_options(record)),
        price=record.money("price"),
        stock=None,
    )
    price = variation_price(item, variation)
    if price >= MONEY_LIMIT:
        raise record.error("price", "is out of range")
    return price


def _variation_options(record: Record) -> dict[str, str]:
    return {part.text("name") or "": part.text("value") or "" for part in record.parts("options")}


def _variation(record: Record, options: tuple[Option, ...]) -> CatalogVariation:
    backorder, shares_stock = record.text(BACKORDER_FIELD), _shares_stock(record)
    return CatalogVariation(
        id=record.identity(),
        sku=record.code("sku"),
        options=match_variation(options, _variation_options(record)),
        price=record.money("price"),
        stock=None if shares_stock else _stock(record),
        shares_stock=shares_stock,
        tiers=_tiers(record),
        weight=record.money("weight"),
        dimensions=_dimensions(record),
        needs_shipping=_optional_flag(record, "isShippingRequired"),
        allows_preorder=None if backorder is None else backorder == PREORDER,
        minimum=record.count("minPurchaseQuantity"),
        maximum=record.count("maxPurchaseQuantity"),
    )


def _shares_stock(record: Record) -> bool:
    """Return whether a variation has no stock of its own.

    Source: Ecwid's REST documentation of 2020: ``quantity`` is omitted if the variation inherits
    the base product's.
    """
    return record.integer("quantity") is None and not record.boolean("unlimited", default=False)


def _optional_flag(record: Record, name: str) -> bool | None:
    return None if record.payload.get(name) is None else record.boolean(name, default=True)


def _dimensions(record: Record) -> Dimensions | None:
    """Return the dimensions; None for zeros, which the samples show where nothing was set."""
    part = record.part("dimensions")
    length, width, height = (part.money(name) or ZERO for name in Dimensions._fields)
    return Dimensions(length, width, height) if length or width or height else None


def _categories(record: Record) -> frozenset[int]:
    """Return the product's category ids; a product on the store's front page is in category 0."""
    ids = {value for value in record.items("categoryIds") if isinstance(value, int)}
    if record.integer("showOnFrontpage"):
        ids.add(FRONT_PAGE)
    return frozenset(ids)
