"""One word says what matters most about a store, and its worst fact ranks it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.rules.connection.health_word import (
    IMPORT_IS_NEWS_FOR,
    Erasure,
    HealthWord,
    StatusFacts,
    health_word,
    trouble_rank,
)
from portal.rules.connection.store_states import StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth

ON_TIME = Freshness.ON_TIME


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def word(
    state: str = StoreState.CONNECTED, levels: Sequence[Freshness] = (ON_TIME,), **facts: Any
) -> HealthWord:
    """Return the word of a store that is in sync except for these facts."""
    verified = {"webhook_health": WebhookHealth.VERIFIED}
    return health_word(StatusFacts(state, levels, **verified | facts), NOW)


def rank(of: HealthWord, orders: int = 0, events: int = 0, issues: int = 0) -> int:
    return trouble_rank(of, failing_orders=orders, failed_events=events, open_issues=issues)


@pytest.mark.parametrize("state", StoreState)
def test_every_state_has_a_word(state: StoreState) -> None:
    is_working = state in (StoreState.CONNECTED, StoreState.LIMITED)
    assert word(state) == (HealthWord.IN_SYNC if is_working else HealthWord(state))


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([ON_TIME], HealthWord.IN_SYNC),
        ([ON_TIME, Freshness.LATE], HealthWord.LATE),
        ([Freshness.LATE, Freshness.INITIAL_IMPORT], HealthWord.INITIAL_IMPORT),
        ([Freshness.LATE, Freshness.NEVER], HealthWord.INITIAL_IMPORT),
        ([Freshness.NEVER, Freshness.PAUSED], HealthWord.PAUSED),
        ([Freshness.PAUSED, Freshness.FAILING], HealthWord.FAILING),
    ],
)
def test_worst_resource_gives_the_word(levels: list[Freshness], expected: HealthWord) -> None:
    assert word(levels=levels) == expected


def test_closed_storefront_comes_before_the_sync_and_after_the_connection() -> None:
    assert word(is_closed=True, levels=[Freshness.FAILING]) == HealthWord.CLOSED
    assert word(StoreState.RECONNECT, is_closed=True) == HealthWord.RECONNECT


def test_silent_webhooks_come_before_unreadable_records() -> None:
    silent = WebhookHealth.SILENT
    assert word(webhook_health=silent, unreadable=1) == HealthWord.WEBHOOKS_SILENT
    assert word(webhook_health=silent, levels=[Freshness.LATE]) == HealthWord.LATE
    assert word(webhook_health=WebhookHealth.WAITING, unreadable=1) == HealthWord.UNREADABLE


def test_words_rank_in_their_order() -> None:
    ranks = [rank(each) for each in HealthWord]

    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)


def test_failing_orders_events_and_issues_raise_a_store_in_sync() -> None:
    calm = HealthWord.IN_SYNC

    assert rank(calm, orders=1) > rank(calm, events=9) > rank(calm, issues=9) > rank(calm)
    assert rank(HealthWord.FAILING) > rank(calm, orders=9) > rank(HealthWord.LATE)
    assert rank(HealthWord.FAILING, orders=1, events=1, issues=1) == rank(HealthWord.FAILING)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, HealthWord.DISCONNECTED),
        ({"is_uninstalled": True}, HealthWord.UNINSTALLED),
        ({"erasure": Erasure.RUNNING}, HealthWord.ERASING),
        ({"erasure": Erasure.FINISHED, "is_uninstalled": True}, HealthWord.ERASED),
    ],
)
def test_disconnected_store_says_how_it_was_disconnected(
    facts: dict[str, Any], expected: HealthWord
) -> None:
    assert word(StoreState.DISCONNECTED, **facts) is expected


def test_catch_up_comes_before_late_resources_and_after_failing_ones() -> None:
    assert word(levels=[Freshness.LATE], is_catching_up=True) is HealthWord.CATCHING_UP
    assert word(levels=[Freshness.FAILING], is_catching_up=True) is HealthWord.FAILING


def test_open_issue_of_a_store_in_sync_needs_attention() -> None:
    assert word(open_issues=1) is HealthWord.NEEDS_ATTENTION
    assert word(open_issues=1, unreadable=1) is HealthWord.UNREADABLE


def test_end_of_the_first_import_is_news_for_an_hour() -> None:
    assert word(imported_at=NOW - IMPORT_IS_NEWS_FOR / 2) is HealthWord.IMPORTED
    old = NOW - IMPORT_IS_NEWS_FOR - timedelta(seconds=1)
    assert word(imported_at=old) is HealthWord.IN_SYNC
