"""Amounts of an order, each with its kind and name, that add up to the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from portal.rules.orders.order_taxes import TaxLine, tax_lines
from portal.rules.orders.pricing import ZERO, Currency

# Ecwid's id of the surcharge for tips. Source: REST docs, "Calculate order details", sample.
TIPS = "tips"


class AmountKind(StrEnum):
    """Kind of an amount, in the order in which the amounts are listed."""

    SUBTOTAL = "subtotal"
    COUPON = "coupon"
    VOLUME_DISCOUNT = "volume_discount"
    GROUP_DISCOUNT = "group_discount"
    VOLUME_AND_GROUP_DISCOUNT = "volume_and_group_discount"
    PROMOTION = "promotion"
    SHIPPING = "shipping"
    HANDLING_FEE = "handling_fee"
    SURCHARGE = "surcharge"
    TIP = "tip"
    TAX = "tax"
    SHIPPING_DISCOUNT = "shipping_discount"
    TAX_EXEMPTION = "tax_exemption"
    ROUNDING = "rounding"
    OTHER = "other"
    GIFT_CARD = "gift_card"


@dataclass(frozen=True)
class AmountLine:
    """One amount of an order, negative for a discount; ``name`` is the store's own text."""

    kind: AmountKind
    amount: Decimal
    name: str = ""


@dataclass(frozen=True)
class Promotion:
    """Promotion in an order; ``amount`` is None for a percentage."""

    name: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Surcharge:
    """Surcharge of an order."""

    id: str
    name: str
    amount: Decimal


@dataclass(frozen=True)
class Refund:
    """Refund of an order; the store may give no time and no reason."""

    amount: Decimal
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class OrderFacts:
    """Amounts as the store's record of an order has them; discounts are positive.

    ``discount`` contains all discounts but the coupon. ``discounted_shipping`` is the shipping cost
    after the store's shipping discount. ``untaxed_difference`` is the tax inside the prices, which
    a tax-exempt customer doesn't pay.
    """

    total: Decimal | None = None
    subtotal: Decimal = ZERO
    coupon_code: str = ""
    coupon_discount: Decimal = ZERO
    volume_discount: Decimal = ZERO
    group_discount: Decimal = ZERO
    volume_and_group_discount: Decimal = ZERO
    discount: Decimal = ZERO
    customer_group: str = ""
    promotions: Sequence[Promotion] = ()
    shipping_name: str = ""
    shipping: Decimal | None = None
    discounted_shipping: Decimal | None = None
    handling_fee: Decimal = ZERO
    handling_fee_name: str = ""
    surcharges: Sequence[Surcharge] = ()
    tax: Decimal = ZERO
    taxes: Sequence[TaxLine] = ()
    prices_include_tax: bool | None = None
    is_tax_exempt: bool = False
    untaxed_difference: Decimal = ZERO
    gift_card: Decimal = ZERO
    refunded: Decimal = ZERO
    refunds: Sequence[Refund] = ()


@dataclass(frozen=True)
class OrderAmounts:
    """Lines that add up to ``total``; ``included_taxes`` are parts of it, already in the lines."""

    lines: tuple[AmountLine, ...]
    included_taxes: tuple[AmountLine, ...]
    total: Decimal
    refunds: tuple[Refund, ...]

    @property
    def refunded(self) -> Decimal:
        """Return the sum of all refunds."""
        return sum((refund.amount for refund in self.refunds), ZERO)

    @property
    def balance(self) -> Decimal:
        """Return the total without the refunds."""
        return self.total - self.refunded


def order_amounts(facts: OrderFacts, currency: Currency) -> OrderAmounts:
    """Return the order's amounts, each in whole units of the currency.

    If they don't add up to the store's total, a line of kind OTHER has the difference. The REST
    docs, "Create order", say in one row that ``discount`` contains the coupon, and in the next that
    it doesn't. An order made by another app may follow either: the reading that adds up counts.
    """
    amounts = _amounts(facts, currency)
    if not ZERO < facts.coupon_discount <= facts.discount:
        return amounts
    without_coupon = replace(facts, discount=facts.discount - facts.coupon_discount)
    other = _amounts(without_coupon, currency)
    return other if _explains(other) and not _explains(amounts) else amounts


