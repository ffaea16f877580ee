"""Lines of an order, with the discounts and taxes that were computed for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.sandbox.pricing.money import ZERO, Rounding, decimal
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import UnprocessableError, is_number, list_in

ProductLookup = Callable[[Any], Body | None]


@dataclass
class Line:
    """One item of the request. ``product`` is empty if the store doesn't know the product."""

    item: Body
    product: Body
    total: Decimal
    coupon: Decimal = ZERO
    discounts: list[tuple[Body, Decimal]] = field(default_factory=list)

    @property
    def quantity(self) -> int:
        return int(self.item["quantity"])

    @property
    def remaining(self) -> Decimal:
        """Cost after the discounts so far."""
        return self.total - self.coupon - sum((amount for _, amount in self.discounts), ZERO)

    @property
    def is_discountable(self) -> bool:
        """Whether discounts apply, by the product's ``discountsAllowed``.

        Source (documented): REST docs, "Search products", field discountsAllowed.
        Source (assumed): Promotions leave out products without discountsAllowed, as coupons do.
        """
        return bool(self.product.get("discountsAllowed", True))

    @property
    def categories(self) -> list[Any]:
        return list(self.product.get("categoryIds") or [])

    def is_listed(
        self, conditions: Body, products: str = "products", categories: str = "categories"
    ) -> bool:
        """Return whether the product or one of its categories is in these lists of conditions."""
        category_ids = list_in(conditions, categories)
        return self.item.get("productId") in list_in(conditions, products) or any(
            category in category_ids for category in self.categories
        )


def cost_of(lines: Iterable[Line]) -> Decimal:
    """Return the cost of lines before discounts."""
    return sum((line.total for line in lines), ZERO)


def order_lines(items: Any, product: ProductLookup, rounding: Rounding) -> list[Line]:
    """Return the lines of all items that have a price and a quantity.

    Raises UnprocessableError if there is none.
    """
    # Source (documented): REST docs, "Calculate order details": price and quantity are required,
    # and the subtotal is the sum of price x quantity.
    # Source (assumed): The cost of a line is rounded to the decimals of the currency.
    usable = [item for item in items if _is_usable(item)] if isinstance(items, list) else []
    if not usable:
        raise UnprocessableError("No item with a price and a quantity")
    return [
        Line(
            item,
            product(item.get("productId")) or {},
            rounding.round(decimal(item["price"]) * int(item["quantity"])),
        )
        for item in usable
    ]


def _is_usable(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and is_number(item.get("price"))
        and is_number(item.get("quantity"))
        and item["price"] >= 0
        and int(item["quantity"]) > 0
    )
