"""A coupon's dates are UTC, in each form in which Ecwid and its clients write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from portal.rules.orders.coupon_dates import read_coupon_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01 08:30:15 +0000", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        ("2026-03-01 08:30:15 +0400", datetime(2026, 3, 1, 4, 30, 15, tzinfo=UTC)),
        ("2026-03-01 08:30:15 UTC", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        ("2026-03-01T08:30:15Z", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        ("2026-03-01 08:30:15", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        (" 2026-03-01 08:30 ", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_date_without_an_offset_is_utc(text: str, moment: datetime) -> None:
    assert read_coupon_date(text) == moment


def test_last_day_alone_is_included_completely() -> None:
    assert read_coupon_date("2026-03-31", is_last_day=True) == datetime(2026, 4, 1, tzinfo=UTC)
    exact = read_coupon_date("2026-03-31 23:59:59", is_last_day=True)
    assert exact == datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        " soon",
        "2026-02-30",
        "2026-03-01 25:00:00",
        "2026-03-01 08:30:15 CET",
        "9999-12-31 23:00:00 -0400",
        "9999-12-31",
    ],
)
def test_text_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        read_coupon_date(text, is_last_day=True)
