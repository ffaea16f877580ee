"""Times as people of a language write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from portal.time_formats import date_and_time, zone_name

AT = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1 Mar 2026, 13:05"),
        ("de", "1. März 2026, 13:05"),
        ("es", "1 mar 2026, 13:05"),
    ],
)
def test_date_and_time_by_language(language: str, text: str) -> None:
    assert date_and_time(AT, BERLIN, Locale.parse(language)) == text


@pytest.mark.parametrize(
    ("zone", "language", "name"),
    [
        ("UTC", "de", "UTC"),
        ("Europe/Berlin", "en", "CET"),
        ("Europe/Berlin", "de", "MEZ"),
        ("America/New_York", "en", "EST"),
        ("America/Sao_Paulo", "en", "UTC-03:00"),
        ("Asia/Kathmandu", "es", "UTC+05:45"),
    ],
)
def test_zone_has_a_short_name_or_its_offset(zone: str, language: str, name: str) -> None:
    assert zone_name(AT, ZoneInfo(zone), Locale.parse(language)) == name


def test_both_hours_of_a_clock_that_is_set_back_differ_by_their_zone() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    english = Locale.parse("en")

    texts = [
        f"{date_and_time(at, BERLIN, english)} {zone_name(at, BERLIN, english)}"
        for at in (first, second)
    ]

    assert texts == ["25 Oct 2026, 02:30 CEST", "25 Oct 2026, 02:30 CET"]
