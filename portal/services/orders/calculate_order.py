"""Ecwid's calculation of an order, and the shipping option that the order gets by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.ecwid.calculations import read_calculation
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidInvalidError
from portal.errors import RecordError
from portal.i18n import N_
from portal.rules.orders.calculations import Calculation, ShippingOption
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.pricing import ZERO, Currency
from portal.rules.orders.quotes import KnownCustomer, QuotedLine, ValidationMessage


def calculate_order(
    client: EcwidClient, body: Mapping[str, Any], customer: KnownCustomer
) -> Calculation | ValidationMessage:
    """Return Ecwid's calculation, or the problem for which Ecwid refuses the order.

    Raises other errors of Ecwid.
    """
    try:
        calculation = read_calculation(client.calculate_order(body))
    except (EcwidInvalidError, RecordError) as error:
        text = N_("Ecwid can't calculate this order: %(problem)s")
        words = error.message if isinstance(error, EcwidInvalidError) else str(error)
        return ValidationMessage("calculation_failed", text, {"problem": words})
    is_exempt = calculation.is_tax_exempt or customer.is_tax_exempt
    return replace(calculation, is_tax_exempt=is_exempt)


def guessed_shipping(request: OrderRequest) -> ShippingOption | None:
    """Return the requested method before Ecwid says what it costs."""
    method = request.shipping_method
    return ShippingOption(method, method, ZERO) if method else None


def chosen_shipping(
    calculation: Calculation | None,
    request: OrderRequest,
    lines: Sequence[QuotedLine],
    currency: Currency,
) -> ShippingOption | None:
    """Return the requested option, or the one that Ecwid chose if no line needs shipping."""
    if calculation is None:
        return None
    option = calculation.offered(request.shipping_method)
    if not request.shipping_method and not any(line.needs_shipping for line in lines):
        option = calculation.shipping
    return option and replace(option, rate=currency.rounded(option.rate))
