"""Status of stores in one word, read for one page, a list or the operators' summaries alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import Expression, Field, fn

from portal.models import (
    CatchUp,
    Issue,
    Quarantine,
    Store,
    StoreDataErasure,
    StoreState,
    database,
)
from portal.models.fields import UtcDateTimeField
from portal.rules.connection.health_word import (
    Erasure,
    HealthWord,
    StatusFacts,
    StatusMarks,
    health_word,
)
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.sync.freshness import Freshness
from portal.services.mirror.resource_freshness import freshness_of
from portal.services.mirror.resource_states import read_resource_states, states_of

# Condition that selects stores by the column with their ids.
Among = Callable[[Field], Expression]
_read_time: Callable[[Any], Any] = UtcDateTimeField().python_value


def read_marks(among: Among) -> dict[int, StatusMarks]:
    """Return the marks of these stores; takes one statement."""
    issues = Issue.select(fn.COUNT(Issue.id)).where(
        Issue.store == Store.id, Issue.resolved_at.is_null()
    )
    unreadable = Quarantine.select(fn.COUNT(Quarantine.id)).where(
        Quarantine.store == Store.id, Quarantine.resolved_at.is_null()
    )
    catch_ups = CatchUp.select(fn.COUNT(CatchUp.id)).where(
        CatchUp.store == Store.id, CatchUp.finished_at.is_null()
    )
    erasures = StoreDataErasure.select(fn.COUNT(StoreDataErasure.id)).where(
        StoreDataErasure.store == Store.id,
        StoreDataErasure.requested_at >= Store.state_changed_at,
    )
    query = Store.select(
        Store.id,
        Store.state,
        Store.first_imported_at,
        unreadable,
        issues,
        issues.where(Issue.kind == IssueKind.UNINSTALLED),
        catch_ups,
        erasures.where(StoreDataErasure.finished_at.is_null()),
        erasures.where(StoreDataErasure.finished_at.is_null(is_null=False)),
    ).where(among(Store.id))
    return {store_id: _marks(*row) for store_id, *row in database.execute(query).fetchall()}


def _marks(state: str, imported_at: Any, *counts: int) -> StatusMarks:
    unreadable, issues, uninstalled, catch_ups, running, finished = counts
    erasure = Erasure.RUNNING if running else Erasure.FINISHED if finished else None
    return StatusMarks(
        unreadable=unreadable,
        open_issues=issues,
        is_catching_up=bool(catch_ups),
        imported_at=_read_time(imported_at),
        is_uninstalled=bool(uninstalled),
        erasure=erasure if state == StoreState.DISCONNECTED else None,
    )


def word_of(
    store: Store, levels: Collection[Freshness], marks: StatusMarks, now: datetime
) -> HealthWord:
    """Return the store's word from facts that the caller has read."""
    facts = StatusFacts(
        state=store.state,
        levels=levels,
        is_closed=store.is_closed,
        webhook_health=store.webhook_health,
        **vars(marks),
    )
    return health_word(facts, now)


def words_of(stores: Sequence[Store], now: datetime) -> Mapping[int, HealthWord]:
    """Return the word of each store; takes two statements for any number of stores."""
    ids = [store.id for store in stores]
    if not ids:
        return {}
    marks = read_marks(lambda store: store.in_(ids))
    working = [store.id for store in stores if store.is_working]
    resources = read_resource_states(lambda store: store.in_(working)) if working else {}
    return {
        store.id: word_of(
            store,
            {
                freshness_of(store, state, last_run, now)
                for state, last_run in states_of(resources, store.id)
            },
            marks.get(store.id, StatusMarks()),
            now,
        )
        for store in stores
    }
