"""Find what a wanted line means in the store: variation, options, price; or why it can't be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from portal.i18n import marked
from portal.rules.orders.catalog_items import FREE_TYPES, SEVERAL, Offer, Option, VariationOffer
from portal.rules.orders.order_request import WishedLine
from portal.rules.orders.pricing import Currency, Modifier, unit_price
from portal.rules.orders.quotes import Problem, QuotedLine

Chosen = Mapping[str, str | tuple[str, ...]]


class Resolved(NamedTuple):
    """Hold the line, None if it can't be ordered at all, and what stands against it."""

    line: QuotedLine | None
    problems: tuple[Problem, ...]


def resolve_line(
    position: int, wished: WishedLine, offer: Offer | None, currency: Currency
) -> Resolved:
    """Return the line as the store has it now; ``offer`` None: the store has no such product."""
    if offer is None:
        return Resolved(None, (_missing(position, wished),))
    problems = [*_forbidden(position, offer), *_unknown_options(position, wished, offer)]
    variation, chosen = _variation(wished, offer)
    if wished.variation_id is not None and variation is None:
        text = marked("%(name)s has no variation %(variation)s")
        values = {"name": offer.name, "variation": wished.variation_id}
        problems.append(Problem("variation_unknown", text, values, position, "variation_id"))
    problems += _missing_options(position, offer, chosen)
    modifiers = [] if variation and variation.price is not None else _modifiers(offer, chosen)
    base = offer.price if variation is None or variation.price is None else variation.price
    tiers = (variation.tiers if variation else ()) or offer.tiers
    price = currency.rounded(unit_price(base, wished.quantity, tiers, modifiers))
    expected = wished.expected_price
    line = QuotedLine(
        position=position,
        product_id=offer.product_id,
        variation_id=variation.id if variation else None,
        sku=(variation and variation.sku) or offer.sku,
        name=offer.name,
        options=chosen,
        option_types={option.name: option.type for option in offer.options},
        quantity=wished.quantity,
        price=price,
        total=price * wished.quantity,
        expected_price=expected,
        drift=None if expected is None else price - expected,
        stock=variation.stock if variation else offer.stock,
        weight=offer.weight,
        needs_shipping=offer.needs_shipping,
        category_ids=offer.category_ids,
        allows_discounts=offer.allows_discounts,
    )
    return Resolved(line, tuple(problems))


def quantity_problems(
    lines: Sequence[QuotedLine], offers: Mapping[int, Offer]
) -> Iterator[Problem]:
    """Yield where lines together ask for more than there is, or for fewer or more than allowed."""
    pieces = Counter[tuple[int, int | None]]()
    of_product = Counter[int]()
    for line in lines:
        pieces[line.product_id, line.variation_id] += line.quantity
        of_product[line.product_id] += line.quantity
    seen: set[tuple[int, int | None]] = set()
    for line in lines:
        offer, key = offers[line.product_id], (line.product_id, line.variation_id)
        if key not in seen:
            yield from _stock(line, pieces[key], offer)
        if all(product_id != line.product_id for product_id, _ in seen):
            yield from _bounds(line, of_product[line.product_id], offer)
        seen.add(key)


def _stock(line: QuotedLine, wanted: int, offer: Offer) -> Iterator[Problem]:
    if line.stock is None or offer.allows_preorder or wanted <= line.stock:
        return
    text = marked("%(name)s: %(wanted)s wanted, %(stock)s in stock, %(short)s too few")
    stock = max(line.stock, 0)
    values = {"name": line.name, "wanted": wanted, "stock": stock, "short": wanted - stock}
    yield Problem("out_of_stock", text, values, line.position, "quantity")


def _bounds(line: QuotedLine, wanted: int, offer: Offer) -> Iterator[Problem]:
    values = {"name": line.name, "wanted": wanted, "least": offer.minimum, "most": offer.maximum}
    if offer.minimum and wanted < offer.minimum:
        text = marked("%(name)s is sold from %(least)s pieces on, %(wanted)s are wanted")
        yield Problem("below_minimum", text, values, line.position, "quantity")
    if offer.maximum and wanted > offer.maximum:
        text = marked("%(name)s is sold up to %(most)s pieces an order, %(wanted)s are wanted")
        yield Problem("above_maximum", text, values, line.position, "quantity")


def _missing(position: int, wished: WishedLine) -> Problem:
    if wished.product_id is None:
        text = marked("The store has no product with the SKU %(sku)s")
        return Problem("sku_unknown", text, {"sku": wished.sku}, position, "sku")
    text = marked("The store has no product %(product)s")
    return Problem("product_missing", text, {"product": wished.product_id}, position, "product_id")


def _forbidden(position: int, offer: Offer) -> Iterator[Problem]:
    values = {"name": offer.name}
    if not offer.is_enabled:
        text = marked("%(name)s is not on sale: the store has disabled it")
        yield Problem("product_disabled", text, values, position, "product_id")
    if offer.is_gift_card:
        text = marked("%(name)s is a gift card, and can be bought in the store alone")
        yield Problem("gift_card", text, values, position, "product_id")


def _variation(wished: WishedLine, offer: Offer) -> tuple[VariationOffer | None, Chosen]:
    """Return the variation that is meant, and the product's options that are chosen with it."""
    if wished.variation_id is not None:
        variation = offer.variation(wished.variation_id)
    else:
        variation = offer.variation_of_sku(wished.sku) if wished.sku else None
        variation = variation or offer.variation_for(wished.options)
    chosen = {**wished.options, **(variation.options if variation else {})}
    # As the store lists them, whatever order they were told in.
    return variation, {o.name: chosen[o.name] for o in offer.options if o.name in chosen}


def _unknown_options(position: int, wished: WishedLine, offer: Offer) -> Iterator[Problem]:
    known = {option.name: option for option in offer.options}
    for name, value in wished.options.items():
        option = known.get(name)
        if option is None:
            text = marked("%(name)s has no option %(option)s")
            values = {"name": offer.name, "option": name}
            yield Problem("option_unknown", text, values, position, "options")
        elif not _is_possible(option, value):
            text = marked("%(name)s: %(option)s can't be %(value)s, only %(choices)s")
            values = {
                "name": offer.name,
                "option": name,
                "value": value if isinstance(value, str) else ", ".join(value),
                "choices": ", ".join(option.choices) or option.type,
            }
            yield Problem("option_impossible", text, values, position, "options")


def _is_possible(option: Option, value: str | tuple[str, ...]) -> bool:
    if option.is_chosen_from:
        values = (value,) if isinstance(value, str) else value
        is_one = isinstance(value, str) or option.type == SEVERAL
        return is_one and all(each in option.choices for each in values)
    return option.type in FREE_TYPES and isinstance(value, str)


def _missing_options(position: int, offer: Offer, chosen: Chosen) -> Iterator[Problem]:
    for option in offer.options:
        if option.is_required and option.name not in chosen:
            text = marked("%(name)s: choose %(option)s: %(choices)s")
            choices = ", ".join(option.choices) or option.type
            values = {"name": offer.name, "option": option.name, "choices": choices}
            yield Problem("option_missing", text, values, position, "options")


def _modifiers(offer: Offer, chosen: Chosen) -> list[Modifier]:
    found: list[Modifier] = []
    for option in offer.options:
        value = chosen.get(option.name, ())
        texts = (value,) if isinstance(value, str) else value
        found += [option.choices[text] for text in texts if text in option.choices]
    return found
