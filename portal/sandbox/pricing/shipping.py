"""Shipping options of a store for an order, and the option that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from portal.sandbox.pricing.money import ZERO, Rounding, decimal
from portal.sandbox.pricing.order_lines import Line, cost_of
from portal.sandbox.pricing.zones import contains
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import is_number


def available_options(
    options: Sequence[Body], lines: Sequence[Line], address: Body, rounding: Rounding
) -> list[Body]:
    """Return the enabled shipping options for an order, as ``order/calculate`` lists them."""
    # Source (documented): REST docs, "Search shipping options": enabled, destinationZone,
    # minimumOrderSubtotal, flatRate, ratesTable.
    # Source (assumed): Without a country all shipping options are offered.
    subtotal = cost_of(lines)
    return [
        _option_json(option, rounding.round(_rate(option, subtotal)))
        for option in sorted(options, key=lambda option: option["orderBy"])
        if option["enabled"]
        and subtotal >= decimal(option.get("minimumOrderSubtotal"))
        and _is_for(option.get("destinationZone"), address)
    ]


def chosen_option(options: Sequence[Body], requested: Any) -> Body | None:
    """Return the option that a request chose; one that the store lacks needs its own rate."""
    # Source (assumed): Without a chosen option no shipping is charged, although the documented
    # sample answers the first one.
    # Source (assumed): The rate of a known option is the store's, not the one that is sent.
    if not isinstance(requested, dict):
        return None
    for field in ("shippingMethodId", "shippingMethodName"):
        wanted = requested.get(field)
        found = next((option for option in options if option[field] == wanted), None)
        if found is not None:
            return {**requested, **found}
    return dict(requested) if is_number(requested.get("shippingRate")) else None


def shipping_rate(option: Body | None, rounding: Rounding) -> Decimal:
    """Return the rate of the chosen option, 0 without one."""
    return rounding.round(max(decimal((option or {}).get("shippingRate")), ZERO))


def _option_json(option: Body, rate: Decimal) -> Body:
    kind = option["fulfilmentType"].upper()
    found: Body = {
        "shippingMethodId": option["id"],
        "shippingMethodName": option["title"],
        "shippingRate": float(rate),
        "isPickup": kind == "PICKUP",
        "fulfillmentType": kind,
    }
    if option.get("pickupInstruction"):
        found["pickupInstruction"] = option["pickupInstruction"]
    return found


def _is_for(zone: Body | None, address: Body) -> bool:
    return not zone or not address.get("countryCode") or contains(zone, address)


def _rate(option: Body, subtotal: Decimal) -> Decimal:
    flat = option.get("flatRate")
    if flat:
        rate = decimal(flat.get("rate"))
        return subtotal * rate / 100 if flat.get("rateType") == "PERCENT" else rate
    # Source (client): ecwid-java-api-client, FetchedShippingOption: conditions and rate of a table.
    # Source (assumed): In a table of rates the lower bound is inclusive, the upper one exclusive.
    for row in (option.get("ratesTable") or {}).get("rates") or []:
        bounds = row.get("conditions") or {}
        highest = bounds.get("subtotalTo")
        is_below = highest is None or subtotal < decimal(highest)
        if subtotal >= decimal(bounds.get("subtotalFrom")) and is_below:
            price = row.get("rate") or {}
            share = subtotal * decimal(price.get("percent")) / 100
            return decimal(price.get("perOrder")) + share
    return ZERO
