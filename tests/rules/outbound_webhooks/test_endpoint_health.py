"""Alerts about a failing endpoint at 50, 70 and 90 %, each sent once, and then its deactivation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.outbound_webhooks.endpoint_health import (
    MAX_RETRY_AFTER_S,
    due_warning,
    endpoint_backoff_s,
    failed_percent,
    is_success,
    percent_reached_at,
)
from portal.rules.webhooks.event_retry import PROBE_BACKOFF
from portal.web.endpoints.address import MAX_URL_LENGTH, url_error
from portal.web.endpoints.delivery_error_labels import is_redirect, reason_phrase

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALLOWED = timedelta(hours=72)
MARKS = [50, 70, 90, 100]


@given(st.lists(st.integers(0, 400), min_size=1))
def test_each_threshold_is_reported_at_most_once_and_not_too_early(hours: list[int]) -> None:
    reported, marks = 0, []
    for hour in sorted(hours):
        percent = failed_percent(NOON, NOON + timedelta(hours=hour), ALLOWED)
        mark = due_warning(percent, reported)
        if mark is not None:
            assert NOON + timedelta(hours=hour) >= percent_reached_at(NOON, mark, ALLOWED)
            reported = mark
            marks.append(mark)

    assert marks == sorted(set(marks))
    assert set(marks) <= set(MARKS)
    if max(hours) >= 72:
        assert marks[-1] == 100


def test_endpoint_that_is_checked_hourly_passes_every_threshold() -> None:
    reported, marks = 0, []
    for hour in range(73):
        mark = due_warning(failed_percent(NOON, NOON + timedelta(hours=hour), ALLOWED), reported)
        if mark is not None:
            reported = mark
            marks.append((mark, hour))

    assert marks == [(50, 36), (70, 51), (90, 65), (100, 72)]


def test_working_endpoint_has_zero_failing_time() -> None:
    assert failed_percent(None, NOON, ALLOWED) == 0
    assert failed_percent(NOON, NOON - timedelta(seconds=1), ALLOWED) == 0


@given(failures=st.integers(1, 10_000), retry_after_s=st.floats(0, 1e9))
def test_pause_of_a_failing_endpoint_is_bounded(failures: int, retry_after_s: float) -> None:
    waited = endpoint_backoff_s(failures, Random(1), retry_after_s=retry_after_s)

    assert min(retry_after_s, MAX_RETRY_AFTER_S) <= waited
    assert 5 <= waited <= max(MAX_RETRY_AFTER_S, 1.1 * PROBE_BACKOFF.waits_s[-1])


@pytest.mark.parametrize(
    ("status", "good", "redirects"),
    [(200, True, False), (204, True, False), (302, False, True), (500, False, False)],
)
def test_only_a_success_status_confirms_a_delivery(
    status: int, good: bool, redirects: bool
) -> None:
    assert is_success(status) is good
    assert is_redirect(status) is redirects
    assert not is_success(None)
    assert not is_redirect(None)


def test_known_status_has_a_phrase() -> None:
    assert (reason_phrase(503), reason_phrase(799)) == ("Service Unavailable", "")


@pytest.mark.parametrize(
    ("address", "while_developing", "in_production"),
    [
        ("https://example.com/hooks?from=us", None, None),
        ("http://127.0.0.1:9000/hooks", None, "https"),
        ("https://127.0.0.1/hooks", None, "private"),
        ("https://[::1]/", None, "private"),
        ("https://10.1.2.3/", None, "private"),
        ("https://100.64.0.1/", None, "private"),
        ("https://db.internal/", None, "private"),
        ("https://localhost/", None, "private"),
        ("https://localhost./", None, "private"),
        ("https://intranet/", None, "private"),
        ("https://[fec0::1]/", None, "private"),
        ("https://[2002:a00:1::]/", None, "private"),
        ("https://[64:ff9b::a00:1]/", None, "private"),
        ("https://2130706433/", "malformed", "malformed"),
        ("https://0x7f.1/", "malformed", "malformed"),
        ("https://0177.0.0.1/", "malformed", "malformed"),
        ("https://%31%32%37.0.0.1/", "malformed", "malformed"),
        ("https://ada:pw@example.com/", "password", "password"),
        ("ftp://example.com/", "malformed", "malformed"),
        ("https://", "malformed", "malformed"),
        ("https://example.com:0/", "malformed", "malformed"),
        ("https://example.com:99999/", "malformed", "malformed"),
        ("https://example.com/a b", "malformed", "malformed"),
        ("https://exam\nple.com/", "malformed", "malformed"),
        ("https://example.com\\@evil.example/", "malformed", "malformed"),
        ("https://example.com/" + "x" * MAX_URL_LENGTH, "long", "long"),
    ],
)
def test_address_is_refused_for_its_first_problem(
    address: str, while_developing: str | None, in_production: str | None
) -> None:
    assert url_error(address, is_production=False) == while_developing
    assert url_error(address, is_production=True) == in_production


@given(st.text())
def test_address_check_accepts_any_text(text: str) -> None:
    assert url_error(text, is_production=True) in {
        None,
        "malformed",
        "long",
        "https",
        "password",
        "private",
    }
