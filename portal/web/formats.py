"""Template filters that format numbers, money, sizes and times; None gives a dash."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import simplejson
from babel import Locale
from flask import Flask
from flask_babel import (
    format_currency,
    format_decimal,
    format_percent,
    format_timedelta,
    get_locale,
)
from flask_babel import gettext as _
from markupsafe import Markup

from portal.models import Store, utc_now
from portal.rules.orders.pricing import Currency
from portal.time_formats import date_and_time, zone_name
from portal.web.time_zones import choose_time_zone

JUST_NOW = timedelta(seconds=5)
MINUTE_S = 60
HOUR_MIN = 60
KILO = 1000
ENGLISH = Locale("en")  # outside of requests
# Text of a value that a nullable column doesn't have. A filter that raises costs the whole page.
NOTHING = "–"


def set_up_formats(app: Flask) -> None:
    """Register the filters with Jinja."""
    for function in (
        money,
        number,
        moment,
        ago,
        duration,
        rate,
        data_size,
        pretty_json,
        web_address,
        country,
        percent,
        code_names,
    ):
        app.template_filter()(function)


def number(value: int | Decimal | None) -> str:
    """Return a number with thousands separators."""
    if value is None:
        return NOTHING
    return str(format_decimal(value))


def percent(value: Decimal | int | None) -> str:
    """Return a percentage such as 12.5 as the language writes it."""
    if value is None:
        return NOTHING
    pattern = (get_locale() or ENGLISH).percent_formats[None].pattern
    return str(format_percent(Decimal(value) / 100, pattern.replace("##0", "##0.##")))


def code_names(names: Iterable[str]) -> Markup:
    """Return names of code, such as those of scopes, as HTML code with commas between them."""
    return Markup(", ").join(Markup("<code>{}</code>").format(name) for name in names)


def country(code: str | None) -> str:
    """Return the name of a country, or its code if the language has none."""
    if not code:
        return NOTHING
    return str((get_locale() or ENGLISH).territories.get(code, code))


def money(amount: Decimal | None, currency: Store | str) -> str:
    """Return an amount as the store charges it: in its precision and its own format.

    Without a format of the store, or for the code of a currency, the language's format is used.
    Without a currency the result is a plain number.
    """
    if amount is None:
        return NOTHING
    if isinstance(currency, Store):
        known, own_format = currency.money_currency, currency.money_format
    else:
        known, own_format = Currency.of(currency), None
    if own_format is not None:
        return own_format.formatted(Decimal(amount), known)
    if not known.code:
        return str(format_decimal(amount))
    pattern = (get_locale() or ENGLISH).currency_formats["standard"].pattern
    # All patterns have two decimals; the store's precision replaces them.
    pattern = pattern.replace(".00", "." + "0" * known.precision if known.precision else "")
    rounded = known.rounded(Decimal(amount))
    return str(format_currency(rounded, known.code, format=pattern, currency_digits=False))


def moment(at: datetime | None) -> str:
    """Return a time to the minute in the page's time zone, with the zone's short name.

    The name also distinguishes the two times when clocks are set back.
    """
    if at is None:
        return NOTHING
    zone, language = choose_time_zone(), get_locale() or ENGLISH
    return f"{date_and_time(at, zone, language)} {zone_name(at, zone, language)}"


def ago(at: datetime | None) -> str:
    """Return a time relative to now, such as "5 minutes ago" or "in 2 hours"."""
    if at is None:
        return NOTHING
    passed = utc_now() - at
    if abs(passed) < JUST_NOW:
        return str(_("just now"))
    return str(format_timedelta(-passed, granularity="second", threshold=1.2, add_direction=True))


def duration(length: timedelta | None) -> str:
    """Return a duration: seconds below one minute, minutes below one hour, then hours."""
    if length is None:
        return NOTHING
    seconds = length.total_seconds()
    if seconds < MINUTE_S:
        return _("%(seconds)s s", seconds=format_decimal(seconds, "#,##0.0"))
    minutes, seconds = divmod(round(seconds), MINUTE_S)
    if minutes < HOUR_MIN:
        return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)
    hours, minutes = divmod(minutes, HOUR_MIN)
    return _("%(hours)s h %(minutes)s min", hours=number(hours), minutes=minutes)


def rate(records_per_s: float | None) -> str:
    """Return a speed in records per second, with one decimal below 10."""
    if records_per_s is None:
        return NOTHING
    pattern = "#,##0" if records_per_s >= 10 else "#,##0.0"  # noqa: PLR2004 - two digits are enough
    return _("%(count)s records/s", count=format_decimal(records_per_s, pattern))


def data_size(count: int | None) -> str:
    """Return a number of bytes in the unit that leaves up to three digits before the decimal
    point.
    """
    if count is None:
        return NOTHING
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < KILO:
            break
        size, unit = size / KILO, larger
    return f"{format_decimal(size, '#,##0' if unit == 'B' else '#,##0.0')} {unit}"


def pretty_json(value: object) -> str:
    """Return a value as indented JSON; decimals keep all their digits."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, indent=2)


def web_address(text: str | None) -> str | None:
    """Return a URL that is safe to link, http or https; None for anything else.

    Store owners type the URLs of stores and products, so they may contain ``javascript:``.
    """
    if text and text.lower().startswith(("https://", "http://")):
        return text
    return None
