"""Send times of alerts, for any moment, quiet hours and time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.alerts.alert_times import (
    DAEMON_GAP,
    GROUP_WINDOW,
    is_daemon_gap,
    next_digest_at,
    notice_due_at,
)
from portal.rules.alerts.severities import Severity
from portal.rules.notifications.notification_times import QuietHours
from portal.rules.sync.nightly_schedule import parse_timezone

ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "nowhere"]
)
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the time zone
    datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
HOURS = st.integers(0, 23)
LESS_SEVERE = st.sampled_from([Severity.WARNING, Severity.INFO])


@given(now=MOMENTS, start=HOURS, end=HOURS, zone=ZONES)
def test_critical_alerts_are_never_delayed(now: datetime, start: int, end: int, zone: str) -> None:
    quiet = QuietHours(start, end, zone)

    assert notice_due_at(now, Severity.CRITICAL, quiet) == now + GROUP_WINDOW


@given(now=MOMENTS, start=HOURS, end=HOURS, zone=ZONES, severity=LESS_SEVERE)
def test_other_alerts_are_never_sent_in_quiet_hours_and_within_a_day(
    now: datetime, start: int, end: int, zone: str, severity: Severity
) -> None:
    quiet = QuietHours(start, end, zone)

    due_at = notice_due_at(now, severity, quiet)

    assert not quiet.include(due_at)
    # A day of 25 hours, when the clocks are set back.
    assert GROUP_WINDOW <= due_at - now <= timedelta(hours=25) + GROUP_WINDOW


@given(now=MOMENTS, severity=st.sampled_from(Severity))
def test_without_quiet_hours_alerts_go_after_a_minute(now: datetime, severity: Severity) -> None:
    assert notice_due_at(now, severity, None) == now + GROUP_WINDOW


@given(now=MOMENTS, hour=HOURS, zone=ZONES)
def test_digest_is_due_once_a_day_at_its_hour(now: datetime, hour: int, zone: str) -> None:
    first = next_digest_at(now, hour, zone)
    second = next_digest_at(first, hour, zone)

    local = first.astimezone(parse_timezone(zone))
    # Where the clocks skip the hour, the digest is due at the next full or half one.
    assert local.hour in (hour, (hour + 1) % 24)
    assert now < first <= now + timedelta(hours=25)
    assert timedelta(hours=23) <= second - first <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("Europe/Berlin", datetime(2026, 3, 1, 6, tzinfo=UTC), datetime(2026, 3, 1, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 1, 7, tzinfo=UTC), datetime(2026, 3, 2, 7, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2026, 3, 1, 6, tzinfo=UTC), datetime(2026, 3, 1, 19, tzinfo=UTC)),
    ],
)
def test_digest_follows_the_local_clock(zone: str, now: datetime, expected: datetime) -> None:
    assert next_digest_at(now, 8, zone) == expected


def test_only_a_long_gap_means_that_the_daemon_did_not_run() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert not is_daemon_gap(now - DAEMON_GAP, now)
    assert is_daemon_gap(now - DAEMON_GAP - timedelta(seconds=1), now)
