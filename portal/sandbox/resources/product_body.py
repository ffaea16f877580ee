"""Turn what the shop knows of a product into the JSON that the REST API sends."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from portal.sandbox.dates import date_text

PICTURES = "/_sandbox/images/"
# The seed of the picture is the shop's own affair.
INTERNAL = frozenset({"image"})
UNLESS_WRITTEN = {
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
    "tax": {"taxable": True, "defaultLocationIncludedTaxRate": 0, "enabledManualTaxes": []},
    "dimensions": {"length": 0, "width": 0, "height": 0},
}


def product_body(
    product: dict[str, Any], *, store_url: str, image_base: str, currency: str
) -> dict[str, Any]:
    """Return the full product as ``GET /products/{id}`` shows it.

    ``quantity`` is absent when stock is unlimited; dates come as text and as Unix seconds.
    """
    unlimited = bool(product.get("unlimited")) or "quantity" not in product
    price = product.get("price", 0)
    categories = product.get("categoryIds", [])
    written = {name: value for name, value in product.items() if name not in INTERNAL}
    body: dict[str, Any] = {
        **UNLESS_WRITTEN,
        "price": 0,
        "categoryIds": [],
        **written,
        "nameTranslated": {**product.get("nameTranslated", {}), "en": product["name"]},
        "sku": product.get("sku") or f"{product['id']:08d}",
        "unlimited": unlimited,
        "inStock": unlimited or product.get("quantity", 0) > 0,
        "priceInProductList": price,
        "defaultDisplayedPrice": price,
        "defaultDisplayedPriceFormatted": f"{price:,.2f} {currency}",
        "url": f"{store_url}/products/{product['id']}",
        "created": date_text(product["created"]),
        "updated": date_text(product["updated"]),
        "createTimestamp": product["created"],
        "updateTimestamp": product["updated"],
        "categories": [{"id": c, "enabled": True} for c in categories],
        "defaultCategoryId": next(iter(categories), 0),
        "combinations": [
            _combination(product["id"], c, n) for n, c in enumerate(product.get("combinations", []))
        ],
    }
    if unlimited:
        body.pop("quantity", None)
    return body | _images(product, image_base)


def _images(product: dict[str, Any], image_base: str) -> dict[str, str]:
    if not product.get("image"):
        return {}
    url = f"{image_base}{PICTURES}{quote(str(product['image']))}.svg"
    return {"thumbnailUrl": url, "smallThumbnailUrl": url, "imageUrl": url, "originalImageUrl": url}


def _combination(product_id: int, combination: dict[str, Any], n: int) -> dict[str, Any]:
    quantity = combination.get("quantity")
    shown: dict[str, Any] = {
        # A combination's id is unique in its store: room for 1,000 a product.
        "id": product_id * 1000 + n + 1,
        "combinationNumber": n + 1,
        "options": [],
        "unlimited": quantity is None,
        "inStock": quantity is None or quantity > 0,
    }
    shown.update(combination)
    shown.setdefault("defaultDisplayedPrice", shown.get("price", 0))
    return shown
