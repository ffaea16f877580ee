"""Resolution of a line request: its variation, options and price, or its problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from portal.i18n import N_
from portal.rules.orders.catalog_items import (
    FREE_TEXT_TYPES,
    MULTI_CHOICE_TYPE,
    CatalogItem,
    CatalogVariation,
    Option,
)
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.pricing import Currency, Modifier, unit_price
from portal.rules.orders.quotes import QuotedLine, ValidationMessage

ChosenOptions = Mapping[str, str | tuple[str, ...]]


class ResolvedLine(NamedTuple):
    """Quoted line, None if it can't be ordered at all, and its problems."""

    line: QuotedLine | None
    problems: tuple[ValidationMessage, ...]


def resolve_line(
    position: int, request: LineRequest, catalog_item: CatalogItem | None, currency: Currency
) -> ResolvedLine:
    """Return the line at the current price; ``catalog_item`` is None without such a product."""
    if catalog_item is None:
        return ResolvedLine(None, (_missing(position, request),))
    problems = [
        *_not_for_sale(position, catalog_item),
        *_unknown_options(position, request, catalog_item),
    ]
    variation, chosen = _variation(request, catalog_item)
    if request.variation_id is not None and variation is None:
        text = N_("%(name)s has no variation %(variation)s")
        values = {"name": catalog_item.name, "variation": request.variation_id}
        problems.append(
            ValidationMessage("variation_unknown", text, values, position, "variation_id")
        )
    problems += _missing_options(position, catalog_item, chosen)
    modifiers = (
        [] if variation and variation.price is not None else _modifiers(catalog_item, chosen)
    )
    base = catalog_item.price if variation is None or variation.price is None else variation.price
    tiers = (variation.tiers if variation else ()) or catalog_item.tiers
    price = currency.rounded(unit_price(base, request.quantity, tiers, modifiers))
    expected = request.expected_price
    line = QuotedLine(
        position=position,
        product_id=catalog_item.product_id,
        variation_id=variation.id if variation else None,
        sku=(variation and variation.sku) or catalog_item.sku,
        name=catalog_item.name,
        options=chosen,
        option_types={option.name: option.type for option in catalog_item.options},
        quantity=request.quantity,
        price=price,
        total=price * request.quantity,
        expected_price=expected,
        price_difference=None if expected is None else price - expected,
        stock=variation.stock if variation else catalog_item.stock,
        weight=catalog_item.weight,
        needs_shipping=catalog_item.needs_shipping,
        category_ids=catalog_item.category_ids,
        allows_discounts=catalog_item.allows_discounts,
    )
    return ResolvedLine(line, tuple(problems))


def quantity_problems(
    lines: Sequence[QuotedLine], catalog_items: Mapping[int, CatalogItem]
) -> Iterator[ValidationMessage]:
    """Yield problems of quantities; lines of the same product or variation are added up."""
    pieces = Counter[tuple[int, int | None]]()
    of_product = Counter[int]()
    for line in lines:
        pieces[line.product_id, line.variation_id] += line.quantity
        of_product[line.product_id] += line.quantity
    seen: set[tuple[int, int | None]] = set()
    for line in lines:
        catalog_item, key = catalog_items[line.product_id], (line.product_id, line.variation_id)
        if key not in seen:
            yield from _stock(line, pieces[key], catalog_item)
        if all(product_id != line.product_id for product_id, _ in seen):
            yield from _quantity_limits(line, of_product[line.product_id], catalog_item)
        seen.add(key)


def _stock(line: QuotedLine, wanted: int, catalog_item: CatalogItem) -> Iterator[ValidationMessage]:
    if line.stock is None or catalog_item.allows_preorder or wanted <= line.stock:
        return
    text = N_("%(name)s: %(wanted)s wanted, %(stock)s in stock, %(short)s too few")
    stock = max(line.stock, 0)
    values = {"name": line.name, "wanted": wanted, "stock": stock, "short": wanted - stock}
    yield ValidationMessage("out_of_stock", text, values, line.position, "quantity")


