"""JSON of products in the REST API."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from portal.sandbox.dates import format_date
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.displayed_price import (
    displayed_price,
    formatted_price,
    with_displayed_price,
)

IMAGE_PATH = "/_sandbox/images/"
# "image" is the seed of the generated image; the API doesn't send it.
INTERNAL = frozenset({"image"})
DEFAULTS = {
    "isShippingRequired": True,
    "weight": 0,
    "productClassId": 0,
    "enabled": True,
    "options": [],
    "description": "",
    "attributes": [],
    "galleryImages": [],
    "files": [],
    "isGiftCard": False,
    "discountsAllowed": True,
    "isSampleProduct": False,
    "nameYourPriceEnabled": False,
    "subscriptionSettings": {
        "subscriptionAllowed": False,
        "oneTimePurchaseAllowed": True,
        "recurringChargeSettings": [],
    },
    "tax": {"taxable": True, "defaultLocationIncludedTaxRate": 0, "enabledManualTaxes": []},
    "dimensions": {"length": 0, "width": 0, "height": 0},
}


def product_body(
    product: dict[str, Any], *, store_url: str, image_base: str, formats: Body
) -> dict[str, Any]:
    """Return the complete JSON of a product, as ``GET /products/{id}`` sends it.

    ``formats`` are the store's own for amounts. ``quantity`` is absent if the stock is unlimited.
    Dates appear as text and as Unix seconds. The variations of ``product`` have their ids already.
    """
    # Source (documented): REST docs, GET /products/{productId}: quantity is left out of products
    # with unlimited stock, and a product without SKU gets one.
    unlimited = bool(product.get("unlimited")) or "quantity" not in product
    price = product.get("price", 0)
    displayed = displayed_price(price, product.get("options"), formats)
    categories = product.get("categoryIds", [])
    sent = {name: value for name, value in product.items() if name not in INTERNAL}
    body: dict[str, Any] = {
        **DEFAULTS,
        "price": 0,
        "categoryIds": [],
        **sent,
        "nameTranslated": {**(product.get("nameTranslated") or {}), "en": product["name"]},
        "sku": product.get("sku") or f"{product['id']:08d}",
        "unlimited": unlimited,
        "inStock": unlimited or product.get("quantity", 0) > 0,
        "priceInProductList": price,
        "defaultDisplayedPrice": displayed,
        "defaultDisplayedPriceFormatted": formatted_price(displayed, formats),
        "url": f"{store_url}/products/{product['id']}",
        "created": format_date(product["created"]),
        "updated": format_date(product["updated"]),
        "createTimestamp": product["created"],
        "updateTimestamp": product["updated"],
        "categories": [{"id": c, "enabled": True} for c in categories],
        "defaultCategoryId": next(iter(categories), 0),
        "combinations": [
            with_displayed_price(product, _combination(c, n), formats)
            for n, c in enumerate(product.get("combinations", []))
        ],
    }
    if unlimited:
        body.pop("quantity", None)
    return body | _images(product, image_base)


def _images(product: dict[str, Any], image_base: str) -> dict[str, str]:
    if not product.get("image"):
        return {}
    url = f"{image_base}{IMAGE_PATH}{quote(str(product['image']))}.svg"
    return {"thumbnailUrl": url, "smallThumbnailUrl": url, "imageUrl": url, "originalImageUrl": url}


def _combination(combination: dict[str, Any], n: int) -> dict[str, Any]:
    quantity = combination.get("quantity")
    body: dict[str, Any] = {
        "combinationNumber": n + 1,
        "options": [],
        "unlimited": quantity is None,
        "inStock": quantity is None or quantity > 0,
    }
    body.update(combination)
    return body
