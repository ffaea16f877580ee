"""Webhooks are silent only when the store says that something changed which nobody told us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.webhooks.liveness import (
    CLOCKS,
    HEALTH_DEFINITIONS,
    SILENT_AFTER,
    Subscription,
    WebhookHealth,
    event_types_of,
    judge_liveness,
    latest_change,
    resources_with_events,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Minutes around noon, so that all orders of things occur.
moments = st.integers(-120, 120).map(lambda minutes: AT + minutes * MINUTE)
maybe = st.none() | moments
subscriptions = st.builds(Subscription, maybe, maybe, maybe)


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
def test_health_follows_from_what_changed_and_what_came(
    registered: int | None,
    last_event: int | None,
    changed: int | None,
    now: int,
    health: str,
    since: int | None,
) -> None:
    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else AT + minutes * MINUTE

    found = judge_liveness(
        Subscription(at(registered), at(last_event)), changed_at=at(changed), now=AT + now * MINUTE
    )

    assert (found.health, found.since_at) == (health, at(since))


@given(subscriptions, maybe, moments)
def test_no_store_is_silent_without_a_change_that_nobody_told(
    known: Subscription, changed_at: datetime | None, now: datetime
) -> None:
    found = judge_liveness(known, changed_at=changed_at, now=now)

    if found.health is WebhookHealth.SILENT:
        assert found.unheard_at in (known.unheard_at, changed_at)
        assert found.unheard_at is not None
        assert now - found.unheard_at >= SILENT_AFTER
        assert known.last_event_at is None or known.last_event_at < found.unheard_at


@given(subscriptions, maybe, moments)
def test_an_event_ends_every_silence_about_what_was_before_it(
    known: Subscription, changed_at: datetime | None, now: datetime
) -> None:
    heard = Subscription(known.registered_at, now, known.unheard_at)
    earlier = changed_at if changed_at is None or changed_at <= now else now

    found = judge_liveness(heard, changed_at=earlier, now=now)

    assert found.health is not WebhookHealth.SILENT
    if known.unheard_at is None or known.unheard_at <= now:
        assert (found.health, found.unheard_at) == (WebhookHealth.VERIFIED, None)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=40))
def test_a_store_that_changes_all_the_time_is_found_silent_all_the_same(gaps: list[int]) -> None:
    known, now, first = Subscription(AT, None), AT, None
    for gap in gaps:
        now += gap * MINUTE
        first = first or now
        found = judge_liveness(known, changed_at=now, now=now)
        known = Subscription(known.registered_at, None, found.unheard_at)

        assert (found.health is WebhookHealth.SILENT) == (now - first >= SILENT_AFTER)


@given(subscriptions, maybe, moments)
def test_judging_twice_changes_nothing(
    known: Subscription, changed_at: datetime | None, now: datetime
) -> None:
    first = judge_liveness(known, changed_at=changed_at, now=now)
    again = Subscription(known.registered_at, known.last_event_at, first.unheard_at)

    assert judge_liveness(again, changed_at=changed_at, now=now) == first


def test_an_event_that_is_sent_again_for_the_first_time_just_makes_it() -> None:
    assert timedelta(minutes=15) < SILENT_AFTER <= timedelta(minutes=15) + CLOCKS


def test_resources_whose_events_no_scope_lets_through_are_not_waited_for() -> None:
    assert set(resources_with_events(REQUIRED_NAMES)) == {
        *("products", "categories", "orders", "customers", "discount_coupons")
    }
    # This scope lets through what a person asks about their data, and no news of customers.
    assert resources_with_events(["read_store_profile", "read_orders"]) == ("orders",)


def test_the_latest_change_is_among_the_resources_that_count() -> None:
    changed_at = {"products": AT, "orders": AT + MINUTE, "customers": None}

    assert latest_change(changed_at, ["products", "customers"]) == AT
    assert latest_change(changed_at, ["customers", "categories"]) is None


def test_each_resource_knows_its_events() -> None:
    assert event_types_of("discount_coupons")[1] == "discount_coupon.updated"


def test_every_word_has_a_definition() -> None:
    assert set(HEALTH_DEFINITIONS) == set(WebhookHealth)
