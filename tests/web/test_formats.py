"""Numbers, money, times and addresses read as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from portal.models import utc_now
from portal.web.formats import ago, moment, money, number, web_address


@pytest.fixture(autouse=True)
def in_a_request(app: Flask) -> object:
    """Formats ask the request for its language."""
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("1234.5"), "EUR", "€1,234.50"),
        (Decimal("3"), "JPY", "¥3"),
        (Decimal("0.0001"), "", "0"),
        (Decimal("2.5"), "", "2.5"),
        (None, "EUR", "–"),
    ],
)
def test_money(amount: Decimal | None, currency: str, text: str) -> None:
    assert money(amount, currency) == text


def test_numbers_group_their_thousands() -> None:
    assert number(1234567) == "1,234,567"


def test_a_moment_names_its_zone() -> None:
    assert moment(datetime(2026, 3, 1, 12, 5, tzinfo=UTC)) == "1 Mar 2026, 12:05 UTC"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=39.5), "40 seconds ago"),
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(days=3), "3 days ago"),
        (-timedelta(hours=2, seconds=30), "in 2 hours"),
    ],
)
def test_times_are_told_by_their_distance(passed: timedelta, text: str) -> None:
    assert ago(utc_now() - passed) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://clay.example", "https://clay.example"),
        ("HTTP://clay.example", "HTTP://clay.example"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(text: str | None, shown: str | None) -> None:
    assert web_address(text) == shown
