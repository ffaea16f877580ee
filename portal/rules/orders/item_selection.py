"""Selection of the product and variation that a line request means; ambiguity is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from portal.i18n import N_
from portal.rules.orders.catalog_items import CatalogItem, CatalogVariation, ChosenOptions
from portal.rules.orders.chosen_options import (
    conflicting_options,
    contains_options,
    match_options,
    option_problems,
    option_text,
)
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.quotes import ValidationMessage
from portal.rules.orders.skus import Match, has_sku, is_same_sku, matches_of_sku

MATCHES_SHOWN = 5
NO_OPTIONS: ChosenOptions = MappingProxyType({})


class Selection(NamedTuple):
    """Selected product with its variation and options, or None; and the problems found."""

    catalog_item: CatalogItem | None
    variation: CatalogVariation | None = None
    chosen: ChosenOptions = NO_OPTIONS
    problems: tuple[ValidationMessage, ...] = ()


def select_item(
    position: int, request: LineRequest, candidates: Sequence[CatalogItem]
) -> Selection:
    """Return what a line request means among ``candidates``.

    These are the product with the requested id, or all products that have the SKU or a variation
    with it.
    """
    # A disabled product can't be bought, so it doesn't make the SKU of an enabled one ambiguous.
    items = [each for each in candidates if each.is_enabled] or list(candidates)
    if not items:
        return Selection(None, problems=(_missing(position, request),))
    if request.sku and not any(has_sku(item, request.sku) for item in items):
        return Selection(None, problems=(_sku_mismatch(position, request, items[0].name),))
    if request.variation_id is not None:
        return _select_by_id(position, request, items)
    matches = _matches(request, items)
    if len(matches) > 1:
        return Selection(None, problems=(_ambiguous(position, request, matches),))
    return _selection(position, request, matches[0])


def sku_shared_by_many(position: int, sku: str) -> ValidationMessage:
    """Return the problem of a SKU that too many products have to read them all."""
    text = N_("Many products have the SKU %(sku)s: send product_id instead")
    return ValidationMessage("sku_ambiguous", text, {"sku": sku}, position, "sku")


def _select_by_id(position: int, request: LineRequest, items: Sequence[CatalogItem]) -> Selection:
    found = (Match(item, item.variation(request.variation_id)) for item in items)
    match = next((each for each in found if each.variation is not None), None)
    if match is None:
        item = items[0]
        text = N_("%(name)s has no variation %(variation)s")
        values = {"name": item.name, "variation": request.variation_id}
        problem = ValidationMessage("variation_unknown", text, values, position, "variation_id")
        return Selection(item, None, match_options(item, request.chosen_options), (problem,))
    is_named = is_same_sku(match.sku, request.sku) or is_same_sku(
        match.catalog_item.sku, request.sku
    )
    if request.sku and not is_named:
        return Selection(None, problems=(_sku_mismatch(position, request, _label(match)),))
    return _selection(position, request, match)


def _matches(request: LineRequest, items: Sequence[CatalogItem]) -> list[Match]:
    """Return the products and variations that the id, the SKU and the options may mean.

    There is at least one.
    """
    is_by_id = request.product_id is not None
    if request.sku is None or (is_by_id and is_same_sku(items[0].sku, request.sku)):
        # A product's own SKU says no more than its id.
        named = [Match(items[0], None)]
    else:
        named = matches_of_sku(items, request.sku)
    if not request.chosen_options:
        return named
    of_product: dict[int, list[Match]] = {}
    for match in named:
        of_product.setdefault(match.catalog_item.product_id, []).append(match)
    chosen = [each for group in of_product.values() for each in _chosen_matches(request, group)]
    possible = [each for each in chosen if _takes_options(request, each)]
    return (possible or chosen) if len(of_product) > 1 else chosen


def _chosen_matches(request: LineRequest, named: Sequence[Match]) -> list[Match]:
    """Return those matches of one product that the options choose; at least one."""
    item = named[0].catalog_item
    chosen = match_options(item, request.chosen_options)
    has_base = any(match.variation is None for match in named)
    # The product's own SKU means each of its variations, too, if the options choose it.
    pool = item.variations if has_base else [match.variation for match in named if match.variation]
    complete = [v for v in pool if v.options and contains_options(chosen, v.options)]
    if complete:
        most = max(len(v.options) for v in complete)
        return [Match(item, v) for v in complete if len(v.options) == most]
    if has_base:
        return [Match(item, None)]
    compatible = [v for v in pool if not conflicting_options(chosen, v.options)]
    return [Match(item, v) for v in compatible or pool[:1]]


def _takes_options(request: LineRequest, match: Match) -> bool:
    selection = _selection(0, request, match)
    unknown = {"option_unknown", "option_invalid", "options_conflict"}
    problems = [
        *selection.problems,
        *option_problems(0, match.catalog_item, request.chosen_options, selection.chosen),
    ]
    return not any(problem.code in unknown for problem in problems)


def _selection(position: int, request: LineRequest, match: Match) -> Selection:
    """Return the selection of a match; the options of its variation are chosen with it."""
    item, variation = match
    chosen = match_options(item, request.chosen_options)
    own: Mapping[str, str] = variation.options if variation else {}
    conflicts = conflicting_options(chosen, own)
    problems = tuple(_options_conflict(position, match, name, chosen[name]) for name in conflicts)
    merged = {**chosen, **own}
    # In the store's order; unknown options last.
    names = [option.name for option in item.options if option.name in merged]
    names += [name for name in merged if name not in names]
    return Selection(item, variation, {name: merged[name] for name in names}, problems)


def _missing(position: int, request: LineRequest) -> ValidationMessage:
    if request.product_id is None:
        text = N_("The store has no product with the SKU %(sku)s")
        return ValidationMessage("sku_unknown", text, {"sku": request.sku}, position, "sku")
    text = N_("The store has no product %(product)s")
    return ValidationMessage(
        "product_missing", text, {"product": request.product_id}, position, "product_id"
    )


def _sku_mismatch(position: int, request: LineRequest, name: str) -> ValidationMessage:
    text = N_("%(name)s doesn't have the SKU %(sku)s: send only one of them, or two that match")
    values = {"name": name, "sku": request.sku}
    return ValidationMessage("sku_mismatch", text, values, position, "sku")


def _ambiguous(position: int, request: LineRequest, matches: Sequence[Match]) -> ValidationMessage:
    named = [f"{_label(match)} ({_id_to_send(match)})" for match in matches[:MATCHES_SHOWN]]
    shown = "; ".join([*named, "…"] if len(matches) > MATCHES_SHOWN else named)
    if request.sku is None:
        text = N_("The options choose several variations: %(matches)s. Send the variation_id")
        values = {"matches": shown}
        return ValidationMessage("variation_ambiguous", text, values, position, "options")
    text = N_(
        "Several products or variations have the SKU %(sku)s: %(matches)s. Send the id, or the "
        "options"
    )
    values = {"sku": request.sku, "matches": shown}
    return ValidationMessage("sku_ambiguous", text, values, position, "sku")


def _options_conflict(
    position: int, match: Match, name: str, value: str | tuple[str, ...]
) -> ValidationMessage:
    text = N_("%(name)s was requested with %(option)s: %(value)s. Send only one of them")
    values = {"name": _label(match), "option": name, "value": option_text(value)}
    return ValidationMessage("options_conflict", text, values, position, "options")


def _label(match: Match) -> str:
    options = match.variation.options if match.variation else {}
    chosen = ", ".join(f"{name}: {value}" for name, value in options.items())
    return f"{match.catalog_item.name} ({chosen})" if chosen else match.catalog_item.name


def _id_to_send(match: Match) -> str:
    if match.variation is not None:
        return f"variation_id {match.variation.id}"
    return f"product_id {match.catalog_item.product_id}"
