"""Conversion of Ecwid's products to catalog items with prices, stock and options."""

from __future__ import annotations

from typing import Any

from portal.ecwid.values import Record
from portal.rules.orders.catalog_items import CatalogItem, CatalogVariation, Option
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
    return CatalogItem(
        product_id=record.identity(),
        name=record.text("name") or "",
        sku=record.code("sku"),
        price=record.money("price") or ZERO,
        stock=_stock(record),
        is_enabled=record.boolean("enabled", default=True),
        is_gift_card=record.boolean("isGiftCard", default=False),
        allows_discounts=record.boolean("discountsAllowed", default=True),
        allows_preorder=record.text(BACKORDER_FIELD) == PREORDER,
        minimum=record.count("minPurchaseQuantity"),
        maximum=record.count("maxPurchaseQuantity"),
        tiers=_tiers(record),
        options=tuple(_option(part) for part in record.parts("options")),
        variations=tuple(_variation(part) for part in record.parts("combinations")),
        category_ids=_categories(record),
        weight=record.money("weight") or ZERO,
        needs_shipping=record.boolean("isShippingRequired", default=True),
    )


def _stock(record: Record) -> int | None:
    if record.boolean("unlimited", default="quantity" not in record.payload):
        return None
    return record.count("quantity") or 0


def _tiers(record: Record) -> tuple[PriceTier, ...]:
    parts = record.parts("wholesalePrices")
    tiers = ((part.count("quantity"), part.money("price")) for part in parts)
    return tuple(PriceTier(n, price) for n, price in tiers if n is not None and price is not None)


def _option(record: Record) -> Option:
    return Option(
        name=record.text("name") or "",
        type=record.text("type") or "",
        choices={part.text("text") or "": _modifier(part) for part in record.parts("choices")},
        is_required=record.boolean("required", default=False),
    )


def _modifier(record: Record) -> Modifier:
    is_percent = record.text("priceModifierType") == "PERCENT"
    return Modifier(record.money("priceModifier") or ZERO, is_percent)


def _variation(record: Record) -> CatalogVariation:
    options = {
        part.text("name") or "": part.text("value") or "" for part in record.parts("options")
    }
    return CatalogVariation(
        id=record.identity(),
        sku=record.code("sku"),
        options=options,
        price=record.money("price"),
        stock=_stock(record),
        tiers=_tiers(record),
    )


def _categories(record: Record) -> frozenset[int]:
    """Return the product's category ids; a product on the store's front page is in category 0."""
    ids = {value for value in record.items("categoryIds") if isinstance(value, int)}
    if record.integer("showOnFrontpage"):
        ids.add(FRONT_PAGE)
    return frozenset(ids)