def _quantity_limits(
    line: QuotedLine, wanted: int, catalog_item: CatalogItem
) -> Iterator[ValidationMessage]:
    values = {
        "name": line.name,
        "wanted": wanted,
        "least": catalog_item.minimum,
        "most": catalog_item.maximum,
    }
    if catalog_item.minimum and wanted < catalog_item.minimum:
        text = N_("%(name)s is sold from %(least)s pieces on, %(wanted)s are wanted")
        yield ValidationMessage("below_minimum", text, values, line.position, "quantity")
    if catalog_item.maximum and wanted > catalog_item.maximum:
        text = N_("%(name)s is sold up to %(most)s pieces an order, %(wanted)s are wanted")
        yield ValidationMessage("above_maximum", text, values, line.position, "quantity")


def _missing(position: int, request: LineRequest) -> ValidationMessage:
    if request.product_id is None:
        text = N_("The store has no product with the SKU %(sku)s")
        return ValidationMessage("sku_unknown", text, {"sku": request.sku}, position, "sku")
    text = N_("The store has no product %(product)s")
    return ValidationMessage(
        "product_missing", text, {"product": request.product_id}, position, "product_id"
    )


def _not_for_sale(position: int, catalog_item: CatalogItem) -> Iterator[ValidationMessage]:
    values = {"name": catalog_item.name}
    if not catalog_item.is_enabled:
        text = N_("%(name)s is not on sale: the store has disabled it")
        yield ValidationMessage("product_disabled", text, values, position, "product_id")
    if catalog_item.is_gift_card:
        text = N_("%(name)s is a gift card, and can be bought in the store alone")
        yield ValidationMessage("gift_card", text, values, position, "product_id")


def _variation(
    request: LineRequest, catalog_item: CatalogItem
) -> tuple[CatalogVariation | None, ChosenOptions]:
    """Return the requested variation and the chosen options, including those of the variation."""
    if request.variation_id is not None:
        variation = catalog_item.variation(request.variation_id)
    else:
        variation = catalog_item.variation_by_sku(request.sku) if request.sku else None
        variation = variation or catalog_item.variation_by_options(request.chosen_options)
    chosen = {**request.chosen_options, **(variation.options if variation else {})}
    # In the store's order.
    return variation, {o.name: chosen[o.name] for o in catalog_item.options if o.name in chosen}


def _unknown_options(
    position: int, request: LineRequest, catalog_item: CatalogItem
) -> Iterator[ValidationMessage]:
    known = {option.name: option for option in catalog_item.options}
    for name, value in request.chosen_options.items():
        option = known.get(name)
        if option is None:
            text = N_("%(name)s has no option %(option)s")
            values = {"name": catalog_item.name, "option": name}
            yield ValidationMessage("option_unknown", text, values, position, "options")
        elif not _is_possible(option, value):
            text = N_("%(name)s: %(option)s can't be %(value)s, only %(choices)s")
            values = {
                "name": catalog_item.name,
                "option": name,
                "value": value if isinstance(value, str) else ", ".join(value),
                "choices": ", ".join(option.choices) or option.type,
            }
            yield ValidationMessage("option_invalid", text, values, position, "options")


def _is_possible(option: Option, value: str | tuple[str, ...]) -> bool:
    if option.has_choices:
        values = (value,) if isinstance(value, str) else value
        is_one = isinstance(value, str) or option.type == MULTI_CHOICE_TYPE
        return is_one and all(each in option.choices for each in values)
    return option.type in FREE_TEXT_TYPES and isinstance(value, str)


def _missing_options(
    position: int, catalog_item: CatalogItem, chosen: ChosenOptions
) -> Iterator[ValidationMessage]:
    for option in catalog_item.options:
        if option.is_required and option.name not in chosen:
            text = N_("%(name)s: choose %(option)s: %(choices)s")
            choices = ", ".join(option.choices) or option.type
            values = {"name": catalog_item.name, "option": option.name, "choices": choices}
            yield ValidationMessage("option_missing", text, values, position, "options")


def _modifiers(catalog_item: CatalogItem, chosen: ChosenOptions) -> list[Modifier]:
    found: list[Modifier] = []
    for option in catalog_item.options:
        value = chosen.get(option.name, ())
        texts = (value,) if isinstance(value, str) else value
        found += [option.choices[text] for text in texts if text in option.choices]
    return found
