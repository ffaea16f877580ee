"""Formats of numbers, money, times and URLs on pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from portal.models import utc_now
from portal.web.formats import (
    ago,
    data_size,
    duration,
    moment,
    money,
    number,
    pretty_json,
    rate,
    web_address,
)


@pytest.fixture(autouse=True)
def in_a_request(app: Flask) -> object:
    """Formats use the language of the current request."""
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


def test_number_has_thousands_separators() -> None:
    assert number(1234567) == "1,234,567"


def test_time_names_its_time_zone() -> None:
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
def test_time_is_shown_relative_to_now(passed: timedelta, text: str) -> None:
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
def test_only_http_urls_become_links(text: str | None, shown: str | None) -> None:
    assert web_address(text) == shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (4.04, "4.0 s"),
        (59.9, "59.9 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (1_000 * 3600 + 120, "1,000 h 2 min"),
    ],
)
def test_duration_has_at_most_two_units(seconds: float, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("speed", "text"), [(0.04, "0.0 records/s"), (9.94, "9.9 records/s"), (2500, "2,500 records/s")]
)
def test_slow_rate_has_a_decimal(speed: float, text: str) -> None:
    assert rate(speed) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (1_234_567, "1.2 MB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
)
def test_size_has_a_fitting_unit(count: int, text: str) -> None:
    assert data_size(count) == text


def test_json_is_shown_with_every_digit_and_letter() -> None:
    assert pretty_json({"price": Decimal("24.900"), "name": "Töpfchen"}) == (
        '{\n  "price": 24.900,\n  "name": "Töpfchen"\n}'
    )
