"""Names and amounts of the store's discounts in a calculation.

Source: Ecwid's documentation, "Calculate order details". ``discount`` is the sum of all promotions
without the coupon. It contains those by subtotal (``volumeDiscount``), by customer group
(``membershipBasedDiscount``) and by both; the rest comes from other promotions. ``discountInfo``
has the texts, and a value or a percentage of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from portal.rules.orders.calculations import Calculation, Promotion
from portal.rules.orders.named_amounts import AmountKind, NamedAmount
from portal.rules.orders.pricing import HUNDRED, ZERO, Currency

_KINDS = {
    "ON_TOTAL": AmountKind.VOLUME_DISCOUNT,
    "SUBTOTAL": AmountKind.VOLUME_DISCOUNT,
    "ON_MEMBERSHIP": AmountKind.GROUP_DISCOUNT,
    "ON_TOTAL_AND_MEMBERSHIP": AmountKind.VOLUME_AND_GROUP_DISCOUNT,
}
_OF_GROUP = (AmountKind.GROUP_DISCOUNT, AmountKind.VOLUME_AND_GROUP_DISCOUNT)


def promotion_amounts(
    calculation: Calculation, discount: Decimal, currency: Currency
) -> Iterator[NamedAmount]:
    """Yield the store's discounts, which add up to ``discount``, as negative amounts."""
    by_kind = {
        AmountKind.VOLUME_DISCOUNT: calculation.volume_discount,
        AmountKind.GROUP_DISCOUNT: calculation.group_discount,
        AmountKind.VOLUME_AND_GROUP_DISCOUNT: calculation.volume_and_group_discount,
    }
    by_kind[AmountKind.PROMOTION] = discount - sum(by_kind.values(), ZERO)
    if by_kind[AmountKind.PROMOTION] < ZERO:
        # The kinds overlap or are of another order: only their sum is certain.
        by_kind = {AmountKind.PROMOTION: discount}
    for kind, amount in by_kind.items():
        if amount:
            promotions = [each for each in calculation.promotions if _kind(each, by_kind) == kind]
            for part in _named(kind, amount, promotions, calculation.subtotal, currency):
                group = calculation.customer_group if kind in _OF_GROUP else ""
                yield replace(part, name=part.name or group)


def _kind(promotion: Promotion, amounts: dict[AmountKind, Decimal]) -> AmountKind:
    kind = _KINDS.get(promotion.base, AmountKind.PROMOTION)
    return kind if amounts.get(kind) else AmountKind.PROMOTION


def _named(
    kind: AmountKind,
    amount: Decimal,
    promotions: Sequence[Promotion],
    subtotal: Decimal,
    currency: Currency,
) -> Iterator[NamedAmount]:
    """Yield an amount for each promotion if their values explain the sum, else one for all."""
    values = [
        currency.rounded(
            min(each.value, HUNDRED) * subtotal / HUNDRED if each.is_percent else each.value
        )
        for each in promotions
    ]
    if len(values) > 1 and sum(values, ZERO) == amount:
        for promotion, value in zip(promotions, values, strict=True):
            yield NamedAmount(kind, promotion.description, -value)
        return
    texts = dict.fromkeys(each.description for each in promotions if each.description)
    yield NamedAmount(kind, ", ".join(texts), -amount)
