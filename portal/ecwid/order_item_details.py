"""Details of an order's items: options, taxes, discounts and shipping facts.

Source of the fields: REST docs, "Get order", items; the official Kotlin client, FetchedOrder.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.ecwid.order_discounts import promotion_kind
from portal.ecwid.record_details import (
    Details,
    amount,
    clean_texts,
    dimensions,
    flag,
    number,
    tax_details,
)
from portal.ecwid.values import Record

ABSOLUTE = "ABSOLUTE"


def order_items(record: Record) -> list[Details]:
    """Return the items in Ecwid's order."""
    return [_item(part) for part in record.parts("items")]


def _item(item: Record) -> Details:
    return {
        "id": item.integer("id"),
        "product_id": item.integer("productId"),
        "variation_id": item.integer("combinationId"),
        "sku": item.text("sku"),
        "name": item.text_or_empty("name"),
        "quantity": item.count("quantity"),
        "price": amount(item, "price"),
        "product_price": amount(item, "productPrice"),
        "price_without_tax": amount(item, "priceWithoutTax"),
        "coupon_amount": amount(item, "couponAmount"),
        "discounts": list(_discounts(item)),
        "tax": amount(item, "tax"),
        "taxes": tax_details(item, "taxes"),
        "options": [_option(part) for part in item.parts("selectedOptions")],
        "weight": number(item, "weight"),
        "dimensions": dimensions(item.part("dimensions")),
        "is_shipping_required": flag(item, "isShippingRequired"),
        "is_digital": flag(item, "digital"),
        "is_gift_card": flag(item, "giftCard"),
        "is_preorder": flag(item, "isPreorder"),
        "image_url": item.text("imageUrl") or item.text("smallThumbnailUrl"),
    }


def _discounts(item: Record) -> Iterator[Details]:
    for part in item.parts("discounts"):
        info = part.part("discountInfo")
        yield {
            "kind": promotion_kind(info.text("base")),
            "name": info.text_or_empty("description"),
            "amount": amount(part, "total"),
        }


def _option(option: Record) -> Details:
    selections = [_selection(part) for part in option.parts("selections")]
    value = option.text("value")
    return {
        "name": option.text_or_empty("name"),
        "type": option.text("type"),
        "values": clean_texts(option, "valuesArray")
        or [part["title"] for part in selections]
        or ([value] if value else []),
        "selections": selections,
    }


def _selection(part: Record) -> Details:
    is_absolute = part.text("selectionModifierType") == ABSOLUTE
    return {
        "title": part.text_or_empty("selectionTitle"),
        "price_modifier": amount(part, "selectionModifier") if is_absolute else None,
        "price_modifier_percent": None if is_absolute else number(part, "selectionModifier"),
    }
