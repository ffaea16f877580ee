"""Calculation of an order, in the order subtotal, coupon, discounts, shipping, fees, taxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import localcontext
from typing import Any

from portal.sandbox.pricing.answer import Calculated, order_json
from portal.sandbox.pricing.coupons import apply_coupon
from portal.sandbox.pricing.discounts import apply_discounts, store_discounts
from portal.sandbox.pricing.money import ZERO, Rounding
from portal.sandbox.pricing.order_lines import Line, ProductLookup, order_lines
from portal.sandbox.pricing.promotions import Cart
from portal.sandbox.pricing.shipping import available_options, chosen_option, shipping_rate
from portal.sandbox.pricing.surcharges import (
    apply_surcharges,
    fee_value,
    gift_card_redemption,
    handling_fee,
    requested_surcharges,
)
from portal.sandbox.pricing.taxes import TaxTable
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import require_object

# The largest price times the largest quantity has 32 digits.
DIGITS = 60


@dataclass(frozen=True)
class StoreTerms:
    """Everything of a store that a calculation depends on.

    ``settings`` are the store's complete settings. ``coupon`` is the store's coupon with the
    requested code, ``customer`` the customer with the requested id.
    """

    settings: Body
    promotions: Sequence[Body] = ()
    coupon: Body | None = None
    customer: Body | None = None
    product: ProductLookup = field(default=lambda _id: None)
    now: float = 0


def calculate(given: Any, terms: StoreTerms) -> Body:
    """Return the calculated order with everything that was sent.

    Raises UnprocessableError if no item has a price and a quantity.
    """
    body = require_object(given)
    with localcontext() as context:
        context.prec = DIGITS
        return order_json(body, terms.settings, _calculated(body, terms), terms.customer)


def _calculated(body: Body, terms: StoreTerms) -> Calculated:
    settings = terms.settings
    rounding = Rounding(settings["formatsAndUnits"]["currencyPrecision"])
    lines = order_lines(body.get("items"), terms.product, rounding)
    addresses = _addresses(body)
    taxes = TaxTable(settings, addresses, rounding, is_exempt=_is_exempt(body, terms.customer))
    options = available_options(settings["shippingOptions"], lines, addresses["shipping"], rounding)
    chosen = chosen_option(options, body.get("shippingOption"))
    rate = shipping_rate(chosen, rounding)
    # Source (documented): REST docs, "Calculate order details": subtotal, coupon, handling fee,
    # discounts, shipping, taxes are calculated in this order.
    coupon = terms.coupon or _sent_coupon(body)
    on_items, on_shipping = apply_coupon(coupon, lines, chosen, rounding)
    cart = _cart(lines, chosen, terms)
    discounts = apply_discounts(_discounts(body, terms, cart), cart, rate - on_shipping, rounding)
    off_shipping = on_shipping + sum(
        (amount for discount, amount in discounts if discount.get("base") == "SHIPPING"), ZERO
    )
    fee = handling_fee(body.get("handlingFee"), settings["handlingFee"])
    fee_amount = fee_value(fee, rounding)
    surcharges = apply_surcharges(
        requested_surcharges(body, settings["paymentOptions"]), cart.subtotal, taxes, rounding
    )
    # Source (documented): REST docs, "Calculate order details", taxesOnShipping: the tax is on
    # shippingRate + handlingFee.
    # Source (assumed): Discounts on shipping reduce the tax on shipping.
    order = Calculated(
        lines=lines,
        line_taxes=[taxes.on(line.remaining, taxes.rates_of(line)) for line in lines],
        coupon=coupon,
        coupon_discount=on_items + on_shipping,
        discounts=discounts,
        shipping_options=options,
        shipping_option=chosen,
        shipping_rate=rate,
        shipping_taxes=taxes.on_shares(rate - off_shipping + fee_amount, lines),
        fee=fee,
        fee_amount=fee_amount,
        surcharges=surcharges,
        taxes=taxes,
        rounding=rounding,
    )
    redeemed = gift_card_redemption(
        body, settings["giftCards"], order.total_before_gift_card, rounding
    )
    return order.with_gift_card(redeemed)


def _cart(lines: Sequence[Line], chosen: Body | None, terms: StoreTerms) -> Cart:
    return Cart(
        lines=lines,
        group_id=(terms.customer or {}).get("customerGroupId") or 0,
        shipping_method=(chosen or {}).get("shippingMethodId"),
        now=terms.now,
    )


def _discounts(body: Body, terms: StoreTerms, cart: Cart) -> Sequence[Any]:
    # Source (documented): REST docs, "Calculate order details": the store's own promotions apply
    # unless discountInfo is sent, then those sent are used; an empty list turns all of them off.
    sent = body.get("discountInfo")
    if isinstance(sent, list):
        return sent
    return store_discounts(terms.settings["discounts"], terms.promotions, cart)


def _sent_coupon(body: Body) -> Body | None:
    # Source (client): ecwid-java-api-client, CartsTest: a coupon that the store lacks is answered
    # as it was sent.
    sent = body.get("discountCoupon")
    return dict(sent) if isinstance(sent, dict) else None


def _addresses(body: Body) -> dict[str, Body]:
    # Source (documented): REST docs, "Calculate order details": without shippingPerson the values
    # are taken from billingPerson.
    # Source (assumed): Without billingPerson the values are taken from shippingPerson.
    people = [body.get(name) for name in ("shippingPerson", "billingPerson")]
    shipping, billing = (person if isinstance(person, dict) else None for person in people)
    return {
        "shipping": shipping or billing or {},
        "billing": billing or shipping or {},
    }


def _is_exempt(body: Body, customer: Body | None) -> bool:
    # Source (documented): REST docs, "Calculate order details": customerTaxExempt, and
    # reversedTaxApplied sets the tax to 0.
    # Source (assumed): customerTaxExempt that is sent wins over the customer's own setting.
    if body.get("reversedTaxApplied") is True:
        return True
    sent = body.get("customerTaxExempt")
    return sent if isinstance(sent, bool) else bool((customer or {}).get("taxExempt"))
