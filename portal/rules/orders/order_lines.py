"""Resolution of line requests: product, variation, options and price, or the problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portal.i18n import N_
from portal.rules.orders.catalog_items import NO_VARIATION, CatalogItem, own_or
from portal.rules.orders.chosen_options import option_problems
from portal.rules.orders.item_selection import Selection, select_item
from portal.rules.orders.line_prices import bulk_quantities, line_price
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.pricing import Currency
from portal.rules.orders.quotes import QuotedLine, ValidationMessage


class ResolvedLines(NamedTuple):
    """Quoted lines without those that can't be ordered at all, and the problems of all lines."""

    lines: tuple[QuotedLine, ...]
    problems: tuple[ValidationMessage, ...]


def resolve_lines(
    requests: Sequence[LineRequest],
    candidates: Sequence[Sequence[CatalogItem]],
    currency: Currency,
) -> ResolvedLines:
    """Return the lines at the current prices.

    ``candidates`` has the products that each line request may mean, none if the store has none.
    """
    selections = [
        select_item(position, request, items)
        for position, (request, items) in enumerate(zip(requests, candidates, strict=True))
    ]
    pieces = bulk_quantities(
        (selection.catalog_item.product_id, request.quantity)
        for request, selection in zip(requests, selections, strict=True)
        if selection.catalog_item is not None
    )
    lines: list[QuotedLine] = []
    problems: list[ValidationMessage] = []
    for position, (request, selection) in enumerate(zip(requests, selections, strict=True)):
        item = selection.catalog_item
        if item is not None:
            problems += _not_for_sale(position, item)
            problems += option_problems(position, item, request.chosen_options, selection.chosen)
            bulk_quantity = pieces[item.product_id]
            lines.append(_line(position, request, item, selection, bulk_quantity, currency))
        problems += selection.problems
    return ResolvedLines(tuple(lines), tuple(problems))


def _line(
    position: int,
    request: LineRequest,
    item: CatalogItem,
    selection: Selection,
    bulk_quantity: int,
    currency: Currency,
) -> QuotedLine:
    """Return the quoted line; what the variation has of its own wins over the product's."""
    variation = selection.variation or NO_VARIATION
    price = currency.rounded(line_price(item, selection.variation, selection.chosen, bulk_quantity))
    expected = request.expected_price
    types = {option.name: option.type for option in item.options}
    return QuotedLine(
        position=position,
        product_id=item.product_id,
        variation_id=selection.variation.id if selection.variation else None,
        sku=variation.sku or item.sku,
        name=item.name,
        options={name: value for name, value in selection.chosen.items() if name in types},
        option_types=types,
        quantity=request.quantity,
        price=price,
        total=price * request.quantity,
        expected_price=expected,
        # A listed price that an option changes by a percentage may have more decimals.
        price_difference=None if expected is None else price - currency.rounded(expected),
        stock=item.stock if variation.shares_stock else variation.stock,
        weight=own_or(variation.weight, item.weight),
        dimensions=own_or(variation.dimensions, item.dimensions),
        needs_shipping=own_or(variation.needs_shipping, item.needs_shipping),
        category_ids=item.category_ids,
        allows_discounts=item.allows_discounts,
    )


def _not_for_sale(position: int, item: CatalogItem) -> Iterator[ValidationMessage]:
    values = {"name": item.name}
    if not item.is_enabled:
        text = N_("%(name)s is disabled in the store")
        yield ValidationMessage("product_disabled", text, values, position, "product_id")
    if item.is_gift_card:
        text = N_("%(name)s is a gift card, which can be bought only in the store itself")
        yield ValidationMessage("gift_card", text, values, position, "product_id")
    if item.is_subscription_only:
        text = N_(
            "%(name)s is sold only as a subscription, which can be started only in the store itself"
        )
        yield ValidationMessage("subscription_only", text, values, position, "product_id")
    if item.is_price_set_by_customer:
        text = N_("%(name)s has no fixed price: customers choose it in the store")
        yield ValidationMessage("price_set_by_customer", text, values, position, "product_id")
