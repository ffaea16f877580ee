"""Transitions of a store's connection: the only code that changes a store's state.

Every change is an event of `portal.rules.connection.connection_events`. Together with the state,
the caller's transaction writes the timeline, opens and resolves issues, and stops or starts work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from portal.jobs import DRAIN_EVENTS, REGISTER_WEBHOOKS
from portal.models import (
    WORKING_STATES,
    CircuitBreaker,
    Grant,
    Merchant,
    Store,
    StoreState,
    SyncRun,
    TimelineEntry,
    utc_now,
)
from portal.rules.connection.connection_events import (
    ISSUE_BY_EVENT,
    ConnectionEvent,
    issues_resolved_by,
    next_state,
)
from portal.rules.connection.issue_kinds import connection_issue_texts
from portal.rules.connection.probe_times import next_probe_in_s
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.outbox.publish_transition import publish_transition
from portal.services.runs.catch_ups import open_catch_up
from portal.services.runs.requested_runs import wake_runs
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

# Reasons for the end of a token, shown in the history of consents.
_REVOCATION_REASONS = {
    ConnectionEvent.TOKEN_DEAD: "the token is dead",
    ConnectionEvent.TOKEN_UNREADABLE: "the token can't be opened",
    ConnectionEvent.UNINSTALLED: "the app was uninstalled",
    ConnectionEvent.DISCONNECTED: "disconnected",
}
# These are recorded even if the state stays the same: a person acted, or Ecwid reported something
# about the app.
_ALWAYS_LOGGED = (
    ConnectionEvent.CONSENT_GRANTED,
    ConnectionEvent.DISCONNECTED,
    ConnectionEvent.INSTALLED,
)


@dataclass(frozen=True)
class Transition:
    """Result of an event; ``runs`` are those that start or continue because of it."""

    store_id: int
    before: StoreState
    after: StoreState
    runs: Sequence[SyncRun] = ()

    @property
    def resumes_work(self) -> bool:
        """Return whether the store starts or resumes work."""
        return self.after in WORKING_STATES and self.before not in WORKING_STATES

    @property
    def stops_work(self) -> bool:
        """Return whether the store stops work."""
        return self.before in WORKING_STATES and self.after not in WORKING_STATES


def lock_store(store_id: int) -> Store:
    """Return the store's current row, locked until the transaction ends."""
    store: Store = locked(Store.select().where(Store.id == store_id)).get()
    return store


def apply_transition(
    store: Store,
    event: ConnectionEvent,
    *,
    actor: Merchant | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Transition:
    """Apply ``event`` to a store from `lock_store`, in the same transaction.

    ``detail`` goes to the timeline and the issue, for example which scopes are missing. An event
    that doesn't apply in the store's state changes nothing. The caller calls
    `wake_after_transition` after its commit.
    """
    before = StoreState(store.state)
    after = next_state(before, event)
    if after is None:
        log.info("store.event_ignored", store=store.id, state=before, happened=event)
        return Transition(store.id, before, before)
    store.set_state(after)
    if after != before or event is ConnectionEvent.CONSENT_GRANTED:
        store.probe_due_at = _next_probe_at(after, is_closed=store.is_closed)
    if after in WORKING_STATES and before not in WORKING_STATES:
        store.webhook_check_due_at = utc_now()
    store.save(
        only=[Store.state, Store.state_changed_at, Store.probe_due_at, Store.webhook_check_due_at]
    )
    if after != before or event in _ALWAYS_LOGGED:
        TimelineEntry.record(store.id, event, actor, before=before, **detail or {})
    _update_issues(store, event, detail)
    publish_transition(store.id, before, after, event)
    if after in TOKENLESS_STATES and event in _REVOCATION_REASONS:
        Grant.revoke_all(store.id, _REVOCATION_REASONS[event])
    if after != before:
        log.info("store.state_changed", store=store.id, before=before, after=after, happened=event)
    transition = Transition(store.id, before, after)
    return (
        Transition(store.id, before, after, _resume(store))
        if transition.resumes_work
        else transition
    )


def wake_after_transition(runtime: Runtime, transition: Transition) -> None:
    """Wake the jobs that follow from a transition; call it after the commit."""
    if transition.resumes_work:
        runtime.wake(REGISTER_WEBHOOKS, transition.store_id)
        wake_runs(runtime, transition.runs)
        # Events may have arrived before the consent. They wait unapplied until the store works.
        runtime.wake(DRAIN_EVENTS, transition.store_id)
    elif transition.after is StoreState.CONNECTING:
        runtime.request_probe(transition.store_id)


def _next_probe_at(state: StoreState, *, is_closed: bool) -> datetime | None:
    wait_s = next_probe_in_s(state, is_closed=is_closed)
    return None if wait_s is None else utc_now() + timedelta(seconds=wait_s)


def _update_issues(store: Store, event: ConnectionEvent, detail: Mapping[str, Any] | None) -> None:
    """Resolve the issues that the event ends, and open the one that it causes."""
    for kind in sorted(issues_resolved_by(event)):
        resolve_issue(store.id, kind)
    opened = ISSUE_BY_EVENT.get(event)
    if opened is not None:
        texts = connection_issue_texts(opened, Grant.latest_source(store.id))
        open_issue(store.id, opened, texts, detail)


def _resume(store: Store) -> list[SyncRun]:
    """Start the catch-up, and everything that waits, at once.

    Interrupted runs continue at their page.
    """
    CircuitBreaker.delete_by_id(store.id)
    open_catch_up(store.id)
    return start_all_runs(store.id)
