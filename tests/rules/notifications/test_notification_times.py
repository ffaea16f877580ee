"""Send times of digests: spacing, quiet hours, and a day of retries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.issue_titles import TITLES
from portal.rules.notifications.notification_times import (
    ATTEMPTS_LIMIT,
    COUNTED_MIN_INTERVAL,
    DIGEST_DELAY,
    MIN_INTERVAL,
    QuietHours,
    after_quiet_hours,
    default_quiet_hours,
    earliest_send_at,
    email_due_at,
    retry_at,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NIGHT = QuietHours(22, 7, "UTC")

hours = st.integers(0, 23)
zones = st.sampled_from(
    [
        "UTC",
        "Europe/Vilnius",
        "America/New_York",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "",
        "Nowhere/At",
    ]
)
quiets = st.builds(QuietHours, hours, hours, zones)
# The year includes both clock changes.
moments = st.timedeltas(timedelta(), timedelta(days=365)).map(NOON.__add__)


@given(moments, quiets)
def test_email_in_quiet_hours_waits_until_their_end(at: datetime, quiet: QuietHours) -> None:
    goes_at = after_quiet_hours(at, quiet)

    assert not quiet.include(goes_at)
    if quiet.include(at):
        assert at < goes_at <= at + timedelta(hours=25)
        assert quiet.include(max(at, goes_at - MINUTE))
    else:
        assert goes_at == at


@pytest.mark.parametrize(
    ("quiet", "goes_at"),
    [
        (None, NOON),
        (QuietHours(12, 13, "UTC"), NOON + timedelta(hours=1)),
        (QuietHours(11, 12, "UTC"), NOON),
        (QuietHours(12, 12, "UTC"), NOON),
        (QuietHours(22, 7, "Asia/Tokyo"), NOON),
        (QuietHours(21, 7, "Asia/Tokyo"), datetime(2026, 3, 1, 22, tzinfo=UTC)),
        (QuietHours(0, 9, "America/New_York"), datetime(2026, 3, 1, 14, tzinfo=UTC)),
    ],
)
def test_quiet_hours_use_their_own_time_zone(quiet: QuietHours | None, goes_at: datetime) -> None:
    assert after_quiet_hours(NOON, quiet) == goes_at


@pytest.mark.parametrize(
    ("last_letter_ago", "wait"),
    [
        (None, DIGEST_DELAY),
        (timedelta(minutes=10), timedelta(minutes=5)),
        (timedelta(hours=1), DIGEST_DELAY),
    ],
)
def test_first_digest_is_sent_soon_and_the_next_after_the_spacing(
    last_letter_ago: timedelta | None, wait: timedelta
) -> None:
    last = None if last_letter_ago is None else NOON - last_letter_ago

    assert email_due_at(NOON, last_email_at=last, quiet=None) == NOON + wait
    due = email_due_at(NOON, last_email_at=last, quiet=None)
    assert earliest_send_at(due, last_email_at=last, quiet=None) == due


@given(st.lists(st.integers(0, 600), max_size=40), st.one_of(st.none(), quiets))
def test_digests_keep_the_spacing_however_many_problems_there_are(
    minutes: list[int], quiet: QuietHours | None
) -> None:
    sent: list[datetime] = []
    waiting: list[datetime] = []
    for at in sorted(NOON + timedelta(minutes=minute) for minute in minutes):
        if waiting and min(waiting) <= at:
            sent.append(min(waiting))
            waiting.clear()
        last = sent[-1] if sent else None
        waiting.append(email_due_at(at, last_email_at=last, quiet=quiet))
    sent += [min(waiting)] if waiting else []

    assert all(later - former >= MIN_INTERVAL for former, later in pairwise(sent))
    assert not any(quiet.include(at) for at in sent if quiet)


def test_retries_end_after_about_a_day() -> None:
    rng, at = Random(1), NOON
    for attempts in range(1, ATTEMPTS_LIMIT):
        again = retry_at(at, attempts, quiet=None, rng=rng)
        assert again is not None
        assert again > at
        at = again

    assert timedelta(hours=16) < at - NOON < timedelta(hours=26)
    assert retry_at(at, ATTEMPTS_LIMIT, quiet=None, rng=rng) is None
    assert retry_at(at, ATTEMPTS_LIMIT + 1, quiet=None, rng=rng) is None


def test_retry_waits_until_the_end_of_quiet_hours() -> None:
    late = NOON.replace(hour=23)

    assert retry_at(late, 1, quiet=NIGHT, rng=Random(1)) == NOON.replace(day=2, hour=7)


def test_only_merchants_have_quiet_hours_by_default() -> None:
    assert default_quiet_hours(is_operator=False) == (22, 7)
    assert default_quiet_hours(is_operator=True) is None


@pytest.mark.parametrize("kind", IssueKind)
def test_every_kind_of_issue_has_titles(kind: IssueKind) -> None:
    title = TITLES[kind]

    assert title.open_title != title.resolved_title
    assert max(len(title.open_title), len(title.resolved_title)) <= 50


@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=40), quiets)
def test_emails_about_what_a_store_counts_are_an_hour_apart(
    found: list[tuple[int, bool]], quiet: QuietHours
) -> None:
    """Each problem is found some minutes after the one before, and its email goes when allowed."""
    now, last_email_at, last_counted_at = NOON, None, None
    sent = []
    for minutes, is_counted in found:
        now += minutes * MINUTE
        last = {"last_email_at": last_email_at, "last_counted_at": last_counted_at}
        if not is_counted:
            last["last_counted_at"] = None
        goes_at = earliest_send_at(now, quiet=quiet, **last)
        assert email_due_at(now, quiet=quiet, **last) >= goes_at >= now
        now = last_email_at = goes_at
        if is_counted:
            sent.append(goes_at)
            last_counted_at = goes_at

    assert all(later - earlier >= COUNTED_MIN_INTERVAL for earlier, later in pairwise(sent))
