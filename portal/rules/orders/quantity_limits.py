"""Stock and purchase limits of the lines of an order request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.i18n import N_
from portal.rules.orders.catalog_items import CatalogItem, own_or
from portal.rules.orders.quotes import QuotedLine, ValidationMessage
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.orders.stock_claims import StockNeed

# A product, or one variation of it.
Key = tuple[int, int | None]


@dataclass(frozen=True)
class _Limits:
    """Stock and limits of a line; the keys say which lines count together."""

    stock_key: Key
    allows_preorder: bool
    limits_key: Key
    minimum: int | None
    maximum: int | None


def quantity_problems(
    lines: Sequence[QuotedLine], catalog_items: Mapping[int, CatalogItem]
) -> Iterator[ValidationMessage]:
    """Yield problems of quantities; lines that share a stock or a limit are added up."""
    limits = [_limits(line, catalog_items[line.product_id]) for line in lines]
    stock, limited = Counter[Key](), Counter[Key]()
    for line, each in zip(lines, limits, strict=True):
        stock[each.stock_key] += line.quantity
        limited[each.limits_key] += line.quantity
    for line, each in zip(lines, limits, strict=True):
        # Popped, so that only the first line of each stock and limit has the problem.
        if wanted := stock.pop(each.stock_key, 0):
            yield from _stock(line, wanted, each)
        if wanted := limited.pop(each.limits_key, 0):
            yield from _quantity_limits(line, wanted, each)


def stock_needs(
    lines: Sequence[QuotedLine],
    catalog_items: Mapping[int, CatalogItem],
    terms: SaleTerms = OWN_TERMS,
) -> tuple[StockNeed, ...]:
    """Return how many pieces the lines need of each limited stock.

    ``catalog_items`` have the stock that the store reported. A stock that accepts preorders isn't
    limited.
    """
    found: dict[Key, StockNeed] = {}
    for line in lines:
        item = catalog_items[line.product_id]
        limits = _limits(line, item)
        variation = item.variation(limits.stock_key[1])
        stock = item.stock if variation is None else variation.stock
        if stock is None or limits.allows_preorder:
            continue
        key = (line.product_id, limits.stock_key[1] or 0)
        need = found.get(limits.stock_key) or StockNeed(
            key, 0, stock, line.name, line.position, terms.stock_buffer
        )
        found[limits.stock_key] = replace(need, quantity=need.quantity + line.quantity)
    return tuple(found.values())


def out_of_stock(name: str, wanted: int, stock: int, position: int) -> ValidationMessage:
    """Return the problem of a stock that is too small."""
    text = N_("%(name)s: only %(stock)s in stock (you asked for %(wanted)s)")
    values = {"name": name, "wanted": wanted, "stock": max(stock, 0)}
    return ValidationMessage("out_of_stock", text, values, position, "quantity")


def _limits(line: QuotedLine, item: CatalogItem) -> _Limits:
    """Return the limits of a line; a variation's own ones win over the product's."""
    of_product: Key = (line.product_id, None)
    variation = item.variation(line.variation_id)
    if variation is None:
        return _Limits(of_product, item.allows_preorder, of_product, item.minimum, item.maximum)
    of_variation: Key = (line.product_id, variation.id)
    has_own = variation.minimum is not None or variation.maximum is not None
    return _Limits(
        stock_key=of_product if variation.shares_stock else of_variation,
        allows_preorder=own_or(variation.allows_preorder, item.allows_preorder),
        limits_key=of_variation if has_own else of_product,
        minimum=own_or(variation.minimum, item.minimum),
        maximum=own_or(variation.maximum, item.maximum),
    )


def _stock(line: QuotedLine, wanted: int, limits: _Limits) -> Iterator[ValidationMessage]:
    if line.stock is None or limits.allows_preorder or wanted <= line.stock:
        return
    yield out_of_stock(line.name, wanted, line.stock, line.position)


def _quantity_limits(line: QuotedLine, wanted: int, limits: _Limits) -> Iterator[ValidationMessage]:
    values = {
        "name": line.name,
        "wanted": wanted,
        "least": limits.minimum,
        "most": limits.maximum,
    }
    if limits.minimum and wanted < limits.minimum:
        text = N_("%(name)s: order at least %(least)s (you asked for %(wanted)s)")
        yield ValidationMessage("below_minimum", text, values, line.position, "quantity")
    if limits.maximum and wanted > limits.maximum:
        text = N_("%(name)s: order at most %(most)s (you asked for %(wanted)s)")
        yield ValidationMessage("above_maximum", text, values, line.position, "quantity")
