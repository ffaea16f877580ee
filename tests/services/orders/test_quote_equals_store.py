"""A quote equals what the store itself charges, and the order in the store equals the quote.

Set `QUOTE_CASES` in the environment to generate more cases than in a normal test run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

import pytest
import requests
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from portal.config import Settings
from portal.ecwid.client import EcwidClient
from portal.ecwid.transport import Transport
from portal.models import Store
from portal.rules.orders.named_amounts import AmountKind
from portal.rules.orders.pricing import Currency
from portal.rules.orders.quotes import Quote
from portal.rules.orders.sale_terms import OWN_TERMS
from portal.sandbox.config import DEFAULT_SCOPES
from portal.sandbox.server import make_app
from portal.services.orders.quote_checks import get_working_store
from portal.services.orders.quote_order import QuoteBuilder
from portal.services.orders.store_answers import StoreAnswers
from tests.factories import with_decimals
from tests.services.orders.conftest import ADA, Counter

CASES = int(os.environ.get("QUOTE_CASES", "300"))
CASE_NUMBERS = count()
# About one order in this many is placed, because that takes as long as several quotes.
PLACED_EVERY = 10
# A store charges no tips, and a request has no gift card. A quote has no difference.
OTHER_KINDS = {
    AmountKind.TIP,
    AmountKind.GIFT_CARD,
    AmountKind.SHIPPING_DISCOUNT,
    AmountKind.ROUNDING,
    AmountKind.UNEXPLAINED,
}

# Prices with as many decimals as the currency has.
PRICES = {"JPY": (1500, 80), "EUR": (100, 7.55), "KWD": (12.345, 0.125)}
COUPONS: dict[str, dict[str, Any]] = {
    "ABS": {"discountType": "ABS", "discount": 5},
    "HUGE": {"discountType": "ABS", "discount": 9_000},
    "PERCENT": {"discountType": "PERCENT", "discount": 15},
    "FREE": {"discountType": "SHIPPING", "discount": 0},
    "ABSFREE": {"discountType": "ABS_AND_SHIPPING", "discount": 3},
    "BOTH": {"discountType": "PERCENT_AND_SHIPPING", "discount": 10},
}
COUNTRIES = ("DE", "FR", "GB")
BY_BASE = {
    "volumeDiscount": AmountKind.VOLUME_DISCOUNT,
    "membershipBasedDiscount": AmountKind.GROUP_DISCOUNT,
    "totalAndMembershipBasedDiscount": AmountKind.VOLUME_AND_GROUP_DISCOUNT,
}


class AppAdapter(BaseAdapter):
    """Adapter of requests that calls the sandbox in this process."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._client = app.test_client()

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        """Return the sandbox's response."""
        answer = self._client.open(
            request.path_url,
            method=request.method,
            headers=dict(request.headers),
            data=request.body,
        )
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers.update(answer.headers)
        response.request, response.url = request, str(request.url)
        response.raw = HTTPResponse(BytesIO(answer.data), preload_content=False)
        return response

    def close(self) -> None:
        """Do nothing: nothing is open."""


