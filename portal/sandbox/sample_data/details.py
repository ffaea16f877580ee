"""Facts of sample products beside name, price and stock: attributes, sizes, images and texts.

They depend on the product's number only, so they change none of the random values.
"""

from __future__ import annotations

from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.product_body import IMAGE_PATH
from portal.sandbox.resources.product_fields import VISIBILITIES, VISIBILITY_FIELD

# Every product has a brand, and every eighth all details, so that pages stay small.
DETAILED_EACH = 8
MATERIALS = ("Clay", "Oak", "Linen", "Glass", "Steel")


def brand_attribute(maker: str) -> Body:
    """Return the attribute of a product's brand."""
    # Source (client): ecwid-java-api-client, AttributeValueAlias: the type BRAND.
    return {"id": 1, "name": "Brand", "type": "BRAND", "value": maker, "show": "DESCR"}


def gtin_attribute(n: int) -> Body:
    """Return the attribute of a product's GTIN, with a valid check digit."""
    # Source (client): ecwid-java-api-client, AttributeValueAlias: the type UPC.
    digits = f"40{n % 10**10:010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    value = f"{digits}{-weighted % 10}"
    return {"id": 2, "name": "UPC", "type": "UPC", "value": value, "show": "NOTSHOW"}


def add_details(product: Body, n: int, maker: str) -> None:
    """Add the brand to product number ``n``, and all other details to every eighth product."""
    product["attributes"] = [brand_attribute(maker)]
    if n % DETAILED_EACH != 1:
        return
    turn = n // DETAILED_EACH
    product["attributes"] += [gtin_attribute(n), _attribute("Material", MATERIALS[turn % 5])]
    product |= detail_fields(product["name"])
    product[VISIBILITY_FIELD] = VISIBILITIES[turn % 3]
    product["dimensions"] = {"length": 10 + turn % 20, "width": 10, "height": 7.5}
    product["gallery"] = [f"{product['image']}-{view}" for view in ("side", "detail")]
    product["externalReferenceId"] = f"ERP-{product['sku']}"


def detail_fields(name: str) -> dict[str, Any]:
    """Return texts, tax class and settings of a product with this name."""
    # Source (client): ecwid-java-api-client, FetchedProduct: the names and types.
    return {
        "subtitle": "From a small workshop",
        "description": (
            f"<p><strong>{name}</strong> &amp; a gift box.</p>"
            "<ul><li>Made by hand</li><li>Safe for the dishwasher</li></ul>"
        ),
        "seoTitle": f"{name} – buy online",
        "seoDescription": f"{name}, made by hand in small batches.",
        "tax": {
            "taxable": True,
            "defaultLocationIncludedTaxRate": 0,
            "enabledManualTaxes": [],
            "taxClassCode": "default",
        },
        "shipping": {
            "type": "GLOBAL_METHODS",
            "methodMarkup": 0,
            "flatRate": 0,
            "disabledMethods": [],
            "enabledMethods": [],
        },
        "warningLimit": 3,
        "productCondition": "NEW",
        "customsHsTariffCode": "691200",
    }


def category_with_image(category: Body, image_base: str) -> Body:
    """Return a category with its image; only those at the top level have one."""
    if "parentId" in category:
        return category
    url = f"{image_base}{IMAGE_PATH}category-{category['id']}.svg"
    # Source (client): ecwid-java-api-client, FetchedCategory: the names.
    names = ("thumbnailUrl", "hdThumbnailUrl", "imageUrl", "originalImageUrl")
    return {**category, **dict.fromkeys(names, url), "alt": {"main": category["name"]}}


def _attribute(name: str, value: str) -> Body:
    return {"id": 3, "name": name, "type": "CUSTOM", "value": value, "show": "DESCR"}
