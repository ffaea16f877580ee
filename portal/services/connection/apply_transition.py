"""Move a store from one state of its connection to the next: the only place that does.

Every change of a connection is an event of `portal.rules.connection.connection_events`. Together
with the state, the caller's transaction writes the timeline, opens and resolves issues, and stops
or starts work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from portal.jobs import DRAIN_EVENTS, PROBE_STORE, REGISTER_WEBHOOKS
from portal.models import (
    WORKING_STATES,
    Grant,
    Merchant,
    Store,
    StoreCircuit,
    StoreState,
    SyncRun,
    Timeline,
    utc_now,
)
from portal.rules.connection.connection_events import (
    ISSUE_OF,
    ConnectionEvent,
    issues_ended_by,
    next_state,
)
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES
from portal.rules.connection.probe_times import probe_in_s
from portal.rules.connection.store_states import UNASKABLE_STATES
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.outbox.publish import tell_of_move
from portal.services.runs.catch_ups import note_gap
from portal.services.runs.run_control import wake_runs
from portal.services.runs.sync_runs import start_catch_up
from portal.services.runtime import Runtime
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

# Why a token isn't used any more, in the history of consents.
_END_OF_GRANT = {
    ConnectionEvent.TOKEN_DEAD: "the token is dead",
    ConnectionEvent.TOKEN_UNREADABLE: "the token can't be opened",
    ConnectionEvent.UNINSTALLED: "the app was uninstalled",
    ConnectionEvent.DISCONNECTED: "disconnected",
}
# They are told each time, though the state may stay: a person acted, or a sign came.
_ALWAYS_TOLD = (
    ConnectionEvent.CONSENT_GRANTED,
    ConnectionEvent.DISCONNECTED,
    ConnectionEvent.INSTALLED,
)


@dataclass(frozen=True)
class Move:
    """Hold what came of an event; ``runs`` are those that begin or go on because of it."""

    store_id: int
    before: StoreState
    after: StoreState
    runs: Sequence[SyncRun] = ()

    @property
    def resumes_work(self) -> bool:
        """Tell whether the store works again, or for the first time."""
        return self.after in WORKING_STATES and self.before not in WORKING_STATES

    @property
    def stops_work(self) -> bool:
        """Tell whether the store worked until now."""
        return self.before in WORKING_STATES and self.after not in WORKING_STATES


def lock_store(store_id: int) -> Store:
    """Return the store's current row and lock it until the transaction ends."""
    store: Store = locked(Store.select().where(Store.id == store_id)).get()
    return store


def move_store(
    store: Store,
    event: ConnectionEvent,
    *,
    who: Merchant | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Move:
    """Let ``event`` happen to a store that `lock_store` returned, in the same transaction.

    ``detail`` says what the event's name leaves open, such as which scopes are missing; it stands
    in the timeline and in the issue. What means nothing as the store stands changes nothing. The
    caller calls `wake_moved` after its commit.
    """
    before = StoreState(store.state)
    after = next_state(before, event)
    if after is None:
        log.info("store.event_void", store=store.id, state=before, happened=event)
        return Move(store.id, before, before)
    store.move_to(after)
    if after != before or event is ConnectionEvent.CONSENT_GRANTED:
        store.probe_due_at = _next_probe_at(after)
    if after in WORKING_STATES and before not in WORKING_STATES:
        store.webhook_due_at = utc_now()
    store.save(only=[Store.state, Store.state_since_at, Store.probe_due_at, Store.webhook_due_at])
    if after != before or event in _ALWAYS_TOLD:
        Timeline.note(store.id, event, who, before=before, **detail or {})
    _keep_issues(store, event, detail)
    tell_of_move(store.id, before, after, event)
    if after in UNASKABLE_STATES and event in _END_OF_GRANT:
        Grant.revoke_all(store.id, _END_OF_GRANT[event])
    if after != before:
        log.info("store.moved", store=store.id, before=before, after=after, happened=event)
    move = Move(store.id, before, after)
    return Move(store.id, before, after, _resume(store)) if move.resumes_work else move


def wake_moved(runtime: Runtime, move: Move) -> None:
    """Wake what has to do something now that the store has moved; call it after the commit."""
    if move.resumes_work:
        runtime.wake(REGISTER_WEBHOOKS, move.store_id)
        wake_runs(runtime, move.runs)
        # Events may have overtaken a consent: they wait, unapplied, until the store works.
        runtime.wake(DRAIN_EVENTS, move.store_id)
    elif move.after is StoreState.CONNECTING:
        runtime.wake(PROBE_STORE, move.store_id)


def _next_probe_at(state: StoreState) -> datetime | None:
    wait_s = probe_in_s(state)
    return None if wait_s is None else utc_now() + timedelta(seconds=wait_s)


def _keep_issues(store: Store, event: ConnectionEvent, detail: Mapping[str, Any] | None) -> None:
    """Resolve the issues that are over, and open the one that the event brings."""
    for kind in sorted(issues_ended_by(event)):
        resolve_issue(store.id, kind)
    brought = ISSUE_OF.get(event)
    if brought is not None:
        open_issue(store.id, brought, CONNECTION_ISSUES[brought], detail)


def _resume(store: Store) -> list[SyncRun]:
    """Start to read what changed while nothing could be read, and all that waits at once.

    Runs that were stopped go on at their page.
    """
    StoreCircuit.delete_by_id(store.id)
    note_gap(store.id)
    return start_catch_up(store.id)
