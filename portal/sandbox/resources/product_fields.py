"""Fields of products and their variations in requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import (
    READ_ONLY,
    WrongParameterError,
    check_types,
    is_boolean,
    is_id,
    is_id_list,
    is_integer,
    is_number,
    is_object,
    is_object_list,
    is_string,
    is_text,
    optional,
    require_object,
)

Types = dict[str, Callable[[Any], bool]]


def product_fields(given: Any, *, is_new: bool) -> Body:
    """Return the writable fields of a product. A new product needs a ``name``."""
    # Source (client): ecwid-java-api-client, BatchApiTest: a new product needs a name only.
    # Source (client): ecwid-java-api-client, FetchedProduct and FetchedVariation: the types.
    fields = require_object(given)
    if is_new and "name" not in fields:
        raise WrongParameterError("Field Product.name is absent")
    check_types("Product", fields, PRODUCT_TYPES)
    for resource, name, types in LISTS:
        for item in fields.get(name) or ():
            check_types(resource, item, types)
    for option in fields.get("options", ()):
        for choice in option.get("choices") or ():
            check_types("ProductOptionChoice", choice, CHOICE_TYPES)
    return {name: value for name, value in fields.items() if name not in READ_ONLY}


def _is_value_list(value: Any) -> bool:
    return is_object_list(value) and all(
        is_text(item.get("name")) and isinstance(item.get("value", ""), str) for item in value
    )


# Source (client): ecwid-java-api-client, FetchedProduct: the field and its values.
VISIBILITY_FIELD = "outOfStockVisibilityBehaviour"  # codespell:ignore behaviour
VISIBILITIES = ("SHOW", "HIDE", "ALLOW_PREORDER")
PRODUCT_TYPES: Types = {
    "name": is_text,
    "sku": is_text,
    "description": optional(is_string),
    "price": is_number,
    "compareToPrice": is_number,
    "weight": is_number,
    "quantity": is_integer,
    "unlimited": is_boolean,
    "enabled": is_boolean,
    "isGiftCard": is_boolean,
    "isShippingRequired": is_boolean,
    "discountsAllowed": is_boolean,
    "nameYourPriceEnabled": is_boolean,
    "externalReferenceId": is_text,
    "productClassId": is_id,
    "categoryIds": is_id_list,
    "combinations": is_object_list,
    "options": is_object_list,
    "attributes": is_object_list,
    "galleryImages": is_object_list,
    "files": is_object_list,
    "wholesalePrices": optional(is_object_list),
    VISIBILITY_FIELD: lambda value: value in VISIBILITIES,
    **dict.fromkeys(
        ("minPurchaseQuantity", "maxPurchaseQuantity", "warningLimit"), optional(is_integer)
    ),
    **dict.fromkeys(
        ("subtitle", "seoTitle", "seoDescription", "customsHsTariffCode"), optional(is_string)
    ),
    **dict.fromkeys(
        ("nameTranslated", "tax", "dimensions", "subscriptionSettings", "shipping", "media"),
        optional(is_object),
    ),
}
VARIATION_TYPES: Types = {
    "id": is_id,
    "combinationNumber": is_integer,
    "sku": optional(is_string),
    "price": optional(is_number),
    "compareToPrice": optional(is_number),
    "weight": optional(is_number),
    "quantity": optional(is_integer),
    "unlimited": is_boolean,
    "options": _is_value_list,
    "attributes": optional(is_object_list),
    "wholesalePrices": optional(is_object_list),
}
OPTION_TYPES: Types = {
    "name": is_text,
    "type": is_text,
    "required": is_boolean,
    "choices": optional(is_object_list),
    "defaultChoice": optional(is_integer),
}
CHOICE_TYPES: Types = {
    "text": is_string,
    "priceModifier": optional(is_number),
    "priceModifierType": lambda value: value in ("ABSOLUTE", "PERCENT"),
}
TIER_TYPES: Types = {"quantity": is_integer, "price": is_number}
LISTS: tuple[tuple[str, str, Types], ...] = (
    ("Combination", "combinations", VARIATION_TYPES),
    ("ProductOption", "options", OPTION_TYPES),
    ("WholesalePrice", "wholesalePrices", TIER_TYPES),
)
