"""Whether a channel can sell a product or a variation, and the reasons if it can't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.rules.orders.catalog_items import (
    CHOICE_TYPES,
    FILES_TYPE,
    FREE_TEXT_TYPES,
    MULTI_CHOICE_TYPE,
)
from portal.rules.orders.pricing import ZERO
from portal.rules.records.json_values import Json, flag, part, parts, text
from portal.rules.records.product_images import has_image, single_image
from portal.rules.records.product_options import base_price, can_cost_more, variation_price
from portal.rules.records.product_shipping import is_shipped, weight_of
from portal.rules.records.product_stock import stock_of

ORDERABLE_OPTIONS = frozenset({*CHOICE_TYPES, MULTI_CHOICE_TYPE, *FREE_TEXT_TYPES})


class UnsellableReason(StrEnum):
    """Reason not to sell; the same code as in an order's validation error if there is one."""

    SELLING_PAUSED = "selling_paused"  # of everything in the store; see `SaleTerms`
    PRODUCT_DISABLED = "product_disabled"
    GIFT_CARD = "gift_card"
    SUBSCRIPTION_ONLY = "subscription_only"
    PRICE_SET_BY_CUSTOMER = "price_set_by_customer"
    OPTION_NEEDS_FILE = "option_needs_file"
    OPTION_UNSUPPORTED = "option_unsupported"
    PRICE_MISSING = "price_missing"
    PRICE_ZERO = "price_zero"
    OUT_OF_STOCK = "out_of_stock"
    NO_IMAGE = "no_image"
    WEIGHT_MISSING = "weight_missing"


# An order of such a product is refused, or the channel has no way to ask for an option.
UNORDERABLE = frozenset(
    {
        UnsellableReason.SELLING_PAUSED,
        UnsellableReason.PRODUCT_DISABLED,
        UnsellableReason.GIFT_CARD,
        UnsellableReason.SUBSCRIPTION_ONLY,
        UnsellableReason.PRICE_SET_BY_CUSTOMER,
        UnsellableReason.OPTION_NEEDS_FILE,
        UnsellableReason.OPTION_UNSUPPORTED,
        UnsellableReason.PRICE_MISSING,
        UnsellableReason.OUT_OF_STOCK,
    }
)


@dataclass(frozen=True)
class SellablePolicy:
    """Rules of a channel: reasons that it ignores, and the types of options that it supports.

    Reasons in `UNORDERABLE` can't be ignored.
    """

    ignored: frozenset[UnsellableReason] = frozenset()
    option_types: frozenset[str] = ORDERABLE_OPTIONS

    @classmethod
    def of(
        cls, ignored_reasons: Sequence[str], option_types: Sequence[str] | None
    ) -> SellablePolicy:
        """Return the policy with these codes; None means all options that can be ordered."""
        known = set(UnsellableReason)
        ignored = frozenset(UnsellableReason(code) for code in ignored_reasons if code in known)
        types = ORDERABLE_OPTIONS if option_types is None else frozenset(option_types)
        return cls(ignored, types & ORDERABLE_OPTIONS)

    def counts(self, reason: UnsellableReason) -> bool:
        """Return whether the reason prevents a sale under this policy."""
        return reason in UNORDERABLE or reason not in self.ignored


DEFAULT_POLICY = SellablePolicy()


def sellable_document(reasons: Sequence[UnsellableReason]) -> dict[str, Any]:
    """Return the reasons as JSON."""
    return {"is_sellable": not reasons, "reasons": [reason.value for reason in reasons]}


def product_reasons(
    product: Json, policy: SellablePolicy = DEFAULT_POLICY
) -> list[UnsellableReason]:
    """Return why a product can't be sold.

    A product with variations can be sold if one of them can. Otherwise it has the reasons of all.
    """
    found = set[UnsellableReason]()
    for variation in parts(product.get("combinations")) or (None,):
        reasons = {each for each in _of_unit(product, variation) if policy.counts(each)}
        if not reasons:
            found.clear()
            break
        found |= reasons
    found.update(_of_product(product, policy))
    return [reason for reason in UnsellableReason if reason in found]


def variation_reasons(
    product: Json, variation: Json, policy: SellablePolicy = DEFAULT_POLICY
) -> list[UnsellableReason]:
    """Return why a variation can't be sold, the reasons of its product included."""
    found = {*_of_product(product, policy), *_of_unit(product, variation)}
    return [reason for reason in UnsellableReason if reason in found and policy.counts(reason)]


def is_subscription_only(product: Json) -> bool:
    """Return whether the product can only be subscribed to."""
    settings = part(product.get("subscriptionSettings"))
    return flag(settings.get("subscriptionAllowed"), default=False) and not flag(
        settings.get("oneTimePurchaseAllowed"), default=False
    )


def is_price_set_by_customer(product: Json) -> bool:
    """Return whether customers name their price."""
    names = ("nameYourPriceEnabled", "isCustomerSetPrice")
    return any(flag(product.get(name), default=False) for name in names)


def _of_product(product: Json, policy: SellablePolicy) -> Iterator[UnsellableReason]:
    if not flag(product.get("enabled"), default=True):
        yield UnsellableReason.PRODUCT_DISABLED
    if flag(product.get("isGiftCard"), default=False):
        yield UnsellableReason.GIFT_CARD
    if is_subscription_only(product):
        yield UnsellableReason.SUBSCRIPTION_ONLY
    if is_price_set_by_customer(product):
        yield UnsellableReason.PRICE_SET_BY_CUSTOMER
    options = parts(product.get("options"))
    required = {text(each.get("type")) for each in options if each.get("required") is True}
    if FILES_TYPE in required:
        yield UnsellableReason.OPTION_NEEDS_FILE
    if not required - {FILES_TYPE} <= policy.option_types & ORDERABLE_OPTIONS:
        yield UnsellableReason.OPTION_UNSUPPORTED


def _of_unit(product: Json, variation: Json | None) -> Iterator[UnsellableReason]:
    """Yield the reasons of what is bought: the product, or one of its variations."""
    price = base_price(product)
    if price is None:
        yield UnsellableReason.PRICE_MISSING
    elif variation is None:
        if price <= ZERO and not can_cost_more(product):
            yield UnsellableReason.PRICE_ZERO
    elif (variation_price(product, variation) or ZERO) <= ZERO:
        yield UnsellableReason.PRICE_ZERO
    if not stock_of(product, variation).is_available:
        yield UnsellableReason.OUT_OF_STOCK
    if not has_image(product) and (variation is None or single_image(variation) is None):
        yield UnsellableReason.NO_IMAGE
    if is_shipped(product, variation) and not weight_of(product, variation):
        yield UnsellableReason.WEIGHT_MISSING
