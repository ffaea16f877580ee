"""One word says what matters most about a store, and its worst fact ranks it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from portal.rules.connection.health_word import HealthWord, health_word, trouble_rank
from portal.rules.connection.store_states import StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth

ON_TIME = Freshness.ON_TIME


def word(
    state: str = StoreState.CONNECTED,
    levels: Sequence[Freshness] = (ON_TIME,),
    *,
    is_closed: bool = False,
    webhook_health: str = WebhookHealth.VERIFIED,
    unreadable: int = 0,
) -> HealthWord:
    return health_word(
        state, levels, is_closed=is_closed, webhook_health=webhook_health, unreadable=unreadable
    )


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
        ([Freshness.LATE, Freshness.INITIAL_IMPORT], HealthWord.FIRST_COPY),
        ([Freshness.LATE, Freshness.NEVER], HealthWord.FIRST_COPY),
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
