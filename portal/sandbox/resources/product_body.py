"""JSON of products in the REST API."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from portal.sandbox.dates import format_date
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.displayed_price import (
    default_combination_id,
    displayed_price,
    formatted_price,
    with_displayed_price,
)

IMAGE_PATH = "/_sandbox/images/"
# Seeds of generated images, and the main image's text; the API doesn't send them under these names.
INTERNAL = frozenset({"image", "imageAlt", "gallery"})
# Source (documented): REST docs, "Get product": the names. All sizes have the same URL here.
URL_FIELDS = ("thumbnailUrl", "smallThumbnailUrl", "hdThumbnailUrl", "imageUrl", "originalImageUrl")
MAIN_URL_FIELDS = ("thumbnailUrl", "smallThumbnailUrl", "imageUrl", "originalImageUrl")
SIZES = ("image160pxUrl", "image400pxUrl", "image800pxUrl", "image1500pxUrl", "imageOriginalUrl")
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
        "defaultCombinationId": default_combination_id(product),
        "combinations": [
            with_displayed_price(product, _combination(c, n), formats)
            for n, c in enumerate(product.get("combinations", []))
        ],
    }
    if unlimited:
        body.pop("quantity", None)
    return body | _images(product, image_base)


def _images(product: dict[str, Any], image_base: str) -> dict[str, Any]:
    if not product.get("image"):
        return {}
    url, *others = (
        f"{image_base}{IMAGE_PATH}{quote(str(seed))}.svg"
        for seed in (product["image"], *product.get("gallery", ()))
    )
    body: dict[str, Any] = dict.fromkeys(MAIN_URL_FIELDS, url)
    if others:
        # Source (client): ecwid-java-api-client, FetchedProduct.GalleryImage.
        body["galleryImages"] = [
            {"id": n, "orderBy": n - 1, "alt": f"{product['name']} ({n + 1})", "url": other}
            | {"width": 200, "height": 200, **dict.fromkeys(URL_FIELDS, other)}
            for n, other in enumerate(others, 1)
        ]
    if product.get("imageAlt"):
        # Source (client): ecwid-java-api-client, FetchedProduct.ProductImage: ids are texts, and
        # alt is an object.
        images = [
            {"id": str(n), "orderBy": n, "isMain": n == 0, **dict.fromkeys(SIZES, each)}
            for n, each in enumerate((url, *others))
        ]
        images[0]["alt"] = {"main": product["imageAlt"]}
        body["media"] = {"images": images, "videos": []}
    return body


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
