"""Endpoint of product brands, computed from the attributes of products."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import quote_plus

from flask import request

from portal.sandbox.listing import page_of, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.rest.endpoints import Endpoint, is_requested
from portal.sandbox.validation import unexpected_value

# Sort key of a brand's name and number of products.
SORTS: dict[str, Any] = {
    "PRODUCT_COUNT_DESC": lambda brand: (-brand[1], brand[0].lower()),
    "PRODUCT_COUNT_ASC": lambda brand: (brand[1], brand[0].lower()),
    "NAME_ASC": lambda brand: brand[0].lower(),
    "NAME_DESC": lambda brand: [-ord(letter) for letter in brand[0].lower()],
}


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoint."""

    # Source (documented): REST docs, "Search product brands": sortBy, hidden_brands, and the
    # address that finds a brand's products.
    # Source (client): ecwid-java-api-client, AttributeValue: the brand has the alias BRAND.
    @endpoint("/brands", "read_brands")
    def brands(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        sort = SORTS.get(request.args.get("sortBy", "PRODUCT_COUNT_DESC").upper())
        if sort is None:
            raise unexpected_value("sortBy", SORTS)
        found = sorted(_counts(parts, store).items(), key=sort)
        return page_of([_brand(store, name) for name, _ in found], offset, limit)


def _counts(parts: Parts, store: Any) -> Counter[str]:
    """Return the number of products of each brand."""
    # Values of attributes are stored as they are sent, so they may be anything.
    lowest = 0 if is_requested("hidden_brands") else 1
    rows = parts.state.rows(
        "SELECT a.value FROM product AS p, json_each(p.body, '$.attributes') AS a"
        " WHERE p.store = ? AND p.enabled >= ?",
        store["id"],
        lowest,
    )
    attributes = (json.loads(row["value"]) for row in rows)
    return Counter(
        attribute["value"]
        for attribute in attributes
        if "BRAND" in (attribute.get("type"), attribute.get("alias"))
        and isinstance(attribute.get("value"), str)
        and attribute["value"]
    )


def _brand(store: Any, name: str) -> Body:
    url = f"{store['url']}/products/search?attribute_Brand={quote_plus(name)}"
    return {"name": name, "nameTranslated": {"en": name}, "productsFilteredByBrandUrl": url}
