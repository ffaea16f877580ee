"""JSON of a calculated order, as ``POST /order/calculate`` answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from babel import Locale

from portal.sandbox.pricing.discounts import Applied, discount_sums
from portal.sandbox.pricing.money import ZERO, Rounding, decimal
from portal.sandbox.pricing.order_lines import Line, cost_of
from portal.sandbox.pricing.surcharges import AppliedSurcharge, surcharge_json
from portal.sandbox.pricing.taxes import TaxAmount, TaxTable, tax_json
from portal.sandbox.resource_specs import Body


@dataclass(frozen=True)
class Calculated:
    """Amounts of a calculated order."""

    lines: list[Line]
    line_taxes: list[list[TaxAmount]]
    coupon: Body | None
    coupon_discount: Decimal
    discounts: list[Applied]
    shipping_options: list[Body]
    shipping_option: Body | None
    shipping_rate: Decimal
    shipping_taxes: list[TaxAmount]
    fee: Body
    fee_amount: Decimal
    surcharges: list[AppliedSurcharge]
    taxes: TaxTable
    rounding: Rounding
    redeemed: Decimal = ZERO

    def with_gift_card(self, redeemed: Decimal) -> Calculated:
        return replace(self, redeemed=redeemed)

    @property
    def subtotal(self) -> Decimal:
        return cost_of(self.lines)

    @property
    def all_taxes(self) -> list[TaxAmount]:
        """Taxes of items, of shipping with the handling fee, and of surcharges."""
        of_lines = [tax for taxes in self.line_taxes for tax in taxes]
        of_surcharges = [tax for surcharge in self.surcharges for tax in surcharge.taxes]
        return [*of_lines, *self.shipping_taxes, *of_surcharges]

    @property
    def tax(self) -> Decimal:
        """Tax that the customer pays."""
        # Source (documented): REST docs, "Calculate order details": tax is the sum of all taxes.
        return sum((self.taxes.charged(tax).total for tax in self.all_taxes), ZERO)

    @property
    def total_before_gift_card(self) -> Decimal:
        """Sum of all amounts, with the tax on top of net prices or without an exempt one."""
        added = sum((surcharge.total for surcharge in self.surcharges), ZERO)
        off = self.coupon_discount + sum((amount for _, amount in self.discounts), ZERO)
        prices = self.subtotal - off + self.shipping_rate + self.fee_amount + added
        return prices + self.taxes.difference(self.all_taxes)


def order_json(body: Body, settings: Body, order: Calculated, customer: Body | None) -> Body:
    """Return everything that was sent, and the calculated amounts."""
    # Source (client): ecwid-java-api-client, CartsTest: the answer repeats e-mail, addresses,
    # coupon and items.
    # Source (documented): REST docs, "Calculate order details": totalWithoutTax is total - tax.
    total = order.total_before_gift_card - order.redeemed
    exempt = body.get("customerTaxExempt")
    answer: Body = {
        "email": "",
        "hidden": False,
        "usdTotal": 0,
        "additionalInfo": {},
        "paymentParams": {},
        "reversedTaxApplied": False,
        **body,
        **_persons(body),
        "paymentStatus": "INCOMPLETE",
        "fulfillmentStatus": "AWAITING_PROCESSING",
        "customerTaxExempt": exempt if isinstance(exempt, bool) else order.taxes.is_exempt,
        "pricesIncludeTax": order.taxes.is_included,
        "subtotal": float(order.subtotal),
        "subtotalWithoutTax": float(_subtotal_without_tax(order)),
        "couponDiscount": float(order.coupon_discount),
        **discount_sums(order.discounts),
        "handlingFee": _fee_json(order),
        "customSurcharges": [surcharge_json(s, order.taxes) for s in order.surcharges],
        "tax": float(order.tax),
        "taxesOnShipping": [_tax(order, tax) for tax in order.shipping_taxes],
        "giftCardRedemption": float(order.redeemed),
        "totalBeforeGiftCardRedemption": float(order.total_before_gift_card),
        "giftCardDoubleSpending": False,
        "total": float(total),
        "totalWithoutTax": float(total - order.tax),
        "items": [
            _item_json(order, n, line, taxes)
            for n, (line, taxes) in enumerate(zip(order.lines, order.line_taxes, strict=True), 1)
        ],
        "availableShippingOptions": [_option_json(order, o) for o in order.shipping_options],
        "availableTaxes": settings["taxes"],
        "predictedPackage": [_package(order)],
    }
    answer.pop("shippingOption", None)
    answer.pop("discountCoupon", None)
    if order.shipping_option:
        answer["shippingOption"] = _option_json(order, order.shipping_option)
    if order.coupon:
        # Source (client): ecwid-java-api-client, CartsTest: the uses of a coupon are answered.
        answer["discountCoupon"] = {**order.coupon, "orderCount": _uses(order.coupon)}
    return answer | _group(customer)


def _uses(coupon: Body) -> Any:
    # Only coupons of the store have an id.
    return coupon.get("orderCount", 0) if "id" in coupon else 0


def _group(customer: Body | None) -> Body:
    # Source (documented): REST docs, "Calculate order details": customerGroupId, customerGroup.
    if not customer or not customer.get("customerGroupId"):
        return {}
    return {
        "customerGroupId": customer["customerGroupId"],
        "customerGroup": customer.get("customerGroupName", ""),
    }


def _persons(body: Body) -> Body:
    """Return the addresses with the names of their countries."""
    # Source (documented): REST docs, "Calculate order details": the sample adds countryName, and
    # without shippingPerson the values are taken from billingPerson.
    territories = Locale("en").territories
    found: Body = {}
    sent = {name: body.get(name) for name in ("billingPerson", "shippingPerson")}
    for name, person in sent.items():
        address = person if isinstance(person, dict) else sent["billingPerson"]
        if isinstance(address, dict):
            country = territories.get(str(address.get("countryCode") or ""))
            found[name] = {**({"countryName": country} if country else {}), **address}
    return found


def _subtotal_without_tax(order: Calculated) -> Decimal:
    # Source (documented): REST docs, "Calculate order details": subtotalWithoutTax is the subtotal
    # without the taxes included in gross prices.
    return sum((_price_without_tax(order, line, line.total) for line in order.lines), ZERO)


def _price_without_tax(order: Calculated, line: Line, amount: Decimal) -> Decimal:
    taxes = order.taxes
    return taxes.without_tax(amount, taxes.on(amount, taxes.rates_of(line)))


def _item_json(order: Calculated, number: int, line: Line, taxes: Sequence[TaxAmount]) -> Body:
    # Source (client): ecwid-java-api-client, CartsTest: shipping of an item is 0, couponAmount and
    # discounts are missing where none applies.
    # Source (documented): REST docs, "Calculate order details", items and taxes.
    charged = [order.taxes.charged(tax) for tax in taxes]
    item: Body = {
        "giftCard": False,
        **line.item,
        "id": line.item.get("id") or number,
        "quantity": line.quantity,
        "priceWithoutTax": float(
            _price_without_tax(order, line, order.rounding.round(decimal(line.item["price"])))
        ),
        "shipping": 0,
        "couponApplied": bool(line.coupon),
        "tax": float(sum((tax.total for tax in charged), ZERO)),
        "taxes": [_item_tax(order, tax) for tax in charged],
    }
    item.pop("couponAmount", None)
    item.pop("discounts", None)
    if line.coupon:
        item["couponAmount"] = float(line.coupon)
    if line.discounts:
        item["discounts"] = [
            {"discountInfo": discount, "total": float(amount)}
            for discount, amount in line.discounts
        ]
    return item


def _item_tax(order: Calculated, tax: TaxAmount) -> Body:
    # Source (documented): REST docs, "Calculate order details", taxes of items.
    # Source (assumed): Tax on shipping is in taxesOnShipping only, taxOnShipping of an item is 0.
    return tax_json(
        tax,
        taxOnDiscountedSubtotal=float(tax.total),
        taxOnShipping=0,
        includeInPrice=order.taxes.is_included,
        sourceTaxRateId=tax.rate.tax_id,
        sourceTaxRateType="MANUAL",
    )


def _tax(order: Calculated, tax: TaxAmount) -> Body:
    return tax_json(order.taxes.charged(tax), includeInPrice=order.taxes.is_included)


def _fee_json(order: Calculated) -> Body:
    # Source (documented): REST docs, "Calculate order details": the sample answers valueWithoutTax
    # and taxes of the handling fee.
    # Source (assumed): The taxes of the handling fee are part of taxesOnShipping.
    taxes = order.taxes.on_shares(order.fee_amount, order.lines)
    return {
        "name": "Handling Fee",
        "description": "",
        **order.fee,
        "value": float(order.fee_amount),
        "valueWithoutTax": float(order.taxes.without_tax(order.fee_amount, taxes)),
        "taxes": [_tax(order, tax) for tax in taxes],
    }


def _option_json(order: Calculated, option: Body) -> Body:
    rate = order.rounding.round(decimal(option["shippingRate"]))
    taxes = order.taxes.on_shares(rate, order.lines)
    return {
        **option,
        "shippingRateWithoutTax": float(order.taxes.without_tax(rate, taxes)),
    }


def _package(order: Calculated) -> Body:
    # Source (documented): REST docs, "Calculate order details": weight and declaredValue of a
    # predicted package.
    # Source (assumed): All items fit into one package.
    weights = (decimal(line.item.get("weight")) * line.quantity for line in order.lines)
    return {"weight": round(float(sum(weights, ZERO)), 3), "declaredValue": float(order.subtotal)}
