"""Health of a store in one word, which its page, the operators' list and their filters share."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth


class HealthWord(StrEnum):
    """Most important fact about a store, worst first."""

    RECONNECT = "reconnect"
    ACTION_REQUIRED = "action_required"
    PLAN_BLOCKED = "plan_blocked"
    SUSPENDED = "suspended"
    FAILING = "failing"  # Ecwid doesn't answer as it should
    LATE = "late"
    WEBHOOKS_SILENT = "webhooks_silent"
    PAUSED = "paused"  # by a person, at least one resource
    CLOSED = "closed"  # the storefront; the store is still read
    UNREADABLE = "unreadable"  # in sync, except for records in quarantine
    CONNECTING = "connecting"
    FIRST_COPY = "first_copy"
    IN_SYNC = "in_sync"
    DISCONNECTED = "disconnected"


_BY_STATE: dict[str, HealthWord] = {
    StoreState.CONNECTING: HealthWord.CONNECTING,
    StoreState.ACTION_REQUIRED: HealthWord.ACTION_REQUIRED,
    StoreState.RECONNECT: HealthWord.RECONNECT,
    StoreState.PLAN_BLOCKED: HealthWord.PLAN_BLOCKED,
    StoreState.SUSPENDED: HealthWord.SUSPENDED,
    StoreState.DISCONNECTED: HealthWord.DISCONNECTED,
}
# The first level that a resource has gives the word.
_BY_FRESHNESS: dict[Freshness, HealthWord] = {
    Freshness.FAILING: HealthWord.FAILING,
    Freshness.PAUSED: HealthWord.PAUSED,
    Freshness.INITIAL_IMPORT: HealthWord.FIRST_COPY,
    Freshness.NEVER: HealthWord.FIRST_COPY,
    Freshness.LATE: HealthWord.LATE,
}
# A store's words in the order of a list by trouble, beside its failing orders and events.
_RANKS: dict[HealthWord, int] = {
    HealthWord.RECONNECT: 100,
    HealthWord.ACTION_REQUIRED: 95,
    HealthWord.PLAN_BLOCKED: 90,
    HealthWord.SUSPENDED: 85,
    HealthWord.FAILING: 80,
    HealthWord.LATE: 70,
    HealthWord.WEBHOOKS_SILENT: 60,
    HealthWord.PAUSED: 50,
    HealthWord.CLOSED: 40,
    HealthWord.UNREADABLE: 35,
    HealthWord.CONNECTING: 20,
    HealthWord.FIRST_COPY: 10,
    HealthWord.IN_SYNC: 5,
    HealthWord.DISCONNECTED: 0,
}
_FAILING_ORDERS_RANK, _FAILED_EVENTS_RANK, _OPEN_ISSUES_RANK = 75, 55, 45


def health_word(
    state: str,
    levels: Collection[Freshness],
    *,
    is_closed: bool,
    webhook_health: str,
    unreadable: int,
) -> HealthWord:
    """Return the word; ``levels`` has one value per resource, ``unreadable`` counts records."""
    if state not in WORKING_STATES:
        return _BY_STATE[state]
    if is_closed:
        return HealthWord.CLOSED
    for level, word in _BY_FRESHNESS.items():
        if level in levels:
            return word
    if webhook_health == WebhookHealth.SILENT:
        return HealthWord.WEBHOOKS_SILENT
    return HealthWord.UNREADABLE if unreadable else HealthWord.IN_SYNC


def trouble_rank(
    word: HealthWord, *, failing_orders: int, failed_events: int, open_issues: int
) -> int:
    """Return how early a store comes in a list by trouble: the rank of its worst fact."""
    facts = (
        (failing_orders, _FAILING_ORDERS_RANK),
        (failed_events, _FAILED_EVENTS_RANK),
        (open_issues, _OPEN_ISSUES_RANK),
    )
    return max([_RANKS[word], *(rank for count, rank in facts if count)])