@dataclass
class Pricing:
    """A store with products, coupons and customers, whose terms change from case to case."""

    counter: Counter
    products: dict[str, list[int]]
    customers: dict[tuple[bool, bool], tuple[int, str]]
    group: int
    client: EcwidClient
    placed: int = 0
    kinds: set[AmountKind] = field(default_factory=set)

    @contextmanager
    def terms(self, case: dict[str, Any]) -> Iterator[Currency]:
        """Give the store the terms of a case; return its currency."""
        parts, store_id = self.counter.server.parts, self.counter.store_id
        currency = Currency.of(case["currency"])
        formats = {"currencyPrecision": currency.precision}
        parts.stores.change(
            store_id,
            {"settings": {**settings_of(case["settings"], self.group), "formatsAndUnits": formats}},
        )
        Store.update(currency=currency.code, currency_precision=currency.precision).execute()
        ids = [
            parts.promotions.create(
                store_id, promotion_of(terms, self.group, self.products[currency.code])
            )
            for terms in case["promotions"]
        ]
        try:
            yield currency
        finally:
            for promotion_id in ids:
                parts.promotions.delete(store_id, promotion_id)

    def request(self, case: dict[str, Any]) -> dict[str, Any]:
        """Return the order request of a case."""
        ids = self.products[case["currency"]]
        return {
            "lines": [{"product_id": ids[n], "quantity": count} for n, count in case["lines"]],
            "email": self.customers[case["customer"]][1],
            "shipping_person": ADA | {"country_code": case["country"]},
            "shipping_method": case["shipping"],
            "coupon_code": case["coupon"],
            "payment_option_id": case["payment"],
        }

    def charged(self, case: dict[str, Any]) -> dict[str, Any]:
        """Return the calculation of the store itself, from the case alone."""
        parts = self.counter.server.parts
        ids, prices = self.products[case["currency"]], PRICES[case["currency"]]
        body = {
            "customerId": self.customers[case["customer"]][0],
            "items": [
                {"productId": ids[n], "price": prices[n % 2], "quantity": count}
                for n, count in case["lines"]
            ],
            "shippingPerson": {"countryCode": case["country"]},
            "billingPerson": {"countryCode": case["country"]},
            "shippingOption": {"shippingMethodId": case["shipping"]},
            "paymentOptionsDetails": {"paymentId": case["payment"]},
        }
        if case["coupon"]:
            body["discountCoupon"] = {"code": case["coupon"]}
        store = parts.stores.get_existing(self.counter.store_id)
        return parts.calculation.calculate(store, body)


def settings_of(terms: dict[str, Any], group: int) -> dict[str, Any]:
    """Return the store's settings in the format of the sandbox."""
    tiers = [
        tier | ({"membershipId": group} if "MEMBERSHIP" in tier["base"] else {})
        for tier in terms["discounts"]
    ]
    taxes = [
        {
            **{name: value for name, value in tax.items() if name != "in_france"},
            "rules": [{"zoneId": "fr", "tax": rate} for rate in tax["in_france"]],
        }
        for tax in terms["taxes"]
    ]
    return {
        "pricesIncludeTax": terms["is_gross"],
        "zones": [{"id": "fr", "name": "France", "countryCodes": ["FR"]}],
        "taxes": taxes,
        "handlingFee": {"name": "Packing", "value": terms["fee"]},
        "discounts": tiers,
        "paymentOptions": [
            {"id": "card", "checkoutTitle": "Card", "paymentSurcharges": terms["payment_fee"]},
            {"id": "bank", "checkoutTitle": "Bank"},
        ],
    }


def promotion_of(terms: dict[str, Any], group: int, ids: list[int]) -> dict[str, Any]:
    """Return a promotion in the format of the sandbox."""
    base, kind, amount = terms["base"], terms["kind"], terms["amount"]
    triggers: dict[str, Any] = {"customerGroups": [group]} if terms["is_for_group"] else {}
    return {
        "name": f"{base} {kind} {amount}",
        "discountBase": base,
        "discountType": kind,
        "amount": amount,
        "triggers": triggers | ({"subtotal": 20} if terms["has_minimum"] else {}),
        "targets": {"products": ids[:1]} if base == "ITEM" else {},
    }


