"""Orders as the sandbox calculates them: the order page names every amount of them."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from portal.ecwid.order_amounts import read_stored_order
from portal.rules.orders.named_amounts import AmountKind
from portal.rules.orders.order_amounts import order_amounts
from portal.rules.orders.pricing import Currency
from tests.sandbox.pricing.terms import calculated, terms
from tests.sandbox.pricing.test_sums import PRODUCTS, PROMOTIONS, SENT, SETTINGS

TIPS = {"id": "tips", "value": 5, "type": "ABSOLUTE", "description": "Tip"}


@settings(max_examples=100, deadline=None)
@given(SETTINGS, PROMOTIONS, SENT)
def test_no_amount_of_a_calculated_order_stays_unexplained(
    changes: dict[str, Any], promotions: list[dict[str, Any]], sent: dict[str, Any]
) -> None:
    store = replace(
        terms(**changes),
        promotions=promotions,
        customer={"customerGroupId": 3},
        product=PRODUCTS.get,
    )
    sent["customSurcharges"] = [*sent.get("customSurcharges", ()), TIPS]
    order = json.loads(json.dumps(calculated(sent, store)), parse_float=Decimal)
    currency = Currency("EUR", changes["formatsAndUnits"]["currencyPrecision"])

    amounts = order_amounts(read_stored_order(order), currency)

    kinds = {line.kind for line in amounts.amounts}
    assert sum((line.amount for line in amounts.amounts), Decimal(0)) == amounts.total
    assert amounts.total == currency.rounded(Decimal(order["total"]))
    assert AmountKind.UNEXPLAINED not in kinds
    assert AmountKind.TIP in kinds
    taxes = [tax.amount for tax in amounts.taxes]
    assert sum(taxes, Decimal(0)) == currency.rounded(Decimal(order["tax"]))
    on_top = [line.amount for line in amounts.amounts if line.kind is AmountKind.TAX]
    assert sorted(on_top) == sorted(tax.amount for tax in amounts.taxes if not tax.is_included)
