"""Checks of a quote that need no call to the store: its validation errors and warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from portal.errors.orders import StoreNotWorkingError
from portal.i18n import N_
from portal.models import Store
from portal.rules.orders.calculations import Calculation, ShippingOption
from portal.rules.orders.coupon_terms import CouponResult
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.pricing import ZERO, Currency
from portal.rules.orders.quotes import QuotedLine, ValidationMessage
from portal.rules.orders.sale_terms import SaleTerms
from portal.rules.orders.tax_exemption import is_net_subtotal
from portal.rules.orders.totals import Totals

# Clocks differ: an order of this moment may seem to be from the future.
CLOCK_SKEW = timedelta(minutes=5)


def get_working_store(store_id: int) -> Store:
    """Return the store; raise StoreNotWorkingError if its connection doesn't work."""
    store: Store = Store.get_by_id(store_id)
    if not store.is_working:
        raise StoreNotWorkingError(store_id, store.state)
    return store


def date_problems(request: OrderRequest, now: datetime) -> Iterator[ValidationMessage]:
    """Yield an error if the order is dated in the future."""
    if request.created_at is not None and request.created_at > now + CLOCK_SKEW:
        text = N_("The order is dated in the future")
        yield ValidationMessage("created_in_future", text, field="created_at")


def store_problems(store: Store, terms: SaleTerms) -> Iterator[ValidationMessage]:
    """Yield an error if the merchant has closed the storefront, or if selling is paused.

    See docs/decisions/closed-stores-and-lost-permissions.md.
    """
    if store.is_closed:
        text = N_("The storefront is closed in Ecwid. Order again once it is open.")
        yield ValidationMessage("store_closed", text)
    if terms.is_selling_paused:
        text = N_("Selling the store's products over this channel is paused. Order again later.")
        yield ValidationMessage("selling_paused", text)


def shipping_problems(
    request: OrderRequest,
    lines: Sequence[QuotedLine],
    calculation: Calculation | None,
    shipping: ShippingOption | None,
) -> Iterator[ValidationMessage]:
    """Yield an error if the shipping method is unknown, ambiguous, or missing though needed."""
    offered = calculation.shipping_options if calculation else ()
    names = ", ".join(option.name for option in offered)
    method = request.shipping_method
    if calculation is None or shipping is not None:
        return
    if len(several := calculation.all_offered(method)) > 1:
        text = N_("The store offers %(method)s several times: %(names)s. Send the id of one")
        shown = "; ".join(f"{option.name} ({option.id}, {option.rate})" for option in several)
        values = {"method": method, "names": shown}
        yield ValidationMessage("shipping_ambiguous", text, values, field="shipping_method")
    elif method:
        text = N_("The store doesn't offer %(method)s for this order. It offers: %(names)s")
        values = {"method": method, "names": names or "–"}
        yield ValidationMessage("shipping_unknown", text, values, field="shipping_method")
    elif offered and any(line.needs_shipping for line in lines):
        text = N_("Choose a shipping method: %(names)s")
        yield ValidationMessage("shipping_missing", text, {"names": names}, field="shipping_method")


def coupon_problems(result: CouponResult | None) -> Iterator[ValidationMessage]:
    """Yield an error for each rule that forbids the coupon."""
    for failure in result.failures if result else ():
        code = f"coupon_{failure.rule}"
        yield ValidationMessage(code, failure.text, failure.values, field="coupon_code")


def coupon_warnings(result: CouponResult | None) -> Iterator[ValidationMessage]:
    """Yield the coupon's warning, if it has one."""
    if result and result.warning:
        warning = result.warning
        code = f"coupon_{warning.rule}"
        yield ValidationMessage(code, warning.text, warning.values, field="coupon_code")


def price_difference(request: OrderRequest, lines: Sequence[QuotedLine], totals: Totals) -> Decimal:
    """Return how far the prices are from the expected ones: by line or in total, the larger one."""
    mismatches = (abs(line.price_difference or ZERO) * line.quantity for line in lines)
    by_line = sum(mismatches, ZERO)
    if request.expected_total is None:
        return by_line
    return max(by_line, abs(totals.total - request.expected_total))


def price_problems(
    request: OrderRequest, currency: Currency, difference: Decimal
) -> Iterator[ValidationMessage]:
    """Yield an error if the prices differ by more than the caller accepts."""
    tolerance = request.price_tolerance or ZERO
    if difference > tolerance:
        text = N_("Prices differ by %(difference)s, more than the accepted %(tolerance)s")
        values = {
            "difference": currency.format_amount(difference),
            "tolerance": currency.format_amount(tolerance),
        }
        yield ValidationMessage("price_tolerance_exceeded", text, values, field="price_tolerance")


def calculation_problems(
    currency: Currency,
    calculation: Calculation,
    totals: Totals,
    coupon_discount: Decimal,
    shipping: ShippingOption | None,
) -> Iterator[ValidationMessage]:
    """Yield an error for each calculated amount that our own arithmetic doesn't confirm.

    ``coupon_discount`` is the discount by the coupon's rules, ``shipping`` the quoted option.
    """
    theirs = currency.rounded(calculation.subtotal)
    if theirs != totals.subtotal and not is_net_subtotal(calculation, totals.subtotal, currency):
        text = N_(
            "The items cost %(ours)s by the store's prices, but %(theirs)s by Ecwid's calculation"
        )
        yield _mismatch(text, totals.subtotal, theirs, currency)
    if not _is_same_discount(currency, calculation, totals, coupon_discount):
        text = N_(
            "The coupon takes off %(ours)s by its rules, but %(theirs)s by Ecwid's calculation"
        )
        yield _mismatch(text, coupon_discount, totals.coupon_discount, currency, "coupon_code")
    if shipping is not None and totals.shipping != currency.rounded(shipping.rate):
        text = N_("Shipping costs %(ours)s as offered, but %(theirs)s by Ecwid's calculation")
        yield _mismatch(text, shipping.rate, totals.shipping, currency, "shipping_method")
    if totals.unexplained:
        text = N_("The amounts add up to %(ours)s, but Ecwid's total is %(theirs)s")
        yield _mismatch(text, totals.total - totals.unexplained, totals.total, currency)


def _is_same_discount(
    currency: Currency, calculation: Calculation, totals: Totals, coupon_discount: Decimal
) -> bool:
    if totals.coupon_discount == coupon_discount:
        return True
    if not is_net_subtotal(calculation, totals.subtotal, currency):
        return False
    # A percentage of prices without tax is as much smaller as those prices are.
    expected = coupon_discount * calculation.subtotal / totals.subtotal
    return abs(totals.coupon_discount - expected) <= currency.unit


def _mismatch(
    text: str, ours: Decimal, theirs: Decimal, currency: Currency, field: str = ""
) -> ValidationMessage:
    values = {"ours": currency.format_amount(ours), "theirs": currency.format_amount(theirs)}
    return ValidationMessage("calculation_mismatch", text, values, field=field)