TAXES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["VAT", "City tax"]),
        "defaultTax": st.sampled_from([0, 5, 7.7, 19]),
        "taxShipping": st.booleans(),
        "appliedByDefault": st.booleans(),
        "in_france": st.sampled_from([[], [0], [20]]),
    }
)
TIERS = st.fixed_dictionaries(
    {
        "base": st.sampled_from(["ON_TOTAL", "ON_MEMBERSHIP", "ON_TOTAL_AND_MEMBERSHIP"]),
        "type": st.sampled_from(["ABS", "PERCENT"]),
        "value": st.integers(0, 30),
        "orderTotal": st.sampled_from([0, 30]),
    }
)
SETTINGS = st.fixed_dictionaries(
    {
        "is_gross": st.booleans(),
        "taxes": st.lists(TAXES, max_size=3),
        "fee": st.sampled_from([0, 3.5, 0.125]),
        "discounts": st.lists(TIERS, max_size=2),
        "payment_fee": st.sampled_from(
            [{"type": "ABSOLUTE", "value": 2}, {"type": "PERCENT", "value": 3.3}]
        ),
    }
)
PROMOTIONS = st.fixed_dictionaries(
    {
        "base": st.sampled_from(["ITEM", "SUBTOTAL", "SHIPPING"]),
        "kind": st.sampled_from(["PERCENT", "ABSOLUTE", "FIXED_PRICE"]),
        "amount": st.integers(0, 60),
        "has_minimum": st.booleans(),
        "is_for_group": st.booleans(),
    }
)
STORES = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(list(PRICES)),
        "settings": SETTINGS,
        "promotions": st.lists(PROMOTIONS, max_size=2),
        "customer": st.tuples(st.booleans(), st.booleans()),
        "lines": st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=3),
        "country": st.sampled_from(COUNTRIES),
        "shipping": st.sampled_from(["standard", "express", "pickup"]),
        "coupon": st.none() | st.sampled_from(list(COUPONS)),
        "payment": st.sampled_from(["card", "bank"]),
        "is_placed": st.sampled_from([False] * (PLACED_EVERY - 1) + [True]),
    }
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a quota that the placed orders don't use up."""
    return replace(settings, ecwid_requests_per_minute=1_000_000)


@pytest.fixture
def pricing(counter: Counter) -> Pricing:
    """The store; its sandbox is called in this process."""
    parts, store_id = counter.server.parts, counter.store_id
    counter.runtime.http.mount("http://", AppAdapter(make_app(parts)))
    more: tuple[dict[str, Any], ...] = (
        {},
        {"isShippingRequired": False},
        {"discountsAllowed": False},
        {"tax": {"taxable": False}},
    )
    products = {
        code: [
            counter.product(price=prices[n % 2], unlimited=True, **fields)
            for n, fields in enumerate(more)
        ]
        for code, prices in PRICES.items()
    }
    for code, fields in COUPONS.items():
        counter.coupon(code, **fields)
    group = parts.customer_groups.create(store_id, {"name": "Wholesale"})
    customers = {}
    for number, kind in enumerate([(False, False), (True, False), (False, True), (True, True)]):
        email = f"c{number}@shopper.example"
        fields = {"customerGroupId": group if kind[0] else 0, "taxExempt": kind[1]}
        customers[kind] = (parts.customers.create(store_id, fields | {"email": email}), email)
    # A client without a rate limiter, which would take longer than the sandbox's answers.
    token = parts.stores.install(store_id, " ".join(DEFAULT_SCOPES), revoke_previous=False)
    api_url, http = counter.runtime.settings.ecwid_api_url, counter.runtime.http
    client = EcwidClient(Transport(http, api_url, store_id, token))
    return Pricing(counter, products, customers, group, client)


def amount_of(quote: Quote, *kinds: AmountKind) -> Decimal:
    """Return the sum of the quote's amounts of these kinds."""
    return sum((part.amount for part in quote.totals.amounts if part.kind in kinds), Decimal(0))


