"""Quote an order request at the store's current prices.

Prices, stock and the coupon are read from the store. Ecwid calculates tax and shipping.
`portal.rules.orders.coupons` calculates the discount, because Ecwid's API checks no coupon.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from portal.ecwid.client import EcwidClient
from portal.ecwid.order_body import calculation_body
from portal.ecwid.rate_limiter import Priority
from portal.models import Store, utc_now
from portal.rules.orders.calculations import Calculation, ShippingOption
from portal.rules.orders.coupon_terms import CouponResult
from portal.rules.orders.coupons import evaluate_coupon
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.pricing import ZERO
from portal.rules.orders.quotes import KnownCustomer, Quote, QuotedLine, ValidationMessage
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.orders.stock_claims import StockNeed
from portal.rules.orders.totals import Totals, quoted_totals
from portal.rules.records.email_addresses import normalize_email
from portal.services.orders.calculate_order import (
    calculate_order,
    chosen_shipping,
    guessed_shipping,
)
from portal.services.orders.check_payment_option import payment_option_problems
from portal.services.orders.coupon_basket import coupon_basket
from portal.services.orders.coupon_claims import Claims
from portal.services.orders.coupon_usage import FoundCoupon, find_coupon
from portal.services.orders.find_customer import find_customer
from portal.services.orders.order_lines import read_order_lines
from portal.services.orders.postal_rules import address_problems
from portal.services.orders.quote_checks import (
    calculation_problems,
    coupon_problems,
    coupon_warnings,
    date_problems,
    get_working_store,
    price_difference,
    price_problems,
    shipping_problems,
    store_problems,
)
from portal.services.orders.store_answers import StoreAnswers
from portal.services.runtime import Runtime


def quote_order(
    runtime: Runtime,
    store_id: int,
    request: OrderRequest,
    *,
    submission_id: int | None = None,
    for_order: bool = False,
    terms: SaleTerms = OWN_TERMS,
) -> Quote:
    """Return the quote of an order request; it usually takes two calls to Ecwid.

    ``submission_id`` is the submission that needs the quote, if any. A quote without one leaves a
    part of the store's quota to events and orders. A missing part of the address is an error only
    ``for_order`` or a submission. ``terms`` are those of the channel.
    Raises StoreNotWorkingError, StoreNotConnectedError and EcwidError.
    """
    store = get_working_store(store_id)
    priority = Priority.QUOTE if submission_id is None else Priority.INTERACTIVE
    client = runtime.client(store_id, priority)
    answers = StoreAnswers(runtime.redis, store_id)
    builder = QuoteBuilder(client, store, request, answers, submission_id, terms)
    return builder.quote(for_order=for_order or submission_id is not None)


class QuoteBuilder:
    """Builder of one quote: first the lines, then the customer, then the price."""

    def __init__(
        self,
        client: EcwidClient,
        store: Store,
        request: OrderRequest,
        answers: StoreAnswers,
        submission_id: int | None,
        terms: SaleTerms,
    ) -> None:
        self._client = client
        self._store = store
        self._request = request
        self._answers = answers
        self._submission_id = submission_id
        self._terms = terms
        self._currency = store.money_currency
        self._problems: list[ValidationMessage] = list(store_problems(store, terms))
        self._warnings: list[ValidationMessage] = []
        self._lines: tuple[QuotedLine, ...] = ()
        self._read_at = utc_now()
        self._stock_needs: tuple[StockNeed, ...] = ()
        self._customer = KnownCustomer()
        self._coupon: FoundCoupon | None = None
        self._for_order = False

    def quote(self, *, for_order: bool = False) -> Quote:
        """Return the quote; raise EcwidError."""
        self._for_order = for_order
        self._resolve()
        self._problems += payment_option_problems(
            self._client, self._request.payment_option_id, self._answers
        )
        email = normalize_email(self._request.email or "")
        if email:
            self._customer = find_customer(self._client, email, self._answers)
        if self._request.coupon_code:
            self._coupon = find_coupon(
                self._client,
                self._request.coupon_code,
                email or None,
                self._answers,
                self._submission_id,
            )
        return self._priced()

    def _priced(self) -> Quote:
        """Return the quote; it is calculated a second time only if the first one had to guess."""
        guess = self._snapshot(self._evaluate_coupon(guessed_shipping(self._request)))
        calculation = self._calculate(None, guess) if self._lines else None
        shipping = chosen_shipping(calculation, self._request, self._lines, self._currency)
        coupon_result = self._evaluate_coupon(shipping)
        snapshot = self._snapshot(coupon_result)
        if calculation is not None and (
            snapshot != guess or not (shipping is None or calculation.includes(shipping))
        ):
            calculation = self._calculate(shipping, snapshot) or calculation
            shipping = chosen_shipping(calculation, self._request, self._lines, self._currency)
            coupon_result = self._evaluate_coupon(shipping)
        return self._quote(calculation, shipping, coupon_result, snapshot)

    def _snapshot(self, coupon_result: CouponResult | None) -> dict[str, object] | None:
        """Return the store's record of an accepted coupon."""
        if self._coupon is None or coupon_result is None or not coupon_result.is_accepted:
            return None
        return self._coupon.payload

    def _resolve(self) -> None:
        found = read_order_lines(
            self._client,
            self._store,
            self._request.lines,
            self._answers,
            self._terms,
            self._submission_id,
        )
        self._lines, self._stock_needs = found.lines, found.stock_needs
        self._read_at = found.read_at
        self._problems += found.problems

    def _calculate(
        self, shipping: ShippingOption | None, coupon: dict[str, object] | None
    ) -> Calculation | None:
        body = calculation_body(
            self._request, self._lines, customer=self._customer, coupon=coupon, shipping=shipping
        )
        result = calculate_order(self._client, body, self._customer)
        if isinstance(result, ValidationMessage):
            self._problems.append(result)
            return None
        return result

    def _evaluate_coupon(self, shipping: ShippingOption | None) -> CouponResult | None:
        code = self._request.coupon_code
        if not code:
            return None
        customer = self._customer if self._request.email else None
        basket = coupon_basket(self._store, self._lines, customer, self._coupon, shipping)
        return evaluate_coupon(code, self._coupon.terms if self._coupon else None, basket)

    def _quote(
        self,
        calculation: Calculation | None,
        shipping: ShippingOption | None,
        coupon_result: CouponResult | None,
        snapshot: dict[str, object] | None,
    ) -> Quote:
        line_discounts = coupon_result.line_discounts if coupon_result else ()
        lines = tuple(
            replace(line, coupon_amount=line_discounts[n] if line_discounts else ZERO)
            for n, line in enumerate(self._lines)
        )
        subtotal = sum((line.total for line in self._lines), ZERO)
        totals = quoted_totals(calculation, subtotal, coupon_result, self._currency)
        difference = price_difference(self._request, lines, totals)
        claims = self._coupon.claims if self._coupon and snapshot else Claims()
        self._check_prices(calculation, shipping, coupon_result, totals, difference)
        return Quote(
            store_id=self._store.id,
            currency=self._currency,
            lines=lines,
            totals=totals,
            created_at=utc_now(),
            coupon=coupon_result,
            coupon_snapshot=snapshot,
            coupon_claim=claims.coupon,
            new_customer_claim=claims.new_customer,
            calculation=calculation,
            shipping=shipping,
            shipping_options=calculation.shipping_options if calculation else (),
            price_difference=difference,
            customer=self._customer,
            validation_errors=tuple(self._problems),
            warnings=tuple(self._warnings),
            read_at=self._read_at,
            stock_needs=self._stock_needs,
        )

    def _check_prices(
        self,
        calculation: Calculation | None,
        shipping: ShippingOption | None,
        coupon_result: CouponResult | None,
        totals: Totals,
        difference: Decimal,
    ) -> None:
        self._problems += date_problems(self._request, utc_now())
        self._problems += shipping_problems(self._request, self._lines, calculation, shipping)
        wrong, missing = address_problems(self._request, self._lines, shipping)
        self._problems += wrong
        (self._problems if self._for_order else self._warnings).extend(missing)
        self._problems += coupon_problems(coupon_result)
        self._warnings += coupon_warnings(coupon_result)
        self._problems += price_problems(self._request, self._currency, difference)
        if calculation is not None:
            discount = coupon_result.total_discount if coupon_result else ZERO
            self._problems += calculation_problems(
                self._currency, calculation, totals, discount, shipping
            )
