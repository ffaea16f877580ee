"""The tables in `docs/coupon-cases.md` match the coupon rules, row by row."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.rules.orders.coupon_dates import read_coupon_date
from portal.rules.orders.coupon_terms import Basket, BasketLine, CouponTerms, coupon_code_key
from portal.rules.orders.coupons import evaluate_coupon
from portal.rules.orders.order_counts import count_with_reported, is_counted, is_given_back
from portal.rules.orders.pricing import Currency

PAGE = Path(__file__).parents[3] / "docs" / "coupon-cases.md"


def rows_of(section: str) -> list[list[str]]:
    """Return the cells of the table in a section of the page, without its head."""
    _, _, rest = PAGE.read_text().partition(f"\n## {section}\n")
    lines = rest.partition("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in rows]


ROWS = rows_of("Terms")
CODES = rows_of("Codes")
USES = rows_of("Uses")
STATUSES = {"paid": "PAID", "refunded": "REFUNDED", "canceled": "CANCELLED"}
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
        at = read_coupon_date(rest, is_last_day=word == "until")
        return {"launches_at" if word == "from" else "expires_at": at}
    return {
        "status": lambda: {"status": rest},
        "minimum": lambda: {"minimum_subtotal": Decimal(rest)},
        "methods": lambda: {"shipping_methods": frozenset(numbers)},
        "products": lambda: {"product_ids": frozenset(map(int, numbers))},
        "categories": lambda: {"category_ids": frozenset(map(int, numbers))},
    }[word]()


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
    at = datetime.fromisoformat(local) if when else NOON
    now = at.replace(tzinfo=ZoneInfo(zone) if zone and known else UTC)
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


def statuses_of(cell: str) -> list[tuple[str, bool]]:
    """Return the payment status of each order, and whether it is deleted."""
    unfinished = {"unfinished": "INCOMPLETE"}
    return [
        ((STATUSES | unfinished).get(word, "PAID"), word == "deleted")
        for word in filter(None, cell.split(", "))
    ]


def test_page_has_a_case_for_each_subject() -> None:
    assert [len(table) for table in (ROWS, CODES, USES)] == [66, 13, 14]
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


@pytest.mark.parametrize("row", CODES, ids=" / ".join)
def test_codes_compare_as_on_the_page(row: list[str]) -> None:
    typed, stored, result = (cell.replace(".", " ") for cell in row)

    assert (coupon_code_key(typed) == coupon_code_key(stored)) is (result == "same")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("A\u0308RMEL", "\u00e4rmel"), ("I\u0307ndirim", "indirim"), ("\u0390", "\u03b9\u0308\u0301")],
)
def test_codes_compare_without_the_encoding_of_accents(typed: str, stored: str) -> None:
    assert coupon_code_key(typed) == coupon_code_key(stored)
    assert coupon_code_key(coupon_code_key(typed)) == coupon_code_key(typed)


@pytest.mark.parametrize("row", USES, ids=" / ".join)
def test_uses_are_counted_as_on_the_page(row: list[str]) -> None:
    shop, portal, reported, uses = row
    orders = statuses_of(shop), statuses_of(portal)
    counted = sum(is_counted(status, is_deleted=gone) for part in orders for status, gone in part)
    given_back = sum(is_given_back(status, is_deleted=gone) for status, gone in orders[0])

    assert count_with_reported(counted, given_back, int(reported)) == int(uses)
