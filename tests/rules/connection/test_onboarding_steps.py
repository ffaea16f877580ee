"""The funnel has shares and median times of each step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.rules.connection.connect_failures import FAILURE_REASONS, FAILURE_TITLES, LINK_TTL
from portal.rules.connection.onboarding_steps import FUNNEL_STEPS, OnboardingStatus, build_funnel
from portal.rules.connection.reminder_times import REMINDERS, is_reminder_time

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_each_step_has_its_share_of_all_and_of_the_previous_step() -> None:
    funnel = build_funnel([8, 6, 3, 3, 1, 0], [])

    assert [row.step for row in funnel] == list(FUNNEL_STEPS)
    assert [row.percent for row in funnel] == [100, 75, 38, 38, 12, 0]
    assert [row.percent_of_previous for row in funnel] == [None, 75, 50, 100, 33, 0]


def test_empty_funnel_has_no_shares_and_no_times() -> None:
    funnel = build_funnel([0] * 6, [])

    assert {(row.count, row.percent, row.median) for row in funnel} == {(0, None, None)}
    assert {row.percent_of_previous for row in funnel} == {None}


def test_median_time_ignores_links_that_skip_a_step_or_have_no_exact_times() -> None:
    later = [NOON + n * MINUTE for n in (0, 1, 3, 6, 10, 15)]
    slow = [NOON, NOON + 5 * MINUTE, None, None, None, None]
    middle = [NOON, NOON + 2 * MINUTE, None, NOON + 9 * MINUTE, None, None]
    inexact = [NOON, NOON, NOON, NOON, NOON, NOON]

    funnel = build_funnel([4, 4, 2, 3, 2, 2], [later, slow, middle, inexact])

    assert [row.median for row in funnel] == [None, *(n * MINUTE for n in (2, 2, 3, 4, 5))]


def test_every_failure_reason_has_a_title() -> None:
    assert set(FAILURE_TITLES) == set(FAILURE_REASONS)
    assert OnboardingStatus.REFUSED not in FUNNEL_STEPS


def test_reminders_are_sent_in_the_daytime_only() -> None:
    hours = [hour for hour in range(24) if is_reminder_time(NOON.replace(hour=hour))]

    assert hours == list(range(8, 18))


def test_link_is_valid_when_its_last_reminder_is_due() -> None:
    assert all(reminder.after < LINK_TTL for reminder in REMINDERS)
