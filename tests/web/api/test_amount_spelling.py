"""Amounts have one spelling per currency in every response that contains some."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from portal.models import Store
from portal.rules.orders.pricing import Currency
from portal.sandbox.parts import Parts
from portal.web.api import (
    catalog_schemas,
    coupon_schemas,
    customer_schemas,
    order_record_schemas,
    order_schemas,
)
from portal.web.api.amount_spelling import with_spelled_amounts
from tests.web.api.conftest import Caller

PAGES: dict[str, Any] = {
    "products": catalog_schemas.ProductPage,
    "variations": catalog_schemas.VariationPage,
    "orders": order_record_schemas.OrderPage,
    "customers": customer_schemas.CustomerPage,
    "coupons": coupon_schemas.CouponPage,
}


def amounts(value: Any) -> Iterator[Decimal]:
    """Yield all Decimals of a response."""
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from amounts(each)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from amounts(getattr(value, name))


@pytest.mark.parametrize(("code", "price"), [("KWD", "24.900"), ("EUR", "24.90")])
def test_all_amounts_of_records_have_the_decimals_of_the_currency(
    caller: Caller, mirror: Store, code: str, price: str
) -> None:
    Store.update(currency=code, currency_precision=1).execute()
    spelled = Currency.of(code).spelled

    pages = {
        name: msgspec.json.decode(caller.get(f"/stores/1003/{name}").data, type=shape)
        for name, shape in PAGES.items()
    }

    found = {name: list(amounts(page)) for name, page in pages.items()}
    assert all(found.values())
    assert [
        each for page in found.values() for each in page if str(each) != str(spelled(each))
    ] == []
    assert str(pages["products"].items[0].price) == price
    order = caller.get("/stores/1003/orders/90?fields=amounts,items").json
    assert order["amounts"][0]["amount"] == str(spelled(Decimal("49.8")))
    assert order["items"][0]["price"] == price
    # A percentage.
    assert pages["coupons"].items[0].discount == "10"


def test_amounts_of_a_quote_are_spelled_like_those_of_records(caller: Caller, shop: Parts) -> None:
    body = {"lines": [{"sku": "BOWL", "quantity": 2}]}

    answer = caller.post("/stores/1003/quotes", body)

    quote = msgspec.json.decode(answer.data, type=order_schemas.Quote)
    rates = {str(tax.rate) for tax in quote.taxes}
    assert rates == {"19"}
    assert (answer.json["price_difference"], answer.json["lines"][0]["total"]) == ("0.00", "25.00")


def test_percentages_are_no_amounts() -> None:
    tax = order_schemas.QuotedTax("VAT", Decimal(19), Decimal("4.6"), is_included=True)

    spelled = with_spelled_amounts(tax, Currency.of("KWD"))

    assert (str(spelled.rate), str(spelled.amount)) == ("19", "4.600")
