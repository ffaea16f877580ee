"""Keyword search in records, as SQL functions on their JSON.

Source (documented): REST docs, "Search products", "Search orders", "Search customers" and
"Search categories": the fields that are searched.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from portal.sandbox.resource_specs import Body

# A quoted phrase, or a word that may end in an asterisk.
TERM = re.compile(r'"([^"]+)"|([^\s"]+)')
# Source (client): ecwid-java-api-client, OrdersTest: keywords find orders by orderComments, too.
ORDER_FIELDS = (
    "id",
    "orderNumber",
    "email",
    "externalTransactionId",
    "trackingNumber",
    "affiliateId",
    "privateAdminNotes",
    "orderComments",
)
WORD = re.compile(r"\w+")


def register(connection: sqlite3.Connection) -> None:
    """Register ``product_matches`` and the other functions of body and keyword."""
    for name, values, is_enough in (
        # Source (documented): Help Center, "How product search works": the storefront finds the
        # products that contain any of the words.
        ("product_matches", _product_values, any),
        # Source (assumed): Several keywords find the orders, customers and categories that contain
        # them all.
        ("order_matches", _order_values, all),
        ("customer_matches", _customer_values, all),
        ("category_matches", _category_values, all),
    ):
        connection.create_function(name, 2, _matcher(values, is_enough), deterministic=True)


def _matcher(
    values: Callable[[Body], Iterable[Any]], is_enough: Callable[[Iterable[bool]], bool]
) -> Callable[[str, str], bool]:
    def matches(body: str, keyword: str) -> bool:
        patterns = _patterns(keyword)
        # Most records are ruled out here, which saves parsing their JSON.
        if not patterns or not is_enough(pattern.search(body) is not None for pattern in patterns):
            return False
        text = "\n".join(str(value) for value in values(json.loads(body)) if value)
        return is_enough(pattern.search(text) is not None for pattern in patterns)

    return matches


# SQLite calls a function for each record, always with the same keyword.
@lru_cache(maxsize=16)
def _patterns(keyword: str) -> tuple[re.Pattern[str], ...]:
    terms = [(quoted or word) for quoted, word in TERM.findall(keyword)]
    return tuple(pattern for pattern in map(_pattern, terms) if pattern)


def _pattern(term: str) -> re.Pattern[str] | None:
    """Return the pattern of a term: its words in order, whole ones unless it ends in ``*``."""
    # Source (documented): REST docs, "Search products": an asterisk at the end of the keyword turns
    # off the exact match; quotes search for a phrase.
    words = WORD.findall(term)
    end = "" if term.endswith("*") else r"(?!\w)"
    text = r"\W+".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){text}{end}", re.IGNORECASE) if words else None


def _product_values(product: Body) -> Iterator[Any]:
    yield from (product.get(name) for name in ("name", "description", "sku"))
    for variation in product.get("combinations", []):
        yield variation.get("sku")
    for option in product.get("options", []):
        yield option.get("name")
        yield from (choice.get("text") for choice in option.get("choices") or ())
    for attribute in product.get("attributes", []):
        if attribute.get("show") != "NOTSHOW":
            yield attribute.get("value")
    for image in product.get("galleryImages", []):
        yield image.get("alt")


def _order_values(order: Body) -> Iterator[Any]:
    yield from (order.get(name) for name in ORDER_FIELDS)
    for person in ("billingPerson", "shippingPerson"):
        yield from (order.get(person) or {}).values()
    for item in order.get("items") or ():
        yield from (item.get("sku"), item.get("name"))
        yield from (option.get("value") for option in item.get("selectedOptions") or ())


def _customer_values(customer: Body) -> Iterator[Any]:
    person = customer.get("billingPerson") or {}
    yield from (customer.get("name"), customer.get("email"))
    yield from (person.get("firstName"), person.get("lastName"))


def _category_values(category: Body) -> Iterator[Any]:
    yield from (category.get("name"), category.get("description"))
