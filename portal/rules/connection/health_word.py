"""Status of a store in one word, from which all pages and lists take their words and tone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth

# A store says this long that its first import has finished.
IMPORT_IS_NEWS_FOR = timedelta(minutes=10)


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
    NEEDS_ATTENTION = "needs_attention"  # in sync, with an open issue
    CLOSED = "closed"  # the storefront; the store is still read
    UNREADABLE = "unreadable"  # in sync, except for records in quarantine
    UNINSTALLED = "uninstalled"  # disconnected, because the app was removed at Ecwid
    CONNECTING = "connecting"
    CATCHING_UP = "catching_up"  # reads what changed during an outage
    INITIAL_IMPORT = "initial_import"
    IMPORTED = "imported"  # in sync since its first import, a short time ago
    IN_SYNC = "in_sync"
    DISCONNECTED = "disconnected"  # by a person
    ERASING = "erasing"  # disconnected, and its data is being erased
    ERASED = "erased"


# Without access; nothing is read or sent.
DISCONNECTED_WORDS = frozenset(
    {HealthWord.UNINSTALLED, HealthWord.DISCONNECTED, HealthWord.ERASING, HealthWord.ERASED}
)
IN_SYNC_WORDS = frozenset({HealthWord.IN_SYNC, HealthWord.IMPORTED})

_BY_STATE: dict[str, HealthWord] = {
    StoreState.CONNECTING: HealthWord.CONNECTING,
    StoreState.ACTION_REQUIRED: HealthWord.ACTION_REQUIRED,
    StoreState.RECONNECT: HealthWord.RECONNECT,
    StoreState.PLAN_BLOCKED: HealthWord.PLAN_BLOCKED,
    StoreState.SUSPENDED: HealthWord.SUSPENDED,
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
    HealthWord.NEEDS_ATTENTION: 45,
    HealthWord.CLOSED: 40,
    HealthWord.UNREADABLE: 35,
    HealthWord.UNINSTALLED: 30,
    HealthWord.CONNECTING: 20,
    HealthWord.CATCHING_UP: 15,
    HealthWord.INITIAL_IMPORT: 10,
    HealthWord.IMPORTED: 6,
    HealthWord.IN_SYNC: 5,
    HealthWord.DISCONNECTED: 2,
    HealthWord.ERASING: 1,
    HealthWord.ERASED: 0,
}
_FAILING_ORDERS_RANK, _FAILED_EVENTS_RANK, _OPEN_ISSUES_RANK = 75, 55, 45


class Erasure(StrEnum):
    """How far the erasure of a disconnected store's data is."""

    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, kw_only=True)
class StatusMarks:
    """Facts about a store that are counted in other tables than the store's.

    ``unreadable`` counts records in quarantine. ``imported_at`` is the end of the first import.
    ``erasure`` and ``is_uninstalled`` are about disconnected stores only.
    """

    unreadable: int = 0
    open_issues: int = 0
    is_catching_up: bool = False
    imported_at: datetime | None = None
    is_uninstalled: bool = False
    erasure: Erasure | None = None


@dataclass(frozen=True)
class StatusFacts(StatusMarks):
    """All facts that a store's word depends on; ``levels`` has one value per resource."""

    state: str
    levels: Collection[Freshness] = field(default_factory=frozenset)
    is_closed: bool = False
    webhook_health: str = WebhookHealth.PENDING


def health_word(facts: StatusFacts, now: datetime) -> HealthWord:
    """Return the store's word: the first that applies, so that no page shows two of them."""
    if facts.state == StoreState.DISCONNECTED:
        return _word_of_disconnected(facts)
    if facts.state not in WORKING_STATES:
        return _BY_STATE[facts.state]
    conditions = (
        (facts.is_closed, HealthWord.CLOSED),
        (Freshness.FAILING in facts.levels, HealthWord.FAILING),
        (Freshness.PAUSED in facts.levels, HealthWord.PAUSED),
        (Freshness.INITIAL_IMPORT in facts.levels, HealthWord.INITIAL_IMPORT),
        (Freshness.NEVER in facts.levels, HealthWord.INITIAL_IMPORT),
        (facts.is_catching_up, HealthWord.CATCHING_UP),
        (Freshness.LATE in facts.levels, HealthWord.LATE),
        (facts.webhook_health == WebhookHealth.SILENT, HealthWord.WEBHOOKS_SILENT),
        (facts.unreadable > 0, HealthWord.UNREADABLE),
        (facts.open_issues > 0, HealthWord.NEEDS_ATTENTION),
        (_is_news(facts.imported_at, now), HealthWord.IMPORTED),
    )
    return next((word for applies, word in conditions if applies), HealthWord.IN_SYNC)


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


def _word_of_disconnected(facts: StatusFacts) -> HealthWord:
    if facts.erasure is not None:
        return HealthWord.ERASING if facts.erasure is Erasure.RUNNING else HealthWord.ERASED
    return HealthWord.UNINSTALLED if facts.is_uninstalled else HealthWord.DISCONNECTED


def _is_news(imported_at: datetime | None, now: datetime) -> bool:
    return imported_at is not None and now - imported_at < IMPORT_IS_NEWS_FOR
