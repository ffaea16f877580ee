"""Times of pages are in the person's time zone, or else in the store's, and so are typed ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.models import Merchant, Store
from portal.web.formats import moment
from portal.web.orders.filter_form import read_order_filter
from portal.web.time_zones import (
    choose_time_zone,
    day_of,
    input_time,
    read_day,
    show_times_of,
    typed_time,
)
from tests.web.conftest import Visitor

# A day from the ends of what people type, because zones shift moments by up to a day.
MOMENTS = st.integers(631_238_400, 2_145_744_000).map(lambda s: datetime.fromtimestamp(s, UTC))
ZONES = sorted(name for name in available_timezones() if "/" in name)
AT = datetime(2026, 3, 1, 23, 5, tzinfo=UTC)
_APP = Flask("zones")


@contextmanager
def page_in(zone: str) -> Iterator[None]:
    """A page of a store in this time zone, without a visitor."""
    with _APP.app_context():
        show_times_of(Store(id=1, name="Clay", timezone=zone))
        yield


def test_page_of_a_store_is_in_its_time_zone(browser: Visitor, store: Store) -> None:
    Store.update(timezone="Asia/Tokyo", connected_at=AT).execute()

    page = browser.get(f"/stores/{store.id}/timeline").text

    assert "Times are shown in Asia/Tokyo." in page


def test_persons_choice_counts_on_all_pages(browser: Visitor, store: Store) -> None:
    Store.update(timezone="Asia/Tokyo").execute()
    Merchant.update(timezone="America/New_York").execute()

    for path in (f"/stores/{store.id}/timeline", "/account"):
        assert "Times are shown in America/New York." in browser.get(path).text


@pytest.mark.parametrize("zone", ["", "Nowhere/At", "../etc/passwd"])
def test_store_without_a_known_time_zone_is_in_utc(
    browser: Visitor, store: Store, zone: str
) -> None:
    Store.update(timezone=zone).execute()

    assert "Times are shown in UTC." in browser.get(f"/stores/{store.id}/timeline").text


def test_pages_without_a_store_are_in_utc(visitor: Visitor) -> None:
    assert "Times are shown in UTC." in visitor.get("/login").text


def test_time_names_the_zone_in_which_it_is(app: Flask) -> None:
    with app.test_request_context():
        show_times_of(Store(id=1, timezone="Europe/Berlin"))

        assert moment(AT) == "2 Mar 2026, 00:05 CET"


def test_days_of_the_order_list_are_those_of_the_store(app: Flask) -> None:
    with app.test_request_context():
        show_times_of(Store(id=1, timezone="Europe/Berlin"))
        wanted = read_order_filter({"since": "2026-03-29", "until": "2026-03-29"}).wanted

    # Clocks are set forward on this day, so it has 23 hours.
    assert wanted.since == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert wanted.until == datetime(2026, 3, 29, 22, tzinfo=UTC)


@given(zone=st.sampled_from(ZONES), day=st.dates(date(1990, 1, 2), date(2037, 12, 30)))
def test_days_of_a_zone_follow_each_other_without_gap(zone: str, day: date) -> None:
    with page_in(zone):
        today, tomorrow = day_of(day), day_of(day + timedelta(days=1))

    assert today.end == tomorrow.start
    assert timedelta(0) <= today.end - today.start <= timedelta(hours=49)


@given(
    zone=st.sampled_from(ZONES),
    at=MOMENTS,
)
def test_moment_is_within_the_day_that_the_page_shows_for_it(zone: str, at: datetime) -> None:
    with page_in(zone):
        day = day_of(at.astimezone(choose_time_zone()).date())

    assert day.start <= at < day.end


@given(
    zone=st.sampled_from(ZONES),
    at=MOMENTS,
)
def test_shown_time_that_is_typed_again_is_the_same_or_its_first_occurrence(
    zone: str, at: datetime
) -> None:
    at = at.replace(second=0, microsecond=0)
    with page_in(zone):
        again = typed_time(input_time(at))

    assert again.astimezone(ZoneInfo(zone)).strftime("%F %R") == at.astimezone(
        ZoneInfo(zone)
    ).strftime("%F %R")
    assert again <= at
    assert at - again <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2026-03-01T12:00", "2026-03-01T11:00"),
        ("2026-07-01T12:00", "2026-07-01T10:00"),
        ("2026-07-01T12:00Z", "2026-07-01T12:00"),
        ("2026-07-01T12:00+05:30", "2026-07-01T06:30"),
        # Skipped by the clocks, and twice on the clocks.
        ("2026-03-29T02:30", "2026-03-29T01:30"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
    ],
)
def test_typed_time_is_in_the_zone_of_the_page(typed: str, at: str) -> None:
    with page_in("Europe/Berlin"):
        assert typed_time(typed) == datetime.fromisoformat(f"{at}+00:00")


@pytest.mark.parametrize("text", ["", "tomorrow", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_day_that_is_none_or_has_no_neighbors_is_invalid(text: str) -> None:
    with page_in("Pacific/Apia"):
        assert read_day(text) is None
