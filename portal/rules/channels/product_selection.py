"""Product selection: which of a store's products a channel gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.rules.records.json_values import Json, number, parts, text, whole_numbers
from portal.rules.records.product_attributes import BRAND, attribute_value
from portal.rules.records.product_options import base_price
from portal.rules.records.product_stock import stock_of


class SelectionKind(StrEnum):
    """Kind of a product selection."""

    ALL = "all"
    CATEGORIES = "categories"
    RULE = "rule"
    HAND_PICKED = "hand_picked"


class FeedReason(StrEnum):
    """Reason of an entry of the change feed that only one channel gets."""

    ENTERED_SELECTION = "entered_selection"
    LEFT_SELECTION = "left_selection"


@dataclass(frozen=True)
class ProductConditions:
    """Conditions of a rule; a product must meet all of them. Empty ones are not checked.

    Prices are those of one piece without options, in the store's currency; both bounds are
    included. Texts are compared without case. ``attribute_value`` needs ``attribute``; without it,
    any value of the attribute will do.
    """

    brand: str = ""
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    sku_prefix: str = ""
    attribute: str = ""
    attribute_value: str = ""
    in_stock: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no condition is set."""
        return self == ProductConditions()

    def is_met_by(self, product: Json) -> bool:
        """Return whether the product meets all conditions."""
        return (
            self._has_brand(product)
            and self._has_price(product)
            and self._has_sku(product)
            and self._has_attribute(product)
            and (not self.in_stock or _is_available(product))
        )

    def document(self) -> dict[str, Any]:
        """Return the conditions that are set as JSON."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in values.items()
            if isinstance(value, Decimal) or value
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> ProductConditions:
        """Return the conditions of a `document`."""
        prices = {
            name: Decimal(document[name]) for name in ("price_from", "price_to") if name in document
        }
        return cls(**{**document, **prices})

    def _has_brand(self, product: Json) -> bool:
        return not self.brand or _is_same(attribute_value(product, BRAND), self.brand)

    def _has_price(self, product: Json) -> bool:
        if self.price_from is None and self.price_to is None:
            return True
        price = base_price(product)
        if price is None:
            return False
        is_below = self.price_from is not None and price < self.price_from
        is_above = self.price_to is not None and price > self.price_to
        return not is_below and not is_above

    def _has_sku(self, product: Json) -> bool:
        if not self.sku_prefix:
            return True
        prefix = self.sku_prefix.casefold()
        records = (product, *parts(product.get("combinations")))
        skus = (text(each.get("sku")) for each in records)
        return any(sku is not None and sku.casefold().startswith(prefix) for sku in skus)

    def _has_attribute(self, product: Json) -> bool:
        if not self.attribute:
            return True
        values = (
            text(each.get("value"))
            for each in parts(product.get("attributes"))
            if _is_same(text(each.get("name")), self.attribute)
        )
        wanted = self.attribute_value
        return any(
            value is not None and (not wanted or _is_same(value, wanted)) for value in values
        )


@dataclass(frozen=True)
class ProductSelection:
    """Selection of a store's products for a channel.

    ``category_ids`` are the chosen categories and all below them. See `with_subcategories`.
    """

    kind: SelectionKind = SelectionKind.ALL
    category_ids: frozenset[int] = frozenset()
    conditions: ProductConditions = ProductConditions()

    def selects(self, product: Json, *, is_picked: bool | None = None) -> bool:
        """Return whether the channel gets the product.

        ``is_picked`` is True for a hand-picked product, False for one that was excluded by hand,
        else None. An exclusion always counts; a pick counts only if the kind is hand-picked.
        """
        if is_picked is False:
            return False
        if self.kind is SelectionKind.HAND_PICKED:
            return is_picked is True
        if self.kind is SelectionKind.CATEGORIES:
            return not self.category_ids.isdisjoint(whole_numbers(product.get("categoryIds")))
        return self.kind is SelectionKind.ALL or self.conditions.is_met_by(product)


def with_subcategories(
    category_ids: Iterable[int], parents: Mapping[int, int | None]
) -> frozenset[int]:
    """Return the categories and all below them; ``parents`` has the parent of each category."""
    children: dict[int, list[int]] = {}
    for category_id, parent_id in parents.items():
        if parent_id is not None:
            children.setdefault(parent_id, []).append(category_id)
    found: set[int] = set()
    waiting = list(category_ids)
    while waiting:
        category_id = waiting.pop()
        if category_id not in found:
            found.add(category_id)
            waiting += children.get(category_id, ())
    return frozenset(found)


def conditions_problem(conditions: ProductConditions) -> tuple[str, str] | None:
    """Return the field and the code of the first problem of a rule, None if it makes sense."""
    if conditions.is_empty:
        return "", "required"
    low, high = conditions.price_from, conditions.price_to
    if low is not None and high is not None and low > high:
        return "price_to", "contradiction"
    if conditions.attribute_value and not conditions.attribute:
        return "attribute", "required"
    for name, price in (("price_from", low), ("price_to", high)):
        if price is not None and number(price) is None:
            return name, "out_of_range"
    return None


def _is_available(product: Json) -> bool:
    variations = parts(product.get("combinations")) or (None,)
    return any(stock_of(product, variation).is_available for variation in variations)


def _is_same(value: str | None, wanted: str) -> bool:
    return value is not None and value.strip().casefold() == wanted.strip().casefold()
