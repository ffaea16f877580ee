"""Fields of a product that are read from the stored record, by their names in the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from portal.rules.orders.pricing import Currency
from portal.rules.records.json_values import (
    Json,
    flag,
    part,
    parts,
    plain_number,
    text,
    whole,
    whole_numbers,
)
from portal.rules.records.plain_text import plain_text
from portal.rules.records.product_attributes import (
    BRAND,
    GTIN,
    attribute_documents,
    attribute_value,
)
from portal.rules.records.product_images import images_of
from portal.rules.records.product_options import bulk_prices, option_documents
from portal.rules.records.product_shipping import (
    dimensions_of,
    is_shipped,
    shipping_document,
    weight_of,
)
from portal.rules.records.product_stock import out_of_stock_visibility, stock_of
from portal.rules.records.sellable import (
    is_price_set_by_customer,
    is_subscription_only,
    product_reasons,
    sellable_document,
)


class ProductType(StrEnum):
    """Type of a product. Ecwid has one flag for each type; the first that applies counts."""

    GIFT_CARD = "gift_card"
    SUBSCRIPTION = "subscription"
    CUSTOM_PRICE = "custom_price"
    VIRTUAL = "virtual"
    PHYSICAL = "physical"


def product_type(product: Json) -> ProductType:
    """Return what the product is."""
    if flag(product.get("isGiftCard"), default=False):
        return ProductType.GIFT_CARD
    if is_subscription_only(product):
        return ProductType.SUBSCRIPTION
    if is_price_set_by_customer(product):
        return ProductType.CUSTOM_PRICE
    return ProductType.PHYSICAL if is_shipped(product) else ProductType.VIRTUAL


def seo_document(record: Json) -> dict[str, Any]:
    """Return the title and the description for search engines."""
    return {
        "title": text(record.get("seoTitle")),
        "description": text(record.get("seoDescription")),
    }


def description_text(record: Json) -> str | None:
    """Return the description without markup; None if nothing is left."""
    markup = text(record.get("description"))
    return (plain_text(markup) or None) if markup else None


def tax_document(product: Json) -> dict[str, Any]:
    """Return how the product is taxed; rates are the store's, not the product's.

    Source: the official Kotlin client, ``FetchedProduct.TaxInfo``.
    """
    settings = part(product.get("tax"))
    return {
        "is_taxable": flag(settings.get("taxable"), default=True),
        "class_code": text(settings.get("taxClassCode")),
        "enabled_manual_tax_ids": whole_numbers(settings.get("enabledManualTaxes")),
        "included_rate": plain_number(settings.get("defaultLocationIncludedTaxRate")),
    }


PRODUCT_FIELDS: Mapping[str, Callable[[Json, Currency], Any]] = {
    "type": lambda product, _: product_type(product),
    "subtitle": lambda product, _: text(product.get("subtitle")),
    "description_html": lambda product, _: text(product.get("description")),
    "description_text": lambda product, _: description_text(product),
    "options": option_documents,
    "variation_count": lambda product, _: len(parts(product.get("combinations"))),
    "default_variation_id": lambda product, _: whole(product.get("defaultCombinationId")) or None,
    "bulk_prices": lambda product, currency: bulk_prices(product, None, currency),
    "minimum_quantity": lambda product, _: whole(product.get("minPurchaseQuantity")) or None,
    "maximum_quantity": lambda product, _: whole(product.get("maxPurchaseQuantity")) or None,
    "stock_policy": lambda product, _: stock_of(product).policy,
    "out_of_stock_visibility": lambda product, _: out_of_stock_visibility(product),
    "low_stock_limit": lambda product, _: whole(product.get("warningLimit")),
    "images": lambda product, _: images_of(product),
    "brand": lambda product, _: attribute_value(product, BRAND),
    "gtin": lambda product, _: attribute_value(product, GTIN),
    "attributes": lambda product, _: attribute_documents(product),
    "weight": lambda product, _: weight_of(product),
    "dimensions": lambda product, _: dimensions_of(product),
    "shipping": shipping_document,
    "tax": lambda product, _: tax_document(product),
    "default_category_id": lambda product, _: whole(product.get("defaultCategoryId")) or None,
    "seo": lambda product, _: seo_document(product),
    "class_id": lambda product, _: whole(product.get("productClassId")),
    "condition": lambda product, _: text(product.get("productCondition")),
    "external_reference_id": lambda product, _: text(product.get("externalReferenceId")),
    "customs_tariff_code": lambda product, _: text(product.get("customsHsTariffCode")),
    "is_gift_card": lambda product, _: flag(product.get("isGiftCard"), default=False),
    "allows_discounts": lambda product, _: flag(product.get("discountsAllowed"), default=True),
    "sellable": lambda product, _: sellable_document(product_reasons(product)),
}
