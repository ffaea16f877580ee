"""The table in `docs/coupon-cases.md` matches the coupon rules, row by row."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.rules.orders.coupon_terms import Basket, BasketLine, CouponTerms
from portal.rules.orders.coupons import evaluate_coupon
from portal.rules.orders.pricing import Currency

PAGE = Path(__file__).parents[3] / "docs" / "coupon-cases.md"
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and not line.startswith(("| coupon |", "| ---"))
]
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
LIMITS = {
    "once": {"uses_limit": "SINGLE"},
    "once per customer": {"uses_limit": "ONCEPERCUSTOMER"},
    "new customers": {"application_limit": "NEW_CUSTOMER_ONLY"},
    "returning customers": {"application_limit": "REPEAT_CUSTOMER_ONLY"},
}


def terms_of(cell: str) -> CouponTerms | None:
    if cell == "-":
        return None
    (kind, value), *limits = ((part.strip() + " ").split(" ", 1) for part in cell.split(";"))
    terms = CouponTerms("CODE", kind, Decimal(value))
    for limit in limits:
        terms = replace(terms, **limit_of(*map(str.strip, limit)))
    return terms


def limit_of(word: str, rest: str) -> dict[str, Any]:
    numbers = rest.split()
    if (phrase := f"{word} {rest}".strip()) in LIMITS:
        return LIMITS[phrase]
    if word in ("from", "until"):
        return {"launches_at" if word == "from" else "expires_at": shown_time(rest)}
    return {
        "status": lambda: {"status": rest},
        "minimum": lambda: {"minimum_subtotal": Decimal(rest)},
        "methods": lambda: {"shipping_methods": frozenset(numbers)},
        "products": lambda: {"product_ids": frozenset(map(int, numbers))},
        "categories": lambda: {"category_ids": frozenset(map(int, numbers))},
    }[word]()


def shown_time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M %z" if "+" in text else "%Y-%m-%d %H:%M")  # noqa: DTZ007 - the store's clock


def line_of(text: str) -> BasketLine:
    found = re.fullmatch(r"(\d+) x ([\d.]+) #(\d+)(?: in ([\d ]+))?( no discounts)?", text.strip())
    assert found, text
    count, price, product_id, categories, forbids = found.groups()
    return BasketLine(
        int(product_id),
        int(count) * Decimal(price),
        frozenset(map(int, (categories or "").split())),
        allows_discounts=not forbids,
    )


def basket_of(lines: str, who: str, when: str) -> Basket:
    local, _, zone = when.rpartition(" ")
    known = zone != "Mars/Olympus"
    now = shown_time(local).replace(tzinfo=ZoneInfo(zone) if known else UTC) if when else NOON
    basket = Basket(
        tuple(map(line_of, lines.split(","))), Currency.of("EUR"), now, zone or "UTC", 0, 0
    )
    for fact in filter(None, map(str.strip, who.split(","))):
        basket = replace(basket, **fact_of(fact))
    return basket


def fact_of(fact: str) -> dict[str, Any]:
    if fact == "nobody":
        return {"previous_orders": None, "customer_uses": None}
    first, rest = fact.split(" ", 1)
    if rest in ("orders", "with it"):
        return {"previous_orders" if rest == "orders" else "customer_uses": int(first)}
    if first == "used":
        return {"uses": int(rest)}
    return {"shipping_method": frozenset({first}), "shipping_cost": Decimal(rest)}


def test_page_has_forty_cases() -> None:
    assert len(ROWS) >= 40
    assert all(len(row) == 8 for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} / {row[1]} / {row[2]} / {row[3]}")
def test_coupon_verdict_matches_the_page(row: list[str]) -> None:
    coupon, lines, who, when, answer, items_discount, shipping_discount, reason = row

    coupon_result = evaluate_coupon("CODE", terms_of(coupon), basket_of(lines, who, when))

    assert (coupon_result.failures[0].rule if coupon_result.failures else "accepted") == answer
    assert (coupon_result.items_discount, coupon_result.shipping_discount) == (
        Decimal(items_discount),
        Decimal(shipping_discount),
    )
    assert (
        coupon_result.message or (coupon_result.warning.message if coupon_result.warning else "")
    ) == reason