def _amounts(facts: OrderFacts, currency: Currency) -> OrderAmounts:
    lines = [
        line
        for each in (*_discounted(facts), *_added(facts))
        if (line := replace(each, amount=currency.rounded(each.amount))).amount
        or line.kind in (AmountKind.SUBTOTAL, AmountKind.SHIPPING)
    ]
    gift_card = currency.rounded(facts.gift_card)
    before_tax = _sum(lines) - gift_card
    total = None if facts.total is None else currency.rounded(facts.total)
    left = None if total is None else total - before_tax
    taxes = tax_lines(
        facts.taxes,
        facts.tax,
        currency,
        prices_include_tax=facts.prices_include_tax,
        left=left,
    )
    named = [(tax.is_included, AmountLine(AmountKind.TAX, tax.amount, tax.name)) for tax in taxes]
    lines += [line for is_included, line in named if not is_included]
    rest = ZERO if total is None else total - (_sum(lines) - gift_card)
    if rest:
        lines.append(AmountLine(_kind_of_rest(rest, len(lines), facts, currency), rest))
    if gift_card:
        lines.append(AmountLine(AmountKind.GIFT_CARD, -gift_card))
    return OrderAmounts(
        lines=tuple(lines),
        included_taxes=tuple(line for is_included, line in named if is_included),
        total=_sum(lines),
        refunds=tuple(_refunds(facts, currency)),
    )


def _discounted(facts: OrderFacts) -> Iterator[AmountLine]:
    yield AmountLine(AmountKind.SUBTOTAL, facts.subtotal)
    yield AmountLine(AmountKind.COUPON, -facts.coupon_discount, facts.coupon_code)
    yield AmountLine(AmountKind.VOLUME_DISCOUNT, -facts.volume_discount)
    group = facts.customer_group
    yield AmountLine(AmountKind.GROUP_DISCOUNT, -facts.group_discount, group)
    both = AmountKind.VOLUME_AND_GROUP_DISCOUNT
    yield AmountLine(both, -facts.volume_and_group_discount, group)
    named = facts.volume_discount + facts.group_discount + facts.volume_and_group_discount
    yield from _promotions(max(facts.discount - named, ZERO), facts.promotions)


def _promotions(discount: Decimal, promotions: Sequence[Promotion]) -> Iterator[AmountLine]:
    """Yield a line for each promotion if their amounts add up, else one line for all of them."""
    amounts = [promotion.amount for promotion in promotions]
    if None not in amounts and sum(filter(None, amounts), ZERO) == discount:
        for promotion in promotions:
            yield AmountLine(AmountKind.PROMOTION, -(promotion.amount or ZERO), promotion.name)
        return
    names = dict.fromkeys(promotion.name for promotion in promotions if promotion.name)
    yield AmountLine(AmountKind.PROMOTION, -discount, "; ".join(names))


def _added(facts: OrderFacts) -> Iterator[AmountLine]:
    if facts.shipping is not None:
        yield AmountLine(AmountKind.SHIPPING, facts.shipping, facts.shipping_name)
    yield AmountLine(AmountKind.HANDLING_FEE, facts.handling_fee, facts.handling_fee_name)
    for surcharge in facts.surcharges:
        kind = AmountKind.TIP if surcharge.id == TIPS else AmountKind.SURCHARGE
        yield AmountLine(kind, surcharge.amount, surcharge.name)


def _kind_of_rest(rest: Decimal, lines: int, facts: OrderFacts, currency: Currency) -> AmountKind:
    """Return what explains the difference between the total and the named amounts."""
    slack = currency.unit * (lines + 1) / 2
    if facts.shipping is not None and facts.discounted_shipping is not None:
        saved = currency.rounded(facts.shipping - facts.discounted_shipping)
        if saved and rest == -saved:
            return AmountKind.SHIPPING_DISCOUNT
    if facts.is_tax_exempt and -facts.untaxed_difference - slack <= rest < ZERO:
        return AmountKind.TAX_EXEMPTION
    return AmountKind.ROUNDING if abs(rest) <= slack else AmountKind.OTHER


def _refunds(facts: OrderFacts, currency: Currency) -> Iterator[Refund]:
    """Yield the refunds, and one without details if the store has refunded more."""
    rounded = [replace(refund, amount=currency.rounded(refund.amount)) for refund in facts.refunds]
    yield from rounded
    more = currency.rounded(facts.refunded) - sum((refund.amount for refund in rounded), ZERO)
    if more > ZERO:
        yield Refund(more)


def _explains(amounts: OrderAmounts) -> bool:
    return all(line.kind is not AmountKind.OTHER for line in amounts.lines)


def _sum(lines: Sequence[AmountLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
