"""Summaries of many stores, derived by the same rules as each store's own page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from portal.models import Store, StoreSummary
from portal.models.bulk import ROWS_PER_STATEMENT, chunked
from portal.models.fields import EPOCH
from portal.rules.connection.health_word import HealthWord, StatusMarks, trouble_rank
from portal.rules.connection.store_health import worst_freshness
from portal.rules.connection.store_states import WORKING_STATES
from portal.rules.records.search_text import fold
from portal.rules.sync.freshness import Freshness
from portal.services.connection.store_status import Among, word_of
from portal.services.mirror.resource_freshness import freshness_of, limit_of
from portal.services.operator.store_facts import StoreFacts, read_facts

# Within a rank, the store with the oldest trouble comes first; enough for 30,000 years in seconds.
_AGE_LIMIT = 10**12
_COLUMNS = tuple(
    field
    for field in StoreSummary._meta.sorted_fields  # noqa: SLF001 - peewee documents it
)


class Sync(NamedTuple):
    """Freshness of a store's resources, and when the first of them will be late."""

    levels: frozenset[Freshness]
    late_at: datetime | None


def summarize(among: Among, now: datetime) -> int:
    """Write the summaries of these stores that have changed; return how many."""
    facts = read_facts(among, now)
    changed = []
    for store_id in facts.stores:
        known = facts.summaries.get(store_id)
        values = _summary(facts, store_id, known, now)
        if known is None or any(getattr(known, name) != values[name] for name in values):
            changed.append({"store": store_id, **values})
    for part in chunked(changed, ROWS_PER_STATEMENT):
        StoreSummary.insert_many(part).on_conflict(
            conflict_target=[StoreSummary.store],
            preserve=[field for field in _COLUMNS if field is not StoreSummary.store],
        ).execute()
    return len(changed)


def _summary(
    facts: StoreFacts, store_id: int, known: StoreSummary | None, now: datetime
) -> dict[str, Any]:
    store = facts.stores[store_id]
    sync = _sync(store, facts, now)
    marks = facts.marks.get(store_id, StatusMarks())
    word = word_of(store, sync.levels, marks, now)
    counts = {
        "open_issues": marks.open_issues,
        "failed_events": facts.failed_events.get(store_id, 0),
        "failing_orders": facts.failing_orders.get(store_id, 0),
    }
    since_at = _since(store, word, known, now)
    age = int((since_at - EPOCH).total_seconds())
    return {
        "word": word,
        "since_at": since_at,
        "trouble": trouble_rank(word, **counts) * _AGE_LIMIT + _AGE_LIMIT - age,
        "freshness": worst_freshness(sync.levels),
        "check_at": _check_at(sync.late_at, known, now),
        **counts,
        "unreadable": marks.unreadable,
        "last_change_at": facts.last_changes.get(store_id),
        "search": fold(f"{store.name}\n{store.url}\n{facts.owner_emails.get(store_id, '')}"),
        "state": store.state,
        "is_closed": store.is_closed,
        "webhook_health": store.webhook_health,
    }


def _sync(store: Store, facts: StoreFacts, now: datetime) -> Sync:
    levels, late_at = set(), None
    for state, last_run in facts.resources_of(store.id):
        level = freshness_of(store, state, last_run, now)
        levels.add(level)
        if level is Freshness.ON_TIME and state.last_success_at is not None:
            at = state.last_success_at + limit_of(store, state)
            late_at = at if late_at is None else min(late_at, at)
    return Sync(frozenset(levels), late_at)


def _since(store: Store, word: HealthWord, known: StoreSummary | None, now: datetime) -> datetime:
    """Return since when the store has its word; a state and its webhooks have their own times."""
    at: datetime | None = None
    if store.state not in WORKING_STATES:
        at = store.state_changed_at
    elif word is HealthWord.WEBHOOKS_SILENT:
        at = store.webhook_health_changed_at
    elif known is not None and known.word == word:
        at = known.since_at
    return at or now


def _check_at(
    late_at: datetime | None, known: StoreSummary | None, now: datetime
) -> datetime | None:
    """Return when to look again; an earlier time is kept, because each poll makes a later one."""
    if late_at is None or known is None or known.check_at is None:
        return late_at
    return known.check_at if now < known.check_at < late_at else late_at
