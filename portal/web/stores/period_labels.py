"""Texts of the bars of an overview's charts."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_skeleton
from flask_babel import get_locale

from portal.services.connection.overview_figures import PeriodSums
from portal.web.bar_chart import Number
from portal.web.formats import ENGLISH, number


def day_labels(days: PeriodSums) -> list[str]:
    """Return day and month of each period."""
    return [_written(day, "MMMd") for day in days.begins]


def hour_labels(hours: PeriodSums) -> list[str]:
    """Return the time at which each period begins."""
    return [_written(hour, "Hm") for hour in hours.begins]


def _written(at: datetime, skeleton: str) -> str:
    """Return a local time in the form that the language uses for these parts of it."""
    return str(format_skeleton(skeleton, at, tzinfo=at.tzinfo, locale=get_locale() or ENGLISH))


def plain_number(value: Number) -> str:
    """Return a count as people read it."""
    return number(value)
