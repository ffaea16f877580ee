"""Attributes of products and variations; brand and GTIN are attributes, too.

Source: the official Kotlin client, ``FetchedProduct.AttributeValue`` and ``AttributeValueAlias``:
the types BRAND and UPC mark them, whatever the store calls them.
"""

from __future__ import annotations

from typing import Any

from portal.rules.records.json_values import Json, parts, text, whole

BRAND = "BRAND"
GTIN = "UPC"
HIDDEN = "NOTSHOW"


def attribute_documents(record: Json) -> list[dict[str, Any]]:
    """Return the attributes that have a value."""
    return [
        {
            "id": whole(each.get("id")),
            "name": text(each.get("name")) or "",
            "type": text(each.get("type")),
            "value": value,
            "is_visible": each.get("show") != HIDDEN,
        }
        for each in parts(record.get("attributes"))
        if (value := text(each.get("value"))) is not None
    ]


def attribute_value(record: Json, kind: str) -> str | None:
    """Return the value of the attribute of a type such as `BRAND`; None without one."""
    values = (
        text(each.get("value"))
        for each in parts(record.get("attributes"))
        if each.get("type") == kind
    )
    return next((value for value in values if value), None)
