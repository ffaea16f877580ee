"""Write numbers, money and times the way people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flask import Flask
from flask_babel import format_currency, format_datetime, format_decimal, format_timedelta
from flask_babel import gettext as _

from portal.models import utc_now

JUST_NOW = timedelta(seconds=5)


def set_up_formats(app: Flask) -> None:
    """Make the formats known to the templates."""
    for function in (money, number, moment, ago, web_address):
        app.template_filter()(function)


def number(value: int) -> str:
    """Return a count with its thousands grouped."""
    return str(format_decimal(value))


def money(amount: Decimal | None, currency: str) -> str:
    """Return an amount in its currency; a dash for none, the bare number without a currency."""
    if amount is None:
        return "–"
    if not currency:
        return str(format_decimal(amount))
    return str(format_currency(amount, currency))


def moment(at: datetime) -> str:
    """Return a moment with its zone, to the minute."""
    return f"{format_datetime(at.astimezone(UTC), 'd MMM y, HH:mm')} UTC"


def ago(at: datetime) -> str:
    """Return in words how long ago a moment was, or how far ahead it is."""
    passed = utc_now() - at
    if abs(passed) < JUST_NOW:
        return str(_("just now"))
    return str(format_timedelta(-passed, granularity="second", threshold=1.2, add_direction=True))


def web_address(text: str | None) -> str | None:
    """Return an address that a link may lead to: http or https; None for anything else.

    Addresses of stores and products are what their owners typed.
    """
    if text and text.lower().startswith(("https://", "http://")):
        return text
    return None