def check_amounts(quote: Quote, charged: dict[str, Any], currency: Currency) -> None:
    """Compare the quote with the store's own calculation, amount by amount."""

    def exact(value: Any) -> Decimal:
        return currency.rounded(Decimal(str(value)))

    assert quote.totals.total == exact(charged["total"])
    assert quote.totals.tax == exact(charged["tax"])
    assert sum(part.amount for part in quote.totals.amounts) == quote.totals.total
    assert amount_of(quote, AmountKind.ITEMS) == exact(charged["subtotal"])
    assert amount_of(quote, AmountKind.COUPON) == -exact(charged["couponDiscount"])
    for name, kind in BY_BASE.items():
        assert amount_of(quote, kind) == -exact(charged[name])
    discounts = (*BY_BASE.values(), AmountKind.PROMOTION)
    assert amount_of(quote, *discounts) == -exact(charged["discount"])
    assert amount_of(quote, AmountKind.HANDLING_FEE) == exact(charged["handlingFee"]["value"])
    surcharges = sum((exact(each["total"]) for each in charged["customSurcharges"]), Decimal(0))
    assert amount_of(quote, AmountKind.SURCHARGE) == surcharges
    assert amount_of(quote, AmountKind.SHIPPING) == exact(charged["shippingOption"]["shippingRate"])
    on_top = 0 if charged["pricesIncludeTax"] else exact(charged["tax"])
    assert amount_of(quote, AmountKind.TAX) == on_top
    assert (amount_of(quote, AmountKind.TAX_EXEMPTION) < 0) <= charged["customerTaxExempt"]
    assert sum(tax.amount for tax in quote.totals.taxes) == quote.totals.tax


def check_order(pricing: Pricing, request: dict[str, Any], charged: dict[str, Any]) -> None:
    """Place the order and compare it with the store's own calculation."""
    counter = pricing.counter
    pricing.placed += 1
    view = counter.submit(counter.request(*request.pop("lines"), **request), f"{pricing.placed}")
    view = counter.work(view.id)
    assert (view.validation_errors, view.error) == ([], None)
    order = counter.runtime.client(counter.store_id).order(str(view.order_number))
    same = [
        "subtotal",
        "total",
        "tax",
        "couponDiscount",
        "discount",
        "volumeDiscount",
        "membershipBasedDiscount",
        "totalAndMembershipBasedDiscount",
        "discountInfo",
        "handlingFee",
        "customSurcharges",
        "pricesIncludeTax",
        "customerTaxExempt",
        "taxesOnShipping",
    ]
    # An empty list or object isn't sent.
    assert {name: order.get(name) or 0 for name in same} == {
        name: with_decimals(charged[name]) or 0 for name in same
    }
    for item, expected in zip(order["items"], charged["items"], strict=True):
        for name in ("price", "quantity", "tax", "taxes"):
            assert item[name] == with_decimals(expected[name])
    assert order["shippingOption"]["shippingRate"] == with_decimals(
        charged["shippingOption"]["shippingRate"]
    )


def check_case(pricing: Pricing, case: dict[str, Any]) -> None:
    """Quote the order of a case, and place it if the case says so."""
    counter, request = pricing.counter, pricing.request(case)
    with pricing.terms(case) as currency:
        made = counter.request(*request.pop("lines"), **request)
        # Nothing is kept from the cases before.
        answers = StoreAnswers(counter.runtime.redis, next(CASE_NUMBERS))
        quote = QuoteBuilder(
            pricing.client, get_working_store(counter.store_id), made, answers, None, OWN_TERMS
        ).quote()
        errors = [error.code for error in quote.validation_errors]
        # A coupon that its own rules forbid counts nothing.
        assert errors in ([], ["coupon_discounts_allowed"])
        charged = pricing.charged(case | ({"coupon": None} if errors else {}))
        check_amounts(quote, charged, currency)
        pricing.kinds |= {part.kind for part in quote.totals.amounts if part.amount}
        if case["is_placed"] and not errors:
            check_order(pricing, pricing.request(case), charged)


def test_quote_and_order_equal_the_stores_own_calculation(pricing: Pricing) -> None:
    seen = []

    @bounds(
        max_examples=CASES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(STORES)
    def check(case: dict[str, Any]) -> None:
        seen.append(case)
        check_case(pricing, case)

    check()

    assert len(seen) >= CASES
    assert pricing.placed > 1
    assert pricing.kinds == set(AmountKind) - OTHER_KINDS
