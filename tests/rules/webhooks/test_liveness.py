"""Webhooks count as silent only if the store reports a change that no event followed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.webhooks.liveness import (
    CLOCK_SKEW,
    HEALTH_DEFINITIONS,
    SILENT_AFTER,
    WebhookActivity,
    WebhookHealth,
    evaluate_liveness,
    event_types_of,
    latest_change,
    resources_with_events,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Minutes around noon, to cover every order of the moments.
moments = st.integers(-120, 120).map(lambda minutes: AT + minutes * MINUTE)
maybe = st.none() | moments
subscriptions = st.builds(WebhookActivity, maybe, maybe, maybe)


@pytest.mark.parametrize(
    ("registered", "last_event", "changed", "now", "health", "since"),
    [
        (None, None, None, 0, "pending", None),
        (0, None, None, 60, "waiting", 0),
        (0, None, -5, 60, "waiting", 0),
        (0, None, 5, 20, "waiting", 0),
        (0, None, 5, 21, "silent", 5),
        (0, 10, None, 60, "verified", 10),
        (0, 10, 10, 60, "verified", 10),
        (0, 10, 11, 60, "verified", 10),
        (0, 10, 12, 27, "verified", 10),
        (0, 10, 12, 28, "silent", 12),
        (0, 30, 12, 60, "verified", 30),
        (None, 10, 12, 60, "silent", 12),
    ],
    ids=[
        *("not registered", "nothing changed", "changed before", "lately changed", "never heard"),
        *("nothing changed since", "heard at once", "clocks differ", "may still come", "silent"),
        *("heard later", "heard before it was registered"),
    ],
)
def test_health_depends_on_changes_and_received_events(
    registered: int | None,
    last_event: int | None,
    changed: int | None,
    now: int,
    health: str,
    since: int | None,
) -> None:
    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else AT + minutes * MINUTE

    found = evaluate_liveness(
        WebhookActivity(at(registered), at(last_event)),
        changed_at=at(changed),
        now=AT + now * MINUTE,
    )

    assert (found.health, found.since_at) == (health, at(since))


@given(subscriptions, maybe, moments)
def test_store_is_never_silent_without_a_missed_change(
    known: WebhookActivity, changed_at: datetime | None, now: datetime
) -> None:
    found = evaluate_liveness(known, changed_at=changed_at, now=now)

    if found.health is WebhookHealth.SILENT:
        assert found.first_missed_at in (known.first_missed_at, changed_at)
        assert found.first_missed_at is not None
        assert now - found.first_missed_at >= SILENT_AFTER
        assert known.last_event_at is None or known.last_event_at < found.first_missed_at


@given(subscriptions, maybe, moments)
def test_event_ends_every_silence_about_earlier_changes(
    known: WebhookActivity, changed_at: datetime | None, now: datetime
) -> None:
    heard = WebhookActivity(known.registered_at, now, known.first_missed_at)
    earlier = changed_at if changed_at is None or changed_at <= now else now

    found = evaluate_liveness(heard, changed_at=earlier, now=now)

    assert found.health is not WebhookHealth.SILENT
    if known.first_missed_at is None or known.first_missed_at <= now:
        assert (found.health, found.first_missed_at) == (WebhookHealth.VERIFIED, None)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=40))
def test_store_that_changes_constantly_is_found_silent_too(gaps: list[int]) -> None:
    known, now, first = WebhookActivity(AT, None), AT, None
    for gap in gaps:
        now += gap * MINUTE
        first = first or now
        found = evaluate_liveness(known, changed_at=now, now=now)
        known = WebhookActivity(known.registered_at, None, found.first_missed_at)

        assert (found.health is WebhookHealth.SILENT) == (now - first >= SILENT_AFTER)


@given(subscriptions, maybe, moments)
def test_judging_twice_changes_nothing(
    known: WebhookActivity, changed_at: datetime | None, now: datetime
) -> None:
    first = evaluate_liveness(known, changed_at=changed_at, now=now)
    again = WebhookActivity(known.registered_at, known.last_event_at, first.first_missed_at)

    assert evaluate_liveness(again, changed_at=changed_at, now=now) == first


def test_first_repeat_of_an_event_arrives_in_time() -> None:
    assert timedelta(minutes=15) < SILENT_AFTER <= timedelta(minutes=15) + CLOCK_SKEW


def test_resources_without_allowed_events_are_not_expected() -> None:
    assert set(resources_with_events(REQUIRED_NAMES)) == {
        *("products", "categories", "orders", "customers", "discount_coupons")
    }
    # This scope allows events about privacy requests, but none about customers' records.
    assert resources_with_events(["read_store_profile", "read_orders"]) == ("orders",)


def test_latest_change_considers_only_the_given_resources() -> None:
    changed_at = {"products": AT, "orders": AT + MINUTE, "customers": None}

    assert latest_change(changed_at, ["products", "customers"]) == AT
    assert latest_change(changed_at, ["customers", "categories"]) is None


def test_each_resource_has_its_event_types() -> None:
    assert event_types_of("discount_coupons")[1] == "discount_coupon.updated"


def test_every_health_has_a_definition() -> None:
    assert set(HEALTH_DEFINITIONS) == set(WebhookHealth)
