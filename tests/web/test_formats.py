"""Formats of numbers, money, times and URLs on pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask, render_template_string

from portal.models import Store, utc_now
from portal.rules.orders.currency_format import CurrencyFormat
from portal.web.formats import (
    ago,
    data_size,
    duration,
    moment,
    money,
    number,
    percent,
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


@pytest.mark.parametrize(
    ("code", "precision", "amount", "text"),
    [
        ("USD", 3, "0.125", "$0.125"),
        ("USD", 3, "5", "$5.000"),
        ("USD", None, "0.125", "$0.13"),
        ("HUF", 0, "1250", "HUF1,250"),
        ("HUF", 0, "1249.5", "HUF1,250"),
        ("HUF", None, "1250", "HUF1,250.00"),
        ("KWD", None, "1.5", "KWD1.500"),
        ("EUR", 2, "-4.98", "-€4.98"),
        ("", 3, "0.125", "0.125"),
    ],
)
def test_money_of_a_store_without_a_format_has_the_stores_precision(
    code: str, precision: int | None, amount: str, text: str
) -> None:
    store = Store(currency=code, currency_precision=precision)

    assert money(Decimal(amount), store) == text


def test_money_of_a_store_has_the_stores_format() -> None:
    style = CurrencyFormat(suffix=" Ft", group_separator=" ", decimal_separator=",")
    store = Store(currency="HUF", currency_precision=0, currency_format=style.document())

    assert money(Decimal("-12345.5"), store) == "-12\u00a0346\u00a0Ft"
    assert money(None, store) == "–"


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


@pytest.mark.parametrize("shown", [ago, data_size, duration, moment, number, rate])
def test_missing_value_is_a_dash(shown: Callable[[None], str]) -> None:
    assert shown(None) == "–"


def test_missing_time_is_a_dash() -> None:
    page = '{% from "components/time.html" import time %}{{ time(none) }}'

    assert render_template_string(page) == "–"


def test_report_of_a_run_without_counts_has_dashes() -> None:
    page = """{% from "components/reconciliation_report.html" import reconciliation_report %}
        {{ reconciliation_report(run, "products") }}"""
    run = {"checked_at": datetime(2026, 3, 1, 12, 5, tzinfo=UTC)} | dict.fromkeys(
        ("mirror_count", "store_count", "mismatches", "repaired")
    )

    text = render_template_string(page, run=run)

    assert "Verified 1 Mar 2026, 12:05 UTC: – of – products synced." in text


@pytest.mark.parametrize(("language", "text"), [("en", "12.5%"), ("de", "12,5\N{NO-BREAK SPACE}%")])
def test_percentages_are_written_as_in_the_language(app: Flask, language: str, text: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert percent(Decimal("12.5")) == text
        assert percent(7) == text.replace("12.5", "7").replace("12,5", "7")
        assert percent(None) == "–"
