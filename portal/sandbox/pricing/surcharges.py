"""Handling fee, surcharges such as tips, and the redemption of a gift card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.sandbox.pricing.money import ZERO, Rounding, decimal
from portal.sandbox.pricing.taxes import TaxAmount, TaxTable, tax_json
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import list_in, object_in

DEFAULT_ID = "Custom Surcharge"


@dataclass(frozen=True)
class AppliedSurcharge:
    """A surcharge with its amount and its taxes."""

    given: Body
    total: Decimal
    taxes: list[TaxAmount]


def handling_fee(sent: Any, own: Body) -> Body:
    """Return the handling fee of an order: the one that was sent, else the store's."""
    # Source (documented): REST docs, "Calculate order details", handlingFee in the request.
    # Source (assumed): A handling fee that is sent replaces the store's.
    return dict(sent) if isinstance(sent, dict) else dict(own)


def fee_value(fee: Body, rounding: Rounding) -> Decimal:
    """Return the amount of a handling fee."""
    return rounding.round(max(decimal(fee.get("value")), ZERO))


def requested_surcharges(given: Body, payment_options: Sequence[Body]) -> list[Body]:
    """Return the surcharges that were sent, and the one of the chosen payment option."""
    # Source (documented): REST docs, "Search payment options": paymentSurcharges is a fee that is
    # added to the order.
    # Source (assumed): The fee of a payment option is listed among customSurcharges.
    found = [dict(s) for s in list_in(given, "customSurcharges") if isinstance(s, dict)]
    chosen = object_in(given, "paymentOptionsDetails").get("paymentId")
    for option in payment_options:
        fee = option.get("paymentSurcharges") or {}
        if option["id"] == chosen and option["enabled"] and decimal(fee.get("value")):
            title = option["checkoutTitle"]
            found.append({"id": "payment_fee", "description": title, "taxable": False, **fee})
    return found


def apply_surcharges(
    surcharges: Sequence[Body], subtotal: Decimal, taxes: TaxTable, rounding: Rounding
) -> list[AppliedSurcharge]:
    """Return the amounts of surcharges and their taxes."""
    # Source (documented): REST docs, "Calculate order details", customSurcharges: value, type,
    # total, totalWithoutTax, taxable, taxes.
    # Source (assumed): A percentage of a surcharge is of the subtotal before discounts.
    # Source (assumed): A taxable surcharge has the taxes that are applied by default.
    found = []
    for surcharge in surcharges:
        value = max(decimal(surcharge.get("value")), ZERO)
        is_percent = surcharge.get("type") == "PERCENT"
        total = rounding.round(subtotal * value / 100 if is_percent else value)
        rates = taxes.default_rates if surcharge.get("taxable") else []
        found.append(AppliedSurcharge(surcharge, total, taxes.on(total, rates)))
    return found


def surcharge_json(surcharge: AppliedSurcharge, taxes: TaxTable) -> Body:
    """Return a surcharge as the API answers it."""
    # Source (assumed): In a store with net prices the total of a surcharge is without its tax,
    # which is part of the order's tax.
    given = surcharge.given
    description = given.get("description") or ""
    return {
        "id": DEFAULT_ID,
        "type": "ABSOLUTE",
        "taxable": False,
        "descriptionTranslated": description,
        **given,
        "value": float(decimal(given.get("value"))),
        "description": description,
        "total": float(surcharge.total),
        "totalWithoutTax": float(taxes.without_tax(surcharge.total, surcharge.taxes)),
        "taxes": [tax_json(taxes.charged(tax)) for tax in surcharge.taxes],
    }


def gift_card_redemption(given: Body, cards: Body, total: Decimal, rounding: Rounding) -> Decimal:
    """Return the amount that a gift card pays of a total."""
    # Source (documented): REST docs, "Calculate order details": giftCardRedemption is deducted from
    # totalBeforeGiftCardRedemption, which gives total.
    # Source (client): ecwid-java-api-client, OrderForCalculate, field giftCardRedemption.
    # Source (assumed): The code of a gift card that the store lacks redeems what is sent.
    code = str(given.get("giftCardCode") or "")
    balance = decimal(cards[code] if code in cards else given.get("giftCardRedemption"))
    return rounding.round(min(max(balance, ZERO), total))
